/**
 * Machine code of our own: from a decoded and validated module to a relocatable object, in one pass over its bytes. See
 * assembler.ts for how it is built.
 */
import { callGraph } from '../c/call-graph.ts'
import { isWasi, mangleModule, symbol as symbolName } from '../c/symbols.ts'
import { isUnchecked } from '../c/memories.ts'
import { contents, dataRuns, type Run } from '../c/data-runs.ts'
import { planTables, type TablePlan } from '../c/tables.ts'
import { CompileError } from '../errors.ts'
import { alignUp } from '../image/bytes.ts'
import { printable } from '../printable.ts'
import type { Steps } from '../steps.ts'
import { NO_RELOCATIONS, Reloc, Relocations, section, type RelocatableObject, type Section } from '../image/object.ts'
import { CanonicalTypes } from '../wasm/canonical-types.ts'
import { chunksOf } from '../wasm/chunks.ts'
import type { ImportName, Module } from '../wasm/module.ts'
import { unsupported } from '../wasm/features.ts'
import { describeType, isTraced, usesObjects } from '../wasm/objects.ts'
import { calledAtStart } from '../wasm/recognize.ts'
import { isThreadSpawn, spawnsThreads, THREAD_ENTRY } from '../wasm/threads.ts'
import { V128 as WASM_V128 } from '../wasm/types.ts'
import { pushParameterOfC, writeAdapter, writeWasiCall } from './adapters.ts'
import { writeAllocator } from './allocator.ts'
import { target } from './assembler.ts'
import { makeAssembler, type AssemblerOptions } from './assemblers.ts'
import { callIndex } from './calls.ts'
import { code, resetCode, room, takeCode } from './code.ts'
import { knownConstant } from './constants.ts'
import { writeEntry } from './entries.ts'
import { FIRST_INSTANCE, NEW_INSTANCE, synthesize } from './function.ts'
import { FunctionWriter } from './functions.ts'
import { storageOf } from './objects.ts'
import { finishRecords, writeRecords } from './records.ts'
import { startInstance, writeInstantiation, writeSegments, type DescriptorParts } from './start.ts'
import { INSTANCE_HEAD } from './state.ts'
import { finishedPlaces, resetPlaces } from './traps.ts'
import { I32, kindOf, layout, V128, type Kind } from './types.ts'
import { makeSignature, signatureOf, symbolOf, unit, type DataRun } from './unit.ts'
import { reach } from './labels.ts'

export interface MachineOptions {
  arch: 'x64' | 'arm64'
  /** Where memory 0 of the module lies, if it is its own. */
  memoryAt: number
  /** For arm64: the symbol that the linker finds by where it lies instead. */
  memoryName?: string
  /** What traps call the module: 'hello.wasm'. */
  file: string
  /** Types of all modules of the program: the same for each of them. */
  types?: CanonicalTypes
  /** Bytes of a page that the system can move into memory: large data lies in whole pages then (Linux). */
  imagePage?: number
  /** Imported functions other than WASI's may leave an exception. */
  importsThrow?: boolean
  /** Functions of the C library that the module brings along are the runtime's; default true. */
  replaceLibc?: boolean
  /** Of a library: its calls of WASI work on its own memory, whatever the program's do. */
  ownWasi?: boolean
  /** Imported functions are C; else only WASI's are, and what is imported from none of `modules`. */
  importsAreC?: boolean
  /** Some module of the program has objects that are collected: references of this one may be to them. */
  objects?: boolean
  /** Names of the program's modules. */
  modules?: ReadonlySet<string>
  /** A function `<symbol>_Zentry(arguments, results)` of C for each exported one: 16 bytes for each value. And `<symbol>_Zmemory`. */
  entries?: boolean
}

/** Sections of the object, in their order; data segments follow. */
const TEXT = 0
const STATE = 1
const RODATA = 2

/** Bytes of the runtime's structures. */
const MODULE_BYTES = 48
const MEMORY_BYTES = 64
const TABLE_BYTES = 32
const MAX_STATE_BYTES = 2 ** 30

/** The object of a decoded and validated module. */
export function generateMachineCode(module: Module, options: MachineOptions): RelocatableObject {
  const steps = generateInSteps(module, options)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Generation goes through state that all modules share. */
let isGenerating = false

/** {@link generateMachineCode} with pauses; no other module may be generated before it is done, or ended with `return`. */
export function* generateInSteps(module: Module, options: MachineOptions): Steps<RelocatableObject> {
  if (isGenerating) throw new Error('machine code of another module is being generated')
  isGenerating = true
  try {
    target.asm = makeAssembler(assemblerOptions(options, spawnsThreads(module)))
    return yield* new ObjectWriter(module, options).object()
  } finally {
    isGenerating = false
  }
}

const assemblerOptions = ({ arch, memoryAt }: MachineOptions, threaded: boolean): AssemblerOptions => ({
  arch,
  memoryAt,
  threaded,
})

class ObjectWriter {
  readonly #module: Module
  readonly #options: MachineOptions
  readonly #symbol: string
  readonly #sections: Section[] = []
  readonly #plans: TablePlan[]
  /** By kind and index. */
  readonly #exportNames = new Map<string, string[]>()
  readonly #program: CanonicalTypes
  /** By type, its number among those of the program. */
  readonly #canonical: readonly number[]
  #stateBytes = 0
  readonly #rodata: Uint8Array[] = []
  readonly #dataSections: Section[] = []
  #rodataBytes = 0
  /** Functions around exports that C calls, by name; and the two of struct wasm_thread_code. */
  readonly #entered = new Map<string, number>()
  #threadCode: number[] | undefined

  constructor(module: Module, options: MachineOptions) {
    this.#module = module
    this.#options = options
    this.#symbol = mangleModule(module.name)
    const types = options.types ?? new CanonicalTypes()
    const canonical = types.add(module.types)
    this.#program = types
    this.#canonical = canonical
    this.#plans = planTables(module, (func) => types.ofFunction(module.funcs[func], canonical))
    for (const { kind, index, name } of module.exports) {
      const key = `${kind} ${index}`
      const names = this.#exportNames.get(key)
      if (names === undefined) this.#exportNames.set(key, [name])
      else names.push(name)
    }
    const first = new Map<number, number>()
    const local = canonical.map((number, i) => first.get(number) ?? (first.set(number, i), i))
    const graph = callGraph(module, local, options.importsThrow)
    const bodyBytes = module.funcs.reduce((bytes, { body }) => bytes + (body ? body.end - body.start : 0), 0)
    resetCode(bodyBytes)
    // Those of another processor's would be found for the same types.
    unit.signatures = new Map()
    Object.assign(unit, {
      module,
      symbols: [],
      byName: new Map(),
      functionAt: new Int32Array(module.funcs.length).fill(-1),
      functionSymbol: new Int32Array(module.funcs.length).fill(-1),
      isRuntime: new Uint8Array(module.funcs.length),
      imported: module.funcs.filter((func) => func.import).length,
      // 0 is that of null.
      typeNumbers: canonical.map((number) => number + 1),
      functionTypes: Int32Array.from(module.funcs, (func) => types.ofFunction(func, canonical) + 1),
      types: undefined,
      allocator: -1,
      objects: options.objects ?? usesObjects(module),
      typeDepths: canonical.map((number) => depthOf(types, number)),
      memoryAt: options.memoryAt,
      memoryPlace: -1,
      threaded: spawnsThreads(module),
      vectors: hasVectors(module),
      throwing: graph && {
        functions: Uint8Array.from(module.funcs, (_, index) => Number(graph.mayThrow(index))),
        types: Uint8Array.from(module.types, (_, type) => Number(graph.typeMayThrow(type))),
      },
      functionSignatures: module.funcs.map((func) => signatureOf(func.type)),
      typeSignatures: module.types.map(signatureOf),
      tagSignatures: module.tags.map((tag) => signatureOf(tag.type)),
    })
  }

  *object(): Steps<RelocatableObject> {
    const { asm } = target
    unit.text = this.#local('text', TEXT)
    unit.state = this.#local('state', STATE)
    unit.own = unit.threaded ? this.#local('instance', STATE) : unit.state
    const { memoryName } = this.#options
    if (memoryName !== undefined) unit.memoryPlace = symbolOf(memoryName)
    this.#place()
    this.#placeOwn()
    asm.begin()
    reach.far = true
    writeRecords(this.#plans)
    const segments = writeSegments()
    this.#types()
    const descriptor = this.#descriptor()
    asm.align(16)
    const start = code.at
    const instantiate = (): void => writeInstantiation(descriptor, this.#plans, segments)
    synthesize(makeSignature([], []), instantiate, undefined, unit.threaded ? FIRST_INSTANCE : 0)
    this.#global(`${this.#symbol}_instantiate`, TEXT, start)
    if (unit.threaded) this.#threads(segments)
    this.#adapters()
    yield* this.#functions()
    const table = finishedPlaces()
    unit.symbols[descriptor.places].offset = this.#constant(table, 1)
    if (this.#options.entries) this.#entries()
    writeAllocator()
    asm.end(unit.functionAt)
    finishRecords(unit.functionAt)
    this.#exportFunctions()
    return this.#finish()
  }

  get module(): Module {
    return this.#module
  }

  #symbolFor(name: string, sectionIndex: number, offset: number, binding: 'local' | 'global'): number {
    const index = unit.symbols.push({ name, section: sectionIndex, offset, size: 0, binding }) - 1
    if (binding === 'global') unit.byName.set(name, index)
    return index
  }

  #local(name: string, sectionIndex: number, offset = 0): number {
    return this.#symbolFor(`${this.#symbol}.${name}`, sectionIndex, offset, 'local')
  }

  #global(name: string, sectionIndex: number, offset: number): number {
    return this.#symbolFor(name, sectionIndex, offset, 'global')
  }

  /** A place in the section of what changes. */
  #allocate(bytes: number, align = 8): number {
    const at = alignUp(this.#stateBytes, align)
    this.#stateBytes = at + bytes
    return inReach(at)
  }

  /** The same of what each thread has of its own: from `unit.own`. */
  #allocateOwn(bytes: number, align = 8): number {
    if (!unit.threaded) return this.#allocate(bytes, align)
    const at = alignUp(unit.ownBytes, align)
    unit.ownBytes = at + bytes
    return inReach(at)
  }

  /** The first thread's, behind what all share. */
  #placeOwn(): void {
    if (!unit.threaded) return
    unit.ownBytes = (unit.ownBytes + 15) & -16
    unit.symbols[unit.own].offset = this.#allocate(unit.ownBytes, 16)
  }

  #constant(bytes: Uint8Array, align: number): number {
    const padding = -this.#rodataBytes & (align - 1)
    if (padding) this.#rodata.push(new Uint8Array(padding))
    const at = this.#rodataBytes + padding
    this.#rodata.push(bytes)
    this.#rodataBytes = at + bytes.length
    return at
  }

  /** Places of all that is not code. */
  #place(): void {
    const { module } = this
    const { memories, globals, tables, tags, data, elements, funcs } = module
    const external = ({ module: from, name }: ImportName): number => symbolOf(symbolName(from, name))
    unit.ownBytes = INSTANCE_HEAD
    unit.descriptor = this.#local('module', STATE, this.#allocate(MODULE_BYTES, 16))
    funcs.forEach((func, i) => {
      if (!func.import) return
      unit.functionSymbol[i] = external(func.import)
      const { importsAreC, modules } = this.#options
      const { module: from } = func.import
      const isC = importsAreC || isWasi(from) || isThreadSpawn(func.import) || modules?.has(from) === false
      unit.isRuntime[i] = !isC ? 0 : this.#options.ownWasi && isWasi(func.import.module) ? 2 : 1
    })
    unit.memories = memories.map((memory, i) => ({
      symbol: memory.import ? external(memory.import) : unit.state,
      addend: memory.import ? 0 : this.#export('memory', i, STATE, this.#allocate(MEMORY_BYTES)),
      is64: memory.type.is64,
      fixed: i === 0 && !memory.import && isUnchecked(memory),
      checked: !isUnchecked(memory),
    }))
    unit.hasFixedMemory = unit.memories.some(({ fixed }) => fixed)
    if (this.#options.entries && memories.length > 0 && !memories[0].import)
      this.#global(`${this.#symbol}_Zmemory`, STATE, unit.memories[0].addend)
    // Those that the collector looks at lie together.
    const isRoot = ({ type, import: origin }: Module['globals'][number]): boolean =>
      unit.objects && !origin && isTraced(type.type, module.types)
    const rootsAt = this.#allocateOwn(8 * globals.filter(isRoot).length)
    unit.rootGlobals = { addend: rootsAt, count: globals.filter(isRoot).length }
    let nextRoot = rootsAt
    unit.globals = globals.map((global, i) => {
      const kind = kindOf(global.type.type)
      if (global.import) return { kind, symbol: external(global.import), addend: 0 }
      const constant = global.type.mutable || kind === V128 ? undefined : knownConstant(global.init!)
      const exported = this.#exportNames.has(`global ${i}`)
      if (constant && !exported) return { kind, symbol: -1, addend: 0, constant }
      const bytes = kind === V128 ? 16 : 8
      const at = isRoot(global) ? nextRoot : this.#allocateOwn(bytes, bytes)
      if (isRoot(global)) nextRoot += 8
      return {
        kind,
        symbol: unit.own,
        addend: this.#export('global', i, STATE, at),
        constant,
      }
    })
    unit.tables = tables.map((table, i) => {
      const place = { constantAt: -1, size: 0, symbol: unit.own, addend: 0 }
      if (table.import) return { ...place, symbol: external(table.import) }
      if (this.#plans[i].kind === 'constant') return place
      return { ...place, addend: this.#export('table', i, STATE, this.#allocateOwn(TABLE_BYTES)) }
    })
    unit.tagSymbols = tags.map((tag, i) => {
      if (tag.import) return external(tag.import)
      const size = new Uint8Array(16)
      new DataView(size.buffer).setUint32(0, layout(unit.tagSignatures[i].params).size, true)
      // An address of its own.
      const at = this.#constant(size, 16)
      this.#export('tag', i, RODATA, at)
      return this.#local(`tag${i}`, RODATA, at)
    })
    const runs = dataRuns(module)
    unit.data = data.map((segment) => ({
      // Where only runs are copied, what is left of an active segment is nothing.
      symbol: runs && segment.mode === 'active' ? unit.state : this.#data(contents(module, segment), 1),
      size: segment.mode === 'passive' || module.dataCount !== undefined ? this.#allocateOwn(4, 4) : -1,
    }))
    unit.runs = runs?.map((run) => this.#run(run))
    unit.elements = elements.map((segment) => {
      const constant = segment.mode === 'active' && this.#plans[segment.table].kind === 'constant'
      const size = this.#allocateOwn(4, 4)
      return {
        size,
        // Instances share them: they are the same for each, and never change.
        items: constant || segment.mode === 'declarative' ? 0 : this.#allocate(8 * segment.items.length),
      }
    })
    elements.forEach((segment, i) => {
      // Nothing is left to do at the start, and what instructions find is empty.
      const constant = segment.mode === 'active' && this.#plans[segment.table].kind === 'constant'
      if (constant || segment.mode === 'declarative') unit.elements[i].items = -1
    })
  }

  /** A section of its own for bytes of data segments: its symbol. */
  #data(bytes: Uint8Array, align: number, kind: 'rodata' | 'data' = 'rodata'): number {
    const number = this.#dataSections.length
    this.#dataSections.push(section(kind, `.${kind}.${this.#symbol}.data${number}`, bytes, align))
    return this.#local(`data${number}`, RODATA + 1 + number)
  }

  #run({ target: to, bytes, isImage }: Run): DataRun {
    const page = this.#options.imagePage
    const size = bytes.length
    if (!isImage || page === undefined) return { target: to, size, symbol: this.#data(bytes, 16), isImage: false }
    const offset = to % page
    const whole = new Uint8Array(Math.ceil((offset + size) / page) * page)
    whole.set(bytes, offset)
    const symbol = this.#data(whole, page, 'data')
    Object.assign(unit.symbols[symbol], { offset, size })
    return { target: to, size, symbol, isImage: true }
  }

  /** Gives an entity the names that it is exported by. */
  #export(kind: 'memory' | 'global' | 'table' | 'tag', index: number, sectionIndex: number, offset: number): number {
    // A module that starts threads is a program of its own: nobody imports what each thread has another of.
    if (unit.threaded && (kind === 'global' || kind === 'table')) return offset
    for (const name of this.#exportNames.get(`${kind} ${index}`) ?? [])
      this.#global(symbolName(this.module.name, name), sectionIndex, offset)
    return offset
  }

  /** What C calls of a module that starts threads: each call has its instance. */
  #threads(segments: readonly number[]): void {
    const { module } = this
    const { asm } = target
    const write = (
      parameters: Kind[],
      index: number,
      before: () => void,
      instance: typeof FIRST_INSTANCE | typeof NEW_INSTANCE,
    ): number => {
      asm.align(16)
      const start = code.at
      const call = (): void => {
        before()
        parameters.forEach((_, l) => pushParameterOfC(l))
        callIndex(index, false)
      }
      synthesize(makeSignature(parameters, []), call, unit.functionSignatures[index], instance)
      return start
    }
    for (const { name, index } of module.exports)
      if (calledAtStart(module, true).includes(name))
        this.#entered.set(
          name,
          write([], index, () => {}, FIRST_INSTANCE),
        )
    const { index } = module.exports.find(({ name }) => name === THREAD_ENTRY)!
    const thread = write([I32, I32], index, () => startInstance(this.#plans, segments, true), NEW_INSTANCE)
    asm.align(16)
    const nothing = code.at
    synthesize(makeSignature([], []), () => {})
    this.#threadCode = [nothing, thread]
  }

  #exportFunctions(): void {
    const { module } = this
    for (const { kind, index, name } of module.exports) {
      if (kind !== 'func' || index < unit.imported) continue
      const own = symbolName(module.name, name)
      this.#global(own, TEXT, this.#entered.get(name) ?? unit.functionAt[index])
      this.#global(`${own}.ref`, TEXT, unit.recordAt[index])
    }
  }

  #descriptor(): DescriptorParts {
    const { module } = this
    const utf8 = new TextEncoder()
    const file = this.#local('file', RODATA, this.#constant(utf8.encode(`${printable(this.#options.file)}\0`), 1))
    const defined = module.funcs.filter((func) => func.body)
    const named = defined.some(({ name }) => name !== undefined)
    const text = defined.map(({ name = '' }) => `${printable(name)}\0`).join('')
    const names = named ? this.#local('names', RODATA, this.#constant(utf8.encode(text), 1)) : -1
    return { file, names, places: this.#local('places', RODATA) }
  }

  /** What the collector knows of the module's types. */
  #types(): void {
    const { module } = this
    if (!usesObjects(module)) return
    if (unit.threaded)
      throw unsupported('gc', {
        what: 'objects in a program that starts threads',
        offset: module.features.get('gc')?.offset,
      })
    const numbers = [...new Map(this.#canonical.map((number, index) => [number, index]))]
    const words = numbers.flatMap(([number, index]) =>
      describeType(module.types[index], number, this.#program, storageOf),
    )
    const bytes = new Uint8Array(4 * words.length)
    const view = new DataView(bytes.buffer)
    words.forEach((word, i) => view.setUint32(4 * i, word, true))
    unit.types = { symbol: this.#local('types', RODATA, this.#constant(bytes, 8)), count: numbers.length }
  }

  /** Functions of C that references point to, or that are called with a memory of the module's own. */
  #adapters(): void {
    for (let i = 0; i < unit.imported; i++) {
      const own = unit.isRuntime[i] === 2
      if (!own && (!unit.isRuntime[i] || (unit.recordAt[i] < 0 && !this.#isInConstantTable(i)))) continue
      room(64)
      target.asm.align(16)
      unit.functionAt[i] = code.at
      if (own) writeWasiCall(i)
      else writeAdapter(i)
    }
  }

  #isInConstantTable(index: number): boolean {
    return this.#plans.some((plan) => plan.kind === 'constant' && plan.entries.includes(index))
  }

  *#functions(): Steps<void> {
    const writer = new FunctionWriter(this.module, this.#options.replaceLibc ?? true)
    const chunks = chunksOf(this.module)
    resetPlaces()
    for (let chunk = 0; chunk < chunks.length - 1; chunk++) {
      writer.writeAll(chunks[chunk], chunks[chunk + 1])
      yield
    }
  }

  #entries(): void {
    unit.body = 0
    for (const { kind, index, name } of this.module.exports) {
      if (kind !== 'func' || index < unit.imported) continue
      room(64)
      target.asm.align(16)
      this.#global(`${symbolName(this.module.name, name)}_Zentry`, TEXT, code.at)
      writeEntry(index)
    }
  }

  #finish(): RelocatableObject {
    const { module } = this
    const name = this.#symbol
    const text = section('text', `.text.${name}`, takeCode(), code.alignment, code.relocations)
    const state = section('bss', `.bss.${name}`, this.#stateBytes, 16)
    const rodata = new Uint8Array(this.#rodataBytes)
    let at = 0
    for (const part of this.#rodata) {
      rodata.set(part, at)
      at += part.length
    }
    this.#sections.push(text, state, section('rodata', `.rodata.${name}`, rodata, 16, NO_RELOCATIONS))
    this.#sections.push(...this.#dataSections)
    if (this.#threadCode) {
      const relocations = new Relocations()
      this.#threadCode.forEach((at, i) => relocations.add(8 * i, Reloc.ABS64, this.#local(`thread${i}`, TEXT, at), 0))
      this.#global('wasm_thread_code', this.#sections.length, 0)
      this.#sections.push(section('rodata', `.rodata.${name}.threads`, new Uint8Array(16), 8, relocations))
    }
    return { name: module.name, sections: this.#sections, symbols: unit.symbols }
  }
}

/** A place that instructions can name: they have 31 bits for it, and what lies there may be 80 MB. */
function inReach(at: number): number {
  if (at <= MAX_STATE_BYTES) return at
  throw new CompileError('variables, tables and segments of functions take more than 1 GiB', {
    code: 'unsupported',
    hint: 'generate less of them, or split the program into several modules (libraries)',
  })
}

function depthOf(types: CanonicalTypes, number: number): number {
  let depth = 0
  for (let at = types.supertype(number); at !== undefined; at = types.supertype(at)) depth++
  return depth
}

/** Whether a function without vector instructions may have vectors among its operands. */
function hasVectors({ types, globals }: Module): boolean {
  return (
    types.some(
      ({ params, results, fields }) =>
        params.includes(WASM_V128) || results.includes(WASM_V128) || fields?.some(({ type }) => type === WASM_V128),
    ) || globals.some(({ type }) => type.type === WASM_V128)
  )
}
