/** The function that instantiates the module. */
import { itemFunction, type TablePlan } from '../c/tables.ts'
import { callsWasi } from '../c/wasi-calls.ts'
import type { ElementSegment, Memory } from '../wasm/module.ts'
import { isTraced } from '../wasm/objects.ts'
import { INSTANCE_HEAD, storeVariable } from './state.ts'
import { target } from './assembler.ts'
import { callIndex, callRuntime } from './calls.ts'
import { plainFunction, runtimeFunction } from './runtime-functions.ts'
import { code, room, word32 } from './code.ts'
import { knownConstant, pushExpression } from './constants.ts'
import { fixedMemory, pushAddress } from './memory.ts'
import { pushFunction } from './references.ts'
import { allocate, pop, push, pushConstant, release } from './stack.ts'
import { I32, I64, type Kind } from './types.ts'
import { symbolOf, unit, type DataRun } from './unit.ts'

const MODULE = runtimeFunction('module', [I64, I64, I64, I64, I64, I32], [])
const MEMORY = runtimeFunction('memory', [I64, I64, I64, I64], [])
const MEMORY_CHECKED = runtimeFunction('memory_checked', [I64, I64, I64, I32], [])
const INSTANCE = runtimeFunction('instance', [I64, I64], [])
const TABLE = runtimeFunction('table', [I64, I64, I64], [])
const TABLE_ALL = runtimeFunction('table_all', [I64, I64], [])
const FUNCTIONS = runtimeFunction('functions', [I64, I64, I32], [])
const ELEMENTS = runtimeFunction('elements', [I64, I64, I32, I64, I64], [])
const DATA = runtimeFunction('data', [I64, I64, I32, I64, I64], [])
const IMAGE = runtimeFunction('image', [I64, I64, I32, I64], [])
const GC_TYPES = runtimeFunction('gc_types', [I64, I32], [])
const GC_ROOTS = runtimeFunction('gc_roots', [I64, I32], [])
const GC_TABLE = runtimeFunction('gc_table', [I64], [])
const CHECK = plainFunction('wasm_exception_check', [], [])

/** What the descriptor points to: symbols and addends; -1 for no names. */
export interface DescriptorParts {
  file: number
  names: number
  places: number
}

const push64 = (value: number | bigint): void => {
  const bits = BigInt(value)
  pushConstant(I64, Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)))
}

const pushText = (at: number): void => {
  const register = allocate(I64)
  target.asm.codeAddress(register, at)
  push(I64, register)
}

function store(kind: Kind, symbol: number, addend: number): void {
  const register = pop()
  storeVariable(kind, register, symbol, addend)
  release(register)
}

/** Pages that a memory without a maximum may have. */
function pageLimit({ type: { is64, pageSizeLog2 } }: Memory): bigint {
  const limit = 1n << BigInt((is64 ? 64 : 32) - pageSizeLog2)
  return pageSizeLog2 === 0 ? limit - 1n : limit
}

/** Arrays of distances to records, for segments of functions: where they are in the text section. */
export function writeSegments(): number[] {
  return unit.module.elements.map(({ items }) => {
    const indices = items.map(itemFunction)
    if (!indices.every((index) => index === null || (index !== undefined && unit.recordAt[index] >= 0))) return -1
    room(4 * indices.length)
    const start = code.at
    for (const index of indices) word32(index === null ? 0 : unit.recordAt[index!] - start)
    return start
  })
}

/** The body. */
export function writeInstantiation(
  parts: DescriptorParts,
  plans: readonly TablePlan[],
  segments: readonly number[],
): void {
  pushAddress(unit.descriptor, 0)
  pushAddress(parts.file, 0)
  pushAddress(unit.text, 0)
  if (parts.names < 0) push64(0)
  else pushAddress(parts.names, 0)
  pushAddress(parts.places, 0)
  pushConstant(I32, unit.imported, 0)
  callRuntime(MODULE)
  startObjects(plans)
  startMemories()
  startInstance(plans, segments, false)
}

/** Tells the collector of types, and of references outside of objects. */
function startObjects(plans: readonly TablePlan[]): void {
  const { module, types, objects, rootGlobals } = unit
  if (types) {
    pushAddress(types.symbol, 0)
    pushConstant(I32, types.count, 0)
    callRuntime(GC_TYPES)
  }
  if (!objects) return
  if (rootGlobals.count > 0) startRoots(unit.own, rootGlobals.addend, rootGlobals.count)
  module.tables.forEach(({ type, import: origin }, i) => {
    if (origin || plans[i].kind === 'constant' || !isTraced(type.ref, module.types)) return
    room(256)
    pushAddress(unit.tables[i].symbol, unit.tables[i].addend)
    callRuntime(GC_TABLE)
  })
  module.elements.forEach(({ items, type }, i) => {
    room(256)
    const place = unit.elements[i]
    if (place.items >= 0 && isTraced(type, module.types)) startRoots(unit.state, place.items, items.length)
  })
}

function startRoots(symbol: number, addend: number, count: number): void {
  pushAddress(symbol, addend)
  pushConstant(I32, count, 0)
  callRuntime(GC_ROOTS)
}

/** What each thread has of its own; `isThread`: of one that is not the first, whose block is anything. */
export function startInstance(plans: readonly TablePlan[], segments: readonly number[], isThread: boolean): void {
  const { module } = unit
  if (unit.threaded) {
    pushAddress(unit.own, 0)
    push64(isThread ? unit.ownBytes : INSTANCE_HEAD)
    callRuntime(INSTANCE)
  }
  startGlobals()
  startTables(plans)
  module.elements.forEach((segment, i) => {
    if (!isThread) fillElements(segment, i, segments[i])
    startElements(segment, i, plans)
  })
  startData(isThread)
  if (module.start === undefined) return
  callIndex(module.start, false)
  if (unit.mayThrow(module.start)) callRuntime(CHECK)
}

function pushFixedMemory(): void {
  if (unit.memoryPlace < 0) return push64(unit.memoryAt)
  const register = allocate(I64)
  fixedMemory(register)
  push(I64, register)
}

function startMemories(): void {
  const { module } = unit
  module.memories.forEach((memory, i) => {
    room(256)
    if (memory.import) return
    const { symbol, addend, fixed, checked } = unit.memories[i]
    const { min, max, pageSizeLog2 } = memory.type
    pushAddress(symbol, addend)
    if (!checked) {
      if (fixed) pushFixedMemory()
      else push64(0)
    }
    push64(min)
    push64(max ?? pageLimit(memory))
    if (checked) pushConstant(I32, pageSizeLog2, 0)
    callRuntime(checked ? MEMORY_CHECKED : MEMORY)
  })
  if (module.memories.length === 0 && !callsWasi(module)) return
  pushWasiMemory()
  store(I64, unit.wasiMemory(), 0)
}

/** The address of the memory that WASI's calls work on: for a module without one, which may not reach another's, an empty one. */
export function pushWasiMemory(): void {
  const { exports, memories } = unit.module
  if (memories.length === 0) return pushAddress(symbolOf('wasm_no_memory'), 0)
  const { symbol, addend } =
    unit.memories[exports.find(({ kind, name }) => kind === 'memory' && name === 'memory')?.index ?? 0]
  pushAddress(symbol, addend)
}

function startGlobals(): void {
  unit.module.globals.forEach(({ init, import: origin }, i) => {
    if (origin) return
    room(256 + 32 * init!.length)
    const { kind, symbol, addend } = unit.globals[i]
    const known = knownConstant(init!)
    if (symbol < 0 || (known && known.lo === 0 && known.hi === 0)) return
    pushExpression(init!)
    store(kind, symbol, addend)
  })
}

function startTables(plans: readonly TablePlan[]): void {
  unit.module.tables.forEach(({ type, init, import: origin }, i) => {
    if (origin || plans[i].kind === 'constant') return
    room(512)
    const { symbol, addend } = unit.tables[i]
    pushAddress(symbol, addend)
    push64(type.min)
    push64(type.max ?? 0xffffffff)
    callRuntime(TABLE)
    if (!init) return
    pushExpression(init)
    pushAddress(symbol, addend)
    callRuntime(TABLE_ALL)
  })
}

/** Once for all instances. */
function fillElements({ items }: ElementSegment, i: number, distances: number): void {
  const place = unit.elements[i]
  if (place.items < 0) return
  room(512)
  if (distances >= 0 && items.length > 0) {
    pushAddress(unit.state, place.items)
    pushText(distances)
    pushConstant(I32, items.length, 0)
    callRuntime(FUNCTIONS)
  } else {
    items.forEach((item, k) => {
      room(512)
      if (typeof item === 'number') pushFunction(item)
      else pushExpression(item)
      store(I64, unit.state, place.items + 8 * k)
    })
  }
}

function startElements(segment: ElementSegment, i: number, plans: readonly TablePlan[]): void {
  const { items, mode } = segment
  const place = unit.elements[i]
  if (place.items < 0) return
  room(512)
  if (mode === 'passive') {
    pushConstant(I32, items.length, 0)
    store(I32, unit.own, place.size)
  }
  if (mode !== 'active' || plans[segment.table].kind === 'constant') return
  const table = unit.tables[segment.table]
  pushExpression(segment.offset!)
  pushAddress(unit.state, place.items)
  pushConstant(I32, items.length, 0)
  pushAddress(table.symbol, table.addend)
  pushAddress(unit.descriptor, 0)
  callRuntime(ELEMENTS)
}

function startRun({ target: to, size, symbol, isImage }: DataRun): void {
  const memory = unit.memories[0]
  room(512)
  push64(to)
  pushAddress(symbol, 0)
  pushConstant(I32, size, 0)
  pushAddress(memory.symbol, memory.addend)
  if (!isImage) pushAddress(unit.descriptor, 0)
  callRuntime(isImage ? IMAGE : DATA)
}

/** Memory has its contents from the first thread. */
function startData(isThread: boolean): void {
  const runs = isThread ? [] : (unit.runs ?? [])
  // An image brings the zeros around it: copies come later.
  for (const run of runs) if (run.isImage) startRun(run)
  for (const run of runs) if (!run.isImage) startRun(run)
  unit.module.data.forEach(({ mode, memory, offset, start, end }, i) => {
    room(512)
    const place = unit.data[i]
    if (mode === 'passive') {
      if (end === start) return
      pushConstant(I32, end - start, 0)
      store(I32, unit.own, place.size)
      return
    }
    if (unit.runs || isThread) return
    const to = unit.memories[memory]
    pushExpression(offset!)
    pushAddress(place.symbol, 0)
    pushConstant(I32, end - start, 0)
    pushAddress(to.symbol, to.addend)
    pushAddress(unit.descriptor, 0)
    callRuntime(DATA)
  })
}
