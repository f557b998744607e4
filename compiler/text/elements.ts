/** Tables, and the segments that fill them. */
import { ByteWriter, written } from './bytes.ts'
import type { Cursor } from './cursor.ts'
import { inlineForms } from './imports.ts'
import { OPEN } from './lexer.ts'
import { addressType, refuseShared, writeBounds, writeLimits } from './limits.ts'
import type { ModuleText } from './module.ts'
import { usedIndex, zero } from './segments.ts'

const FUNCREF = 0x70
const REF_FUNC = 0xd2
const END = 0x0b

/** Items of an element segment: indices of functions, or constant expressions. */
interface Items {
  count: number
  bytes: Uint8Array
  isIndices: boolean
}

function indices({ cursor, spaces }: ModuleText): Items {
  const w = new ByteWriter()
  let count = 0
  for (; cursor.isIndex; count++) w.u32(spaces.func.index(cursor))
  return { count, bytes: w.view(), isIndices: true }
}

function expressions(m: ModuleText): Items {
  const w = new ByteWriter()
  let count = 0
  for (; !m.cursor.isClosed; count++) m.foldedConstant(w, 'item')
  return { count, bytes: w.view(), isIndices: false }
}

export function defineTable(m: ModuleText, index: number): void {
  const { cursor, types, sections } = m
  if (inlineForms(m, 'table', index)) return
  const is64 = addressType(cursor)
  if (types.isReference(cursor)) return tableOfElements(m, index, is64)
  if (cursor.word === 'shared') refuseShared(cursor, 'a shared table')
  const limits = written((w) => writeLimits(w, cursor, is64))
  const type = types.referenceType(cursor)
  const init = cursor.isClosed ? undefined : written((w) => m.constant(w, endOfList(cursor)))
  const w = sections.table.entry()
  if (init) w.byte(0x40).byte(0)
  w.bytes(type).bytes(limits)
  if (init) w.bytes(init)
}

/** The parenthesis that closes the list in which the cursor is, before the first list of it. */
function endOfList(cursor: Cursor): number {
  const start = cursor.at
  while (!cursor.isClosed) cursor.at = cursor.kind === OPEN ? cursor.partner + 1 : cursor.at + 1
  const end = cursor.at
  cursor.at = start
  return end
}

/** `(table funcref (elem …))`: as large as its elements are many. */
function tableOfElements(m: ModuleText, table: number, is64: boolean): void {
  const { cursor, types, sections } = m
  const type = types.referenceType(cursor)
  if (!cursor.list('elem')) cursor.unexpected('(elem: the size stands before the type')
  const items = cursor.isIndex ? indices(m) : expressions(m)
  cursor.close()
  const size = BigInt(items.count)
  writeBounds(sections.table.entry().bytes(type), { min: size, max: size, is64 })
  const isFuncref = type[0] === FUNCREF
  writeElements(m, 'active', { table, offset: zero(is64), type, items: isFuncref ? items : asExpressions(items) })
}

function asExpressions({ count, bytes, isIndices }: Items): Items {
  if (!isIndices) return { count, bytes, isIndices }
  const w = new ByteWriter()
  for (let at = 0; at < bytes.length; at++) {
    w.byte(REF_FUNC)
    while (bytes[at] >= 0x80) w.byte(bytes[at++])
    w.byte(bytes[at]).byte(END)
  }
  return { count, bytes: w.view(), isIndices: false }
}

interface Segment {
  table: number
  offset?: Uint8Array
  type: Uint8Array
  items: Items
}

// The bits of a segment's flags.
const NOT_ACTIVE = 1
const EXPLICIT = 2
const EXPRESSIONS = 4

function writeElements(m: ModuleText, mode: 'active' | 'passive' | 'declarative', segment: Segment): void {
  const { table, offset, type, items } = segment
  const plain = items.isIndices || (type.length === 1 && type[0] === FUNCREF)
  const flags =
    (mode === 'active' ? 0 : NOT_ACTIVE) |
    (mode === 'declarative' || (mode === 'active' && (table > 0 || !plain)) ? EXPLICIT : 0) |
    (items.isIndices ? 0 : EXPRESSIONS)
  const w = m.sections.elem.entry().u32(flags)
  if (mode === 'active' && flags & EXPLICIT) w.u32(table)
  if (offset) w.bytes(offset)
  if (flags & (NOT_ACTIVE | EXPLICIT)) w.bytes(items.isIndices ? [0] : type)
  w.u32(items.count).bytes(items.bytes)
}

export function defineElements(m: ModuleText): void {
  const { cursor, spaces } = m
  cursor.id()
  if (cursor.keyword('declare')) return writeElements(m, 'declarative', { table: 0, ...elementList(m) })
  const table = usedIndex(cursor, 'table', spaces.table)
  const isActive = table !== undefined || (cursor.kind === OPEN && cursor.listWord !== 'ref')
  if (!isActive) return writeElements(m, 'passive', { table: 0, ...elementList(m) })
  const offset = written((w) => m.foldedConstant(w, 'offset'))
  writeElements(m, 'active', { table: table ?? 0, offset, ...elementList(m, cursor.isIndex || cursor.isClosed) })
}

function elementList(m: ModuleText, bare = false): Pick<Segment, 'type' | 'items'> {
  const { cursor, types } = m
  if (bare || cursor.keyword('func')) return { type: Uint8Array.of(FUNCREF), items: indices(m) }
  if (!types.isReference(cursor)) cursor.unexpected('func or the type of the elements')
  return { type: types.referenceType(cursor), items: expressions(m) }
}
