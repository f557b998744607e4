/**
 * What is known of proposals that the compiler does not compile: how they are recognized in a binary, so that a module
 * that uses one is refused by its name and never called damaged.
 */
import type { CompileError } from '../errors.ts'
import { unsupported } from './features.ts'
import { expandNames, type Feature } from './opcodes.ts'

/** Instructions by code, as in the opcode table. */
const INSTRUCTIONS: [feature: Feature, rows: [code: number, pattern: string][]][] = [
  [
    'custom-descriptors',
    [
      [0xfb0020, 'struct.{new_desc new_default_desc}'],
      [0xfb0022, 'ref.{get_desc cast_desc_eq cast_desc_eq}'],
      [0xfb0025, 'br_on_cast_desc_eq{ _fail}'],
    ],
  ],
  [
    'stringref',
    [
      [0xfb0080, 'string.{new_utf8 new_wtf16 const measure_utf8 measure_wtf8 measure_wtf16 encode_utf8 encode_wtf16}'],
      [0xfb0088, 'string.{concat eq is_usv_sequence new_lossy_utf8 new_wtf8 encode_lossy_utf8 encode_wtf8}'],
      [0xfb008f, 'string.{new_utf8_try as_wtf8}'],
      [0xfb0091, 'stringview_wtf8.{advance encode_utf8 slice encode_lossy_utf8 encode_wtf8}'],
      [0xfb0098, 'string.as_wtf16'],
      [0xfb0099, 'stringview_wtf16.{length get_codeunit encode slice}'],
      [0xfb00a0, 'string.as_iter'],
      [0xfb00a1, 'stringview_iter.{next advance rewind slice}'],
      [0xfb00a8, 'string.{compare from_code_point hash}'],
      [0xfb00b0, 'string.{new_utf8 new_wtf16 encode_utf8 encode_wtf16 new_lossy_utf8 new_wtf8}_array'],
      [0xfb00b6, 'string.{encode_lossy_utf8_array encode_wtf8_array new_utf8_array_try}'],
    ],
  ],
  [
    'stack-switching',
    [
      [0xe0, 'cont.{new bind}'],
      [0xe2, '{suspend resume resume_throw resume_throw_ref switch}'],
    ],
  ],
  ['memory-control', [[0xfc0012, 'memory.discard']]],
  [
    'rounding-mode-control',
    [
      [0xfc001c, '{f32.binary_sign i32.trinary_sign_f32 f64.binary_sign i32.trinary_sign_f64}'],
      ...['ceil', 'floor', 'trunc'].flatMap((mode, i): [number, string][] => [
        [0xfc0020 + 0x20 * i, `f32.{sqrt add sub mul div}_${mode}`],
        [0xfc0025 + 0x20 * i, `f64.{sqrt add sub mul div}_${mode}`],
        [0xfc002a + 0x20 * i, `i32.${mode}_{f32_s f32_u f64_s f64_u}`],
        [0xfc002e + 0x20 * i, `i64.${mode}_{f32_s f32_u f64_s f64_u}`],
        [0xfc0032 + 0x20 * i, `f32.{convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64}_${mode}`],
        [0xfc0037 + 0x20 * i, `f64.{convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32}_${mode}`],
      ]),
    ],
  ],
  [
    // After the one before, which never got to engines and has two of the codes too.
    'half-precision',
    [
      [0xfc0030, 'f32.{load store}_f16'],
      [0xfd0120, 'f16x8.{splat extract_lane replace_lane}'],
      [0xfd0130, 'f16x8.{abs neg sqrt ceil floor trunc nearest eq ne lt gt le ge add sub mul div min max pmin pmax}'],
      [0xfd0145, 'i16x8.trunc_sat_f16x8{_s _u}'],
      [0xfd0147, 'f16x8.{convert_i16x8_s convert_i16x8_u demote_f32x4_zero demote_f64x2_zero}'],
      [0xfd014b, 'f32x4.promote_f16x8_low'],
      [0xfd014c, 'i16x8.trunc_f16x8{_s _u}'],
      [0xfd014e, 'f16x8.{madd nmadd}'],
    ],
  ],
  [
    'shared-everything-threads',
    [
      [0xfb001f, 'ref.i31_shared'],
      [0xfe0004, 'pause'],
      [0xfe004f, 'global.atomic.{get set rmw.add rmw.sub rmw.and rmw.or rmw.xor rmw.xchg rmw.cmpxchg}'],
      [0xfe0058, 'table.atomic.{get set rmw.xchg rmw.cmpxchg}'],
      ...['struct', 'array'].flatMap((kind, i): [number, string][] => [
        [0xfe005c + 11 * i, `${kind}.atomic.{get get_s get_u set}`],
        [0xfe0060 + 11 * i, `${kind}.atomic.rmw.{add sub and or xor xchg cmpxchg}`],
      ]),
      [0xfe0072, 'ref.i31_shared'],
    ],
  ],
]

interface Construct {
  feature: Feature
  what: string
}

const byCode = new Map<number, Construct>(
  INSTRUCTIONS.flatMap(([feature, rows]) =>
    rows.flatMap(([code, pattern]) =>
      expandNames(pattern).map((what, i): [number, Construct] => [code + i, { feature, what }]),
    ),
  ),
)

/** Heap types, and value types of one byte, by that byte. */
const HEAP_TYPES: Record<number, [Feature, string]> = {
  0x68: ['stack-switching', 'cont'],
  0x75: ['stack-switching', 'nocont'],
  0x67: ['stringref', 'string'],
  0x66: ['stringref', 'stringview_wtf8'],
  0x61: ['stringref', 'stringview_iter'],
  0x65: ['shared-everything-threads', 'shared'],
  0x62: ['custom-descriptors', 'exact'],
}

/** Definitions in the type section by their first byte. */
const DEFINITIONS: Record<number, [Feature, string]> = {
  0x5d: ['stack-switching', 'cont'],
  0x65: ['shared-everything-threads', 'shared'],
  0x4d: ['custom-descriptors', 'descriptor'],
  0x4c: ['custom-descriptors', 'describes'],
}

/** Refuses an instruction that is none of the opcode table's, if a proposal has it. */
export function refuseInstruction(code: number, offset: number): void {
  const found = byCode.get(code)
  if (found) throw unsupported(found.feature, { what: found.what, offset })
}

const byName = new Map([...byCode.values()].map((construct) => [construct.what, construct]))

/** The error for an instruction of one of these proposals in text, undefined for other words. */
export function refuseName(word: string): CompileError | undefined {
  const found = byName.get(word)
  return found && unsupported(found.feature, { what: found.what })
}

export function refuseHeapType(byte: number, offset: number): void {
  const found = HEAP_TYPES[byte]
  if (found) throw unsupported(found[0], { what: `heap type ${found[1]}`, offset })
}

export function refuseDefinition(byte: number, offset: number): void {
  const found = DEFINITIONS[byte]
  if (found) throw unsupported(found[0], { what: `${found[1]} type`, offset })
}

const STRING_LITERALS = 14

/** `size` is that of its contents: a zero and a vector, where there are strings. */
export function refuseSection(id: number, size: number, offset: number): void {
  if (id === STRING_LITERALS && size > 1) throw unsupported('stringref', { what: 'a section of strings', offset })
}

const EXACT_FUNCTION = 0x20

/** Refuses what stands where the kind of an import is expected. */
export function refuseKind(byte: number, offset: number): void {
  if (byte === EXACT_FUNCTION) throw unsupported('custom-descriptors', { what: 'an exact function type', offset })
}

/** Refuses tables and globals that are shared by threads, from the bit that says so. */
export function refuseShared(shared: boolean, what: string, offset: number): void {
  if (shared) throw unsupported('shared-everything-threads', { what, offset })
}
