/**
 * The beginning of a loop that dispatches (heads.ts), written again in place of a branch to it: each case of an interpreter
 * then ends in an indirect jump of its own, which processors predict by what came before. Copies share the first one's
 * jump table.
 */
import { blocks, IF, LOOP } from './control.ts'
import { mergeLabel } from './labels.ts'
import { r } from './reader.ts'
import { clearCache, dropTo, putOperands, takeOperands, type Operands } from './stack.ts'
import type { Kind } from './types.ts'

interface Head {
  /** Places of its first instruction and of its `br_table`. */
  start: number
  table: number
  /** Once that is written: the label of the jump table, and those of the blocks in the loop that are open there: their ends, else parts. */
  jumpTable: number
  labels: Int32Array
  others: Int32Array
}

const NONE = new Int32Array(0)

/** By loop that is open: its head as a number, from 1, in `blocks.detail`. */
const heads: Head[] = []

/** A copy that is being written; and what comes back behind it. */
let copied: { head: Head; loop: number; outer: Frames; operands: Operands; pos: number } | undefined

interface Frames {
  numbers: Int32Array
  params: (readonly Kind[])[]
  results: (readonly Kind[])[]
}

export function beginDispatch(): void {
  heads.length = 0
  copied = undefined
}

export const isCopying = (): boolean => copied !== undefined

const headOf = (b: number): Head | undefined =>
  blocks.kind[b] === LOOP && blocks.detail[b] > 0 ? heads[blocks.detail[b] - 1] : undefined

/** The loop that was opened begins by dispatching. @param table where its `br_table` is */
export function noteHead(loop: number, table: number): void {
  blocks.detail[loop] = heads.push({ start: r.pos, table, jumpTable: -1, labels: NONE, others: NONE })
}

/** Begins the copy for a branch to a loop, behind which nothing is reached; false: there is none. */
export function beginCopy(loop: number): boolean {
  const head = headOf(loop)
  if (head === undefined || head.jumpTable < 0) return false
  dropTo(blocks.height[blocks.count - 1])
  clearCache()
  // What the head leaves below its blocks is to lie where the first one leaves it.
  const operands = takeOperands(blocks.height[loop])
  copied = { head, loop, outer: takeFrames(loop + 1), operands, pos: r.pos }
  r.pos = head.start
  return true
}

/** The `br_table` at that place, without operands to take along, has been written: whose heads end in it. */
export function noteTable(at: number, jumpTable: number): void {
  for (let b = blocks.count - 1; b > 0; b--) {
    const head = headOf(b)
    // In a copy the operands that they take along would lie elsewhere.
    if (blocks.params[b].length > 0) return
    if (head === undefined || head.table !== at) {
      if (blocks.results[b].length > 0) return
      continue
    }
    head.jumpTable = jumpTable
    head.labels = blocks.label.slice(b + 1, blocks.count)
    head.others = blocks.other.slice(b + 1, blocks.count)
  }
}

/** The jump table of the copy whose end the `br_table` at that place is; -1. */
export const copiedTable = (at: number): number => (copied?.head.table === at ? copied.head.jumpTable : -1)

/** The copy is complete: what leads to its blocks leads to those of the first one. */
export function endCopy(): void {
  const { head, loop, outer, operands, pos } = copied!
  for (let i = 0; i < head.labels.length; i++) {
    const b = loop + 1 + i
    mergeLabel(blocks.label[b], head.labels[i])
    // Of an `if` whose first part goes on behind the `br_table`.
    if (blocks.kind[b] === IF && blocks.other[b] >= 0) mergeLabel(blocks.other[b], head.others[i])
  }
  putFrames(loop + 1, outer)
  putOperands(operands)
  r.pos = pos
  copied = undefined
}

const FIELDS = ['kind', 'height', 'label', 'other', 'detail', 'guard'] as const

function takeFrames(from: number): Frames {
  const count = blocks.count - from
  const numbers = new Int32Array(count * FIELDS.length)
  FIELDS.forEach((field, f) => numbers.set(blocks[field].subarray(from, blocks.count), f * count))
  blocks.count = from
  return {
    numbers,
    params: blocks.params.slice(from, from + count),
    results: blocks.results.slice(from, from + count),
  }
}

function putFrames(from: number, { numbers, params, results }: Frames): void {
  const count = params.length
  FIELDS.forEach((field, f) => blocks[field].set(numbers.subarray(f * count, (f + 1) * count), from))
  for (let i = 0; i < count; i++) {
    blocks.params[from + i] = params[i]
    blocks.results[from + i] = results[i]
  }
  blocks.count = from + count
}
