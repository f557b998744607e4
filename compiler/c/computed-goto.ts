/**
 * Interpreters: a loop that begins with a br_table to many places. It is written as a computed goto, which C compilers copy
 * to the end of every case where they leave a `switch` in one place: many indirect jumps are predicted better than one
 * (Ertl and Gregg, "The Structure and Performance of Efficient Interpreters").
 */
import { target } from './control.ts'
import type { FunctionWriter } from './function.ts'
import { wrapped } from './lines.ts'

const MIN_TARGETS = 8
/** Copies times targets are edges for the compiler: 128 take it twice as long as a switch, 256 up to twenty times. */
const MAX_TARGETS = 128
/** Bytes of wasm for each target. Among longer cases the jump does not matter, and copies only make the function larger. */
const MAX_CASE_BYTES = 256
/** What compilers copy are some twenty machine instructions at most. */
const MAX_INSTRUCTIONS = 24

const STRAIGHT = /^(?:local|global|[if](?:32|64))\./

/** Whether the br_table being written is the one of an interpreter: few of its cases share a target. */
export function interprets(w: FunctionWriter, labels: readonly number[]): boolean {
  if (!w.mayComputeGoto) return false
  const targets = new Set(labels)
  if (targets.size < MIN_TARGETS || targets.size > MAX_TARGETS || labels.length > 2 * targets.size) return false
  const { start, end } = w.func.body!
  if (end - start > MAX_CASE_BYTES * targets.size) return false
  for (const label of targets) {
    const { kind, branchTypes } = target(w, label)
    if (kind === 'function' || branchTypes.length > 0) return false
  }
  return beginsLoop(w)
}

/** Whether nothing but a few instructions that do not branch are between the head of a loop and the one being written. */
function beginsLoop(w: FunctionWriter): boolean {
  for (let back = 1, count = 0; count <= MAX_INSTRUCTIONS; back++) {
    const name = w.previous(back)?.op.name ?? ''
    if (name === 'loop') return true
    if (name === 'block') continue
    if (!STRAIGHT.test(name)) return false
    count++
  }
  return false
}

/**
 * Writes the br_table, of which the last label is the default, for where speed is asked for. Nothing in it branches, so that
 * it is one block to copy. @param index without effects
 */
export function computedGoto(w: FunctionWriter, labels: readonly number[], index: string): void {
  w.mayComputeGoto = false
  const addresses = labels.map((label) => `&&${target(w, label).label}`)
  w.line(wrapped('static const void *const table[] = {', addresses).replace(/;$/, '};'))
  const last = labels.length - 1
  w.line(`goto *table[${index} < ${last}u ? ${index} : ${last}u];`)
}
