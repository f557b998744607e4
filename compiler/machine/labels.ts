/** Labels of the function that is being written: places that jumps lead to, before and after they are known. */
import { code, Numbers } from './code.ts'
import { copyAfter } from './heads.ts'
import { r } from './reader.ts'

/** By label: its place, -1 while it is not known; and the last of the jumps that wait for it, 0 for none. */
const places = new Numbers()
const waiting = new Numbers()
/** By label: where in the module's code it will be bound, as far as that is known; else FAR. */
const expected = new Numbers()
/** By jump, from 1: where it is, how it is patched, and the jump that waited before it. */
const jumpAt = new Numbers()
const jumpKind = new Numbers()
const jumpNext = new Numbers()

/**
 * Instructions that reach their targets only in functions of some size, or over little code. A function is written as if they did,
 * unless it is known to be `far`; where that is not so, and an {@link OutOfReach} tells, it is written again.
 */
export const reach = { far: false }

export class OutOfReach extends Error {}

/** Writes the distance from a jump to its label, in the way of the target. */
export type Patch = (kind: number, at: number, target: number) => void
let patch: Patch

export function beginLabels(patchJump: Patch): void {
  patch = patchJump
  places.length = waiting.length = expected.length = jumpAt.length = jumpKind.length = jumpNext.length = 0
}

const FAR = 0x7fffffff

/** @param at where in the module's code it will be bound, if that is known */
export function newLabel(at = FAR): number {
  places.push(-1)
  waiting.push(0)
  expected.push(at)
  return places.length - 1
}

/** Bytes of the module whose code short jumps lead over, but for few. */
const NEAR = 44

/** Whether a jump to a label whose place is not known may be written as a short one: if it is none, the function is written again. */
export const isNear = (label: number): boolean => {
  const at = expected.values[label]
  return !reach.far && at - r.pos < NEAR && copyAfter(r.pos) >= at
}

/** The place of a label, -1 if it is not known yet. */
export const placeOf = (label: number): number => places.values[label]

/** Whether a jump waits for the label. */
export const isAwaited = (label: number): boolean => waiting.values[label] !== 0

/** Notes that the jump at `at` leads to a label whose place is not known. */
export function await_(label: number, kind: number, at: number): void {
  jumpAt.push(at)
  jumpKind.push(kind)
  jumpNext.push(waiting.values[label])
  waiting.values[label] = jumpAt.length
}

/** A table leads to the label, which is read from there. */
const FROM_TABLE = -1
export function awaitFromTable(label: number): void {
  if (placeOf(label) < 0 && !isAwaited(label)) await_(label, FROM_TABLE, 0)
}

/** Where the last label is. */
export const bound = { at: -1 }

/** The label is here. */
export function bind(label: number): void {
  const here = code.at
  bound.at = here
  places.values[label] = here
  for (let jump = waiting.values[label]; jump !== 0; jump = jumpNext.values[jump - 1]) {
    const kind = jumpKind.values[jump - 1]
    if (kind !== FROM_TABLE) patch(kind, jumpAt.values[jump - 1], here)
  }
  waiting.values[label] = 0
}

/** What waits for a label, and no code is at, waits for another one, or is patched to lead there. */
export function mergeLabel(label: number, other: number): void {
  const first = waiting.values[label]
  const place = places.values[other]
  if (place >= 0) {
    for (let jump = first; jump !== 0; jump = jumpNext.values[jump - 1])
      if (jumpKind.values[jump - 1] !== FROM_TABLE) patch(jumpKind.values[jump - 1], jumpAt.values[jump - 1], place)
  } else if (first !== 0) {
    let last = first
    while (jumpNext.values[last - 1] !== 0) last = jumpNext.values[last - 1]
    jumpNext.values[last - 1] = waiting.values[other]
    waiting.values[other] = first
  }
  waiting.values[label] = 0
}

/** Once all of a function is written. @throws if a jump leads nowhere: it must not be run */
export function checkLabels(): void {
  const { values, length } = waiting
  for (let label = 0; label < length; label++) if (values[label] !== 0) throw new Error('a jump leads nowhere')
}
