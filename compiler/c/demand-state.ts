/** What is known at a place of a function about what comes next; see demand.ts. */
import type { ValType } from '../wasm/types.ts'
import { ALL, BYTE, isWhole, NOTHING, type Bits } from './demand-operands.ts'

const words = (bits: number): number => (bits + 31) >>> 5

export class State {
  /** For each value on the operand stack the bits of it that certainly decide something. */
  stack: Bits[]
  /** Locals of which all bits do, and those of which the lowest eight do. */
  readonly #all: Uint32Array
  readonly #byte: Uint32Array
  /** Places that may be written again before they are read; see overwriting.ts. */
  readonly overwritten: Uint32Array

  /** Nothing is used but the operands. */
  constructor(locals: number, cells: number, stack: Bits[], parts?: [Uint32Array, Uint32Array, Uint32Array]) {
    this.stack = stack
    ;[this.#all, this.#byte, this.overwritten] = parts ?? [
      new Uint32Array(words(locals)),
      new Uint32Array(words(locals)),
      new Uint32Array(words(cells)),
    ]
  }

  /** The head of a loop before anything is known of it: all locals that are `read` anywhere are used. */
  static best(read: Uint32Array, cells: number, base: number, count: number): State {
    const stack = [...new Array<Bits>(base).fill(NOTHING), ...new Array<Bits>(count).fill(ALL)]
    return new State(0, 0, stack, [read.slice(), read.slice(), new Uint32Array(words(cells))])
  }

  copy(): State {
    return new State(0, 0, this.stack.slice(), [this.#all.slice(), this.#byte.slice(), this.overwritten.slice()])
  }

  /** Where the height is not known, behind a branch away, nothing is known of the operands either. */
  resize(height: number): void {
    while (this.stack.length < height) this.stack.push(NOTHING)
    this.stack.length = height
  }

  /** What holds on both ways; answers whether that is less than before. */
  meet(other: State): boolean {
    let changed = false
    const both = (a: Uint32Array, b: Uint32Array, union: boolean): void => {
      for (let i = 0; i < a.length; i++) {
        const value = (union ? a[i] | b[i] : a[i] & b[i]) >>> 0
        if (value === a[i]) continue
        a[i] = value
        changed = true
      }
    }
    both(this.#all, other.#all, false)
    both(this.#byte, other.#byte, false)
    both(this.overwritten, other.overwritten, true)
    for (let i = 0; i < this.stack.length; i++) {
      const bits = this.stack[i] & (other.stack[i] ?? NOTHING)
      if (bits === this.stack[i]) continue
      this.stack[i] = bits
      changed = true
    }
    return changed
  }

  /** Nothing computed so far is used for certain. */
  forget(): void {
    this.#all.fill(0)
    this.#byte.fill(0)
    this.stack.fill(NOTHING)
  }

  /** The bits of a local's value that are used. */
  bits(local: number): Bits {
    const bit = 1 << (local & 31)
    if (this.#all[local >>> 5] & bit) return ALL
    return this.#byte[local >>> 5] & bit ? BYTE : NOTHING
  }

  use(local: number, bits: Bits, type: ValType): void {
    if (bits === NOTHING) return
    const bit = 1 << (local & 31)
    if (isWhole(bits, type)) this.#all[local >>> 5] |= bit
    if ((bits & BYTE) === BYTE) this.#byte[local >>> 5] |= bit
  }

  define(local: number): void {
    const bit = ~(1 << (local & 31))
    this.#all[local >>> 5] &= bit
    this.#byte[local >>> 5] &= bit
  }
}
