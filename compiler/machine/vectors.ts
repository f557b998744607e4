/** The line between vector instructions and processors; see assembler.ts. Instructions are by the number behind the prefix fd. */
import { opcodes } from '../wasm/opcodes.ts'
import type { Condition } from './assembler.ts'

/** A function of the runtime does it. */
export const CALLED = 0
export const INLINE = 1
/** Inline, with a register that the caller gives. */
export const WITH_TEMPORARY = 2

/** d = … as for the {@link Assembler}: any d, also one that is an operand. The temporary is none of them. */
export interface VectorAssembler {
  /** How each instruction is done. Those that access memory are loads and stores of others. */
  readonly how: Uint8Array
  /** Whether operands may change places, so that the second one's register is as good for the result as the first one's. */
  readonly commutes: Uint8Array
  binary(sub: number, d: number, a: number, b: number, temporary: number): void
  unary(sub: number, d: number, a: number, temporary: number): void
  /** By a number in an integer register, of which the bits count that number a lane's. */
  shift(sub: number, d: number, a: number, count: number, temporary: number): void
  /** By less than a lane's bits. */
  shiftConstant(sub: number, d: number, a: number, count: number, temporary: number): void
  splat(sub: number, d: number, a: number): void
  extract(sub: number, d: number, a: number, lane: number): void
  replace(sub: number, d: number, a: number, b: number, lane: number): void
  /** any_true, all_true: "is true". */
  test(sub: number, a: number): Condition
  /** bitmask */
  bits(sub: number, d: number, a: number): void
  /** Of a where the mask has ones, else of b. */
  select(d: number, a: number, b: number, mask: number): void
  /** Whether {@link shuffle} does one with these 16 numbers, of whose result that many bytes are wanted. */
  shuffles(bytes: Uint8Array, at: number, wanted: number): boolean
  shuffle(d: number, a: number, b: number, bytes: Uint8Array, at: number, wanted: number, temporary: number): void
}

/** What writes d = a op b, and d = op a; with a temporary register where {@link VectorAssembler.how} says so. */
export type Binary = (d: number, a: number, b: number, temporary: number) => void
export type Unary = (d: number, a: number, temporary: number) => void

/** The number behind the prefix, by name. */
export const VECTOR_NUMBERS: ReadonlyMap<string, number> = new Map(
  opcodes.filter(({ code }) => code >> 16 === 0xfd).map(({ name, code }) => [name, code & 0xffff]),
)

/** @throws if no vector instruction is called so */
export function vectorNumber(name: string): number {
  const number = VECTOR_NUMBERS.get(name)
  if (number === undefined) throw new Error(`there is no instruction ${name}`)
  return number
}

/** What tables have by the names of instructions, by their numbers. */
export function byNumber<T>(rows: Readonly<Record<string, T>>): (T | undefined)[] {
  const list: (T | undefined)[] = []
  for (const [name, row] of Object.entries(rows)) list[vectorNumber(name)] = row
  return list
}

interface Loaded {
  x64: (hasRounding: boolean) => VectorAssembler
  arm64: VectorAssembler
}
let loaded: Loaded | undefined

/** Those of the processors: needed before code is generated for a module with vector instructions, which most modules have not. */
export async function loadVectors(): Promise<void> {
  if (loaded !== undefined) return
  const [{ x64Vectors }, { arm64Vectors }] = await Promise.all([
    import('./x64/vectors/index.ts'),
    import('./arm64/vectors.ts'),
  ])
  loaded = { x64: x64Vectors, arm64: arm64Vectors }
}

export function vectorAssemblers(): Loaded {
  if (loaded === undefined) throw new Error('the vector instructions were not loaded')
  return loaded
}
