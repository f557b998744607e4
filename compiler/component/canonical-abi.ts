/** Where values lie in memory and which core values stand for them (spec: component model, CanonicalABI.md). */
import { F32, F64, I32, I64, type FuncType as CoreFuncType, type ValType as CoreValType } from '../wasm/types.ts'
import type { Primitive } from './definitions.ts'
import type { FuncType, ValShape, ValType } from './types.ts'

export const MAX_FLAT_PARAMS = 16
export const MAX_FLAT_RESULTS = 1
export const MAX_FLAT_ASYNC_PARAMS = 4

/** Of a pointer, 4; components are checked for 8 too. */
export type PointerSize = 4 | 8

const PRIMITIVE_SIZES: Record<Primitive, number> = {
  bool: 1,
  s8: 1,
  u8: 1,
  s16: 2,
  u16: 2,
  s32: 4,
  u32: 4,
  s64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
  char: 4,
  string: 8,
  'error-context': 4,
}

/** The cases of what is a variant, whatever it is called. */
export function casesOf(type: ValShape): (ValType | undefined)[] | undefined {
  switch (type.kind) {
    case 'variant':
      return type.cases.map((item) => item.type)
    case 'enum':
      return type.labels.map(() => undefined)
    case 'option':
      return [undefined, type.type]
    case 'result':
      return [type.ok, type.error]
    default:
      return undefined
  }
}

/** The fields of what is a record, whatever it is called. */
export function fieldsOf(type: ValShape): ValType[] | undefined {
  if (type.kind === 'record') return type.fields.map((field) => field.type)
  return type.kind === 'tuple' ? type.types : undefined
}

/** Bytes of the number of a case. */
export const discriminantSize = (cases: number): 1 | 2 | 4 => (cases <= 0x100 ? 1 : cases <= 0x10000 ? 2 : 4)

const flagsSize = (labels: number): 1 | 2 | 4 => (labels <= 8 ? 1 : labels <= 16 ? 2 : 4)

export const alignTo = (offset: number, alignment: number): number => Math.ceil(offset / alignment) * alignment

export interface Layout {
  size: number
  alignment: number
  /** Of a record: where its fields begin. Of a variant: where all payloads do. */
  offsets: number[]
}

const layouts: Record<PointerSize, WeakMap<ValType, Layout>> = { 4: new WeakMap(), 8: new WeakMap() }

const scalar = (size: number): Layout => ({ size, alignment: size, offsets: [] })

/** How a value lies in memory. */
export function layoutOf(type: ValType, pointer: PointerSize = 4): Layout {
  const known = layouts[pointer].get(type)
  if (known !== undefined) return known
  const layout = compute(type, pointer)
  layouts[pointer].set(type, layout)
  return layout
}

/** Of values one after the other. */
export function recordLayout(types: readonly ValType[], pointer: PointerSize = 4): Layout {
  let size = 0
  let alignment = 1
  const offsets = types.map((type) => {
    const part = layoutOf(type, pointer)
    alignment = Math.max(alignment, part.alignment)
    const offset = alignTo(size, part.alignment)
    size = offset + part.size
    return offset
  })
  return { size: alignTo(size, alignment), alignment, offsets }
}

function compute(type: ValType, pointer: PointerSize): Layout {
  const fields = fieldsOf(type)
  if (fields) return recordLayout(fields, pointer)
  const cases = casesOf(type)
  if (cases) return variantLayout(cases, pointer)
  switch (type.kind) {
    case 'primitive':
      return type.primitive === 'string' ? pair(pointer) : scalar(PRIMITIVE_SIZES[type.primitive])
    case 'flags':
      return scalar(flagsSize(type.labels.length))
    case 'list': {
      if (type.length === undefined) return pair(pointer)
      const { size, alignment } = layoutOf(type.element, pointer)
      return { size: size * type.length, alignment, offsets: [] }
    }
    case 'map':
      return pair(pointer)
    default:
      return scalar(4)
  }
}

const pair = (pointer: PointerSize): Layout => ({ size: 2 * pointer, alignment: pointer, offsets: [] })

function variantLayout(cases: readonly (ValType | undefined)[], pointer: PointerSize): Layout {
  const discriminant = discriminantSize(cases.length)
  const parts = cases.flatMap((type) => (type ? [layoutOf(type, pointer)] : []))
  const payload = parts.reduce((most, part) => Math.max(most, part.alignment), 1)
  const offset = alignTo(discriminant, payload)
  const size = offset + parts.reduce((most, part) => Math.max(most, part.size), 0)
  const alignment = Math.max(discriminant, payload)
  return { size: alignTo(size, alignment), alignment, offsets: [offset] }
}

const flats = new WeakMap<ValType, CoreValType[]>()

/** More than any function takes; what stands behind them is never looked at. */
const ENOUGH = MAX_FLAT_PARAMS + 1

/** The core values of a value; only the first of them if they are more than functions take. */
export function flatten(type: ValType): CoreValType[] {
  let known = flats.get(type)
  if (known === undefined) {
    known = flattenShape(type).slice(0, ENOUGH)
    flats.set(type, known)
  }
  return known
}

const PRIMITIVE_CORE: Partial<Record<Primitive, CoreValType[]>> = {
  s64: [I64],
  u64: [I64],
  f32: [F32],
  f64: [F64],
  string: [I32, I32],
}

function flattenShape(type: ValType): CoreValType[] {
  const fields = fieldsOf(type)
  if (fields) return flattenAll(fields)
  const cases = casesOf(type)
  if (cases) return [I32, ...cases.map((item) => (item ? flatten(item) : [])).reduce(joinAll, [])]
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVE_CORE[type.primitive] ?? [I32]
    case 'list':
      if (type.length === undefined) return [I32, I32]
      return flattenAll(Array<ValType>(Math.min(type.length, ENOUGH)).fill(type.element))
    case 'map':
      return [I32, I32]
    default:
      return [I32]
  }
}

export function flattenAll(types: readonly ValType[]): CoreValType[] {
  const result: CoreValType[] = []
  for (const type of types) {
    result.push(...flatten(type))
    if (result.length >= ENOUGH) break
  }
  return result.slice(0, ENOUGH)
}

const joinAll = (a: CoreValType[], b: CoreValType[]): CoreValType[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
    a[i] === undefined ? b[i] : b[i] === undefined ? a[i] : joinFlat(a[i], b[i]),
  )

/** What holds a value of either type. */
export function joinFlat(a: CoreValType, b: CoreValType): CoreValType {
  if (a === b) return a
  return (a === I32 && b === F32) || (a === F32 && b === I32) ? I32 : I64
}

export interface FlatFunction {
  type: CoreFuncType
  /** Parameters are behind a pointer. */
  paramsInMemory: boolean
  /** Results are behind a pointer. */
  resultInMemory: boolean
}

/** The core function that is lifted to or lowered from a function. */
export function flattenFunction(
  { params, result }: FuncType,
  direction: 'lift' | 'lower',
  options: { async: boolean; callback: boolean } = { async: false, callback: false },
): FlatFunction {
  const most = options.async && direction === 'lower' ? MAX_FLAT_ASYNC_PARAMS : MAX_FLAT_PARAMS
  const flat = flattenAll(params.map(({ type }) => type))
  const paramsInMemory = flat.length > most
  const flatParams = paramsInMemory ? [I32] : flat
  const results = result ? flatten(result) : []
  if (options.async) {
    if (direction === 'lift') {
      const type = { params: flatParams, results: options.callback ? [I32] : [] }
      return { type, paramsInMemory, resultInMemory: false }
    }
    const type = { params: result ? [...flatParams, I32] : flatParams, results: [I32] }
    return { type, paramsInMemory, resultInMemory: result !== undefined }
  }
  const resultInMemory = results.length > MAX_FLAT_RESULTS
  if (!resultInMemory) return { type: { params: flatParams, results }, paramsInMemory, resultInMemory }
  const type =
    direction === 'lift' ? { params: flatParams, results: [I32] } : { params: [...flatParams, I32], results: [] }
  return { type, paramsInMemory, resultInMemory }
}

/** A list of pairs, which a map is in memory. */
export function mapElement(type: Extract<ValType, { kind: 'map' }>): ValType {
  const { levels } = type.summary
  return { kind: 'tuple', types: [type.key, type.value], summary: { ...type.summary, levels, pointers: true } }
}
