import { CompileError } from '../errors.ts'
import { readExpression, readInstruction } from './body.ts'
import { use } from './features.ts'
import { checkLimit } from './limits.ts'
import type { ConstExpr, ExternKind, ImportName, Module, Table } from './module.ts'
import { refuseKind } from './proposals.ts'
import type { Reader } from './reader.ts'
import { globalType, markReferences, memoryType, recType, refType, tableType, tagTypeIndex } from './type-reader.ts'
import { FUNC, FUNCREF, ref, type FuncType } from './types.ts'

/** Reads the contents of one section into the module. */
export type ReadSection = (r: Reader, m: Module) => void

/** The sections in the order they must have in a module, each with its id (spec: Binary Format / Modules). */
export const SECTIONS: { id: number; name: string; read: ReadSection }[] = [
  { id: 1, name: 'type', read: types },
  { id: 2, name: 'import', read: imports },
  { id: 3, name: 'function', read: functions },
  { id: 4, name: 'table', read: tables },
  { id: 5, name: 'memory', read: memories },
  { id: 13, name: 'tag', read: tags },
  { id: 6, name: 'global', read: globals },
  { id: 7, name: 'export', read: exports },
  { id: 8, name: 'start', read: start },
  { id: 9, name: 'element', read: elements },
  { id: 12, name: 'data count', read: dataCount },
  { id: 10, name: 'code', read: code },
  { id: 11, name: 'data', read: data },
]

const KINDS: ExternKind[] = ['func', 'table', 'memory', 'global', 'tag']

function types(r: Reader, m: Module): void {
  r.vecOf('types', () => recType(r, m))
  markReferences(m)
}

function typeOf(m: Module, index: number, offset: number): FuncType {
  if (m.types[index]?.kind) throw new CompileError(`type ${index} is no function type`, { code: 'invalid', offset })
  if (index < m.types.length) return m.types[index]
  throw new CompileError(`unknown type ${index}`, { code: 'invalid', offset })
}

function imports(r: Reader, m: Module): void {
  let count = 0
  const one = (module: string, name: string): void => {
    checkLimit('imports', ++count, r.pos)
    importOne(r, m, { module, name })
  }
  r.vecOf('imports', () => {
    const module = r.name()
    const name = r.name()
    const offset = r.pos
    const group = name === '' && offset < r.end ? r.bytes[offset] : 0
    if (group !== SEVERAL && group !== SEVERAL_OF_ONE_TYPE) return one(module, name)
    use(m.features, 'compact-imports', 'several imports of one module', offset)
    r.pos++
    if (group === SEVERAL) r.vecOf('imports', () => one(module, r.name()))
    else {
      const type = r.pos
      skipImport(r, m)
      const names = r.vecOf('imports', () => r.name())
      const end = r.pos
      for (const each of names) {
        r.pos = type
        one(module, each)
      }
      r.pos = end
    }
  })
}

/** What stands where the kind of an import is expected, behind an empty name: several imports come (compact import sections). */
const SEVERAL = 0x7f
const SEVERAL_OF_ONE_TYPE = 0x7e

/** Reads what is imported, its name has been read. */
function importOne(r: Reader, m: Module, origin: ImportName): void {
  const offset = r.pos
  const byte = r.byte()
  const kind = KINDS[byte]
  if (kind === 'func') addFunction(m, r.u32(), offset, origin)
  else if (kind === 'table') addTable(m, { type: tableType(r, m), import: origin, offset })
  else if (kind === 'memory') addMemory(r, m, offset, origin)
  else if (kind === 'global') {
    const type = globalType(r, m)
    if (type.mutable) use(m.features, 'mutable-global', 'an imported mutable global', offset)
    m.globals.push({ type, import: origin, offset })
  } else if (kind === 'tag') addTag(m, tagTypeIndex(r, m), offset, origin)
  else {
    refuseKind(byte, offset)
    r.fail('malformed import kind', offset)
  }
}

/** Passes over what is imported. */
function skipImport(r: Reader, m: Module): void {
  const none = { funcs: [], tables: [], memories: [], globals: [], tags: [] }
  importOne(r, { ...m, ...none }, { module: '', name: '' })
}

type Origin = Module['funcs'][number]['import']

function addFunction(m: Module, typeIndex: number, offset: number, origin?: Origin): void {
  const type = typeOf(m, typeIndex, offset)
  // With what is told later: a property that is added to an object takes it an object of its own.
  m.funcs.push({ index: m.funcs.length, typeIndex, type, import: origin, offset, name: undefined, body: undefined })
}

function addTag(m: Module, typeIndex: number, offset: number, origin?: Origin): void {
  m.tags.push({ typeIndex, type: typeOf(m, typeIndex, offset), import: origin, offset })
}

function addTable(m: Module, table: Table): void {
  checkLimit('tables', m.tables.length + 1, table.offset)
  if (m.tables.length === 1) use(m.features, 'reference-types', 'a second table', table.offset)
  m.tables.push(table)
}

function addMemory(r: Reader, m: Module, offset: number, origin?: Origin): void {
  checkLimit('memories', m.memories.length + 1, offset)
  if (m.memories.length === 1) use(m.features, 'multi-memory', 'a second memory', offset)
  m.memories.push({ type: memoryType(r, m), import: origin, offset })
}

function functions(r: Reader, m: Module): void {
  r.vecOf('functions', () => addFunction(m, r.u32(), r.pos))
}

const TABLE_WITH_INIT = 0x40

function tables(r: Reader, m: Module): void {
  r.vecOf('tables', () => {
    const offset = r.pos
    if (offset < r.end && r.bytes[offset] === TABLE_WITH_INIT) {
      use(m.features, 'function-references', 'a table with an initial value', offset)
      r.pos++
      if (r.byte() !== 0) r.fail('zero byte expected', r.pos - 1)
      addTable(m, { type: tableType(r, m), init: constant(r, m), offset })
    } else addTable(m, { type: tableType(r, m), offset })
  })
}

function memories(r: Reader, m: Module): void {
  r.vecOf('memories', () => addMemory(r, m, r.pos))
}

function tags(r: Reader, m: Module): void {
  r.vecOf('tags', () => {
    const offset = r.pos
    addTag(m, tagTypeIndex(r, m), offset)
  })
}

function globals(r: Reader, m: Module): void {
  r.vecOf('globals', () => {
    const offset = r.pos
    m.globals.push({ type: globalType(r, m), init: constant(r, m), offset })
  })
}

function exports(r: Reader, m: Module): void {
  r.vecOf('exports', () => {
    const offset = r.pos
    const name = r.name()
    const kind = KINDS[r.byte()] ?? r.fail('malformed export kind', r.pos - 1)
    m.exports.push({ name, kind, index: r.u32(), offset })
  })
}

function start(r: Reader, m: Module): void {
  m.startAt = r.pos
  m.start = r.u32()
}

const I32_CONST = 0x41
const END = 0x0b

/** A constant expression without its `end`. */
function constant(r: Reader, m: Module): ConstExpr {
  const at = r.pos
  if (at < r.end && r.bytes[at] === I32_CONST) {
    // What data segments begin with, of which there may be a hundred thousand.
    const only = readInstruction(r, m)
    if (r.pos < r.end && r.bytes[r.pos] === END) {
      r.pos++
      return [only]
    }
    r.pos = at
  }
  return readExpression(r, m).slice(0, -1)
}

// The bits of an element segment's flags.
const NOT_ACTIVE = 1
const EXPLICIT = 2 // a table index if active, else declarative
const EXPRESSIONS = 4

const ITEMS = 'elements of a segment'

function elements(r: Reader, m: Module): void {
  r.vecOf('element segments', () => {
    const at = r.pos
    const flags = r.u32()
    if (flags > 7) r.fail('malformed elements segment kind', at)
    const active = (flags & NOT_ACTIVE) === 0
    const table = active && flags & EXPLICIT ? r.u32() : 0
    const offset = active ? constant(r, m) : undefined
    const typed = (flags & (NOT_ACTIVE | EXPLICIT)) !== 0
    const mode = active ? 'active' : flags & EXPLICIT ? 'declarative' : 'passive'
    if (flags & EXPRESSIONS) {
      const type = typed ? refType(r, m) : FUNCREF
      m.elements.push({ mode, table, offset, type, at, items: r.vecOf(ITEMS, () => constant(r, m)) })
    } else {
      if (typed && r.byte() !== 0) r.fail('malformed element kind', r.pos - 1)
      m.elements.push({ mode, table, offset, type: ref(FUNC, false), at, items: r.vecOf(ITEMS, () => r.u32()) })
    }
  })
}

function dataCount(r: Reader, m: Module): void {
  m.dataCount = r.u32()
}

function code(r: Reader, m: Module): void {
  const defined = m.funcs.filter((func) => func.import === undefined)
  const at = r.pos
  m.codeAt = at
  let next = 0
  r.vec(() => {
    const size = r.u32()
    const bodyStart = r.skip(size)
    if (next < defined.length) defined[next].body = { start: bodyStart, end: r.pos }
    next++
  })
  if (next !== defined.length) inconsistent(r, at)
}

/** Both sections must be there, or neither, or be empty: a code section may be missing altogether. */
export function inconsistent(r: Reader, at: number): never {
  r.fail('function and code section have inconsistent lengths', at)
}

function data(r: Reader, m: Module): void {
  const sectionAt = r.pos
  r.vecOf('data segments', () => {
    const at = r.pos
    const flags = r.u32()
    if (flags > 2) r.fail('malformed data segment kind', at)
    const memory = flags === 2 ? r.u32() : 0
    const offset = flags === 1 ? undefined : constant(r, m)
    const size = r.u32()
    const start = r.skip(size, 'length out of bounds')
    m.data.push({ mode: flags === 1 ? 'passive' : 'active', memory, offset, at, start, end: r.pos })
  })
  if (m.dataCount !== undefined && m.dataCount !== m.data.length) dataInconsistent(r, sectionAt)
}

export function dataInconsistent(r: Reader, at: number): never {
  r.fail('data count and data section have inconsistent lengths', at)
}
