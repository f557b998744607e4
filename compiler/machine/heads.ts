/**
 * Loops that dispatch, as interpreters do: from the loop's beginning a few instructions lead to a `br_table`. The scan of a
 * function finds them, and the branches back, in whose place dispatch.ts writes those instructions again.
 */
import { grown } from './arrays.ts'
import { Numbers } from './code.ts'
import { local } from './locals.ts'
import { r } from './reader.ts'

/** Bytes from a loop's beginning to its `br_table`, apart from what opens blocks. */
const SHORT = 160
/** Entries of a table that is worth it, and copies in a function. */
const MANY = 4
const MAX_COPIES = 512

/** Loops whose beginnings may lead to a table: where, in how many blocks, and memory accesses before them. */
const candidates = new Numbers()
/** By nesting: the loop there dispatches. */
let heads = new Uint8Array(1024)
/** The loop that was met last. */
let last = 0
/** Instead of where a loop's table is: no loop is in it. */
export const INNERMOST = -1
/** Where the branches are in whose place a copy is written, ascending. */
const copies = new Numbers()

export function beginHeads(): void {
  candidates.length = copies.length = 0
}

/** @param at of the loop, in the body. @param depth of the loop */
export function meetLoop(at: number, depth: number, accesses: number): void {
  if (depth >= heads.length) heads = grown(heads, 2 * depth)
  heads[depth] = 0
  last = at
  local.usesOf[at + 1] = 0
  candidates.push(at)
  candidates.push(depth)
  candidates.push(accesses)
}

/** @param at where it began */
export function endOfLoop(at: number, depth: number): void {
  heads[depth] = 0
  if (at === last && local.usesOf[at + 1] === 0) local.usesOf[at + 1] = INNERMOST
  if (candidates.length > 0 && candidates.values[candidates.length - 2] === depth) candidates.length -= 3
}

/** What comes next is not reached from the loop's beginning, or not in a simple way. Always false. */
export function leavesHead(): false {
  candidates.length = 0
  return false
}

/** @param at of a br_table whose number of targets comes next */
export function meetTable(at: number, start: number, depth: number, accesses: number): void {
  const { values } = candidates
  for (let i = 0; i < candidates.length; i += 3) {
    const [loop, outside, before] = [values[i], values[i + 1], values[i + 2]]
    const opened = 2 * (depth - outside)
    if (accesses === before || at - start - loop - opened > SHORT || r.bytes[r.pos] < MANY) continue
    // A type of one result, or none: a branch takes nothing along.
    const type = r.bytes[start + loop + 1]
    if (type < 0x40 || type >= 0x80) continue
    heads[outside] = 1
    local.usesOf[loop + 1] = at
  }
  candidates.length = 0
}

export const isHead = (depth: number): boolean => heads[depth] === 1

/** A branch at that place goes to the beginning of a loop that dispatches. */
export function noteCopy(at: number): void {
  if (copies.length < MAX_COPIES) copies.push(at)
}

// While the function is written

let next = 0

export function beginCopies(): void {
  next = 0
}

/** Whether a copy is written in place of what is at `at`. */
export const isCopied = (at: number): boolean => copyAfter(at) === at

/** Where the next copy comes, at or behind `at`; never asked for what comes before what was asked for. */
export function copyAfter(at: number): number {
  while (next < copies.length && copies.values[next] < at) next++
  return next < copies.length ? copies.values[next] : 0x7fffffff
}
