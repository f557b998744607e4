import {
  ANY,
  ARRAY,
  BOT,
  BOT_HEAP,
  EQ,
  EXN,
  EXTERN,
  EXTERNREF,
  F32,
  F64,
  FUNC,
  FUNCREF,
  EXNREF,
  I16,
  I31,
  I32,
  I64,
  I8,
  NOEXN,
  NOEXTERN,
  NOFUNC,
  NONE,
  STRUCT,
  V128,
  heapOf,
  isNullable,
  isRef,
  ref,
  type DefinedType,
  type FieldType,
  type HeapType,
  type ValType,
} from './types.ts'

/** The types of a module, and numbers that are equal for equal ones: see canonical-types.ts. */
export interface TypeSpace {
  readonly types: readonly DefinedType[]
  readonly canonical: readonly number[]
}

/** What each abstract heap type is directly below; none is below all of the last four. */
const ABOVE = new Map<HeapType, readonly HeapType[]>([
  [NOFUNC, [FUNC]],
  [NOEXTERN, [EXTERN]],
  [NOEXN, [EXN]],
  [EQ, [ANY]],
  [I31, [EQ, ANY]],
  [STRUCT, [EQ, ANY]],
  [ARRAY, [EQ, ANY]],
  [NONE, [I31, STRUCT, ARRAY, EQ, ANY]],
])

/** The abstract heap type right above a concrete one. */
export function kindOf({ kind }: DefinedType): HeapType {
  return kind === undefined ? FUNC : kind === 'struct' ? STRUCT : ARRAY
}

/** Whether a type of the module is another one or declared below it. */
export function isSubtype(actual: number, expected: number, { types, canonical }: TypeSpace): boolean {
  for (let type: number | undefined = actual; type !== undefined; type = types[type].supertype)
    if (canonical[type] === canonical[expected]) return true
  return false
}

function heapMatches(actual: HeapType, expected: HeapType, space: TypeSpace): boolean {
  if (actual === expected || actual === BOT_HEAP) return true
  if (actual >= 0 && expected >= 0) return isSubtype(actual, expected, space)
  if (actual >= 0) {
    const kind = kindOf(space.types[actual])
    return kind === expected || (ABOVE.get(kind)?.includes(expected) ?? false)
  }
  if (expected >= 0) return actual === (kindOf(space.types[expected]) === FUNC ? NOFUNC : NONE)
  return ABOVE.get(actual)?.includes(expected) ?? false
}

/** Whether a value of type `actual` may stand where `expected` is asked for (spec: Validation / Matching). */
export function matches(actual: ValType, expected: ValType, space: TypeSpace): boolean {
  if (actual === expected || actual === BOT) return true
  if (!isRef(actual) || !isRef(expected)) return false
  if (isNullable(actual) && !isNullable(expected)) return false
  return heapMatches(heapOf(actual), heapOf(expected), space)
}

/** What an instruction takes and gives for a field: packed integers are i32. */
export const unpacked = (type: ValType): ValType => (type === I8 || type === I16 ? I32 : type)

function fieldMatches(actual: FieldType, expected: FieldType, space: TypeSpace): boolean {
  if (actual.mutable !== expected.mutable) return false
  const same = (a: ValType, b: ValType): boolean => matches(a, b, space)
  return same(actual.type, expected.type) && (!actual.mutable || same(expected.type, actual.type))
}

/** Whether the structure of a type allows it to be declared below another one. */
export function compositeMatches(actual: DefinedType, expected: DefinedType, space: TypeSpace): boolean {
  if (actual.kind !== expected.kind) return false
  if (actual.kind === undefined) {
    const all = (from: readonly ValType[], to: readonly ValType[]): boolean =>
      from.length === to.length && from.every((type, i) => matches(type, to[i], space))
    return all(expected.params, actual.params) && all(actual.results, expected.results)
  }
  const fields = actual.fields!
  return (
    fields.length >= expected.fields!.length &&
    expected.fields!.every((field, i) => fieldMatches(fields[i], field, space))
  )
}

/** The heap type above all that one is below: any, func, extern or exn. */
export function topOf(heap: HeapType, { types }: TypeSpace): HeapType {
  if (heap >= 0) return kindOf(types[heap]) === FUNC ? FUNC : ANY
  if (heap === FUNC || heap === NOFUNC) return FUNC
  if (heap === EXTERN || heap === NOEXTERN) return EXTERN
  return heap === EXN || heap === NOEXN ? EXN : ANY
}

/** Whether a local or table of this type has a value to start with. */
export const isDefaultable = (type: ValType): boolean => !isRef(type) || isNullable(type)

const NAMES = new Map<ValType, string>([
  [I32, 'i32'],
  [I64, 'i64'],
  [F32, 'f32'],
  [F64, 'f64'],
  [V128, 'v128'],
  [FUNCREF, 'funcref'],
  [EXTERNREF, 'externref'],
  [EXNREF, 'exnref'],
  ...[ANY, EQ, I31, STRUCT, ARRAY].map((heap, i): [ValType, string] => [
    ref(heap),
    `${['any', 'eq', 'i31', 'struct', 'array'][i]}ref`,
  ]),
  [I8, 'i8'],
  [I16, 'i16'],
  [BOT, 'any'],
])
const HEAP_NAMES = new Map<HeapType, string>([
  [FUNC, 'func'],
  [EXTERN, 'extern'],
  [EXN, 'exn'],
  [NOFUNC, 'nofunc'],
  [NOEXTERN, 'noextern'],
  [NOEXN, 'noexn'],
  [ANY, 'any'],
  [EQ, 'eq'],
  [I31, 'i31'],
  [STRUCT, 'struct'],
  [ARRAY, 'array'],
  [NONE, 'none'],
  [BOT_HEAP, 'any'],
])

/** As in the text format: 'i32', 'funcref', '(ref null 3)'. */
export function typeName(type: ValType): string {
  const heap = heapOf(type)
  return NAMES.get(type) ?? `(ref ${isNullable(type) ? 'null ' : ''}${HEAP_NAMES.get(heap) ?? heap})`
}
