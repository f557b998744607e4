import { unsupported } from '../wasm/features.ts'
import type { ExternKind } from '../wasm/module.ts'
import { ByteWriter, keyOf, written } from './bytes.ts'
import { Code } from './code.ts'
import type { Cursor } from './cursor.ts'
import { vector, scalar } from './immediates.ts'
import { NUMBER, OPEN } from './lexer.ts'
import type { ModuleText } from './module.ts'
import { Space } from './space.ts'

/**
 * A field of a module. The cursor is behind its keyword; `declare` reads the identifiers, wherever it leaves the cursor, `define`
 * all up to the parenthesis that closes the field.
 */
interface FieldForm {
  /** Answers the index of what is declared, if it has one. */
  declare(m: ModuleText): number
  define(m: ModuleText, index: number): void
}

const KINDS: readonly ExternKind[] = ['func', 'table', 'memory', 'global', 'tag']
const isKind = (word: string): word is ExternKind => (KINDS as readonly string[]).includes(word)

export type FieldWord = 'type' | 'rec' | 'import' | ExternKind | 'export' | 'start' | 'elem' | 'data'

export const FIELDS: Record<FieldWord, FieldForm> = {
  type: { declare: ({ cursor, types }) => types.space.define(cursor), define() {} },
  rec: { declare: declareGroup, define() {} },
  import: { declare: declareImports, define: defineImports },
  func: { declare: (m) => declareEntity(m, 'func'), define: defineFunction },
  table: { declare: (m) => declareEntity(m, 'table'), define: defineTable },
  memory: { declare: (m) => declareEntity(m, 'memory'), define: defineMemory },
  global: { declare: (m) => declareEntity(m, 'global'), define: defineGlobal },
  tag: { declare: (m) => declareEntity(m, 'tag'), define: defineTag },
  export: { declare: none, define: defineExport },
  start: { declare: declareStart, define: defineStart },
  elem: { declare: ({ cursor, spaces }) => spaces.elem.define(cursor), define: defineElements },
  data: { declare: ({ cursor, spaces }) => spaces.data.define(cursor), define: defineData },
}

function none(): number {
  return 0
}

function declareGroup({ cursor, types }: ModuleText): number {
  while (cursor.listWord === 'type') {
    const end = cursor.partner
    cursor.at += 2
    types.space.define(cursor)
    cursor.at = end + 1
  }
  return 0
}

/** Also the segment that a table or memory may bring along, which has an index too. */
function declareEntity(m: ModuleText, kind: ExternKind): number {
  const { cursor, spaces } = m
  const start = cursor.at
  const index = spaces[kind].define(cursor)
  let isImport = false
  while (!cursor.isClosed) {
    const word = cursor.listWord
    if (word === 'import') isImport = true
    if (kind === 'table' && word === 'elem') spaces.elem.count++
    if (kind === 'memory' && word === 'data') spaces.data.count++
    if (kind === 'func' && word !== 'import' && word !== 'export') break
    cursor.at = cursor.kind === OPEN ? cursor.partner + 1 : cursor.at + 1
  }
  if (isImport) refuseLateImport(m, start - 1)
  else m.defined ??= kind
  return index
}

function refuseLateImport({ cursor, defined }: ModuleText, at: number): void {
  if (defined) cursor.fail(`import after ${defined}: imports must stand before all that the module defines itself`, at)
}

function openKind(cursor: Cursor): ExternKind {
  const expected = '(func, (table, (memory, (global or (tag'
  const word = cursor.listWord
  if (!isKind(word)) cursor.unexpected(expected)
  cursor.open(expected)
  return word
}

/** What is imported: `(func $f (param i32))`. */
function declareImported({ cursor, spaces }: ModuleText): void {
  const end = cursor.partner
  spaces[openKind(cursor)].define(cursor)
  cursor.at = end + 1
}

function declareImports(m: ModuleText): number {
  const { cursor } = m
  refuseLateImport(m, cursor.at - 1)
  cursor.name('the name of a module')
  if (cursor.isString) {
    cursor.name('a name')
    declareImported(m)
    return 0
  }
  // Compact import sections: several of one module, each with its type or all with one.
  let untyped = 0
  while (cursor.list('item')) {
    cursor.name('a name')
    if (cursor.kind === OPEN) declareImported(m)
    else untyped++
    cursor.close()
  }
  const word = cursor.listWord
  if (untyped > 0 && isKind(word)) m.spaces[word].count += untyped
  return 0
}

function defineImports(m: ModuleText): void {
  const { cursor } = m
  const module = cursor.string()
  if (cursor.isString) return writeImport(m, module, cursor.string())
  const untyped: Uint8Array[] = []
  while (cursor.list('item')) {
    const name = cursor.string()
    if (cursor.kind === OPEN) writeImport(m, module, name)
    else untyped.push(name)
    cursor.close()
  }
  const start = cursor.at
  for (const name of untyped) {
    cursor.at = start
    writeImport(m, module, name)
  }
}

/** An import whose type is next, in parentheses. */
function writeImport(m: ModuleText, module: Uint8Array, name: Uint8Array): void {
  const { cursor } = m
  const kind = openKind(cursor)
  cursor.id()
  writeImported(m, kind, module, name)
  cursor.close()
}

function writeImported(m: ModuleText, kind: ExternKind, module: Uint8Array, name: Uint8Array): void {
  const type = written((w) => TYPE_OF[kind](m, w))
  m.sections.import.entry().sized(module).sized(name).byte(KINDS.indexOf(kind)).bytes(type)
}

/** The type of what is imported, as it is next. */
const TYPE_OF: Record<ExternKind, (m: ModuleText, w: ByteWriter) => void> = {
  func: ({ cursor, types }, w) => void w.u32(types.use(cursor, new Space('parameter'))),
  table: ({ cursor, types }, w) => {
    const limits = written((inner) => writeLimits(inner, cursor, addressType(cursor)))
    w.bytes(types.referenceType(cursor)).bytes(limits)
  },
  memory: ({ cursor }, w) => writeLimits(w, cursor, addressType(cursor), true),
  global: writeGlobalType,
  tag: ({ cursor, types }, w) => void w.byte(0).u32(types.use(cursor, new Space('parameter'))),
}

/** Identifier, inline exports and an inline import; answers whether there was one, which is the whole field then. */
function inlineForms(m: ModuleText, kind: ExternKind, index: number): boolean {
  const { cursor } = m
  cursor.id()
  while (cursor.list('export')) {
    writeExport(m, cursor.name('a name'), kind, index)
    cursor.close()
  }
  if (!cursor.list('import')) return false
  const module = cursor.name('the name of a module')
  const name = cursor.name('a name')
  cursor.close()
  const encoder = new TextEncoder()
  writeImported(m, kind, encoder.encode(module), encoder.encode(name))
  return true
}

function defineFunction(m: ModuleText, index: number): void {
  const { cursor, types, sections } = m
  const start = cursor.at - 1
  const end = closing(m)
  if (inlineForms(m, 'func', index)) return
  const locals = new Space('local')
  sections.func.entry().u32(types.use(cursor, locals))
  const declared: Uint8Array[] = []
  while (cursor.list('local')) {
    types.locals(cursor, locals, declared)
    cursor.close()
  }
  const body = new ByteWriter()
  writeLocals(body, declared)
  const code = new Code(m, body, locals)
  code.run(end)
  code.finish(end)
  if (locals.names.size > 0) m.locals.set(index, locals)
  m.addBody(index, start, body, code)
}

/** The parenthesis that closes the field whose keyword is before the cursor. */
const closing = ({ cursor }: ModuleText): number => cursor.tokens.partners[cursor.at - 2]

/** Neighbours of one type are a group. */
function writeLocals(w: ByteWriter, types: readonly Uint8Array[]): void {
  const groups: { type: Uint8Array; key: string; count: number }[] = []
  for (const type of types) {
    const key = keyOf(type)
    const last = groups.at(-1)
    if (last?.key === key) last.count++
    else groups.push({ type, key, count: 1 })
  }
  w.u32(groups.length)
  for (const { type, count } of groups) w.u32(count).bytes(type)
}

/** `i32` or `i64` in front of limits: whether it is the latter. */
function addressType(cursor: Cursor): boolean {
  if (cursor.keyword('i64')) return true
  cursor.keyword('i32')
  return false
}

const [HAS_MAXIMUM, SHARED, IS_64, HAS_PAGE_SIZE] = [1, 2, 4, 8]

function writeLimits(w: ByteWriter, cursor: Cursor, is64: boolean, isMemory = false): void {
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

function writeBounds(w: ByteWriter, { min, max, is64, shared, pageSize }: Bounds): void {
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

function refuseShared(cursor: Cursor, what: string): never {
  throw cursor.source.mark(unsupported('shared-everything-threads', { what }), cursor.position())
}

/** `(pagesize 1)` as log2. */
function readPageSize(cursor: Cursor): number | undefined {
  if (!cursor.list('pagesize')) return undefined
  const at = cursor.at
  const size = cursor.unsigned(32, 'a page size')
  if (size === 0n || (size & (size - 1n)) !== 0n) cursor.fail('a page size must be a power of two', at)
  cursor.close()
  return size.toString(2).length - 1
}

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

function defineTable(m: ModuleText, index: number): void {
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

const zero = (is64: boolean): Uint8Array => Uint8Array.of(is64 ? 0x42 : 0x41, 0, END)

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

function defineElements(m: ModuleText): void {
  const { cursor, spaces } = m
  cursor.id()
  if (cursor.keyword('declare')) return writeElements(m, 'declarative', { table: 0, ...elementList(m) })
  const table = usedIndex(cursor, 'table', spaces.table)
  const isActive = table !== undefined || (cursor.kind === OPEN && cursor.listWord !== 'ref')
  if (!isActive) return writeElements(m, 'passive', { table: 0, ...elementList(m) })
  const offset = written((w) => m.foldedConstant(w, 'offset'))
  writeElements(m, 'active', { table: table ?? 0, offset, ...elementList(m, cursor.isIndex || cursor.isClosed) })
}

/** `(table $t)`, or the index alone, as it was written once. */
function usedIndex(cursor: Cursor, word: string, space: Space): number | undefined {
  if (cursor.isIndex) return space.index(cursor)
  if (!cursor.list(word)) return undefined
  const index = space.index(cursor)
  cursor.close()
  return index
}

function elementList(m: ModuleText, bare = false): Pick<Segment, 'type' | 'items'> {
  const { cursor, types } = m
  if (bare || cursor.keyword('func')) return { type: Uint8Array.of(FUNCREF), items: indices(m) }
  if (!types.isReference(cursor)) cursor.unexpected('func or the type of the elements')
  return { type: types.referenceType(cursor), items: expressions(m) }
}

function defineMemory(m: ModuleText, index: number): void {
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

function defineData(m: ModuleText): void {
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

function writeGlobalType({ cursor, types }: ModuleText, w: ByteWriter): void {
  if (cursor.word === 'shared' || cursor.listWord === 'shared') refuseShared(cursor, 'a shared global')
  const mutable = cursor.list('mut')
  w.bytes(types.valueType(cursor))
  if (mutable) cursor.close()
  w.byte(mutable ? 1 : 0)
}

function defineGlobal(m: ModuleText, index: number): void {
  const end = closing(m)
  if (inlineForms(m, 'global', index)) return
  const w = m.sections.global.entry()
  writeGlobalType(m, w)
  m.constant(w, end)
}

function defineTag(m: ModuleText, index: number): void {
  if (inlineForms(m, 'tag', index)) return
  TYPE_OF.tag(m, m.sections.tag.entry())
}

function writeExport({ sections }: ModuleText, name: string, kind: ExternKind, index: number): void {
  sections.export.entry().name(name).byte(KINDS.indexOf(kind)).u32(index)
}

function defineExport(m: ModuleText): void {
  const { cursor, spaces } = m
  const name = cursor.name('a name')
  const kind = openKind(cursor)
  writeExport(m, name, kind, spaces[kind].index(cursor))
  cursor.close()
}

function declareStart({ cursor, sections }: ModuleText): number {
  if (sections.start.count++ > 0) cursor.fail('multiple start sections: a module has one', cursor.at - 1)
  return 0
}

function defineStart({ cursor, spaces, sections }: ModuleText): void {
  sections.start.w.u32(spaces.func.index(cursor))
}
