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

/** The bottom of all heap types, which only the validation of unreachable code meets. */
export const BOT_HEAP: HeapType = -0x3f

const REFERENCE = 0x100
const NULLABLE = 0x200
const HEAP_SHIFT = 10
const HEAP_BIAS = 0x40

/** The reference type `(ref null? heap)` as a value type. */
export function ref(heap: HeapType, nullable = true): ValType {
  return REFERENCE | (nullable ? NULLABLE : 0) | ((heap + HEAP_BIAS) << HEAP_SHIFT)
}
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
