/** A module's functions in stretches that take some hundredths of a second each. */
import type { Module } from './module.ts'

const CHUNK_BYTES = 256 * 1024

/** Where the stretches begin, as indices of functions, those that are imported left out; and where the last one ends. */
export function chunksOf({ funcs }: Module): number[] {
  const starts: number[] = []
  let bytes = Infinity
  for (const { index, body } of funcs) {
    if (body === undefined) continue
    if (bytes >= CHUNK_BYTES) {
      starts.push(index)
      bytes = 0
    }
    bytes += body.end - body.start
  }
  return [...starts, funcs.length]
}
