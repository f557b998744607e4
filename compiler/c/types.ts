/** WebAssembly types in C. */
import { createHash } from 'node:crypto'
import { EXTERN, F32, F64, heapOf, I32, I64, isRef, NOEXTERN, V128, type FuncType, type ValType } from '../wasm/types.ts'

const NUMBERS = new Map<ValType, string>([[I32, 'u32'], [I64, 'u64'], [F32, 'f32'], [F64, 'f64'], [V128, 'v128']])
const LETTERS = new Map<ValType, string>([[I32, 'i'], [I64, 'l'], [F32, 'f'], [F64, 'd'], [V128, 'v']])

const isExtern = (type: ValType): boolean => heapOf(type) === EXTERN || heapOf(type) === NOEXTERN

/** Integers are unsigned in C, since wasm's wrap; references are `funcref` (code and type) or `externref` (a pointer). */
export function cType(type: ValType): string {
  return NUMBERS.get(type) ?? (isExtern(type) ? 'externref' : 'funcref')
}

/** A letter for a type, in the names of structures and in type identities. */
export function typeLetter(type: ValType): string {
  return LETTERS.get(type) ?? (isExtern(type) ? 'e' : 'p')
}

/** Whether a value of the type is a reference to a function (and not a number or an externref). */
export const isFuncref = (type: ValType): boolean => isRef(type) && !isExtern(type)

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

/** Equal for structurally equal function types and only for them: 'il>d'. */
export function signature(type: FuncType): string {
  return type.params.map(typeLetter).join('') + '>' + type.results.map(typeLetter).join('')
}

const CODES = '>ilfdvep'

/**
 * The identity of a function type at run time, the same in every module of a program: three bits for each letter of the
 * signature below a leading 1. Long signatures, which would not fit 63 bits, get a hash with the top bit set instead.
 */
export function typeId(type: FuncType): string {
  const text = signature(type)
  if (text.length > 20) return `0x${(BigInt('0x' + createHash('sha256').update(text).digest('hex').slice(0, 16)) | (1n << 63n)).toString(16)}ull`
  let id = 1n
  for (const letter of text) id = id * 8n + BigInt(CODES.indexOf(letter))
  return `0x${id.toString(16)}${id > 0xffffffffn ? 'ull' : 'u'}`
}

/** What locals start with. */
export function zero(type: ValType): string {
  if (type === V128) return 'V128_ZERO'
  return isFuncref(type) ? 'NULL_FUNCREF' : '0'
}
