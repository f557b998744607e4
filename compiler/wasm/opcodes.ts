import { TABLE, type Row } from './opcode-table.ts'
import { ARRAY, EQ, EXNREF, F32, F64, FUNCREF, EXTERNREF, I31, I32, I64, V128, ref, type ValType } from './types.ts'

/** The immediates an instruction carries after its opcode. */
export type Immediates =
  | ''
  | 'block'
  | 'label'
  | 'labels'
  | 'func'
  | 'type'
  | 'type table'
  | 'type type'
  | 'type field'
  | 'type count'
  | 'type data'
  | 'type elem'
  | 'local'
  | 'global'
  | 'table'
  | 'table table'
  | 'elem'
  | 'elem table'
  | 'data'
  | 'data memory'
  | 'memory'
  | 'memory memory'
  | 'memarg'
  | 'memarg lane'
  | 'lane'
  | 'lanes'
  | 'i32'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'v128'
  | 'heaptype'
  | 'non-null heaptype'
  | 'cast'
  | 'types'
  | 'tag'
  | 'block catches'
  | 'atomic.fence'

/** An instruction: a row of the opcode table, expanded. */
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
  /** The C expression over $0, $1 (operands, parenthesized as needed) where it is not a call of the mangled name. */
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
  | 'mvp'
  | 'sign-extension'
  | 'saturating-float-to-int'
  | 'multi-value'
  | 'bulk-memory'
  | 'reference-types'
  | 'mutable-global'
  | 'simd'
  | 'relaxed-simd'
  | 'tail-call'
  | 'exception-handling'
  | 'legacy-exceptions'
  | 'function-references'
  | 'gc'
  | 'extended-const'
  | 'multi-memory'
  | 'memory64'
  | 'threads'
  | 'custom-page-sizes'
  | 'wide-arithmetic'
  | 'compact-imports'
  | 'stack-switching'
  | 'stringref'
  | 'half-precision'
  | 'shared-everything-threads'
  | 'memory-control'
  | 'custom-descriptors'
  | 'rounding-mode-control'

const TYPES: Record<string, ValType> = {
  i32: I32,
  i64: I64,
  f32: F32,
  f64: F64,
  v128: V128,
  funcref: FUNCREF,
  externref: EXTERNREF,
  exnref: EXNREF,
  eqref: ref(EQ),
  arrayref: ref(ARRAY),
  i31ref: ref(I31),
}
const BYTES: Record<string, number> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16, memory: 4 }

/** 'a.{b c}' → a.b, a.c */
export function expandNames(pattern: string): string[] {
  if (!pattern.includes('{')) return [pattern]
  const [, before, choices, after] = /^(.*)\{(.*)\}(.*)$/.exec(pattern) ?? []
  return choices === undefined ? [pattern] : choices.split(' ').map((choice) => before + choice + after)
}

/** 'v128.load8x8_s' accesses 8 bytes, 'i64.store32' 4, 'f64.load' 8. */
function accessSize(name: string): number {
  const [, bits, lanes = '1'] = /(?:load|store|rmw|wait)(\d+)(?:x(\d+))?/.exec(name) ?? []
  return bits === undefined ? BYTES[name.slice(0, name.indexOf('.'))] : (Number(bits) * Number(lanes)) / 8
}

/** Few lists stand for all instructions. */
const lists = new Map<string, ValType[]>()

function types(text: string): ValType[] {
  let list = lists.get(text)
  if (list === undefined) {
    list = text
      .split(' ')
      .filter(Boolean)
      .map((name) => TYPES[name])
    lists.set(text, list)
  }
  return list
}

function expand(feature: Feature, rows: Row[]): Omit<Opcode, 'id'>[] {
  return rows.flatMap(([code, pattern, imm, stack, c]) =>
    expandNames(pattern).map((name, i) => {
      const traps = stack.endsWith('or trap')
      const [params, results] = stack.replace('or trap', '').split('->')
      return {
        code: code + i,
        name,
        imm,
        feature,
        params: results === undefined ? undefined : types(params),
        results: results === undefined ? undefined : types(results),
        c,
        traps,
        size: imm.startsWith('memarg') ? accessSize(name) : undefined,
      }
    }),
  )
}

/** All instructions, in the order of the table; `select` twice, without types (0x1b) and with them (0x1c). */
export const opcodes: readonly Opcode[] = TABLE.flatMap(([feature, rows]) => expand(feature, rows)).map((op, id) =>
  Object.assign(op, { id }),
)

/** By code (see {@link Opcode.code}). */
export const opcodeByCode: ReadonlyMap<number, Opcode> = new Map(opcodes.map((op) => [op.code, op]))

/** By name; `select` is the form without types. */
export const opcodeByName: ReadonlyMap<string, Opcode> = new Map(opcodes.toReversed().map((op) => [op.name, op]))

/** One-byte instructions by their byte: the fast path of the decoder. */
export const plainOpcodes: readonly (Opcode | undefined)[] = Array.from({ length: 0x100 }, (_, code) =>
  opcodeByCode.get(code),
)
