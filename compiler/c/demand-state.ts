/** What is known at a place of a function about what comes next; see demand.ts. */
import type { ValType } from '../wasm/types.ts'
import { ALL, BYTE, intersection, isWhole, NOTHING, type Bits } from './bits.ts'

const words = (bits: number): number => (bits + 31) >>> 5

export class State {
  /** For each value on the operand stack the bits of it that certainly decide something. */
  stack: Bits[]
  /** A bit for each local of which all bits do, then for each of which the lowest eight do, then what {@link mark} sets. */
  readonly #sets: Uint32Array
  /** Words of a set of locals. */
  readonly #length: number

  private constructor(stack: Bits[], sets: Uint32Array, length: number) {
    this.stack = stack
    this.#sets = sets
    this.#length = length
  }

  /** Nothing is used but the operands. */
  static empty(locals: number, cells: number, stack: Bits[]): State {
    return new State(stack, new Uint32Array(2 * words(locals) + words(cells)), words(locals))
  }

  /** The head of a loop before anything is known of it: all locals that are `read` anywhere are used. */
  static best(read: Uint32Array, cells: number, base: number, count: number): State {
    const stack: Bits[] = []
    for (let i = 0; i < base + count; i++) stack.push(i < base ? NOTHING : ALL)
    const sets = new Uint32Array(2 * read.length + words(cells))
    sets.set(read)
    sets.set(read, read.length)
    return new State(stack, sets, read.length)
  }

  copy(): State {
    return new State(this.stack.slice(), this.#sets.slice(), this.#length)
  }

  /** Where the height is not known, behind a branch away, nothing is known of the operands either. */
  resize(height: number): void {
    while (this.stack.length < height) this.stack.push(NOTHING)
    this.stack.length = height
  }

  /** What holds on both ways; answers whether that is less than before. */
  meet(other: State): boolean {
    let changed = false
    const [sets, others] = [this.#sets, other.#sets]
    const locals = 2 * this.#length
    for (let i = 0; i < sets.length; i++) {
      const value = (i < locals ? sets[i] & others[i] : sets[i] | others[i]) >>> 0
      if (value === sets[i]) continue
      sets[i] = value
      changed = true
    }
    for (let i = 0; i < this.stack.length; i++) {
      const bits = intersection(this.stack[i], other.stack[i] ?? NOTHING)
      if (bits === this.stack[i]) continue
      this.stack[i] = bits
      changed = true
    }
    return changed
  }

  /** Nothing computed so far is used for certain. */
  forget(): void {
    this.#sets.fill(0, 0, 2 * this.#length)
    this.stack.fill(NOTHING)
  }

  /** The bits of a local's value that are used. */
  bits(local: number): Bits {
    const word = local >>> 5
    const bit = 1 << (local & 31)
    if (this.#sets[word] & bit) return ALL
    return this.#sets[this.#length + word] & bit ? BYTE : NOTHING
  }

  use(local: number, bits: Bits, type: ValType): void {
    if (bits === NOTHING) return
    const word = local >>> 5
    const bit = 1 << (local & 31)
    const whole = isWhole(bits, type)
    if (whole) this.#sets[word] |= bit
    if (whole || (typeof bits === 'bigint' && (bits & BYTE) === BYTE)) this.#sets[this.#length + word] |= bit
  }

  define(local: number): void {
    const word = local >>> 5
    const bit = ~(1 << (local & 31))
    this.#sets[word] &= bit
    this.#sets[this.#length + word] &= bit
  }

  // Places that may be written again before they are read; see overwriting.ts.

  isMarked(cell: number): boolean {
    return ((this.#sets[2 * this.#length + (cell >>> 5)] >>> (cell & 31)) & 1) === 1
  }

  mark(cell: number): void {
    this.#sets[2 * this.#length + (cell >>> 5)] |= 1 << (cell & 31)
  }

  unmark(cells: readonly number[] | undefined): void {
    if (cells === undefined) return
    for (const cell of cells) this.#sets[2 * this.#length + (cell >>> 5)] &= ~(1 << (cell & 31))
  }

  unmarkAll(): void {
    this.#sets.fill(0, 2 * this.#length)
  }
}
