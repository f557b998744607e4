/**
 * Which types are one type: those at the same place of groups that have one structure, through the types they refer to (spec:
 * Validation / Matching), be it in one module or in several. Whether code may be called, or an object be used, depends on it,
 * so it is exact and never a digest.
 */
import { CompileError } from '../errors.ts'
import type { Func } from './module.ts'
import {
  ANY,
  ARRAY,
  EQ,
  EXN,
  EXTERN,
  F32,
  F64,
  FUNC,
  heapOf,
  I16,
  I31,
  I32,
  I64,
  I8,
  isNullable,
  isRef,
  NOEXN,
  NOEXTERN,
  NOFUNC,
  NONE,
  STRUCT,
  V128,
  type DefinedType,
  type HeapType,
  type ValType,
} from './types.ts'

/** A type without the numbers that its module gives to types. Equal for equal types and for no others. */
export interface TypeStructure {
  /**
   * Of a function a letter for each parameter, '>', and one for each result. Of references those that may be null have a small
   * letter; 'c' is one to a defined type, the next of `references`, 's' one to the type itself, 'g' and a number one to a type
   * of the group. In a group, and of types that are not final functions, each type begins with '=' if it is final and '<' if
   * not; then its supertype, if it has one, as a reference and ':', which tells it from a parameter; then 'S' for structures or
   * 'A' for arrays, of whose fields those that change have a '!' behind them. Behind a '#' comes which type of the group it is.
   */
  text: string
  /** Numbers of canonical types. */
  references: readonly number[]
}

const NUMBERS = new Map<ValType, string>([
  [I32, 'i'],
  [I64, 'l'],
  [F32, 'f'],
  [F64, 'd'],
  [V128, 'v'],
  [I8, 'b'],
  [I16, 'h'],
])
const HEAPS = new Map<HeapType, string>([
  [FUNC, 'p'],
  [EXTERN, 'e'],
  [EXN, 'x'],
  [NOFUNC, 'n'],
  [NOEXTERN, 'm'],
  [NOEXN, 'o'],
  [ANY, 'a'],
  [EQ, 'q'],
  [I31, 't'],
  [STRUCT, 'u'],
  [ARRAY, 'y'],
  [NONE, 'z'],
])

/** Digits of {@link CanonicalTypes.identity}, from 1. */
const DIGITS = 'ilfdvpe>'
const MAX_DIGITS = 20

/** As WASM_GC_TYPES_MAX in runtime/gc.h: numbers from 1 stay below it. */
export const MAX_TYPES = 0x200000

/** What the identities of types that casts know are more than: twice the number from 1. See runtime/ops/gc.h. */
const OF_GROUP = 1n << 32n

/** The types of all modules of one program, each structure once. They are numbered in the order in which they come. */
export class CanonicalTypes {
  readonly #numbers = new Map<string, number>()
  /** `place`: of a group that is more than a plain function, whose text all of its types share. */
  readonly #structures: (TypeStructure & { place: number | undefined })[] = []
  readonly #identities: bigint[] = []
  readonly #supertypes = new Map<number, number>()
  readonly #added = new WeakMap<readonly DefinedType[], readonly number[]>()
  readonly #most: number
  #long = 0n

  /** @param most how many there may be */
  constructor(most = MAX_TYPES) {
    this.#most = most
  }

  /** The numbers of a module's types. A type may refer to those before it, to itself, and to others of its group. */
  add(types: readonly DefinedType[]): readonly number[] {
    const known = this.#added.get(types)
    if (known) return known
    const numbers: number[] = []
    this.#added.set(types, numbers)
    while (numbers.length < types.length) {
      const { group = { start: numbers.length, count: 1 } } = types[numbers.length]
      this.#addGroup(types.slice(group.start, group.start + group.count), numbers)
    }
    return numbers
  }

  /** The group comes behind those that have a number. */
  #addGroup(group: readonly DefinedType[], numbers: number[]): void {
    const start = numbers.length
    const references: number[] = []
    const [{ kind, supertype, open }] = group
    const isPlain = group.length === 1 && kind === undefined && supertype === undefined && !open
    const spellHeap = (heap: HeapType): string => {
      if (heap < 0) {
        const letter = HEAPS.get(heap)
        if (letter === undefined) throw new Error(`no letter for heap type ${heap}`)
        return letter
      }
      if (heap >= start) return isPlain ? 's' : `g${heap - start}`
      references.push(numbers[heap])
      return 'c'
    }
    const spell = (type: ValType): string => {
      if (!isRef(type)) return NUMBERS.get(type)!
      const small = spellHeap(heapOf(type))
      return isNullable(type) ? small : small.toUpperCase()
    }
    const composite = ({ kind: of, fields = [], params, results }: DefinedType): string =>
      of === undefined
        ? `${params.map(spell).join('')}>${results.map(spell).join('')}`
        : (of === 'struct' ? 'S' : 'A') + fields.map(({ type, mutable }) => spell(type) + (mutable ? '!' : '')).join('')
    if (isPlain) {
      const [type] = group
      numbers.push(this.#number(composite(type), references, undefined))
      return
    }
    const text = group
      .map(
        (type) =>
          (type.open ? '<' : '=') +
          (type.supertype === undefined ? '' : `${spellHeap(type.supertype)}:`) +
          composite(type),
      )
      .join('')
    const first = this.#number(text, references, group.length)
    for (let i = 0; i < group.length; i++) numbers.push(first + i)
    group.forEach((type, i) => {
      if (type.supertype !== undefined) this.#supertypes.set(first + i, numbers[type.supertype])
    })
  }

  /** The number of the first type of a group of `size`, undefined for a plain function; they follow each other. */
  #number(text: string, references: readonly number[], size: number | undefined): number {
    const key = `${size ?? ''} ${text} ${references.join()}`
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.#structures.length
      this.#numbers.set(key, number)
      this.#checkRoom(size ?? 1)
      for (let i = 0; i < (size ?? 1); i++) {
        const place = size === undefined ? undefined : i
        this.#structures.push({ text, references, place })
        const counted = OF_GROUP + 2n * BigInt(this.#structures.length)
        this.#identities.push(place === undefined ? (packed(text) ?? (this.#long += 2n)) : counted)
      }
    }
    return number
  }

  /** Several modules may have more types than each of them may; what is known of them at run time is in a table. */
  #checkRoom(more: number): void {
    if (this.#structures.length + more < this.#most) return
    throw new CompileError(`the modules of the program have more than ${this.#most.toLocaleString('en-US')} types`, {
      code: 'unsupported',
      hint: 'link fewer modules, or generate fewer types',
    })
  }

  /** The number of a function's type, where `numbers` are those of its module's types. */
  ofFunction({ typeIndex, definedAs }: Pick<Func, 'typeIndex' | 'definedAs'>, numbers: readonly number[]): number {
    return definedAs ? this.add(definedAs.types)[definedAs.typeIndex] : numbers[typeIndex]
  }

  /** How many there are. */
  get count(): number {
    return this.#structures.length
  }

  /** The number of the type that one was declared below. */
  supertype(number: number): number | undefined {
    return this.#supertypes.get(number)
  }

  structure(number: number): TypeStructure {
    const { text, references, place } = this.#structures[number]
    return { text: place === undefined ? text : `${text}#${place}`, references }
  }

  /**
   * What stands for the type at run time: 64 bits, not 0, that no other type has. Where the structure fits it is the
   * structure itself, an odd number: the same in every program, so that an edit changes none of the others. For the rest
   * they are counted.
   */
  identity(number: number): bigint {
    return this.#identities[number]
  }
}

/** Whether {@link CanonicalTypes.identity} is the structure itself. */
export const isPacked = (identity: bigint): boolean => (identity & 1n) === 1n

/** The text as a number whose digits are 1 to 8, so that no two texts are the same, with a 1 behind it; if it fits. */
function packed(text: string): bigint | undefined {
  const digits = Array.from(text, (letter) => DIGITS.indexOf(letter) + 1)
  if (digits.length > MAX_DIGITS || digits.includes(0)) return undefined
  return digits.reduce((number, digit) => number * 8n + BigInt(digit), 0n) * 2n + 1n
}

/** Gives equal types of one module equal numbers, so that types which refer to one another compare by number. */
export const canonicalTypes = (types: readonly DefinedType[]): readonly number[] => new CanonicalTypes().add(types)
