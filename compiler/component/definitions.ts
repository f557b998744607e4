/** Components as they are decoded (spec: component model, Binary.md): definitions in their order, indices unresolved. */
import type {
  FuncType as CoreFuncType,
  GlobalType,
  MemoryType,
  TableType,
  ValType as CoreValType,
} from '../wasm/types.ts'
import type { Module } from '../wasm/module.ts'

export type CoreSort = 'func' | 'table' | 'memory' | 'global' | 'tag' | 'type' | 'module' | 'instance'

/** An index space. */
export type Sort = `core ${CoreSort}` | 'func' | 'value' | 'type' | 'component' | 'instance'

export type Primitive =
  | 'bool'
  | 's8'
  | 'u8'
  | 's16'
  | 'u16'
  | 's32'
  | 'u32'
  | 's64'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string'
  | 'error-context'

/** A primitive type or the index of a defined one. */
export type ValRef = Primitive | number

export interface Field {
  name: string
  type: ValRef
}
export interface Case {
  name: string
  type?: ValRef
}

/** A defined value type. */
export type DefinedType =
  | { kind: 'primitive'; primitive: Primitive }
  | { kind: 'record'; fields: Field[] }
  | { kind: 'variant'; cases: Case[] }
  | { kind: 'list'; element: ValRef; length?: number }
  | { kind: 'map'; key: ValRef; value: ValRef }
  | { kind: 'tuple'; types: ValRef[] }
  | { kind: 'flags' | 'enum'; labels: string[] }
  | { kind: 'option'; type: ValRef }
  | { kind: 'result'; ok?: ValRef; error?: ValRef }
  | { kind: 'own' | 'borrow'; resource: number }
  | { kind: 'stream' | 'future'; element?: ValRef }

export interface FunctionType {
  kind: 'func'
  async: boolean
  params: Field[]
  result?: ValRef
}
export interface ScopeType {
  kind: 'component' | 'instance'
  declarations: Definition[]
}
export interface ResourceDefinition {
  kind: 'resource'
  rep: CoreValType
  /** A core function. */
  dtor?: number
}
export type TypeDefinition = DefinedType | FunctionType | ScopeType | ResourceDefinition

export type CoreExternType =
  | { kind: 'func' | 'tag'; type: number }
  | { kind: 'table'; type: TableType }
  | { kind: 'memory'; type: MemoryType }
  | { kind: 'global'; type: GlobalType }

export type ModuleDeclaration = { at: number } & (
  | { kind: 'import'; module: string; name: string; type: CoreExternType }
  | { kind: 'type'; type: CoreFuncType }
  | { kind: 'outer'; count: number; index: number }
  | { kind: 'export'; name: string; type: CoreExternType }
)

export type CoreTypeDefinition =
  | { kind: 'func'; type: CoreFuncType }
  | { kind: 'module'; declarations: ModuleDeclaration[] }

/** What an import or export is declared to be. */
export type ExternType =
  | { sort: 'core module' | 'func' | 'component' | 'instance'; type: number }
  | { sort: 'type'; bound: number | 'resource' }
  | { sort: 'value'; bound: number | ValRef; eq: boolean }

export interface SortIndex {
  sort: Sort
  index: number
}

/** A name with what stands beside it. */
export interface ExternName {
  name: string
  implements?: string
  versionSuffix?: string
  externalId?: string
}

export type StringEncoding = 'utf8' | 'utf16' | 'latin1+utf16'

/** Options of canonical definitions, in their order: duplicates are for validation to refuse. */
export type CanonOption =
  | { kind: 'string-encoding'; encoding: StringEncoding }
  | { kind: 'memory' | 'realloc' | 'post-return' | 'callback'; index: number }
  | { kind: 'async' }

/** The operand of a built-in: what it is, and its value. */
export interface BuiltinOperands {
  type?: number
  result?: ValRef
  options?: CanonOption[]
  async?: boolean
  cancellable?: boolean
  shared?: boolean
  memory?: number
  table?: number
  coreType?: number
  valType?: CoreValType
  slot?: number
}

export type Canon =
  | { kind: 'lift'; func: number; options: CanonOption[]; type: number }
  | { kind: 'lower'; func: number; options: CanonOption[] }
  | { kind: 'resource.new' | 'resource.drop' | 'resource.rep'; type: number }
  | { kind: 'builtin'; name: string; operands: BuiltinOperands }

export interface InstantiateArgument extends SortIndex {
  name: string
}

export type Definition = { at: number } & (
  | { kind: 'core module'; module: Module; start: number; end: number }
  | { kind: 'core instance'; module: number; args: { name: string; instance: number }[] }
  | { kind: 'core exports'; exports: (SortIndex & { name: string })[] }
  | { kind: 'core type'; type: CoreTypeDefinition }
  | { kind: 'component'; component: Component }
  | { kind: 'instance'; component: number; args: InstantiateArgument[] }
  | { kind: 'exports'; exports: (SortIndex & ExternName)[] }
  | { kind: 'alias'; sort: Sort; target: 'export' | 'core export'; instance: number; name: string }
  | { kind: 'outer'; sort: Sort; count: number; index: number }
  | { kind: 'type'; type: TypeDefinition }
  | { kind: 'canon'; canon: Canon }
  | { kind: 'start'; func: number; args: number[]; results: number }
  | { kind: 'value'; type: ValRef; start: number; end: number }
  | { kind: 'import'; name: ExternName; type: ExternType }
  | { kind: 'export'; name: ExternName; item: SortIndex; type?: ExternType }
)

export interface Component {
  /** From its custom section, if it has one that can be read. */
  name?: string
  /** Of its preamble in the file. */
  at: number
  definitions: Definition[]
}
