/** Locals of the function that is being written: their types, where they are, and how much they are used. */
import { grown } from './arrays.ts'

export let typeOf = new Uint8Array(1024)
/** The register of a pinned local, -1. */
export let pinOf = new Int8Array(1024)
/** Frame offset of its home. */
export let home = new Int32Array(1024)
/** The register that a local which is not pinned is cached in, -1; and whether its home does not know that value. */
export let inRegister = new Int8Array(1024)
export let dirty = new Uint8Array(1024)
/** Operands that refer to it. */
export let references = new Int32Array(1024)
/** It never lives from one straight stretch of code into another; and how often its value will still be read. */
export let temporary = new Uint8Array(1024)
export let remaining = new Int32Array(1024)
/** Uses, by 8 to the depth of loops. */
export let weight = new Float64Array(1024)
/** Set before anything can read it: it need not start as zero. */
export let initialized = new Uint8Array(1024)

export const local = {
  /** Parameters, and what the body names of the others, in ascending order: a few bytes may declare 50,000. */
  used: [] as number[],
  /** By place in the body: how often what local.set or local.tee puts there is read; of a block, where its part ends that begins there. */
  usesOf: new Int32Array(1 << 16),
}

export function roomForLocals(count: number): void {
  if (count <= typeOf.length) return
  const length = count * 2
  typeOf = grown(typeOf, length)
  pinOf = grown(pinOf, length)
  home = grown(home, length)
  inRegister = grown(inRegister, length)
  dirty = grown(dirty, length)
  references = grown(references, length)
  temporary = grown(temporary, length)
  remaining = grown(remaining, length)
  weight = grown(weight, length)
  initialized = grown(initialized, length)
}

/** Its register, if it has one, is another's. */
export function forget(l: number, cached: Int32Array): void {
  const register = inRegister[l]
  if (register < 0) return
  cached[register] = -1
  inRegister[l] = -1
  dirty[l] = 0
}
