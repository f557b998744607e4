/** The module that is being generated, and the object that it becomes. */
import { target } from './assembler.ts'
import { UNDEFINED, type ObjectSymbol } from '../image/object.ts'
import type { FuncType } from '../wasm/types.ts'
import type { Module } from '../wasm/module.ts'
import { kindOf, V128, F32, type Kind } from './types.ts'

/** A function type, with where arguments and results are. */
export interface Signature {
  params: readonly Kind[]
  results: readonly Kind[]
  /** By parameter: its register, or -1 - its offset in the incoming area. */
  places: readonly number[]
  /** Of arguments that are not in registers. */
  argumentBytes: number
  /** By result beyond the first: its offset behind the arguments. */
  resultPlaces: readonly number[]
  resultBytes: number
}

/** A table that no instruction but calls refer to is a constant array of function records in the text section. */
export interface TablePlace {
  constantAt: number
  size: number
  /** Of others: the struct wasm_table. */
  symbol: number
  addend: number
}

export interface GlobalPlace {
  kind: Kind
  symbol: number
  addend: number
  /** The value of one that never changes, where it is known. */
  constant?: { lo: number; hi: number }
}

export interface MemoryPlace {
  /** The struct wasm_memory. */
  symbol: number
  addend: number
  is64: boolean
  /** Its address is {@link MachineOptions.memoryAt}. */
  fixed: boolean
  /** Accesses are checked by code. */
  checked: boolean
}

/** A segment that instructions name: its contents, and where its size is, which is 0 once it was dropped. */
export interface DataPlace {
  symbol: number
  size: number
}
export interface ElementPlace {
  /** Where its references are in the state that all instances share. */
  items: number
  size: number
}

/** Bytes that instantiation copies into memory 0, or moves there as pages. */
export interface DataRun {
  target: number
  size: number
  symbol: number
  isImage: boolean
}

export const unit = {
  module: undefined as unknown as Module,
  symbols: [] as ObjectSymbol[],
  byName: new Map<string, number>(),
  signatures: new Map<FuncType, Signature>(),
  functionSignatures: [] as Signature[],
  typeSignatures: [] as Signature[],
  tagSignatures: [] as Signature[],
  tables: [] as TablePlace[],
  globals: [] as GlobalPlace[],
  memories: [] as MemoryPlace[],
  hasFixedMemory: false,
  data: [] as DataPlace[],
  /** Instead of active segments, one by one. */
  runs: undefined as readonly DataRun[] | undefined,
  elements: [] as ElementPlace[],
  /** By function: where its record is in the text section; -1 if it has none, or another module has it. */
  recordAt: new Int32Array(0),
  tagSymbols: [] as number[],
  /** The text section. */
  text: 0,
  /** The section of what changes; and in it what each instance has of its own, and the struct wasm_module. */
  state: 0,
  own: 0,
  /** Bytes of that, where the module starts threads. */
  ownBytes: 0,
  threaded: false,
  descriptor: 0,
  /** Its types have vectors. */
  vectors: false,
  /** The address of memory 0, where it is fixed; and its symbol, if it is the linker that knows it, else -1. */
  memoryAt: 0,
  memoryPlace: -1,
  /** The symbol of the runtime's pointer to the memory that WASI works on. */
  wasiMemory: (): number => symbolOf('wasm_wasi_memory'),
  /** By function and by type: 1 if a call may leave an exception. Undefined where none may. */
  throwing: undefined as { functions: Uint8Array; types: Uint8Array } | undefined,
  mayThrow: (index: number): boolean => unit.throwing?.functions[index] === 1,
  typeMayThrow: (type: number): boolean => unit.throwing?.types[type] === 1,
  /** Of the function that is being written, among the defined ones. */
  functionIndex: 0,
  /** By function: where its code begins, -1 while that is not known or if it is imported. */
  functionAt: new Int32Array(0),
  /** By imported function: its symbol. */
  functionSymbol: new Int32Array(0),
  /** By imported function: 1 if it is C, 2 if it is called through a function of the module's own; see `writeWasiCall`. */
  isRuntime: new Uint8Array(0),
  imported: 0,
  /** The symbol of the routine that makes objects where code does not; -1 as long as nothing calls it. */
  allocator: -1,
  /** Numbers of the types at run time, by type index. */
  typeNumbers: [] as readonly number[],
  /** Those of functions' types, by function index. */
  functionTypes: new Int32Array(0),
  /** What the collector knows of types, where the module has objects. */
  types: undefined as { symbol: number; count: number } | undefined,
  /** References may be to objects that are collected. */
  objects: false,
  /** Own globals that may hold such references. */
  rootGlobals: { addend: 0, count: 0 },
  /** How many types each one is below. */
  typeDepths: [] as readonly number[],
  /** Offset of the instruction that is being written, and of the body it is in. */
  offset: 0,
  body: 0,
}

/** The symbol of that name, which another object defines unless this one does. */
export function symbolOf(name: string): number {
  let symbol = unit.byName.get(name)
  if (symbol === undefined) {
    symbol = unit.symbols.push({ name, section: UNDEFINED, offset: 0, size: 0, binding: 'global' }) - 1
    unit.byName.set(name, symbol)
  }
  return symbol
}

export function signatureOf(type: FuncType): Signature {
  let signature = unit.signatures.get(type)
  if (signature === undefined) {
    signature = makeSignature(type.params.map(kindOf), type.results.map(kindOf))
    unit.signatures.set(type, signature)
  }
  return signature
}

/** What a caller's frame has room for. */
export const outgoingBytes = ({ argumentBytes, resultBytes }: Signature): number => argumentBytes + resultBytes

export function makeSignature(params: readonly Kind[], results: readonly Kind[]): Signature {
  const { intArguments, floatArguments } = target.asm
  let ints = 0
  let floats = 0
  let bytes = 0
  const onStack = (kind: Kind): number => {
    const size = kind === V128 ? 16 : 8
    const offset = (bytes + size - 1) & -size
    bytes = offset + size
    return offset
  }
  const places = params.map((kind) => {
    if (kind < F32 ? ints < intArguments.length : floats < floatArguments.length)
      return kind < F32 ? intArguments[ints++] : floatArguments[floats++]
    return -1 - onStack(kind)
  })
  const argumentBytes = (bytes + 15) & -16
  bytes = 0
  const resultPlaces = results.map((kind, i) => (i === 0 ? 0 : argumentBytes + onStack(kind)))
  return { params, results, places, argumentBytes, resultPlaces, resultBytes: (bytes + 15) & -16 }
}
