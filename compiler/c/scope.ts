/** Names of everything in a module, and which of them the chunk being written refers to. */
import type { CanonicalTypes } from '../wasm/canonical-types.ts'
import { checkLimit } from '../wasm/limits.ts'
import type { ExternKind, ImportName, Module } from '../wasm/module.ts'
import { describeType, structureLayout, usesObjects, type StructureLayout } from '../wasm/objects.ts'
import { ref, type FuncType, type ValType } from '../wasm/types.ts'
import type { Routine, Routines } from '../libc/routines.ts'
import type { CallGraph } from './call-graph.ts'
import { Demands } from './demand.ts'
import { Inlining } from './inlining.ts'
import type { LineDirectives } from './line-directives.ts'
import { linkTypes } from './links.ts'
import { identifier, isWasi, mangleModule, own, symbol } from './symbols.ts'
import { ownWasiCall } from './wasi-calls.ts'
import { storageOf } from './objects.ts'
import type { TablePlan } from './tables.ts'
import { TypeIdentities } from './type-identities.ts'
import { resultStruct } from './types.ts'

type Kind = 'func' | 'table' | 'memory' | 'global' | 'tag'

/** What C refers to, and must declare: indices, those of types canonical. */
export interface Uses {
  functions: Set<number>
  globals: Set<number>
  memories: Set<number>
  tables: Set<number>
  /** Arrays of a constant table for one type: 'table type'. */
  views: Set<string>
  types: Set<number>
  elements: Set<number>
  data: Set<number>
  tags: Set<number>
  /** Functions in their form for tail calls. */
  tails: Set<number>
  /** Types of functions that tail calls through references lead to. */
  adapters: Set<number>
  /** Lists of several results, by the name of their structure. */
  results: Map<string, FuncType['results']>
  /** Functions of the C library in their faster form. */
  libc: Set<Routine>
}

const noUses = (): Uses => ({
  functions: new Set(),
  globals: new Set(),
  memories: new Set(),
  tables: new Set(),
  views: new Set(),
  types: new Set(),
  elements: new Set(),
  data: new Set(),
  tags: new Set(),
  tails: new Set(),
  adapters: new Set(),
  results: new Map(),
  libc: new Set(),
})

/** Characters of an export's name that C repeats wherever it is used. */
const MAX_NAME = 200

export class Scope {
  readonly module: Module
  /** The module's C name. */
  readonly symbol: string
  readonly functions: string[]
  readonly globals: string[]
  readonly tables: string[]
  readonly memories: string[]
  readonly tags: string[]
  /** For each type the first index of a structurally equal one. */
  readonly canonical: number[]
  readonly importedFunctions: number
  /** Of modules with exceptions or tail calls. */
  graph: CallGraph | undefined
  readonly demands: Demands
  readonly inlining: Inlining
  /** Functions that are there twice; see wide.ts. */
  readonly clones: number[] = []
  readonly #views = new Map<number, Set<number>>()
  /** Functions that read each global: one, or -1 for several. */
  readonly #readers = new Map<number, number>()
  /** For debuggers, where that was asked for. */
  lines: LineDirectives | undefined
  /** Absent where all functions are written as they are. */
  routines: Routines | undefined
  /** How each table is represented. */
  plans: TablePlan[] = []
  /** What the chunk being written refers to. */
  uses: Uses = noUses()
  /** What all chunks so far refer to; of views, see {@link viewsOf}. */
  readonly everUsed: Omit<Uses, 'views'> = noUses()
  /** Of types, at run time. */
  readonly identities: TypeIdentities
  readonly #exported: Map<string, string | undefined>
  readonly #typeNumbers: readonly number[]
  /** By such a number the canonical index. */
  readonly #firstOf = new Map<number, number>()
  readonly #program: CanonicalTypes
  readonly #layouts = new Map<number, StructureLayout>()
  /** References may be to objects that are collected. */
  readonly objects: boolean
  /** WASI's calls are made through functions of the module's own. */
  readonly ownWasi: boolean
  readonly #holderOf: (kind: ExternKind, index: number) => number
  /** What other objects are compared with; see links.ts. */
  links = 0
  #text = 0

  constructor(module: Module, program: CanonicalTypes, ownWasi = false, objects = usesObjects(module)) {
    this.module = module
    this.inlining = new Inlining(module.funcs.length)
    this.objects = objects
    this.ownWasi = ownWasi
    this.demands = new Demands(module, (func) => this.mayThrow(func))
    this.symbol = mangleModule(module.name)
    const exported = this.#exports()
    this.#exported = exported
    const name =
      (kind: Kind, letter: string) =>
      (entity: { import?: { module: string; name: string }; name?: string }, i: number) => {
        if (entity.import) return this.#imported(entity.import)
        const readable = entity.name ? '_' + identifier(entity.name) : ''
        return exported.get(`${kind} ${i}`) ?? this.own(`${letter}${i}${readable === '_' ? '' : readable}`)
      }
    this.functions = module.funcs.map(name('func', 'f'))
    this.globals = module.globals.map(name('global', 'g'))
    this.tables = module.tables.map(name('table', 't'))
    this.memories = module.memories.map(name('memory', 'm'))
    this.tags = module.tags.map(name('tag', 'tag'))
    this.importedFunctions = module.funcs.filter((func) => func.import).length

    const first = this.#firstOf
    const { types, indexOf } = linkTypes(module)
    this.#program = program
    this.#typeNumbers = program.add([...module.types, ...types])
    this.#holderOf = indexOf
    this.canonical = this.#typeNumbers.slice(0, module.types.length).map((number, i) => {
      if (!first.has(number)) first.set(number, i)
      return first.get(number)!
    })
    this.identities = new TypeIdentities(program, this.own('types'))
  }

  /**
   * The C name of an entity that is defined and exported is that of its first export; a very long one is a second name, since
   * every call repeats it.
   */
  #exports(): Map<string, string | undefined> {
    const names = new Map<string, string | undefined>()
    for (const { kind, index, name } of this.module.exports) {
      const key = `${kind} ${index}`
      if (names.has(key)) continue
      names.set(key, name.length > MAX_NAME ? undefined : symbol(this.module.name, name))
    }
    return names
  }

  /** A name that nothing else has; see symbols.ts. Each kind of thing has a word of its own before its number. */
  own(rest: string): string {
    return own(this.symbol, rest)
  }

  #imported({ module, name }: ImportName): string {
    if (!this.ownWasi || !isWasi(module)) return symbol(module, name)
    return ownWasiCall(this.module.name, { module, name })
  }

  typeName(canonical: number): string {
    return this.own(`type${canonical}`)
  }

  viewName(table: number, type: number): string {
    return this.own(`view${table}_${type}`)
  }

  elementName(index: number): string {
    return this.own(`elements${index}`)
  }

  /** How many elements a segment has, until it is dropped. */
  elementCount(index: number): string {
    return this.own(`element_count${index}`)
  }

  dataName(index: number): string {
    return this.own(`segment${index}`)
  }

  /** How many bytes a segment has, until it is dropped. */
  dataSize(index: number): string {
    return this.own(`segment_size${index}`)
  }

  /** Counts the C of a chunk, of which no compiler reads and no string holds more than so much. */
  addText(length: number, offset: number): void {
    this.#text += length
    checkLimit('characters of C in a file', this.#text, offset)
  }

  beginChunk(): void {
    this.#text = 0
    this.inlining.beginChunk()
    this.uses = noUses()
    this.identities.beginChunk()
  }

  isExported(kind: Kind, index: number): boolean {
    return this.#exported.has(`${kind} ${index}`)
  }

  #use<K extends Exclude<keyof Uses, 'results' | 'views' | 'libc'>>(kind: K, index: number): void {
    this.uses[kind].add(index)
    this.everUsed[kind].add(index)
  }

  func(index: number): string {
    this.#use('functions', index)
    return this.functions[index]
  }

  global(index: number): string {
    this.#use('globals', index)
    return this.globals[index]
  }

  /** A function reads a global. */
  reads(global: number, func: number): void {
    this.#readers.set(global, (this.#readers.get(global) ?? func) === func ? func : -1)
  }

  /** Compilers drop what is written to a variable that no function reads, or make it a local of the only one that does. */
  isPrivate(global: number): boolean {
    return this.everUsed.globals.has(global) && this.#readers.get(global) !== -1
  }

  memory(index: number): string {
    this.#use('memories', index)
    return this.memories[index]
  }

  table(index: number): string {
    this.#use('tables', index)
    return this.tables[index]
  }

  tag(index: number): string {
    this.#use('tags', index)
    return this.tags[index]
  }

  /** What an entity is called, and that it is. */
  mention(kind: ExternKind, index: number): string {
    return this[kind](index)
  }

  /** The identity of what an import of the entity must be. */
  linkType(kind: ExternKind, index: number): string {
    const { funcs, tags, types } = this.module
    const type =
      kind === 'func'
        ? funcs[index].typeIndex
        : kind === 'tag'
          ? tags[index].typeIndex
          : types.length + this.#holderOf(kind, index)
    return this.identities.of(this.#typeNumbers[type])
  }

  mayThrow(func: number): boolean {
    return this.graph?.mayThrow(func) ?? false
  }

  typeMayThrow(type: number): boolean {
    return this.graph?.typeMayThrow(type) ?? false
  }

  hasTailForm(func: number): boolean {
    return this.graph?.tailCalls(func) === 'memory'
  }

  /** The name of a function in its form for tail calls. */
  tailName(index: number): string {
    return this.own(`tail${index}`)
  }

  tail(index: number): string {
    this.#use('tails', index)
    return this.tailName(index)
  }

  /** Of the function that calls any function of a type, in the form for tail calls. */
  adapterName(type: number): string {
    return this.own(`adapter${type}`)
  }

  adapter(type: number): string {
    this.#use('adapters', type)
    this.functionType(type)
    return this.adapterName(type)
  }

  /** The canonical index of a function's type; -1 where only the module that defines the function has it. */
  typeOfFunction(index: number): number {
    return this.#firstOf.get(this.#program.ofFunction(this.module.funcs[index], this.#typeNumbers)) ?? -1
  }

  /** What a reference to the function carries beside its code. */
  functionId(index: number): string {
    return this.identities.of(this.#program.ofFunction(this.module.funcs[index], this.#typeNumbers))
  }

  /** The same as a number, which it is in executables, and everywhere if it is packed. */
  functionIdentity(index: number): bigint {
    return this.#program.identity(this.#program.ofFunction(this.module.funcs[index], this.#typeNumbers))
  }

  /** What a reference to a function of the type carries beside its code. */
  typeId(type: number): string {
    return this.identities.of(this.#typeNumbers[type])
  }

  /** What an object of the type begins with. */
  objectType(type: number): number {
    return this.#typeNumbers[type] + 1
  }

  /** Of a new object. */
  objectReference(type: number): ValType {
    return ref(type, false, true)
  }

  /** How many types one is below. */
  depth(type: number): number {
    let depth = 0
    for (let at = this.module.types[type].supertype; at !== undefined; at = this.module.types[at].supertype) depth++
    return depth
  }

  layout(type: number): StructureLayout {
    let layout = this.#layouts.get(type)
    if (layout === undefined) {
      layout = structureLayout(this.module.types[type].fields!.map((field) => storageOf(field.type)))
      this.#layouts.set(type, layout)
    }
    return layout
  }

  /** The words that describe the module's types to the collector, and how many types. */
  describeTypes(): { words: number[]; count: number } {
    const { types } = this.module
    const numbers = [...new Map(types.map((_, index) => [this.#typeNumbers[index], index]))]
    const words = numbers.flatMap(([number, index]) =>
      describeType(types[index], number, this.#program, (type) => storageOf(type)),
    )
    return { words, count: numbers.length }
  }

  /** The C type of pointers to functions of a type. */
  functionType(index: number): string {
    const canonical = this.canonical[index]
    this.#use('types', canonical)
    return this.typeName(canonical)
  }

  /** A constant array of the functions of one type in a table; see tables.ts. */
  view(table: number, type: number): string {
    const key = `${table} ${type}`
    this.uses.views.add(key)
    const known = this.#views.get(table)
    if (known === undefined) this.#views.set(table, new Set([type]))
    else known.add(type)
    this.#use('types', type)
    return this.viewName(table, type)
  }

  /** The types for which a table has arrays that any chunk so far refers to. */
  viewsOf(table: number): Iterable<number> {
    return this.#views.get(table) ?? []
  }

  element(index: number): string {
    this.#use('elements', index)
    return this.elementName(index)
  }

  data(index: number): string {
    this.#use('data', index)
    return this.dataName(index)
  }

  /** The structure that returns several results. */
  results(results: FuncType['results']): string {
    const name = resultStruct(results)
    this.uses.results.set(name, results)
    return name
  }
}
