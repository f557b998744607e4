/** What segments of elements and of data have in common. */
import type { Cursor } from './cursor.ts'
import type { Space } from './space.ts'

const END = 0x0b

/** `(table $t)`, or the index alone, as it was written once. */
export function usedIndex(cursor: Cursor, word: string, space: Space): number | undefined {
  if (cursor.isIndex) return space.index(cursor)
  if (!cursor.list(word)) return undefined
  const index = space.index(cursor)
  cursor.close()
  return index
}

/** The offset of a segment that a table or memory brings along. */
export const zero = (is64: boolean): Uint8Array => Uint8Array.of(is64 ? 0x42 : 0x41, 0, END)
