/** A module's functions in stretches that take some hundredths of a second each, and the module as other threads need it. */
import type { Module } from './module.ts'
import { Reader } from './reader.ts'

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

const CODE = 10
const HEADER = 8

/** Bytes of a module's code; 0 where there is none, or the bytes are no module. */
export function codeSize(bytes: Uint8Array): number {
  const r = new Reader(bytes, HEADER)
  try {
    for (;;) {
      const id = r.byte()
      const size = r.u32()
      if (id === CODE) return size
      r.skip(size)
    }
  } catch {
    return 0
  }
}

/** What functions are validated and written by: nothing that is large, or that only the rest of the module needs. */
export const sharedModule = (module: Module): Module => ({
  ...module,
  funcs: module.funcs.map((func) => ({ ...func, name: undefined })),
  globals: module.globals.map(({ type, import: origin, offset }) => ({ type, import: origin, offset })),
  tables: module.tables.map(({ type, import: origin, offset }) => ({ type, import: origin, offset })),
  elements: module.elements.map(({ mode, table, type, at }) => ({ mode, table, type, at, items: [] })),
  exports: [],
  data: [],
  customs: [],
})
