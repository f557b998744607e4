import type { ExternKind } from '../wasm/module.ts'
import { ByteWriter, keyOf } from './bytes.ts'
import { Code } from './code.ts'
import { defineData, defineMemory } from './data.ts'
import { defineElements, defineTable } from './elements.ts'
import {
  declareImports,
  defineImports,
  inlineForms,
  openKind,
  refuseLateImport,
  TYPE_OF,
  writeExport,
  writeGlobalType,
} from './imports.ts'
import { OPEN } from './lexer.ts'
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
