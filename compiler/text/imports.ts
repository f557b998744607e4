/** Imports and exports, as fields of their own and inside of what they import or export. */
import type { ExternKind } from '../wasm/module.ts'
import { type ByteWriter, written } from './bytes.ts'
import type { Cursor } from './cursor.ts'
import { OPEN } from './lexer.ts'
import { addressType, refuseShared, writeLimits } from './limits.ts'
import type { ModuleText } from './module.ts'
import { Space } from './space.ts'

const KINDS: readonly ExternKind[] = ['func', 'table', 'memory', 'global', 'tag']
const isKind = (word: string): word is ExternKind => (KINDS as readonly string[]).includes(word)

export function refuseLateImport({ cursor, defined }: ModuleText, at: number): void {
  if (defined) cursor.fail(`import after ${defined}: imports must stand before all that the module defines itself`, at)
}

export function openKind(cursor: Cursor): ExternKind {
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

export function declareImports(m: ModuleText): number {
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

export function defineImports(m: ModuleText): void {
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
export const TYPE_OF: Record<ExternKind, (m: ModuleText, w: ByteWriter) => void> = {
  func: ({ cursor, types }, w) => void w.u32(types.use(cursor, new Space('parameter'))),
  table: ({ cursor, types }, w) => {
    const limits = written((inner) => writeLimits(inner, cursor, addressType(cursor)))
    w.bytes(types.referenceType(cursor)).bytes(limits)
  },
  memory: ({ cursor }, w) => writeLimits(w, cursor, addressType(cursor), true),
  global: writeGlobalType,
  tag: ({ cursor, types }, w) => void w.byte(0).u32(types.use(cursor, new Space('parameter'))),
}

export function writeGlobalType({ cursor, types }: ModuleText, w: ByteWriter): void {
  if (cursor.word === 'shared' || cursor.listWord === 'shared') refuseShared(cursor, 'a shared global')
  const mutable = cursor.list('mut')
  w.bytes(types.valueType(cursor))
  if (mutable) cursor.close()
  w.byte(mutable ? 1 : 0)
}

/** Identifier, inline exports and an inline import; answers whether there was one, which is the whole field then. */
export function inlineForms(m: ModuleText, kind: ExternKind, index: number): boolean {
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

export function writeExport({ sections }: ModuleText, name: string, kind: ExternKind, index: number): void {
  sections.export.entry().name(name).byte(KINDS.indexOf(kind)).u32(index)
}
