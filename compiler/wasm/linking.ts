import { canonicalTypes } from './canonical-types.ts'
import type { ExternKind, Module } from './module.ts'
import { isSubtype, matches, type TypeSpace } from './subtyping.ts'
import { heapOf, isNullable, isRef, ref, type DefinedType, type Limits, type ValType } from './types.ts'

/** Something that a module imports or exports. */
export interface External {
  module: Module
  kind: ExternKind
  /** In the index space of its kind. */
  index: number
}

export interface Mismatch {
  reason: string
  /** Only the size a memory or table starts with is too small: it may have grown when the other module starts. */
  mayGrow: boolean
}

/**
 * Why what one module exports cannot stand for what another one imports, undefined if it can (spec: Validation / Matching,
 * external types).
 */
export function importMismatch(given: External, wanted: External): Mismatch | undefined {
  if (given.kind !== wanted.kind) return mismatch(`it is a ${given.kind}, not a ${wanted.kind}`)
  const types = jointTypes(given.module, wanted.module)
  switch (given.kind) {
    case 'func':
    case 'tag': {
      const list = given.kind === 'func' ? 'funcs' : 'tags'
      const [a, b] = [given.module[list][given.index].typeIndex, wanted.module[list][wanted.index].typeIndex]
      // A tag is a type of its own; a function may be of a type below.
      return types.fits(a, b) && (given.kind === 'func' || types.same(a, b))
        ? undefined
        : mismatch('its type is another')
    }
    case 'global': {
      const a = given.module.globals[given.index].type
      const b = wanted.module.globals[wanted.index].type
      if (a.mutable !== b.mutable) return mismatch(a.mutable ? 'it is mutable' : 'it is not mutable')
      const fits = types.matches(a.type, b.type) && (!a.mutable || types.equal(a.type, b.type))
      return fits ? undefined : mismatch('its type is another')
    }
    case 'table': {
      const a = given.module.tables[given.index].type
      const b = wanted.module.tables[wanted.index].type
      if (!types.equal(a.ref, b.ref)) return mismatch('its elements are of another type')
      return limitsMismatch(a, b)
    }
    case 'memory': {
      const a = given.module.memories[given.index].type
      const b = wanted.module.memories[wanted.index].type
      if (a.shared !== b.shared) return mismatch(a.shared ? 'it is shared' : 'it is not shared')
      if (a.pageSizeLog2 !== b.pageSizeLog2) return mismatch('its pages are of another size')
      return limitsMismatch(a, b)
    }
  }
}

const mismatch = (reason: string): Mismatch => ({ reason, mayGrow: false })

function limitsMismatch(given: Limits, wanted: Limits): Mismatch | undefined {
  if (given.is64 !== wanted.is64) return mismatch(`its addresses are of ${given.is64 ? 64 : 32} bits`)
  if (wanted.max !== undefined && (given.max === undefined || given.max > wanted.max)) {
    return mismatch(`it may grow to ${given.max ?? 'any size'}, not to ${wanted.max} at most`)
  }
  if (given.min < wanted.min) return { reason: `it starts with ${given.min}, not with ${wanted.min}`, mayGrow: true }
  return undefined
}

const joint = new WeakMap<DefinedType[], WeakMap<DefinedType[], JointTypes>>()

/** Made once for two modules, however many things one imports from the other. */
function jointTypes(given: Module, wanted: Module): JointTypes {
  const others = joint.get(given.types) ?? new WeakMap<DefinedType[], JointTypes>()
  joint.set(given.types, others)
  const types = others.get(wanted.types) ?? new JointTypes(given, wanted)
  others.set(wanted.types, types)
  return types
}

/** The types of two modules in one list, so that they compare by number. */
class JointTypes {
  readonly #shift: number
  readonly #space: TypeSpace

  constructor(given: Module, wanted: Module) {
    this.#shift = given.types.length
    const types = [...given.types, ...wanted.types.map((type) => this.#movedType(type))]
    this.#space = { types, canonical: canonicalTypes(types) }
  }

  #movedType({ params, results, kind, fields, supertype, open, group }: DefinedType): DefinedType {
    const shift = this.#shift
    return {
      params: params.map((type) => this.#moved(type)),
      results: results.map((type) => this.#moved(type)),
      kind,
      fields: fields?.map(({ type, mutable }) => ({ type: this.#moved(type), mutable })),
      supertype: supertype === undefined ? undefined : supertype + shift,
      open,
      group: group && { start: group.start + shift, count: group.count },
    }
  }

  #moved(type: ValType): ValType {
    return isRef(type) && heapOf(type) >= 0 ? ref(heapOf(type) + this.#shift, isNullable(type)) : type
  }

  /** Of type indices. */
  same(given: number, wanted: number): boolean {
    const { canonical } = this.#space
    return canonical[given] === canonical[wanted + this.#shift]
  }

  fits(given: number, wanted: number): boolean {
    return isSubtype(given, wanted + this.#shift, this.#space)
  }

  matches(given: ValType, wanted: ValType): boolean {
    return matches(given, this.#moved(wanted), this.#space)
  }

  equal(given: ValType, wanted: ValType): boolean {
    return this.matches(given, wanted) && matches(this.#moved(wanted), given, this.#space)
  }
}
