/**
 * Relaxed SIMD: the specification leaves its results to the engine, we promise those of plain instructions on every
 * target. So vectors of a random module pass through functions that do something relaxed with them, and in V8's copy of
 * the module the plain instructions for which it stands.
 */
import { opcodes, type Opcode } from '../../compiler/wasm/opcodes.ts'

const byName = new Map(opcodes.map((op) => [op.name, op]))

/** The bytes of instructions; a number is the index of a local to get. */
function assemble(...code: (string | number)[]): number[] {
  return code.flatMap((item) => (typeof item === 'number' ? [0x20, item] : encode(byName.get(item)!)))
}

function encode({ code }: Opcode): number[] {
  if (code < 0x100) return [code]
  const number = code & 0xffff
  return [code >> 16, ...(number < 0x80 ? [number] : [(number & 0x7f) | 0x80, number >> 7])]
}

/** Shifts of 16-bit lanes by 8. */
const shift = (local: number, ...ways: string[]): number[] => [
  ...assemble(local),
  ...ways.flatMap((way) => [0x41, 8, ...assemble(`i16x8.${way}`)]),
]
const DOT = [
  ...shift(0, 'shl', 'shr_s'),
  ...shift(1, 'shl', 'shr_s'),
  ...assemble('i16x8.mul'),
  ...shift(0, 'shr_s'),
  ...shift(1, 'shr_s'),
  ...assemble('i16x8.mul', 'i16x8.add_sat_s'),
]

/** What stands for several plain instructions, over locals. */
const SEVERAL: Record<string, number[]> = {
  'f32x4.relaxed_madd': assemble(0, 1, 'f32x4.mul', 2, 'f32x4.add'),
  'f32x4.relaxed_nmadd': assemble(2, 0, 1, 'f32x4.mul', 'f32x4.sub'),
  'f64x2.relaxed_madd': assemble(0, 1, 'f64x2.mul', 2, 'f64x2.add'),
  'f64x2.relaxed_nmadd': assemble(2, 0, 1, 'f64x2.mul', 'f64x2.sub'),
  'i16x8.relaxed_dot_i8x16_i7x16_s': DOT,
  'i32x4.relaxed_dot_i8x16_i7x16_add_s': [...DOT, ...assemble('i32x4.extadd_pairwise_i16x8_s', 2, 'i32x4.add')],
}

/** The plain instruction that each of the others stands for. */
function plainName(name: string): string {
  return name
    .replace(/^.*laneselect$/, 'v128.bitselect')
    .replace('relaxed_trunc', 'trunc_sat')
    .replace('relaxed_q15mulr', 'q15mulr_sat')
    .replace('relaxed_', '')
}

/** Makes the other operands of the first: its lanes in another order, and its complement. */
const OPERANDS = [
  assemble(0, 0, 'i8x16.shuffle'),
  Array.from({ length: 16 }, (_, lane) => (lane * 7 + 5) % 16),
  [0x21, 1],
  assemble(0, 'v128.not'),
  [0x21, 2],
].flat()

/** A function of a vector that gives another one. */
export interface RelaxedFunction {
  /** Code with two more locals, both vectors: with the instruction, and with the plain ones. */
  relaxed: number[]
  plain: number[]
  /** Whose NaNs are not decided: 'f32x4'. */
  shape: string
}

/** One for each instruction. */
export const RELAXED_FUNCTIONS: readonly RelaxedFunction[] = opcodes
  .filter(({ feature }) => feature === 'relaxed-simd')
  .map(({ name, params }) => {
    const operands = params!.map((_, i) => i)
    return {
      relaxed: [...OPERANDS, ...assemble(...operands, name)],
      plain: [...OPERANDS, ...(SEVERAL[name] ?? assemble(...operands, plainName(name)))],
      shape: name.slice(0, 5),
    }
  })
