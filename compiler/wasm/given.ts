/**
 * What programs get beside WASI: the few things that toolchains leave to whoever runs their modules, and that are specified to
 * the last bit. Libraries and object files get none of it, since there another module or C program gives them.
 */
import type { ExternKind, ImportName, Memory, Module, Table } from './module.ts'
import { typeName } from './subtyping.ts'
import { F64, FUNCREF, I32, type FuncType, type ValType } from './types.ts'

interface Given extends ImportName {
  kind: ExternKind
  /** Of a function, which the runtime defines in runtime/wasi/given.c. */
  type?: FuncType
  /** Who asks for it. */
  maker: string
}

const func = (params: ValType[], results: ValType[] = []): FuncType => ({ params, results })

export const GIVEN: readonly Given[] = [
  {
    module: 'env',
    name: 'memory',
    kind: 'memory',
    maker: 'wasm-ld --import-memory, so wasi-threads; asc --importMemory',
  },
  { module: 'env', name: '__indirect_function_table', kind: 'table', maker: 'wasm-ld --import-table' },
  {
    module: 'env',
    name: 'emscripten_notify_memory_growth',
    kind: 'func',
    type: func([I32]),
    maker: 'emcc -sSTANDALONE_WASM -sALLOW_MEMORY_GROWTH, for pages that hold views of the memory: nothing to do here',
  },
  {
    module: 'env',
    name: 'abort',
    kind: 'func',
    type: func([I32, I32, I32, I32]),
    maker: 'asc: message, file, line, column',
  },
  { module: 'env', name: 'seed', kind: 'func', type: func([], [F64]), maker: 'asc: where Math.random begins' },
]

export const signature = ({ params, results }: FuncType): string =>
  `(${params.map(typeName).join(', ')}) -> (${results.map(typeName).join(', ')})`

/** Whether a program gets what it imports so. */
export function isGiven(module: Module, wanted: ImportName & { kind: ExternKind; type?: FuncType }): boolean {
  const row = GIVEN.find((given) => same(given, wanted) && given.kind === wanted.kind)
  if (row === undefined) return false
  if (row.kind === 'func') return signature(wanted.type!) === signature(row.type!)
  // Two imports of a name would be the same memory, or table.
  const found = importsOf(module).get(row)
  return found?.length === 1 && (row.kind === 'memory' || (found[0] as Table).type.ref === FUNCREF)
}

const importsFound = new WeakMap<Module, Map<Given, (Memory | Table)[]>>()

/** Memories and tables that are imported by such names, looked for once: each of a million imports is asked about. */
function importsOf(module: Module): Map<Given, (Memory | Table)[]> {
  let found = importsFound.get(module)
  if (found === undefined) {
    const { memories, tables } = module
    const of = (row: Given): (Memory | Table)[] =>
      (row.kind === 'memory' ? memories : tables).filter(({ import: origin }) => origin && same(origin, row))
    found = new Map(GIVEN.filter(({ kind }) => kind !== 'func').map((row) => [row, of(row)]))
    importsFound.set(module, found)
  }
  return found
}

const same = (a: ImportName, b: ImportName): boolean => a.module === b.module && a.name === b.name

/**
 * The module with memories and tables of its own in the place of those that it is given; itself if there are none. All threads
 * share the memory that each instance imports: in a program the first one brings it. `linked` are names of other modules.
 */
export function withGiven(module: Module, linked: ReadonlySet<string> = new Set()): Module {
  const own = <T extends { import?: ImportName }>(kind: ExternKind, entities: T[]): T[] =>
    entities.map((entity) => {
      const { import: origin, ...rest } = entity
      if (origin === undefined || linked.has(origin.module)) return entity
      return isGiven(module, { ...origin, kind }) ? (rest as T) : entity
    })
  const memories = own('memory', module.memories)
  const tables = own('table', module.tables)
  const changed =
    memories.some((memory, i) => memory !== module.memories[i]) || tables.some((table, i) => table !== module.tables[i])
  return changed ? { ...module, memories, tables } : module
}
