/**
 * Types of WebAssembly (spec: Structure / Types).
 *
 * A value type is one number, so that validation compares with `===`: number and vector types are their byte in the
 * binary format, reference types are built by {@link ref} from a heap type and nullability.
 */
export type ValType = number

export const I32 = 0x7f
export const I64 = 0x7e
export const F32 = 0x7d
export const F64 = 0x7c
export const V128 = 0x7b

/** Bottom: the type of an operand of unreachable code (spec: Appendix / Validation Algorithm). */
export const BOT = 0

/** An abstract heap type as its (negative) s33 encoding, or a type index (≥ 0) for a concrete one. */
export type HeapType = number

export const FUNC: HeapType = -0x10
export const EXTERN: HeapType = -0x11
export const EXN: HeapType = -0x17
export const NOFUNC: HeapType = -0x0d
export const NOEXTERN: HeapType = -0x0e
export const NOEXN: HeapType = -0x0c
export const ANY: HeapType = -0x12
export const EQ: HeapType = -0x13
export const I31: HeapType = -0x14
export const STRUCT: HeapType = -0x15
export const ARRAY: HeapType = -0x16
export const NONE: HeapType = -0x0f

/** The bottom of all heap types, which only the validation of unreachable code meets. */
export const BOT_HEAP: HeapType = -0x3f

const REFERENCE = 0x100
const NULLABLE = 0x200
/** Of a reference to a type of the module's: it is no function's. Matching does not look at it; what values are made of does. */
const OBJECT = 0x80
const HEAP_SHIFT = 10
const HEAP_BIAS = 0x40

/**
 * The reference type `(ref null? heap)` as a value type. `isObject`: the heap type is a structure or array of the module's.
 * There is room for 2,097,088 types: more than a module, and than two (linking.ts), may have.
 */
export function ref(heap: HeapType, nullable = true, isObject = false): ValType {
  return REFERENCE | (nullable ? NULLABLE : 0) | (isObject ? OBJECT : 0) | ((heap + HEAP_BIAS) << HEAP_SHIFT)
}
export const isObjectRef = (type: ValType): boolean => (type & (REFERENCE | OBJECT)) === (REFERENCE | OBJECT)
export const isRef = (type: ValType): boolean => (type & REFERENCE) !== 0
export const isNullable = (type: ValType): boolean => (type & NULLABLE) !== 0
export const heapOf = (type: ValType): HeapType => (type >> HEAP_SHIFT) - HEAP_BIAS

export const FUNCREF: ValType = ref(FUNC)
export const EXTERNREF: ValType = ref(EXTERN)
export const EXNREF: ValType = ref(EXN)

export interface FuncType {
  params: ValType[]
  results: ValType[]
}

/** Storage types that only fields have, packed integers, as their bytes in the binary format. */
export const I8: ValType = 0x78
export const I16: ValType = 0x77

/** Of a structure, or of an array's elements: a value type, or a packed one. */
export interface FieldType {
  type: ValType
  mutable: boolean
}

/** A type of the module's index space. One of functions, final and alone in its group, if nothing else is said. */
export interface DefinedType extends FuncType {
  kind?: 'struct' | 'array'
  /** Of an array one, of its elements. */
  fields?: readonly FieldType[]
  supertype?: number
  /** Types may be declared below it. */
  open?: boolean
  /** The types that were defined together with it: the first, and how many. */
  group?: { start: number; count: number }
}

/** Sizes in pages (memories) or elements (tables). Bounds of 64-bit memories and tables are bigint. */
export interface Limits {
  min: number | bigint
  max?: number | bigint
  /** Indexed by i64 rather than i32 (memory64, table64). */
  is64: boolean
}
export interface MemoryType extends Limits {
  shared: boolean
  /** log2 of the page size: 16 unless custom page sizes are used. */
  pageSizeLog2: number
}
export interface TableType extends Limits {
  ref: ValType
}
export interface GlobalType {
  type: ValType
  mutable: boolean
}
