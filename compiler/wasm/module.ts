import type { FeatureUses } from './features.ts'
import type { Instruction } from './instructions.ts'
import type { DefinedType, FuncType, GlobalType, MemoryType, TableType, ValType } from './types.ts'

/** Where an entity comes from if it is imported. */
export interface ImportName {
  module: string
  name: string
}
interface Entity {
  import?: ImportName
  /** Byte offset of its declaration, for messages. */
  offset: number
}

/** A function. Bodies stay undecoded (a range of bytes) until asked for: memory is bounded by the largest one. */
export interface Func extends Entity {
  index: number
  typeIndex: number
  type: FuncType
  /** Of an import that another module of the program defines with a type below: that type, among that module's. */
  definedAs?: { types: readonly DefinedType[]; typeIndex: number }
  /** From the name section (first wins, not necessarily unique). */
  name?: string
  /** Byte range of the body in the module, locals included; absent for an import. */
  body?: { start: number; end: number }
}
export interface Memory extends Entity {
  type: MemoryType
}
export interface Table extends Entity {
  type: TableType
  init?: ConstExpr
}
export interface Global extends Entity {
  type: GlobalType
  init?: ConstExpr
  name?: string
}
export interface Tag extends Entity {
  typeIndex: number
  type: FuncType
}

/** A constant expression, without its final `end`. */
export type ConstExpr = Instruction[]

export type ExternKind = 'func' | 'table' | 'memory' | 'global' | 'tag'
export interface Export {
  name: string
  kind: ExternKind
  index: number
  offset: number
}

export interface ElementSegment {
  mode: 'active' | 'passive' | 'declarative'
  table: number
  offset?: ConstExpr
  type: ValType
  /** Of the segment's declaration. */
  at: number
  /** Function indices (the common form) or one constant expression each. */
  items: number[] | ConstExpr[]
}
export interface DataSegment {
  mode: 'active' | 'passive'
  memory: number
  offset?: ConstExpr
  /** Of the segment's declaration. */
  at: number
  /** Byte range of the contents in the module. */
  start: number
  end: number
}

export interface CustomSection {
  name: string
  start: number
  end: number
}

/** A decoded module. Index spaces hold imports first, as in the spec. */
export interface Module {
  /** The binary it was decoded from; ranges refer to it. */
  bytes: Uint8Array
  /** For symbols: 'hello' from hello.wasm. */
  name: string
  /** For messages: the path the user knows. */
  file: string
  types: DefinedType[]
  funcs: Func[]
  tables: Table[]
  memories: Memory[]
  globals: Global[]
  tags: Tag[]
  exports: Export[]
  start?: number
  /** Byte offset of the start section. */
  startAt?: number
  elements: ElementSegment[]
  data: DataSegment[]
  /** Of the data count section, which memory.init and data.drop need. */
  dataCount?: number
  /** Byte offset of the code section's contents. */
  codeAt?: number
  customs: CustomSection[]
  /** The proposals used by what was decoded so far, each with the place where it was met first. */
  features: FeatureUses
  /** Tables that instructions other than calls name, in what was decoded so far. */
  namedTables: Set<number>
}

/** A module's entities by kind, each list in the order of its index space. */
export const entitiesOf = (module: Module) => ({
  func: module.funcs,
  table: module.tables,
  memory: module.memories,
  global: module.globals,
  tag: module.tags,
})
/** A module without anything, to which types and entities are added. */
export const emptyModule = (name = ''): Module => ({
  bytes: new Uint8Array(),
  name,
  file: '',
  types: [],
  funcs: [],
  tables: [],
  memories: [],
  globals: [],
  tags: [],
  exports: [],
  elements: [],
  data: [],
  customs: [],
  features: new Map(),
  namedTables: new Set(),
})
