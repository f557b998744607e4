/** WebAssembly types in C. */
import {
  ANY,
  ARRAY,
  EQ,
  EXN,
  EXTERN,
  F32,
  F64,
  heapOf,
  I31,
  I32,
  I64,
  isObjectRef,
  isRef,
  NOEXN,
  NOEXTERN,
  NONE,
  STRUCT,
  V128,
  type FuncType,
  type HeapType,
  type ValType,
} from '../wasm/types.ts'

const NUMBERS = new Map<ValType, string>([
  [I32, 'u32'],
  [I64, 'u64'],
  [F32, 'f32'],
  [F64, 'f64'],
  [V128, 'v128'],
])
const LETTERS = new Map<ValType, string>([
  [I32, 'i'],
  [I64, 'l'],
  [F32, 'f'],
  [F64, 'd'],
  [V128, 'v'],
])

/** References to objects are as those of the host: what is one of the other stays what it is. */
const OBJECTS: ReadonlySet<HeapType> = new Set([ANY, EQ, I31, STRUCT, ARRAY, NONE])

type ReferenceKind = 'funcref' | 'externref' | 'exnref'

function referenceKind(type: ValType): ReferenceKind {
  const heap = heapOf(type)
  if (heap === EXTERN || heap === NOEXTERN || isObjectRef(type) || OBJECTS.has(heap)) return 'externref'
  return heap === EXN || heap === NOEXN ? 'exnref' : 'funcref'
}

/**
 * Integers are unsigned in C, since wasm's wrap; references are `funcref` (code and type), `externref` (a pointer) or
 * `exnref` (tag and values).
 */
export function cType(type: ValType): string {
  return NUMBERS.get(type) ?? referenceKind(type)
}

const REFERENCE_LETTERS: Record<ReferenceKind, string> = { funcref: 'p', externref: 'e', exnref: 'x' }

/** A letter for a type, in the names of structures. */
export function typeLetter(type: ValType): string {
  return LETTERS.get(type) ?? REFERENCE_LETTERS[referenceKind(type)]
}

/** Whether a value of the type is a reference to a function. */
export const isFuncref = (type: ValType): boolean => isRef(type) && referenceKind(type) === 'funcref'

/** Where values lie that follow each other as members of a C structure, and how many bytes they take. */
export function valueOffsets(types: readonly ValType[]): { offsets: number[]; size: number } {
  let size = 0
  const offsets = types.map((type) => {
    const bytes =
      type === V128 || cType(type) === 'funcref' || cType(type) === 'exnref' ? 16 : type === I32 || type === F32 ? 4 : 8
    const offset = (size + bytes - 1) & -bytes
    size = offset + bytes
    return offset
  })
  return { offsets, size }
}

/** `struct wasm_il`: what a function with several results returns, members `_0`, `_1`… */
export function resultStruct(results: readonly ValType[]): string {
  return `struct wasm_${results.map(typeLetter).join('')}`
}

export function resultType(results: readonly ValType[]): string {
  if (results.length === 0) return 'void'
  return results.length === 1 ? cType(results[0]) : resultStruct(results)
}

/** Definition of the structure of {@link resultStruct}; several headers of one program may hold it. */
export function defineResultStruct(results: readonly ValType[]): string {
  const members = results.map((type, i) => `    ${cType(type)} _${i};\n`).join('')
  return `${resultStruct(results)} {\n${members}};\n`
}

/** `u32 name(u32 l0, u64 l1)`; without parameter names if `names` is false. */
export function prototype(name: string, type: FuncType, names: boolean): string {
  const params = type.params.map((param, i) => (names ? `${cType(param)} l${i}` : cType(param)))
  return `${resultType(type.results)} ${name}(${params.join(', ') || 'void'})`
}

/** What locals start with. */
export function zero(type: ValType): string {
  if (type === V128) return 'V128_ZERO'
  return isRef(type) ? nullReference(type) : '0'
}

export function nullReference(type: ValType): string {
  return `NULL_${referenceKind(type).toUpperCase()}`
}
