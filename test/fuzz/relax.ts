/**
 * Relaxed SIMD: the specification leaves its results to the engine, we promise those of plain instructions on every
 * target. So some vector instructions of a random module become relaxed ones, and V8 runs the plain ones that each stands
 * for.
 */
import { opcodes, type Opcode } from '../../compiler/wasm/opcodes.ts'
import { V128 } from '../../compiler/wasm/types.ts'

const byName = new Map(opcodes.map((op) => [op.name, op]))

/** Instructions from vectors to a vector can stand for each other if they take equally many. */
const isVector = ({ imm, params, results }: Opcode): boolean =>
  imm === '' && params !== undefined && results?.[0] === V128 && params.every((type) => type === V128)

const RELAXED = opcodes.filter((op) => op.feature === 'relaxed-simd')

/** The relaxed instruction that takes the place of the one at a position of its function; undefined if it stays. */
export function relaxedAt(op: Opcode, position: number): Opcode | undefined {
  if (op.feature === 'relaxed-simd' || !isVector(op) || position % 2 === 0) return undefined
  const candidates = RELAXED.filter(({ params }) => params!.length === op.params!.length)
  return candidates[(position >> 1) % candidates.length]
}

/** The bytes of instructions; a number is the index of a local to get. */
function assemble(...code: (string | number)[]): number[] {
  return code.flatMap((item) => (typeof item === 'number' ? [0x20, item] : encode(byName.get(item)!)))
}

/** The bytes of an instruction without immediates. */
export function encode({ code }: Opcode): number[] {
  if (code < 0x100) return [code]
  const number = code & 0xffff
  return [code >> 16, ...(number < 0x80 ? [number] : [(number & 0x7f) | 0x80, number >> 7])]
}

const EIGHT = [0x41, 8]
const shift = (local: number, ...ways: string[]): number[] => [
  ...assemble(local),
  ...ways.flatMap((way) => [...EIGHT, ...assemble(`i16x8.${way}`)]),
]
const DOT = [
  ...shift(0, 'shl', 'shr_s'),
  ...shift(1, 'shl', 'shr_s'),
  ...assemble('i16x8.mul'),
  ...shift(0, 'shr_s'),
  ...shift(1, 'shr_s'),
  ...assemble('i16x8.mul', 'i16x8.add_sat_s'),
]
const multiplyAdd = (shape: string): number[] => assemble(0, 1, `${shape}.mul`, 2, `${shape}.add`)
const multiplySubtract = (shape: string): number[] => assemble(2, 0, 1, `${shape}.mul`, `${shape}.sub`)

/** Those that stand for several plain instructions: the body of a function that does it, over its parameters. */
export const PLAIN_FUNCTIONS: ReadonlyMap<string, number[]> = new Map([
  ['f32x4.relaxed_madd', multiplyAdd('f32x4')],
  ['f32x4.relaxed_nmadd', multiplySubtract('f32x4')],
  ['f64x2.relaxed_madd', multiplyAdd('f64x2')],
  ['f64x2.relaxed_nmadd', multiplySubtract('f64x2')],
  ['i16x8.relaxed_dot_i8x16_i7x16_s', DOT],
  ['i32x4.relaxed_dot_i8x16_i7x16_add_s', [...DOT, ...assemble('i32x4.extadd_pairwise_i16x8_s', 2, 'i32x4.add')]],
])

/** The plain instruction that the other ones stand for. */
export function plainOf({ name }: Opcode): Opcode {
  const plain = name
    .replace(/^.*laneselect$/, 'v128.bitselect')
    .replace('relaxed_trunc', 'trunc_sat')
    .replace('relaxed_q15mulr', 'q15mulr_sat')
    .replace('relaxed_', '')
  return byName.get(plain)!
}
