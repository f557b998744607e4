/** How large tables and memories are. */
import { unsupported } from '../wasm/features.ts'
import type { ByteWriter } from './bytes.ts'
import type { Cursor } from './cursor.ts'
import { NUMBER } from './lexer.ts'

/** `i32` or `i64` in front of limits: whether it is the latter. */
export function addressType(cursor: Cursor): boolean {
  if (cursor.keyword('i64')) return true
  cursor.keyword('i32')
  return false
}

const [HAS_MAXIMUM, SHARED, IS_64, HAS_PAGE_SIZE] = [1, 2, 4, 8]

export function writeLimits(w: ByteWriter, cursor: Cursor, is64: boolean, isMemory = false): void {
  const min = cursor.unsigned(64, 'the smallest size')
  const max = cursor.kind === NUMBER ? cursor.unsigned(64, 'the largest size') : undefined
  if (!isMemory && cursor.word === 'shared') refuseShared(cursor, 'a shared table')
  const shared = isMemory && cursor.keyword('shared')
  const pageSize = isMemory ? readPageSize(cursor) : undefined
  writeBounds(w, { min, max, is64, shared, pageSize })
}

interface Bounds {
  min: bigint
  max?: bigint
  is64: boolean
  shared?: boolean
  /** As log2. */
  pageSize?: number
}

export function writeBounds(w: ByteWriter, { min, max, is64, shared, pageSize }: Bounds): void {
  const flag = (is: boolean, bit: number): number => (is ? bit : 0)
  w.byte(
    flag(max !== undefined, HAS_MAXIMUM) |
      flag(shared === true, SHARED) |
      flag(is64, IS_64) |
      flag(pageSize !== undefined, HAS_PAGE_SIZE),
  )
  w.u64(min)
  if (max !== undefined) w.u64(max)
  if (pageSize !== undefined) w.u32(pageSize)
}

export function refuseShared(cursor: Cursor, what: string): never {
  throw cursor.source.mark(unsupported('shared-everything-threads', { what }), cursor.position())
}

/** `(pagesize 1)` as log2. */
export function readPageSize(cursor: Cursor): number | undefined {
  if (!cursor.list('pagesize')) return undefined
  const at = cursor.at
  const size = cursor.unsigned(32, 'a page size')
  if (size === 0n || (size & (size - 1n)) !== 0n) cursor.fail('a page size must be a power of two', at)
  cursor.close()
  return size.toString(2).length - 1
}
