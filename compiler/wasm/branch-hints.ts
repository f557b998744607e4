import type { Module } from './module.ts'
import { Reader } from './reader.ts'

/** Whether a branch is likely taken, by the offset of its instruction in the function's body. */
export type BranchHints = ReadonlyMap<number, boolean>

const SECTION = 'metadata.code.branch_hint'
const NONE: BranchHints = new Map()

const known = new WeakMap<Module['customs'], ReadonlyMap<number, BranchHints>>()

/** The hints for a function, by its index. */
export function branchHints(module: Module, index: number): BranchHints {
  let hints = known.get(module.customs)
  if (hints === undefined) known.set(module.customs, (hints = readHints(module)))
  return hints.get(index) ?? NONE
}

/**
 * Reads the custom section of branch hinting. They change nothing that a program does, so that a malformed section, or a second
 * one, is no error: it gives no hint.
 */
function readHints({ bytes, customs }: Module): ReadonlyMap<number, BranchHints> {
  const sections = customs.filter(({ name }) => name === SECTION)
  if (sections.length !== 1) return new Map()
  const [{ start, end }] = sections
  const r = new Reader(bytes, start, end)
  try {
    const functions = r.vec((): [number, BranchHints] => [r.u32(), new Map(r.vec(() => readHint(r)))])
    return r.done ? new Map(functions) : new Map()
  } catch {
    return new Map()
  }
}

function readHint(r: Reader): [number, boolean] {
  const offset = r.u32()
  if (r.u32() !== 1) r.fail('a hint has one byte')
  const value = r.byte()
  if (value > 1) r.fail('a hint is 0 or 1')
  return [offset, value === 1]
}
