/**
 * Loops that dispatch, as interpreters do: from the loop's beginning a few instructions lead to a `br_table`. The scan of a
 * function finds them, and the branches back, in whose place dispatch.ts writes those instructions again.
 */
import { Numbers } from './code.ts'
import { local } from './locals.ts'
import { r, u32 } from './reader.ts'

/** Bytes from a loop's beginning to its `br_table`, apart from what opens blocks. */
const SHORT = 160
/** Entries of a table that is worth it, and copies in a function. */
const MANY = 4
const MAX_COPIES = 512

/** Loops that are open and may begin by dispatching: where, in how many blocks, and what `accesses` and `leaves` were there. */
const candidates = new Numbers()
const FIELDS = 4
/** The loop that was met last. */
let last = 0
/** Steps that copies in the function may still take, and those that each takes: by the blocks that the loop is in. */
let budget = 0
const costs: number[] = []
const STEPS_EACH_BYTE = 4
/** Instead of where a loop's table is: no loop is in it. */
export const INNERMOST = -1
/** Where the branches are in whose place a copy is written, ascending. */
const copies = new Numbers()

/** @param bytes of the function's body */
export function beginHeads(bytes: number): void {
  candidates.length = copies.length = 0
  budget = STEPS_EACH_BYTE * bytes
}

/**
 * @param at of the loop, in the body
 * @param outside blocks that it is in
 * @param accesses of memory before it
 * @param leaves instructions before it that end a path, or make it no simple one
 */
export function meetLoop(at: number, outside: number, accesses: number, leaves: number): void {
  last = at
  local.usesOf[at + 1] = 0
  candidates.push(at)
  candidates.push(outside)
  candidates.push(accesses)
  candidates.push(leaves)
}

/** @param at where it began */
export function endOfLoop(at: number): void {
  if (at === last && local.usesOf[at + 1] === 0) local.usesOf[at + 1] = INNERMOST
  if (candidates.length > 0 && candidates.values[candidates.length - FIELDS] === at) candidates.length -= FIELDS
}

/**
 * Takes the candidates, innermost first, that dispatch by a br_table: answers the blocks that one is in, -1 when there is none.
 *
 * @param at of the br_table, whose number of targets comes next
 */
export function meetTable(at: number, start: number, depth: number, accesses: number, leaves: number): number {
  const { values } = candidates
  while (candidates.length > 0) {
    const i = (candidates.length -= FIELDS)
    const [loop, outside, before, left] = [values[i], values[i + 1], values[i + 2], values[i + 3]]
    const opened = 2 * (depth - outside)
    if (left !== leaves || accesses === before || at - start - loop - opened > SHORT || r.bytes[r.pos] < MANY) continue
    // A type of one result, or none: a branch takes nothing along.
    const type = r.bytes[start + loop + 1]
    if (type < 0x40 || type >= 0x80) continue
    local.usesOf[loop + 1] = at
    costs[outside] = at - start - loop + entries()
    return outside
  }
  return -1
}

/** Of the `br_table` whose targets come next. */
function entries(): number {
  const before = r.pos
  const count = u32()
  r.pos = before
  return count
}

/** A branch at that place goes to the beginning of a loop that dispatches, and is in so many blocks. */
export function noteCopy(at: number, outside: number): void {
  if (copies.length === MAX_COPIES || budget < costs[outside]) return
  budget -= costs[outside]
  copies.push(at)
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
