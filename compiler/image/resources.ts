/** The section `.rsrc` of PE files (Microsoft's PE Format): a tree of types, numbers and languages over pieces of data. */
import { alignUp, Writer } from './bytes.ts'

/** Kinds of resources. */
export const RESOURCE = { ICON: 3, GROUP_ICON: 14, VERSION: 16, MANIFEST: 24 } as const

export interface Resource {
  /** One of {@link RESOURCE}. */
  type: number
  id: number
  bytes: Uint8Array
}

/** English of the United States: what readers look for first where they look for a language at all. */
const LANGUAGE = 0x409
const DIRECTORY_BYTES = 16
const ENTRY_BYTES = 8
const DATA_ENTRY_BYTES = 16
const SUBDIRECTORY = 2 ** 31

/** @param address of the section, from the image's base */
export function resourceSection(resources: readonly Resource[], address: number): Uint8Array {
  const sorted = resources.toSorted((a, b) => a.type - b.type || a.id - b.id)
  const types = [...new Set(sorted.map(({ type }) => type))]
  const directory = (entries: number): number => DIRECTORY_BYTES + ENTRY_BYTES * entries
  const ofType = types.map((type) => sorted.filter((resource) => resource.type === type))

  // The root, the directories of types, those of numbers, which have one language each, what says where data is, and data.
  const typesAt = directory(types.length)
  const numbersAt = typesAt + ofType.reduce((sum, { length }) => sum + directory(length), 0)
  const entriesAt = numbersAt + directory(1) * sorted.length
  const dataAt = alignUp(entriesAt + DATA_ENTRY_BYTES * sorted.length, 8)

  const out = new Writer()
  const open = (entries: number): Writer => out.zeros(12).u16(0).u16(entries)
  open(types.length)
  let at = typesAt
  for (const [index, type] of types.entries()) {
    out.u32(type).u32(SUBDIRECTORY + at)
    at += directory(ofType[index].length)
  }
  at = numbersAt
  for (const some of ofType) {
    open(some.length)
    for (const { id } of some) {
      out.u32(id).u32(SUBDIRECTORY + at)
      at += directory(1)
    }
  }
  for (const index of sorted.keys()) {
    open(1)
    out.u32(LANGUAGE).u32(entriesAt + DATA_ENTRY_BYTES * index)
  }
  at = dataAt
  for (const { bytes } of sorted) {
    out
      .u32(address + at)
      .u32(bytes.length)
      .u32(0)
      .u32(0)
    at = alignUp(at + bytes.length, 8)
  }
  for (const { bytes } of sorted) out.align(8).put(bytes)
  return out.align(8).finish()
}
