/**
 * What object files import from each other. A linker compares names alone, so that a module could be given what is of another
 * type than it was compiled for: the runtime compares the types when the program is loaded. What a C program defines itself is
 * its own affair.
 */
import { entitiesOf, type ExternKind, type Module } from '../wasm/module.ts'
import { I32, type FuncType } from '../wasm/types.ts'
import { stringLiteral } from './consts.ts'
import type { Scope } from './scope.ts'
import { isWasi, symbol } from './symbols.ts'

/** Function types that hold the types of a module's globals and tables, so that all types compare in one way. */
export function linkTypes({ globals, tables }: Module): {
  types: FuncType[]
  indexOf: (kind: ExternKind, index: number) => number
} {
  const holder = (type: number): FuncType => ({ params: [], results: [type] })
  const types = [
    ...globals.map(({ type }) => holder(type.type)),
    ...tables.map(({ type }) => holder(type.ref)),
    holder(I32),
  ]
  return {
    types,
    indexOf: (kind, index) =>
      kind === 'global' ? index : kind === 'table' ? globals.length + index : globals.length + tables.length,
  }
}

/** The statement that compares what {@link linkDefinitions} wrote with other modules'. */
export const registerLinks = (scope: Scope): string[] =>
  scope.links > 0 ? [`WASM_REGISTER_LINKS(${scope.own('links')}, ${scope.links});`] : []

/** What else must be the same, in words. */
function manner({ globals, tables, memories }: Module, kind: ExternKind, index: number): string {
  if (kind === 'global') return globals[index].type.mutable ? 'mutable global' : 'global'
  if (kind === 'table') return `table of ${tables[index].type.is64 ? 64 : 32} bits`
  if (kind !== 'memory') return kind
  const { is64, shared, pageSizeLog2 } = memories[index].type
  return `${shared ? 'shared ' : ''}memory of ${is64 ? 64 : 32} bits, pages of ${2 ** pageSizeLog2}`
}

const USED = { func: 'functions', global: 'globals', table: 'tables', memory: 'memories', tag: 'tags' } as const

/** The table of all that the module exports, and that it imports and uses; '' if there is nothing. */
export function linkDefinitions(scope: Scope): string {
  const { module } = scope
  const rows: string[] = []
  const add = (c: string, name: string, kind: ExternKind, index: number, imported: boolean): void => {
    const place = `(const void *)${kind === 'func' ? '' : '&'}${c}`
    const text = [name.split('\0', 1)[0], manner(module, kind, index)].map(stringLiteral).join(', ')
    rows.push(`    {${place}, ${scope.linkType(kind, index)}, ${text}, ${imported}},\n`)
  }
  for (const [kind, entities] of Object.entries(entitiesOf(module)) as [ExternKind, Module['globals']][]) {
    const names = scope[USED[kind]]
    entities.forEach(({ import: origin }, index) => {
      if (!origin || isWasi(origin.module) || !scope.everUsed[USED[kind]].has(index)) return
      add(scope.mention(kind, index), `${origin.module}.${origin.name}`, kind, index, true)
    })
    for (const { name, index } of module.exports.filter((item) => item.kind === kind)) {
      const c = symbol(module.name, name)
      // Another object's variable has no second name.
      if (entities[index].import && kind !== 'func') continue
      const place = kind === 'func' && names[index] !== c ? c : scope.mention(kind, index)
      add(place, `${module.name}.${name}`, kind, index, false)
    }
  }
  if (rows.length === 0) return ''
  const array = scope.own('links')
  scope.links = rows.length
  return `#ifdef WASM_LIBRARY\nstatic struct wasm_link ${array}[] = {\n${rows.join('')}};\n#endif\n`
}
