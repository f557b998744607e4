import { integrity } from '../../compiler/compile.ts'
import { isGiven } from '../../compiler/wasm/given.ts'
import { findWasiFunction } from '../../compiler/wasi.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { KNOWN, SUPPORTED } from '../../compiler/wasm/features.ts'
import type { Func, Module } from '../../compiler/wasm/module.ts'
import type { Feature } from '../../compiler/wasm/opcodes.ts'
import { typeName } from '../../compiler/wasm/subtyping.ts'
import type { FuncType, Limits } from '../../compiler/wasm/types.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import type { Input } from './input.ts'

/**
 * How an import is answered: by the runtime, by the runtime with ENOSYS, by a module named beside it, or by nobody: a C
 * program must define it.
 */
export type ImportStatus = 'implemented' | 'ENOSYS' | 'given' | 'linked' | 'not WASI'

/** What `wasm-exe inspect` says about a module; plain data. */
export interface ModuleReport {
  file: string
  bytes: number
  /** `sha256-` and base64. */
  integrity: string
  imports: { module: string; name: string; kind: string; type: string; status: ImportStatus }[]
  exports: { name: string; kind: string; type: string }[]
  memories: LimitsReport[]
  tables: (LimitsReport & { type: string })[]
  /** Proposals beyond WebAssembly 1.0, where they are used first, and whether executables can be built with them. */
  features: { name: Feature; supported: boolean; first: string; offset: number }[]
  functions: {
    imported: number
    defined: number
    /** Bytes of all bodies. */
    bytes: number
    largest: { index: number; name: string | null; bytes: number }[]
  }
  /** Bytes of constant data, and of each custom section. */
  data: number
  customs: { name: string; bytes: number }[]
}

interface LimitsReport {
  /** Pages of 64 KiB, or elements; bigint where the index type is i64. */
  min: number | bigint
  max: number | bigint | null
  imported: boolean
}

const LARGEST = 10

/**
 * Reads and validates a module, proposals that cannot be built yet included; `libraries` are modules it may import from.
 * @throws CompileError if it is no valid module
 */
export function reportModule({ file, name, bytes }: Input, libraries: readonly Input[] = []): ModuleReport {
  const module = decode(bytes, { name, file })
  validateModule(module, { features: KNOWN })
  return {
    file,
    bytes: bytes.byteLength,
    integrity: integrity(bytes),
    imports: imports(module, new Map(libraries.map((library) => [library.name, exportKinds(library)]))),
    exports: module.exports.map(({ name, kind, index }) => ({ name, kind, type: describe(module, kind, index) })),
    memories: module.memories.map((memory) => limits(memory.type, memory.import !== undefined)),
    tables: module.tables.map((table) => ({
      ...limits(table.type, table.import !== undefined),
      type: typeName(table.type.ref),
    })),
    features: [...module.features].map(([name, { what, offset }]) => {
      return { name, supported: SUPPORTED.has(name), first: what, offset }
    }),
    functions: functions(module.funcs),
    data: module.data.reduce((sum, { start, end }) => sum + end - start, 0),
    customs: module.customs.map(({ name, start, end }) => ({ name, bytes: end - start })),
  }
}

const SPACES = { func: 'funcs', table: 'tables', memory: 'memories', global: 'globals', tag: 'tags' } as const
type Kind = keyof typeof SPACES

/** What a module exports: 'kind name'. */
function exportKinds({ file, name, bytes }: Input): Set<string> {
  return new Set(decode(bytes, { name, file }).exports.map(({ kind, name: exported }) => `${kind} ${exported}`))
}

function imports(module: Module, libraries: ReadonlyMap<string, ReadonlySet<string>>): ModuleReport['imports'] {
  return (Object.keys(SPACES) as Kind[]).flatMap((kind) =>
    module[SPACES[kind]].flatMap((entity, index) => {
      if (!entity.import) return []
      const type = describe(module, kind, index)
      const { module: from, name } = entity.import
      const linked = libraries.get(from)?.has(`${kind} ${name}`)
      if (linked) return [{ module: from, name, kind, type, status: 'linked' as const }]
      const funcType = kind === 'func' ? module.funcs[index].type : undefined
      const given = isGiven(module, { module: from, name, kind, type: funcType })
      return [{ module: from, name, kind, type, status: given ? ('given' as const) : status(from, name, kind, type) }]
    }),
  )
}

function status(module: string, name: string, kind: Kind, type: string): ImportStatus {
  const call = kind === 'func' ? findWasiFunction(module, name) : undefined
  if (!call || signature(call.type) !== type) return 'not WASI'
  return call.implemented ? 'implemented' : 'ENOSYS'
}

function describe(module: Module, kind: Kind, index: number): string {
  switch (kind) {
    case 'func':
      return signature(module.funcs[index].type)
    case 'table':
      return `${typeName(module.tables[index].type.ref)} ${range(module.tables[index].type)}`
    case 'memory':
      return `${range(module.memories[index].type)} pages`
    case 'global':
      return `${module.globals[index].type.mutable ? 'mut ' : ''}${typeName(module.globals[index].type.type)}`
    case 'tag':
      return signature(module.tags[index].type)
  }
}

/** Of a type with more of them, not all are named: each of a module's thousands of exports may have it. */
const NAMED = 30

/** `(i32, i64) -> (i32)` */
function signature({ params, results }: FuncType): string {
  const list = (types: readonly number[]) => {
    const names = types.slice(0, NAMED).map(typeName)
    if (types.length > NAMED) names.push(`… ${types.length - NAMED} more`)
    return `(${names.join(', ')})`
  }
  return `${list(params)} -> ${list(results)}`
}

function range({ min, max }: Limits): string {
  return max === undefined ? `${min}…` : `${min}…${max}`
}

function limits({ min, max }: Limits, imported: boolean): LimitsReport {
  return { min, max: max ?? null, imported }
}

function functions(funcs: readonly Func[]): ModuleReport['functions'] {
  const defined = funcs.flatMap(({ index, name, body }) => {
    return body ? [{ index, name: name ?? null, bytes: body.end - body.start }] : []
  })
  return {
    imported: funcs.length - defined.length,
    defined: defined.length,
    bytes: defined.reduce((sum, { bytes }) => sum + bytes, 0),
    largest: defined.toSorted((a, b) => b.bytes - a.bytes).slice(0, LARGEST),
  }
}
