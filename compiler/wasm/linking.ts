import { canonicalTypes } from './canonical-types.ts'
import { emptyModule, type ExternKind, type Module } from './module.ts'
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
  const types = jointTypes(given, wanted)
  switch (given.kind) {
    case 'func':
    case 'tag': {
      if (types === undefined)
        return samePlain(typeOf(given), typeOf(wanted)) ? undefined : mismatch('its type is another')
      const [a, b] = [entityOf(given).typeIndex, entityOf(wanted).typeIndex]
      // A tag is a type of its own; a function may be of a type below.
      return types.fits(a, b) && (given.kind === 'func' || types.same(a, b))
        ? undefined
        : mismatch('its type is another')
    }
    case 'global': {
      const a = given.module.globals[given.index].type
      const b = wanted.module.globals[wanted.index].type
      if (a.mutable !== b.mutable) return mismatch(a.mutable ? 'it is mutable' : 'it is not mutable')
      const space = types ?? NO_TYPES
      const fits = space.matches(a.type, b.type) && (!a.mutable || space.equal(a.type, b.type))
      return fits ? undefined : mismatch('its type is another')
    }
    case 'table': {
      const a = given.module.tables[given.index].type
      const b = wanted.module.tables[wanted.index].type
      if (!(types ?? NO_TYPES).equal(a.ref, b.ref)) return mismatch('its elements are of another type')
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

/** Made once for two modules, however many things one imports from the other; undefined where their types refer to no others. */
function jointTypes(given: External, wanted: External): JointTypes | undefined {
  if (!needTypes(given, wanted)) return undefined
  const others = joint.get(given.module.types) ?? new WeakMap<DefinedType[], JointTypes>()
  joint.set(given.module.types, others)
  const types = others.get(wanted.module.types) ?? new JointTypes(given.module, wanted.module)
  others.set(wanted.module.types, types)
  return types
}

/** How many types {@link importMismatch} will look at before it compares: all of both modules, the first time that it must. */
export function typesToJoin(given: External, wanted: External): number {
  if (given.kind !== wanted.kind || !needTypes(given, wanted)) return 0
  const [a, b] = [given.module.types, wanted.module.types]
  return joint.get(a)?.has(b) ? 0 : a.length + b.length
}

function needTypes(given: External, wanted: External): boolean {
  const [a, b] = [given, wanted].map(({ module, index }) => ({
    global: module.globals[index]?.type.type,
    table: module.tables[index]?.type.ref,
  }))
  switch (given.kind) {
    case 'func':
    case 'tag':
      return !isPlain(typeOf(given)) && !isPlain(typeOf(wanted))
    case 'global':
    case 'table':
      return [a[given.kind], b[given.kind]].some(refersToType)
    case 'memory':
      return false
  }
}

const entityOf = ({ module, kind, index }: External) => module[kind === 'tag' ? 'tags' : 'funcs'][index]

const typeOf = (external: External): DefinedType => external.module.types[entityOf(external).typeIndex]

const refersToType = (type: ValType): boolean => isRef(type) && heapOf(type) >= 0

/** A type of functions that is what it is made of: no type is above or below it, and none is defined with it. */
const isPlain = ({ kind, supertype, open, group, params, results }: DefinedType): boolean =>
  kind === undefined &&
  supertype === undefined &&
  !open &&
  (group === undefined || group.count === 1) &&
  !params.some(refersToType) &&
  !results.some(refersToType)

/** Of two types one of which is plain: whether they are the same, or one fits where the other is wanted. */
const samePlain = (a: DefinedType, b: DefinedType): boolean =>
  isPlain(a) && isPlain(b) && sameList(a.params, b.params) && sameList(a.results, b.results)

const sameList = (a: readonly ValType[], b: readonly ValType[]): boolean =>
  a.length === b.length && a.every((type, i) => type === b[i])

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

const NO_TYPES = new JointTypes(emptyModule(), emptyModule())
