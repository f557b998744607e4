/**
 * The instructions of WebAssembly 3.0 without garbage collection, plus threads, relaxed SIMD and the legacy form of
 * exceptions: one table that drives decoding, validation and the generation of C.
 */
import { EXNREF, F32, F64, FUNCREF, EXTERNREF, I32, I64, V128, type ValType } from './types.ts'

/** The immediates an instruction carries after its opcode. */
export type Immediates =
  | '' | 'block' | 'label' | 'labels' | 'func' | 'type' | 'type table' | 'local' | 'global' | 'table' | 'table table'
  | 'elem' | 'elem table' | 'data' | 'data memory' | 'memory' | 'memory memory' | 'memarg' | 'memarg lane' | 'lane' | 'lanes'
  | 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'heaptype' | 'types' | 'tag' | 'block catches' | 'atomic.fence'

/** A row of the opcode table. */
export interface Opcode {
  /** The byte, or prefix << 16 | sub-opcode (0xfc0000 | 8 is memory.init). */
  code: number
  /** The specification's name, 'i32.load8_u'. */
  name: string
  imm: Immediates
  /**
   * Operands and results of instructions with a fixed type; absent where the type depends on context (validated by
   * hand). Addresses, sizes and indices of memories and tables stand as I32; 64-bit ones take and give I64 instead.
   */
  params?: ValType[]
  results?: ValType[]
  /** The C expression over $0, $1 (operands, already parenthesized as needed) where it is not a call of the mangled name. */
  c?: string
  /** The proposal it came with, to be named where it is rejected. */
  feature: Feature
  /** May trap, beyond loads and stores: such instructions keep their order. */
  traps?: boolean
  /** Bytes accessed by an instruction with a memarg; the alignment may not exceed it. */
  size?: number
  /** Position in {@link opcodes}, for dense tables. */
  id: number
}

export type Feature =
  | 'mvp' | 'sign-extension' | 'saturating-float-to-int' | 'multi-value' | 'bulk-memory' | 'reference-types' | 'mutable-global'
  | 'simd' | 'relaxed-simd' | 'tail-call' | 'exception-handling' | 'legacy-exceptions' | 'function-references' | 'gc'
  | 'extended-const' | 'multi-memory' | 'memory64' | 'threads' | 'custom-page-sizes'

/**
 * Code, name, immediates, stack type, C expression. `a.{b c}` is a.b and a.c with consecutive codes; the stack type ends in
 * 'or trap' where the instruction may trap, and is empty where it depends on context.
 */
type Row = [code: number, name: string, imm: Immediates, stack: string, c?: string]

const MVP: Row[] = [
  [0x00, 'unreachable', '', 'or trap'],
  [0x01, 'nop', '', '->'],
  [0x02, 'block', 'block', ''],
  [0x03, 'loop', 'block', ''],
  [0x04, 'if', 'block', ''],
  [0x05, 'else', '', ''],
  [0x0b, 'end', '', ''],
  [0x0c, 'br', 'label', ''],
  [0x0d, 'br_if', 'label', ''],
  [0x0e, 'br_table', 'labels', ''],
  [0x0f, 'return', '', ''],
  [0x10, 'call', 'func', ''],
  [0x11, 'call_indirect', 'type table', 'or trap'],

  [0x1a, 'drop', '', ''],
  [0x1b, 'select', '', ''],
  [0x20, 'local.get', 'local', ''],
  [0x21, 'local.set', 'local', ''],
  [0x22, 'local.tee', 'local', ''],
  [0x23, 'global.get', 'global', ''],
  [0x24, 'global.set', 'global', ''],

  [0x28, 'i32.load', 'memarg', 'i32 -> i32'],
  [0x29, 'i64.load', 'memarg', 'i32 -> i64'],
  [0x2a, 'f32.load', 'memarg', 'i32 -> f32'],
  [0x2b, 'f64.load', 'memarg', 'i32 -> f64'],
  [0x2c, 'i32.load{8_s 8_u 16_s 16_u}', 'memarg', 'i32 -> i32'],
  [0x30, 'i64.load{8_s 8_u 16_s 16_u 32_s 32_u}', 'memarg', 'i32 -> i64'],
  [0x36, 'i32.store', 'memarg', 'i32 i32 ->'],
  [0x37, 'i64.store', 'memarg', 'i32 i64 ->'],
  [0x38, 'f32.store', 'memarg', 'i32 f32 ->'],
  [0x39, 'f64.store', 'memarg', 'i32 f64 ->'],
  [0x3a, 'i32.store{8 16}', 'memarg', 'i32 i32 ->'],
  [0x3c, 'i64.store{8 16 32}', 'memarg', 'i32 i64 ->'],
  [0x3f, 'memory.size', 'memory', '-> i32'],
  [0x40, 'memory.grow', 'memory', 'i32 -> i32'],

  [0x41, 'i32.const', 'i32', '-> i32'],
  [0x42, 'i64.const', 'i64', '-> i64'],
  [0x43, 'f32.const', 'f32', '-> f32'],
  [0x44, 'f64.const', 'f64', '-> f64'],

  [0x45, 'i32.eqz', '', 'i32 -> i32', '$0 == 0'],
  [0x46, 'i32.eq', '', 'i32 i32 -> i32', '$0 == $1'],
  [0x47, 'i32.ne', '', 'i32 i32 -> i32', '$0 != $1'],
  [0x48, 'i32.lt_s', '', 'i32 i32 -> i32', '(i32)$0 < (i32)$1'],
  [0x49, 'i32.lt_u', '', 'i32 i32 -> i32', '$0 < $1'],
  [0x4a, 'i32.gt_s', '', 'i32 i32 -> i32', '(i32)$0 > (i32)$1'],
  [0x4b, 'i32.gt_u', '', 'i32 i32 -> i32', '$0 > $1'],
  [0x4c, 'i32.le_s', '', 'i32 i32 -> i32', '(i32)$0 <= (i32)$1'],
  [0x4d, 'i32.le_u', '', 'i32 i32 -> i32', '$0 <= $1'],
  [0x4e, 'i32.ge_s', '', 'i32 i32 -> i32', '(i32)$0 >= (i32)$1'],
  [0x4f, 'i32.ge_u', '', 'i32 i32 -> i32', '$0 >= $1'],

  [0x50, 'i64.eqz', '', 'i64 -> i32', '$0 == 0'],
  [0x51, 'i64.eq', '', 'i64 i64 -> i32', '$0 == $1'],
  [0x52, 'i64.ne', '', 'i64 i64 -> i32', '$0 != $1'],
  [0x53, 'i64.lt_s', '', 'i64 i64 -> i32', '(i64)$0 < (i64)$1'],
  [0x54, 'i64.lt_u', '', 'i64 i64 -> i32', '$0 < $1'],
  [0x55, 'i64.gt_s', '', 'i64 i64 -> i32', '(i64)$0 > (i64)$1'],
  [0x56, 'i64.gt_u', '', 'i64 i64 -> i32', '$0 > $1'],
  [0x57, 'i64.le_s', '', 'i64 i64 -> i32', '(i64)$0 <= (i64)$1'],
  [0x58, 'i64.le_u', '', 'i64 i64 -> i32', '$0 <= $1'],
  [0x59, 'i64.ge_s', '', 'i64 i64 -> i32', '(i64)$0 >= (i64)$1'],
  [0x5a, 'i64.ge_u', '', 'i64 i64 -> i32', '$0 >= $1'],

  [0x5b, 'f32.eq', '', 'f32 f32 -> i32', '$0 == $1'],
  [0x5c, 'f32.ne', '', 'f32 f32 -> i32', '$0 != $1'],
  [0x5d, 'f32.lt', '', 'f32 f32 -> i32', '$0 < $1'],
  [0x5e, 'f32.gt', '', 'f32 f32 -> i32', '$0 > $1'],
  [0x5f, 'f32.le', '', 'f32 f32 -> i32', '$0 <= $1'],
  [0x60, 'f32.ge', '', 'f32 f32 -> i32', '$0 >= $1'],
  [0x61, 'f64.eq', '', 'f64 f64 -> i32', '$0 == $1'],
  [0x62, 'f64.ne', '', 'f64 f64 -> i32', '$0 != $1'],
  [0x63, 'f64.lt', '', 'f64 f64 -> i32', '$0 < $1'],
  [0x64, 'f64.gt', '', 'f64 f64 -> i32', '$0 > $1'],
  [0x65, 'f64.le', '', 'f64 f64 -> i32', '$0 <= $1'],
  [0x66, 'f64.ge', '', 'f64 f64 -> i32', '$0 >= $1'],

  [0x67, 'i32.{clz ctz popcnt}', '', 'i32 -> i32'],
  [0x6a, 'i32.add', '', 'i32 i32 -> i32', '$0 + $1'],
  [0x6b, 'i32.sub', '', 'i32 i32 -> i32', '$0 - $1'],
  [0x6c, 'i32.mul', '', 'i32 i32 -> i32', '$0 * $1'],
  [0x6d, 'i32.{div_s div_u rem_s rem_u}', '', 'i32 i32 -> i32 or trap'],
  [0x71, 'i32.and', '', 'i32 i32 -> i32', '$0 & $1'],
  [0x72, 'i32.or', '', 'i32 i32 -> i32', '$0 | $1'],
  [0x73, 'i32.xor', '', 'i32 i32 -> i32', '$0 ^ $1'],
  [0x74, 'i32.shl', '', 'i32 i32 -> i32', '$0 << ($1 & 31)'],
  [0x75, 'i32.shr_s', '', 'i32 i32 -> i32', '(u32)((i32)$0 >> ($1 & 31))'],
  [0x76, 'i32.shr_u', '', 'i32 i32 -> i32', '$0 >> ($1 & 31)'],
  [0x77, 'i32.{rotl rotr}', '', 'i32 i32 -> i32'],

  [0x79, 'i64.{clz ctz popcnt}', '', 'i64 -> i64'],
  [0x7c, 'i64.add', '', 'i64 i64 -> i64', '$0 + $1'],
  [0x7d, 'i64.sub', '', 'i64 i64 -> i64', '$0 - $1'],
  [0x7e, 'i64.mul', '', 'i64 i64 -> i64', '$0 * $1'],
  [0x7f, 'i64.{div_s div_u rem_s rem_u}', '', 'i64 i64 -> i64 or trap'],
  [0x83, 'i64.and', '', 'i64 i64 -> i64', '$0 & $1'],
  [0x84, 'i64.or', '', 'i64 i64 -> i64', '$0 | $1'],
  [0x85, 'i64.xor', '', 'i64 i64 -> i64', '$0 ^ $1'],
  [0x86, 'i64.shl', '', 'i64 i64 -> i64', '$0 << ($1 & 63)'],
  [0x87, 'i64.shr_s', '', 'i64 i64 -> i64', '(u64)((i64)$0 >> ($1 & 63))'],
  [0x88, 'i64.shr_u', '', 'i64 i64 -> i64', '$0 >> ($1 & 63)'],
  [0x89, 'i64.{rotl rotr}', '', 'i64 i64 -> i64'],

  [0x8b, 'f32.abs', '', 'f32 -> f32'],
  [0x8c, 'f32.neg', '', 'f32 -> f32'],
  [0x8d, 'f32.{ceil floor trunc nearest sqrt}', '', 'f32 -> f32'],
  [0x92, 'f32.add', '', 'f32 f32 -> f32', '$0 + $1'],
  [0x93, 'f32.sub', '', 'f32 f32 -> f32', '$0 - $1'],
  [0x94, 'f32.mul', '', 'f32 f32 -> f32', '$0 * $1'],
  [0x95, 'f32.div', '', 'f32 f32 -> f32', '$0 / $1'],
  [0x96, 'f32.{min max copysign}', '', 'f32 f32 -> f32'],
  [0x99, 'f64.abs', '', 'f64 -> f64'],
  [0x9a, 'f64.neg', '', 'f64 -> f64'],
  [0x9b, 'f64.{ceil floor trunc nearest sqrt}', '', 'f64 -> f64'],
  [0xa0, 'f64.add', '', 'f64 f64 -> f64', '$0 + $1'],
  [0xa1, 'f64.sub', '', 'f64 f64 -> f64', '$0 - $1'],
  [0xa2, 'f64.mul', '', 'f64 f64 -> f64', '$0 * $1'],
  [0xa3, 'f64.div', '', 'f64 f64 -> f64', '$0 / $1'],
  [0xa4, 'f64.{min max copysign}', '', 'f64 f64 -> f64'],

  [0xa7, 'i32.wrap_i64', '', 'i64 -> i32', '(u32)$0'],
  [0xa8, 'i32.trunc_f32{_s _u}', '', 'f32 -> i32 or trap'],
  [0xaa, 'i32.trunc_f64{_s _u}', '', 'f64 -> i32 or trap'],
  [0xac, 'i64.extend_i32_s', '', 'i32 -> i64', '(u64)(i64)(i32)$0'],
  [0xad, 'i64.extend_i32_u', '', 'i32 -> i64', '(u64)$0'],
  [0xae, 'i64.trunc_f32{_s _u}', '', 'f32 -> i64 or trap'],
  [0xb0, 'i64.trunc_f64{_s _u}', '', 'f64 -> i64 or trap'],
  [0xb2, 'f32.convert_i32_s', '', 'i32 -> f32', '(f32)(i32)$0'],
  [0xb3, 'f32.convert_i32_u', '', 'i32 -> f32', '(f32)$0'],
  [0xb4, 'f32.convert_i64_s', '', 'i64 -> f32', '(f32)(i64)$0'],
  [0xb5, 'f32.convert_i64_u', '', 'i64 -> f32', '(f32)$0'],
  [0xb6, 'f32.demote_f64', '', 'f64 -> f32', '(f32)$0'],
  [0xb7, 'f64.convert_i32_s', '', 'i32 -> f64', '(f64)(i32)$0'],
  [0xb8, 'f64.convert_i32_u', '', 'i32 -> f64', '(f64)$0'],
  [0xb9, 'f64.convert_i64_s', '', 'i64 -> f64', '(f64)(i64)$0'],
  [0xba, 'f64.convert_i64_u', '', 'i64 -> f64', '(f64)$0'],
  [0xbb, 'f64.promote_f32', '', 'f32 -> f64', '(f64)$0'],
  [0xbc, 'i32.reinterpret_f32', '', 'f32 -> i32'],
  [0xbd, 'i64.reinterpret_f64', '', 'f64 -> i64'],
  [0xbe, 'f32.reinterpret_i32', '', 'i32 -> f32'],
  [0xbf, 'f64.reinterpret_i64', '', 'i64 -> f64'],
]

const SIGN_EXTENSION: Row[] = [
  [0xc0, 'i32.extend8_s', '', 'i32 -> i32', '(u32)(i32)(i8)$0'],
  [0xc1, 'i32.extend16_s', '', 'i32 -> i32', '(u32)(i32)(i16)$0'],
  [0xc2, 'i64.extend8_s', '', 'i64 -> i64', '(u64)(i64)(i8)$0'],
  [0xc3, 'i64.extend16_s', '', 'i64 -> i64', '(u64)(i64)(i16)$0'],
  [0xc4, 'i64.extend32_s', '', 'i64 -> i64', '(u64)(i64)(i32)$0'],
]

const SATURATING_FLOAT_TO_INT: Row[] = [
  [0xfc0000, 'i32.trunc_sat_f32{_s _u}', '', 'f32 -> i32'],
  [0xfc0002, 'i32.trunc_sat_f64{_s _u}', '', 'f64 -> i32'],
  [0xfc0004, 'i64.trunc_sat_f32{_s _u}', '', 'f32 -> i64'],
  [0xfc0006, 'i64.trunc_sat_f64{_s _u}', '', 'f64 -> i64'],
]

const BULK_MEMORY: Row[] = [
  [0xfc0008, 'memory.init', 'data memory', 'i32 i32 i32 -> or trap'],
  [0xfc0009, 'data.drop', 'data', '->'],
  [0xfc000a, 'memory.copy', 'memory memory', 'i32 i32 i32 -> or trap'],
  [0xfc000b, 'memory.fill', 'memory', 'i32 i32 i32 -> or trap'],
  [0xfc000c, 'table.init', 'elem table', 'i32 i32 i32 -> or trap'],
  [0xfc000d, 'elem.drop', 'elem', '->'],
  [0xfc000e, 'table.copy', 'table table', 'i32 i32 i32 -> or trap'],
]

const REFERENCE_TYPES: Row[] = [
  [0x1c, 'select', 'types', ''],
  [0x25, 'table.get', 'table', 'or trap'],
  [0x26, 'table.set', 'table', 'or trap'],
  [0xd0, 'ref.null', 'heaptype', ''],
  [0xd1, 'ref.is_null', '', ''],
  [0xd2, 'ref.func', 'func', ''],
  [0xfc000f, 'table.grow', 'table', ''],
  [0xfc0010, 'table.size', 'table', '-> i32'],
  [0xfc0011, 'table.fill', 'table', 'or trap'],
]

const TAIL_CALL: Row[] = [
  [0x12, 'return_call', 'func', ''],
  [0x13, 'return_call_indirect', 'type table', 'or trap'],
]

const FUNCTION_REFERENCES: Row[] = [
  [0x14, 'call_ref', 'type', 'or trap'],
  [0x15, 'return_call_ref', 'type', 'or trap'],
  [0xd4, 'ref.as_non_null', '', 'or trap'],
  [0xd5, 'br_on_null', 'label', ''],
  [0xd6, 'br_on_non_null', 'label', ''],
]

const EXCEPTION_HANDLING: Row[] = [
  [0x08, 'throw', 'tag', ''],
  [0x0a, 'throw_ref', '', 'or trap'],
  [0x1f, 'try_table', 'block catches', ''],
]

const LEGACY_EXCEPTIONS: Row[] = [
  [0x06, 'try', 'block', ''],
  [0x07, 'catch', 'tag', ''],
  [0x09, 'rethrow', 'label', ''],
  [0x18, 'delegate', 'label', ''],
  [0x19, 'catch_all', '', ''],
]

const SIMD: Row[] = [
  [0xfd0000, 'v128.load', 'memarg', 'i32 -> v128'],
  [0xfd0001, 'v128.load{8x8_s 8x8_u 16x4_s 16x4_u 32x2_s 32x2_u}', 'memarg', 'i32 -> v128'],
  [0xfd0007, 'v128.load{8 16 32 64}_splat', 'memarg', 'i32 -> v128'],
  [0xfd000b, 'v128.store', 'memarg', 'i32 v128 ->'],
  [0xfd000c, 'v128.const', 'v128', '-> v128'],
  [0xfd000d, 'i8x16.shuffle', 'lanes', 'v128 v128 -> v128'],
  [0xfd000e, 'i8x16.swizzle', '', 'v128 v128 -> v128'],
  [0xfd000f, '{i8x16 i16x8 i32x4}.splat', '', 'i32 -> v128'],
  [0xfd0012, 'i64x2.splat', '', 'i64 -> v128'],
  [0xfd0013, 'f32x4.splat', '', 'f32 -> v128'],
  [0xfd0014, 'f64x2.splat', '', 'f64 -> v128'],
  [0xfd0015, 'i8x16.extract_lane{_s _u}', 'lane', 'v128 -> i32'],
  [0xfd0017, 'i8x16.replace_lane', 'lane', 'v128 i32 -> v128'],
  [0xfd0018, 'i16x8.extract_lane{_s _u}', 'lane', 'v128 -> i32'],
  [0xfd001a, 'i16x8.replace_lane', 'lane', 'v128 i32 -> v128'],
  [0xfd001b, 'i32x4.extract_lane', 'lane', 'v128 -> i32'],
  [0xfd001c, 'i32x4.replace_lane', 'lane', 'v128 i32 -> v128'],
  [0xfd001d, 'i64x2.extract_lane', 'lane', 'v128 -> i64'],
  [0xfd001e, 'i64x2.replace_lane', 'lane', 'v128 i64 -> v128'],
  [0xfd001f, 'f32x4.extract_lane', 'lane', 'v128 -> f32'],
  [0xfd0020, 'f32x4.replace_lane', 'lane', 'v128 f32 -> v128'],
  [0xfd0021, 'f64x2.extract_lane', 'lane', 'v128 -> f64'],
  [0xfd0022, 'f64x2.replace_lane', 'lane', 'v128 f64 -> v128'],
  [0xfd0023, 'i8x16.{eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u}', '', 'v128 v128 -> v128'],
  [0xfd002d, 'i16x8.{eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u}', '', 'v128 v128 -> v128'],
  [0xfd0037, 'i32x4.{eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u}', '', 'v128 v128 -> v128'],
  [0xfd0041, 'f32x4.{eq ne lt gt le ge}', '', 'v128 v128 -> v128'],
  [0xfd0047, 'f64x2.{eq ne lt gt le ge}', '', 'v128 v128 -> v128'],
  [0xfd004d, 'v128.not', '', 'v128 -> v128'],
  [0xfd004e, 'v128.{and andnot or xor}', '', 'v128 v128 -> v128'],
  [0xfd0052, 'v128.bitselect', '', 'v128 v128 v128 -> v128'],
  [0xfd0053, 'v128.any_true', '', 'v128 -> i32'],
  [0xfd0054, 'v128.load{8 16 32 64}_lane', 'memarg lane', 'i32 v128 -> v128'],
  [0xfd0058, 'v128.store{8 16 32 64}_lane', 'memarg lane', 'i32 v128 ->'],
  [0xfd005c, 'v128.load{32 64}_zero', 'memarg', 'i32 -> v128'],
  [0xfd005e, 'f32x4.demote_f64x2_zero', '', 'v128 -> v128'],
  [0xfd005f, 'f64x2.promote_low_f32x4', '', 'v128 -> v128'],
  [0xfd0060, 'i8x16.{abs neg popcnt}', '', 'v128 -> v128'],
  [0xfd0063, 'i8x16.{all_true bitmask}', '', 'v128 -> i32'],
  [0xfd0065, 'i8x16.narrow_i16x8{_s _u}', '', 'v128 v128 -> v128'],
  [0xfd0067, 'f32x4.{ceil floor trunc nearest}', '', 'v128 -> v128'],
  [0xfd006b, 'i8x16.{shl shr_s shr_u}', '', 'v128 i32 -> v128'],
  [0xfd006e, 'i8x16.{add add_sat_s add_sat_u sub sub_sat_s sub_sat_u}', '', 'v128 v128 -> v128'],
  [0xfd0074, 'f64x2.{ceil floor}', '', 'v128 -> v128'],
  [0xfd0076, 'i8x16.{min_s min_u max_s max_u}', '', 'v128 v128 -> v128'],
  [0xfd007a, 'f64x2.trunc', '', 'v128 -> v128'],
  [0xfd007b, 'i8x16.avgr_u', '', 'v128 v128 -> v128'],
  [0xfd007c, 'i16x8.extadd_pairwise_i8x16{_s _u}', '', 'v128 -> v128'],
  [0xfd007e, 'i32x4.extadd_pairwise_i16x8{_s _u}', '', 'v128 -> v128'],
  [0xfd0080, 'i16x8.{abs neg}', '', 'v128 -> v128'],
  [0xfd0082, 'i16x8.q15mulr_sat_s', '', 'v128 v128 -> v128'],
  [0xfd0083, 'i16x8.{all_true bitmask}', '', 'v128 -> i32'],
  [0xfd0085, 'i16x8.narrow_i32x4{_s _u}', '', 'v128 v128 -> v128'],
  [0xfd0087, 'i16x8.extend_{low_i8x16_s high_i8x16_s low_i8x16_u high_i8x16_u}', '', 'v128 -> v128'],
  [0xfd008b, 'i16x8.{shl shr_s shr_u}', '', 'v128 i32 -> v128'],
  [0xfd008e, 'i16x8.{add add_sat_s add_sat_u sub sub_sat_s sub_sat_u}', '', 'v128 v128 -> v128'],
  [0xfd0094, 'f64x2.nearest', '', 'v128 -> v128'],
  [0xfd0095, 'i16x8.{mul min_s min_u max_s max_u}', '', 'v128 v128 -> v128'],
  [0xfd009b, 'i16x8.avgr_u', '', 'v128 v128 -> v128'],
  [0xfd009c, 'i16x8.extmul_{low_i8x16_s high_i8x16_s low_i8x16_u high_i8x16_u}', '', 'v128 v128 -> v128'],
  [0xfd00a0, 'i32x4.{abs neg}', '', 'v128 -> v128'],
  [0xfd00a3, 'i32x4.{all_true bitmask}', '', 'v128 -> i32'],
  [0xfd00a7, 'i32x4.extend_{low_i16x8_s high_i16x8_s low_i16x8_u high_i16x8_u}', '', 'v128 -> v128'],
  [0xfd00ab, 'i32x4.{shl shr_s shr_u}', '', 'v128 i32 -> v128'],
  [0xfd00ae, 'i32x4.add', '', 'v128 v128 -> v128'],
  [0xfd00b1, 'i32x4.sub', '', 'v128 v128 -> v128'],
  [0xfd00b5, 'i32x4.{mul min_s min_u max_s max_u dot_i16x8_s}', '', 'v128 v128 -> v128'],
  [0xfd00bc, 'i32x4.extmul_{low_i16x8_s high_i16x8_s low_i16x8_u high_i16x8_u}', '', 'v128 v128 -> v128'],
  [0xfd00c0, 'i64x2.{abs neg}', '', 'v128 -> v128'],
  [0xfd00c3, 'i64x2.{all_true bitmask}', '', 'v128 -> i32'],
  [0xfd00c7, 'i64x2.extend_{low_i32x4_s high_i32x4_s low_i32x4_u high_i32x4_u}', '', 'v128 -> v128'],
  [0xfd00cb, 'i64x2.{shl shr_s shr_u}', '', 'v128 i32 -> v128'],
  [0xfd00ce, 'i64x2.add', '', 'v128 v128 -> v128'],
  [0xfd00d1, 'i64x2.sub', '', 'v128 v128 -> v128'],
  [0xfd00d5, 'i64x2.{mul eq ne lt_s gt_s le_s ge_s}', '', 'v128 v128 -> v128'],
  [0xfd00dc, 'i64x2.extmul_{low_i32x4_s high_i32x4_s low_i32x4_u high_i32x4_u}', '', 'v128 v128 -> v128'],
  [0xfd00e0, 'f32x4.{abs neg}', '', 'v128 -> v128'],
  [0xfd00e3, 'f32x4.sqrt', '', 'v128 -> v128'],
  [0xfd00e4, 'f32x4.{add sub mul div min max pmin pmax}', '', 'v128 v128 -> v128'],
  [0xfd00ec, 'f64x2.{abs neg}', '', 'v128 -> v128'],
  [0xfd00ef, 'f64x2.sqrt', '', 'v128 -> v128'],
  [0xfd00f0, 'f64x2.{add sub mul div min max pmin pmax}', '', 'v128 v128 -> v128'],
  [0xfd00f8, 'i32x4.trunc_sat_f32x4{_s _u}', '', 'v128 -> v128'],
  [0xfd00fa, 'f32x4.convert_i32x4{_s _u}', '', 'v128 -> v128'],
  [0xfd00fc, 'i32x4.trunc_sat_f64x2{_s_zero _u_zero}', '', 'v128 -> v128'],
  [0xfd00fe, 'f64x2.convert_low_i32x4{_s _u}', '', 'v128 -> v128'],
]

const RELAXED_SIMD: Row[] = [
  [0xfd0100, 'i8x16.relaxed_swizzle', '', 'v128 v128 -> v128'],
  [0xfd0101, 'i32x4.relaxed_trunc_{f32x4_s f32x4_u f64x2_s_zero f64x2_u_zero}', '', 'v128 -> v128'],
  [0xfd0105, 'f32x4.{relaxed_madd relaxed_nmadd}', '', 'v128 v128 v128 -> v128'],
  [0xfd0107, 'f64x2.{relaxed_madd relaxed_nmadd}', '', 'v128 v128 v128 -> v128'],
  [0xfd0109, '{i8x16 i16x8 i32x4 i64x2}.relaxed_laneselect', '', 'v128 v128 v128 -> v128'],
  [0xfd010d, 'f32x4.{relaxed_min relaxed_max}', '', 'v128 v128 -> v128'],
  [0xfd010f, 'f64x2.{relaxed_min relaxed_max}', '', 'v128 v128 -> v128'],
  [0xfd0111, 'i16x8.relaxed_q15mulr_s', '', 'v128 v128 -> v128'],
  [0xfd0112, 'i16x8.relaxed_dot_i8x16_i7x16_s', '', 'v128 v128 -> v128'],
  [0xfd0113, 'i32x4.relaxed_dot_i8x16_i7x16_add_s', '', 'v128 v128 v128 -> v128'],
]

const THREADS: Row[] = [
  [0xfe0000, 'memory.atomic.notify', 'memarg', 'i32 i32 -> i32 or trap'],
  [0xfe0001, 'memory.atomic.wait32', 'memarg', 'i32 i32 i64 -> i32 or trap'],
  [0xfe0002, 'memory.atomic.wait64', 'memarg', 'i32 i64 i64 -> i32 or trap'],
  [0xfe0003, 'atomic.fence', 'atomic.fence', '->'],
  [0xfe0010, 'i32.atomic.load', 'memarg', 'i32 -> i32 or trap'],
  [0xfe0011, 'i64.atomic.load', 'memarg', 'i32 -> i64 or trap'],
  [0xfe0012, 'i32.atomic.load{8_u 16_u}', 'memarg', 'i32 -> i32 or trap'],
  [0xfe0014, 'i64.atomic.load{8_u 16_u 32_u}', 'memarg', 'i32 -> i64 or trap'],
  [0xfe0017, 'i32.atomic.store', 'memarg', 'i32 i32 -> or trap'],
  [0xfe0018, 'i64.atomic.store', 'memarg', 'i32 i64 -> or trap'],
  [0xfe0019, 'i32.atomic.store{8 16}', 'memarg', 'i32 i32 -> or trap'],
  [0xfe001b, 'i64.atomic.store{8 16 32}', 'memarg', 'i32 i64 -> or trap'],
  ...['add', 'sub', 'and', 'or', 'xor', 'xchg'].flatMap((op, i): Row[] => [
    [0xfe001e + 7 * i, `i32.atomic.rmw.${op}`, 'memarg', 'i32 i32 -> i32 or trap'],
    [0xfe001f + 7 * i, `i64.atomic.rmw.${op}`, 'memarg', 'i32 i64 -> i64 or trap'],
    [0xfe0020 + 7 * i, `i32.atomic.rmw{8 16}.${op}_u`, 'memarg', 'i32 i32 -> i32 or trap'],
    [0xfe0022 + 7 * i, `i64.atomic.rmw{8 16 32}.${op}_u`, 'memarg', 'i32 i64 -> i64 or trap'],
  ]),
  [0xfe0048, 'i32.atomic.rmw.cmpxchg', 'memarg', 'i32 i32 i32 -> i32 or trap'],
  [0xfe0049, 'i64.atomic.rmw.cmpxchg', 'memarg', 'i32 i64 i64 -> i64 or trap'],
  [0xfe004a, 'i32.atomic.rmw{8 16}.cmpxchg_u', 'memarg', 'i32 i32 i32 -> i32 or trap'],
  [0xfe004c, 'i64.atomic.rmw{8 16 32}.cmpxchg_u', 'memarg', 'i32 i64 i64 -> i64 or trap'],
]

const TYPES: Record<string, ValType> = {
  i32: I32, i64: I64, f32: F32, f64: F64, v128: V128, funcref: FUNCREF, externref: EXTERNREF, exnref: EXNREF,
}
const BYTES: Record<string, number> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16, memory: 4 }

/** 'a.{b c}' → a.b, a.c */
function names(pattern: string): string[] {
  const [, before, choices, after] = /^(.*)\{(.*)\}(.*)$/.exec(pattern) ?? []
  return choices === undefined ? [pattern] : choices.split(' ').map((choice) => before + choice + after)
}

/** 'v128.load8x8_s' accesses 8 bytes, 'i64.store32' 4, 'f64.load' 8. */
function accessSize(name: string): number {
  const [, bits, lanes = '1'] = /(?:load|store|rmw|wait)(\d+)(?:x(\d+))?/.exec(name) ?? []
  return bits === undefined ? BYTES[name.slice(0, name.indexOf('.'))] : (Number(bits) * Number(lanes)) / 8
}

const types = (text: string): ValType[] => text.split(' ').filter(Boolean).map((name) => TYPES[name])

function expand(feature: Feature, rows: Row[]): Omit<Opcode, 'id'>[] {
  return rows.flatMap(([code, pattern, imm, stack, c]) =>
    names(pattern).map((name, i) => {
      const traps = stack.endsWith('or trap')
      const [params, results] = stack.replace('or trap', '').split('->')
      return {
        code: code + i, name, imm, feature,
        params: results === undefined ? undefined : types(params),
        results: results === undefined ? undefined : types(results),
        c, traps, size: imm.startsWith('memarg') ? accessSize(name) : undefined,
      }
    }))
}

/** All instructions, in the order of the table. `select` stands there twice: without types (0x1b) and with them (0x1c). */
export const opcodes: readonly Opcode[] = [
  ...expand('mvp', MVP),
  ...expand('sign-extension', SIGN_EXTENSION),
  ...expand('saturating-float-to-int', SATURATING_FLOAT_TO_INT),
  ...expand('bulk-memory', BULK_MEMORY),
  ...expand('reference-types', REFERENCE_TYPES),
  ...expand('tail-call', TAIL_CALL),
  ...expand('function-references', FUNCTION_REFERENCES),
  ...expand('exception-handling', EXCEPTION_HANDLING),
  ...expand('legacy-exceptions', LEGACY_EXCEPTIONS),
  ...expand('simd', SIMD),
  ...expand('relaxed-simd', RELAXED_SIMD),
  ...expand('threads', THREADS),
].map((op, id) => ({ ...op, id }))

/** By code (see {@link Opcode.code}). */
export const opcodeByCode: ReadonlyMap<number, Opcode> = new Map(opcodes.map((op) => [op.code, op]))

/** By name; `select` is the form without types. */
export const opcodeByName: ReadonlyMap<string, Opcode> = new Map(opcodes.toReversed().map((op) => [op.name, op]))

/** One-byte instructions by their byte: the fast path of the decoder. */
export const plainOpcodes: readonly (Opcode | undefined)[] = Array.from({ length: 0x100 }, (_, code) => opcodeByCode.get(code))
