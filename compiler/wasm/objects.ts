/** How objects of the garbage-collected heap lie in memory: see runtime/gc.h. */
import type { CanonicalTypes } from './canonical-types.ts'
import type { Module } from './module.ts'
import { topOf, type TypeSpace } from './subtyping.ts'
import { ANY, EXTERN, I16, I8, heapOf, isRef, type DefinedType, type ValType } from './types.ts'

/** Where elements of an array begin. */
export const ARRAY_HEAD = 8
const STRUCTURE_HEAD = 4

export interface StructureLayout {
  /** By field. */
  offsets: readonly number[]
  size: number
  /** Offsets of what the collector follows. */
  references: readonly number[]
  /** Offsets of words that may be references. */
  ambiguous: readonly number[]
}

/** Bytes of a field, and whether the collector follows it. */
export interface Storage {
  bytes: number
  traced: boolean
  /** It is a reference to an exception, whose second word may be one to an object. */
  ambiguous?: boolean
}

/** Whether values of a type may be objects of the heap, be it as references of the host's. */
export function isTraced(type: ValType, types: readonly DefinedType[]): boolean {
  if (!isRef(type)) return false
  const top = topOf(heapOf(type), { types, canonical: [] } satisfies TypeSpace)
  return top === ANY || top === EXTERN
}

/** Bytes of a packed field; undefined of others. */
export const packedBytes = (type: ValType): number | undefined => (type === I8 ? 1 : type === I16 ? 2 : undefined)

/** Fields follow each other, so that those of a supertype are where it has them. */
export function structureLayout(fields: readonly Storage[]): StructureLayout {
  let end = STRUCTURE_HEAD
  const offsets = fields.map(({ bytes }) => {
    const align = Math.min(bytes, 8)
    const offset = Math.ceil(end / align) * align
    end = offset + bytes
    return offset
  })
  return {
    offsets,
    size: Math.ceil(end / 8) * 8,
    references: offsets.filter((_, i) => fields[i].traced),
    ambiguous: offsets.filter((_, i) => fields[i].ambiguous).map((offset) => offset + 8),
  }
}

/** Whether a module has objects, or types that only modules with objects have. */
export const usesObjects = ({ types, features }: Module): boolean =>
  features.has('gc') || types.some(({ kind, open, supertype }) => kind !== undefined || open || supertype !== undefined)

const KINDS = { func: 0, struct: 1, array: 2 }
const MIN_DISPLAY = 8

/** The words of a struct wasm_gc_type; `number` is the type's among those of the program, from 0. */
export function describeType(
  type: DefinedType,
  number: number,
  program: CanonicalTypes,
  storage: (type: ValType) => Storage,
): number[] {
  const display: number[] = []
  for (let at: number | undefined = number; at !== undefined; at = program.supertype(at)) display.unshift(at + 1)
  const depth = display.length - 1
  while (display.length < MIN_DISPLAY) display.push(0)
  const fields = (type.fields ?? []).map((field) => storage(field.type))
  const { size, references, ambiguous } = structureLayout(fields)
  const isArray = type.kind === 'array'
  const offsets = isArray ? [] : [...references, ...ambiguous]
  return [
    number + 1,
    KINDS[type.kind ?? 'func'],
    isArray ? fields[0].bytes : size,
    depth,
    display.length + offsets.length,
    isArray ? Number(fields[0].traced) : references.length,
    display.length,
    isArray ? Number(fields[0].ambiguous ?? false) : ambiguous.length,
    ...display,
    ...offsets,
  ]
}
