import {
  BOT,
  BOT_HEAP,
  EXN,
  EXTERN,
  EXTERNREF,
  F32,
  F64,
  FUNC,
  FUNCREF,
  EXNREF,
  I32,
  I64,
  NOEXN,
  NOEXTERN,
  NOFUNC,
  V128,
  heapOf,
  isNullable,
  isRef,
  ref,
  type HeapType,
  type ValType,
} from './types.ts'

const TOP: Partial<Record<HeapType, HeapType>> = { [NOFUNC]: FUNC, [NOEXTERN]: EXTERN, [NOEXN]: EXN }

function heapMatches(actual: HeapType, expected: HeapType, canonical: readonly number[]): boolean {
  if (actual === expected || actual === BOT_HEAP) return true
  if (actual >= 0) return expected === FUNC || (expected >= 0 && canonical[actual] === canonical[expected])
  return TOP[actual] === expected || (actual === NOFUNC && expected >= 0)
}

/** Whether a value of type `actual` may stand where `expected` is asked for (spec: Validation / Matching). */
export function matches(actual: ValType, expected: ValType, canonical: readonly number[]): boolean {
  if (actual === expected || actual === BOT) return true
  if (!isRef(actual) || !isRef(expected)) return false
  if (isNullable(actual) && !isNullable(expected)) return false
  return heapMatches(heapOf(actual), heapOf(expected), canonical)
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
  [BOT, 'any'],
])
const HEAP_NAMES = new Map<HeapType, string>([
  [FUNC, 'func'],
  [EXTERN, 'extern'],
  [EXN, 'exn'],
  [NOFUNC, 'nofunc'],
  [NOEXTERN, 'noextern'],
  [NOEXN, 'noexn'],
  [BOT_HEAP, 'any'],
])

/** As in the text format: 'i32', 'funcref', '(ref null 3)'. */
export function typeName(type: ValType): string {
  const heap = heapOf(type)
  return NAMES.get(type) ?? `(ref ${type === ref(heap) ? 'null ' : ''}${HEAP_NAMES.get(heap) ?? heap})`
}
