/** WebAssembly types in C. */
import { createHash } from 'node:crypto'
import {
  EXN,
  EXTERN,
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  heapOf,
  I32,
  I64,
  isNullable,
  isRef,
  NOEXN,
  NOEXTERN,
  V128,
  type FuncType,
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

type ReferenceKind = 'funcref' | 'externref' | 'exnref'

function referenceKind(type: ValType): ReferenceKind {
  const heap = heapOf(type)
  if (heap === EXTERN || heap === NOEXTERN) return 'externref'
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

/** A letter for a type, in the names of structures and in type identities. */
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

/**
 * For each type a text that is equal for equal types and only for them: 'il>d'. References other than funcref and
 * externref are spelled out, those to a function type with the text of that type, or '.' for the type they stand in.
 */
export function signatures(types: readonly FuncType[]): string[] {
  const texts: string[] = []
  types.forEach((type, self) => {
    const spell = (item: ValType): string => {
      if (!isRef(item) || item === FUNCREF || item === EXTERNREF) return typeLetter(item)
      const heap = heapOf(item)
      return `(${isNullable(item) ? '?' : ''}${heap === self ? '.' : heap >= 0 ? texts[heap] : -heap})`
    }
    texts.push(type.params.map(spell).join('') + '>' + type.results.map(spell).join(''))
  })
  return texts
}

const CODES = '>ilfdvep'

/**
 * The identity of a function type at run time, the same in every module of a program: three bits for each letter of its
 * signature below a leading 1. Signatures that do not fit 63 bits so get a hash with the top bit set instead.
 */
export function typeId(signature: string): string {
  const codes = Array.from(signature, (letter) => CODES.indexOf(letter))
  if (codes.length > 20 || codes.includes(-1)) {
    const hash = createHash('sha256').update(signature).digest('hex').slice(0, 16)
    return `0x${(BigInt('0x' + hash) | (1n << 63n)).toString(16)}ull`
  }
  const id = codes.reduce((bits, code) => bits * 8n + BigInt(code), 1n)
  return `0x${id.toString(16)}${id > 0xffffffffn ? 'ull' : 'u'}`
}

/** What locals start with. */
export function zero(type: ValType): string {
  if (type === V128) return 'V128_ZERO'
  return isRef(type) ? nullReference(type) : '0'
}

export function nullReference(type: ValType): string {
  return `NULL_${referenceKind(type).toUpperCase()}`
}
