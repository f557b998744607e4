/**
 * Machine code of our own: from a decoded and validated module to a relocatable object, in one pass over its bytes. See
 * assembler.ts for how it is built.
 */
import { callGraph } from '../c/call-graph.ts'
import { mangleModule, symbol as symbolName } from '../c/symbols.ts'
import { planTables, type TablePlan } from '../c/tables.ts'
import { printable } from '../printable.ts'
import type { Steps } from '../steps.ts'
import type { RelocatableObject } from '../image/object.ts'
import { CanonicalTypes } from '../wasm/canonical-types.ts'
import { chunksOf } from '../wasm/chunks.ts'
import type { Module } from '../wasm/module.ts'
import { unsupported } from '../wasm/features.ts'
import { describeType, usesObjects } from '../wasm/objects.ts'
import { calledAtStart } from '../wasm/recognize.ts'
import { spawnsThreads, THREAD_ENTRY } from '../wasm/threads.ts'
import { V128 as WASM_V128 } from '../wasm/types.ts'
import { pushParameterOfC, writeAdapter, writeWasiCall } from './adapters.ts'
import { writeAllocator } from './allocator.ts'
import { target } from './assembler.ts'
import { makeAssembler, type AssemblerOptions } from './assemblers.ts'
import { callIndex } from './calls.ts'
import { code, resetCode, room } from './code.ts'
import { writeEntry } from './entries.ts'
import { FIRST_INSTANCE, NEW_INSTANCE, synthesize } from './function.ts'
import { FunctionWriter } from './functions.ts'
import { reach } from './labels.ts'
import { storageOf } from './objects.ts'
import type { MachineOptions } from './options.ts'
import { placeAll } from './places.ts'
import { finishRecords, writeRecords } from './records.ts'
import { RODATA, Sections, STATE, TEXT } from './sections.ts'
import { startInstance, writeInstantiation, writeSegments, type DescriptorParts } from './start.ts'
import { finishedPlaces, resetPlaces } from './traps.ts'
import { I32, type Kind } from './types.ts'
import { makeSignature, signatureOf, symbolOf, unit } from './unit.ts'

export type { MachineOptions }

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
  readonly #sections: Sections
  readonly #plans: TablePlan[]
  readonly #program: CanonicalTypes
  /** By type, its number among those of the program. */
  readonly #canonical: readonly number[]
  /** Functions around exports that C calls, by name; and the two of struct wasm_thread_code. */
  readonly #entered = new Map<string, number>()
  #threadCode: number[] | undefined

  constructor(module: Module, options: MachineOptions) {
    this.#module = module
    this.#options = options
    this.#symbol = mangleModule(module.name)
    this.#sections = new Sections(this.#symbol, options.imagePage)
    const types = options.types ?? new CanonicalTypes()
    const canonical = types.add(module.types)
    this.#program = types
    this.#canonical = canonical
    this.#plans = planTables(module, (func) => types.ofFunction(module.funcs[func], canonical))
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
    unit.text = this.#sections.local('text', TEXT)
    unit.state = this.#sections.local('state', STATE)
    unit.own = unit.threaded ? this.#sections.local('instance', STATE) : unit.state
    const { memoryName } = this.#options
    if (memoryName !== undefined) unit.memoryPlace = symbolOf(memoryName)
    placeAll(this.#module, this.#options, this.#plans, this.#sections, this.#symbol)
    this.#sections.placeOwn()
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
    this.#sections.global(`${this.#symbol}_instantiate`, TEXT, start)
    if (unit.threaded) this.#threads(segments)
    this.#adapters()
    yield* this.#functions()
    const table = finishedPlaces()
    unit.symbols[descriptor.places].offset = this.#sections.constant(table, 1)
    if (this.#options.entries) this.#entries()
    writeAllocator()
    asm.end(unit.functionAt)
    finishRecords(unit.functionAt)
    this.#exportFunctions()
    return { name: this.#module.name, sections: this.#sections.finish(this.#threadCode), symbols: unit.symbols }
  }

  /** What C calls of a module that starts threads: each call has its instance. */
  #threads(segments: readonly number[]): void {
    const module = this.#module
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
    const module = this.#module
    for (const { kind, index, name } of module.exports) {
      if (kind !== 'func' || index < unit.imported) continue
      const own = symbolName(module.name, name)
      this.#sections.global(own, TEXT, this.#entered.get(name) ?? unit.functionAt[index])
      this.#sections.global(`${own}.ref`, TEXT, unit.recordAt[index])
    }
  }

  #descriptor(): DescriptorParts {
    const module = this.#module
    const utf8 = new TextEncoder()
    const file = this.#sections.local(
      'file',
      RODATA,
      this.#sections.constant(utf8.encode(`${printable(this.#options.file)}\0`), 1),
    )
    const defined = module.funcs.filter((func) => func.body)
    const named = defined.some(({ name }) => name !== undefined)
    const text = defined.map(({ name = '' }) => `${printable(name)}\0`).join('')
    const names = named ? this.#sections.local('names', RODATA, this.#sections.constant(utf8.encode(text), 1)) : -1
    return { file, names, places: this.#sections.local('places', RODATA) }
  }

  /** What the collector knows of the module's types. */
  #types(): void {
    const module = this.#module
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
    unit.types = {
      symbol: this.#sections.local('types', RODATA, this.#sections.constant(bytes, 8)),
      count: numbers.length,
    }
  }

  /** Functions of C that references point to, or that are called with a memory of the module's own. */
  #adapters(): void {
    const inTables = new Set(this.#plans.flatMap((plan) => (plan.kind === 'constant' ? plan.entries : [])))
    for (let i = 0; i < unit.imported; i++) {
      const own = unit.isRuntime[i] === 2
      if (!own && (!unit.isRuntime[i] || (unit.recordAt[i] < 0 && !inTables.has(i)))) continue
      room(64)
      target.asm.align(16)
      unit.functionAt[i] = code.at
      if (own) writeWasiCall(i)
      else writeAdapter(i)
    }
  }

  *#functions(): Steps<void> {
    const writer = new FunctionWriter(this.#module, this.#options.replaceLibc ?? true)
    const chunks = chunksOf(this.#module)
    resetPlaces()
    for (let chunk = 0; chunk < chunks.length - 1; chunk++) {
      writer.writeAll(chunks[chunk], chunks[chunk + 1])
      yield
    }
  }

  #entries(): void {
    unit.body = 0
    for (const { kind, index, name } of this.#module.exports) {
      if (kind !== 'func' || index < unit.imported) continue
      room(64)
      target.asm.align(16)
      this.#sections.global(`${symbolName(this.#module.name, name)}_Zentry`, TEXT, code.at)
      writeEntry(index)
    }
  }
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
