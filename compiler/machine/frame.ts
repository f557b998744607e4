/** Of the function that is being written, what its beginning and its ends need. */
import { Numbers } from './code.ts'
import type { Signature } from './unit.ts'

class Exits extends Numbers {
  /** A label that jumps to a function (an index, -1 the register `callee`, below it -2 - a symbol) with so many bytes of arguments. */
  override push(...values: number[]): void {
    for (const value of values) super.push(value)
  }
}

export const frame = {
  signature: undefined as unknown as Signature,
  /** Pinned locals that are saved around calls. */
  aroundCalls: [] as readonly number[],
  /** Tail calls: label, bytes of arguments, function. */
  exits: new Exits(),
  /** Frame offset of what the older exceptions' handlers caught, by depth of `try`. */
  caught: 0,
}
