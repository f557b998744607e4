/** Memories, and the segments that fill them. */
import { ByteWriter, written } from './bytes.ts'
import type { Cursor } from './cursor.ts'
import { scalar, vector } from './immediates.ts'
import { inlineForms } from './imports.ts'
import { OPEN } from './lexer.ts'
import { addressType, readPageSize, writeBounds, writeLimits } from './limits.ts'
import type { ModuleText } from './module.ts'
import { usedIndex, zero } from './segments.ts'

export function defineMemory(m: ModuleText, index: number): void {
  const { cursor, sections } = m
  if (inlineForms(m, 'memory', index)) return
  const is64 = addressType(cursor)
  const start = cursor.at
  const pageSize = readPageSize(cursor)
  if (cursor.list('data')) {
    const bytes = dataBytes(cursor)
    cursor.close()
    const pages = Math.ceil(bytes.length / 2 ** (pageSize ?? 16))
    writeBounds(sections.memory.entry(), { min: BigInt(pages), max: BigInt(pages), is64, pageSize })
    writeData(m, index, zero(is64), bytes)
    return
  }
  cursor.at = start
  writeLimits(sections.memory.entry(), cursor, is64, true)
}

export function defineData(m: ModuleText): void {
  const { cursor, spaces } = m
  cursor.id()
  const memory = usedIndex(cursor, 'memory', spaces.memory)
  const isActive = memory !== undefined || (cursor.kind === OPEN && !NUMERIC.has(cursor.listWord))
  const offset = isActive ? written((w) => m.foldedConstant(w, 'offset')) : undefined
  writeData(m, memory ?? 0, offset, dataBytes(cursor))
}

function writeData({ sections }: ModuleText, memory: number, offset: Uint8Array | undefined, bytes: Uint8Array): void {
  const w = sections.data.entry()
  if (!offset) w.u32(1)
  else if (memory === 0) w.u32(0).bytes(offset)
  else w.u32(2).u32(memory).bytes(offset)
  w.sized(bytes)
}

const NUMERIC = new Set(['i8', 'i16', 'i32', 'i64', 'f32', 'f64', 'v128'])

/** Strings, and numbers in lists that begin with their type. */
function dataBytes(cursor: Cursor): Uint8Array {
  const w = new ByteWriter()
  while (!cursor.isClosed) {
    if (!NUMERIC.has(cursor.listWord)) w.bytes(cursor.string())
    else {
      const type = cursor.open('numbers')
      while (!cursor.isClosed) {
        if (type === 'v128') vector(cursor, w)
        else scalar(cursor, w, type as 'i32')
      }
      cursor.close()
    }
  }
  return w.view()
}
