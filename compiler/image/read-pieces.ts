/** Sections of object files that are divided, and places in them. */
import { NO_RELOCATIONS, type Section, type SectionKind } from './object.ts'

/** What became of one section of the file: sections of the object, by where they began. */
export interface Pieces {
  /** Where each begins; the first at 0. */
  starts: number[]
  /** The number of the first among the object's sections; the others follow. */
  first: number
}

/** The section that a place lies in, and where there; one behind the end belongs to the last. */
export function locate(pieces: Pieces, offset: number): { section: number; offset: number } {
  const { starts, first } = pieces
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (starts[middle] <= offset) low = middle
    else high = middle
  }
  return { section: first + low, offset: offset - starts[low] }
}

/** How constants that may be merged are divided: NUL-terminated strings of characters, or entries of one size. */
export function constantStarts(bytes: Uint8Array, size: number, strings: boolean): number[] {
  const starts = [0]
  if (!strings) {
    for (let at = size; at < bytes.length; at += size) starts.push(at)
    return starts
  }
  for (let at = 0; at + size <= bytes.length; at += size) {
    let zero = true
    for (let i = 0; i < size; i++) if (bytes[at + i] !== 0) zero = false
    if (zero && at + size < bytes.length) starts.push(at + size)
  }
  return starts
}

/** Divides bytes, or zeros, at `starts` into sections of their own. */
export function divide(
  whole: { name: string; kind: SectionKind; align: number; size: number; bytes: Uint8Array | undefined },
  starts: readonly number[],
  merge: boolean,
): Section[] {
  const { name, kind, align, size, bytes } = whole
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? size
    return {
      name,
      kind,
      align: start === 0 ? align : Math.min(align, start & -start),
      size: end - start,
      bytes: bytes?.subarray(start, end),
      relocations: NO_RELOCATIONS,
      ...(merge && { merge }),
    }
  })
}
