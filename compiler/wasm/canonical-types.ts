/**
 * Which function types are one type: those of one structure, through the types they refer to (spec: Validation / Matching),
 * be it in one module or in several. Whether code may be called depends on it, so it is exact and never a digest.
 */
import {
  EXN,
  EXTERN,
  F32,
  F64,
  FUNC,
  heapOf,
  I32,
  I64,
  isNullable,
  isRef,
  NOEXN,
  NOEXTERN,
  NOFUNC,
  V128,
  type FuncType,
  type HeapType,
  type ValType,
} from './types.ts'

/** A function type without the numbers that its module gives to types. Equal for equal types and for no others. */
export interface TypeStructure {
  /**
   * A letter for each parameter, '>', and one for each result. Of references those that may be null have a small letter;
   * 'c' is one to a function type, the next of `references`, 's' one to the type itself.
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
])
const HEAPS = new Map<HeapType, string>([
  [FUNC, 'p'],
  [EXTERN, 'e'],
  [EXN, 'x'],
  [NOFUNC, 'n'],
  [NOEXTERN, 'm'],
  [NOEXN, 'o'],
])

function heapLetter(heap: HeapType, self: number): string {
  if (heap === self) return 's'
  const letter = heap >= 0 ? 'c' : HEAPS.get(heap)
  if (letter === undefined) throw new Error(`no letter for heap type ${heap}`)
  return letter
}

/** Digits of {@link CanonicalTypes.identity}, from 1. */
const DIGITS = 'ilfdvpe>'
const MAX_DIGITS = 20

/** The types of all modules of one program, each structure once. They are numbered in the order in which they come. */
export class CanonicalTypes {
  readonly #numbers = new Map<string, number>()
  readonly #structures: TypeStructure[] = []
  readonly #identities: bigint[] = []
  #long = 0n

  /** The numbers of a module's types. A type may refer to itself and to those before it. */
  add(types: readonly FuncType[]): number[] {
    const numbers: number[] = []
    types.forEach(({ params, results }, self) => {
      const references: number[] = []
      const letter = (type: ValType): string => {
        if (!isRef(type)) return NUMBERS.get(type)!
        const heap = heapOf(type)
        if (heap >= 0 && heap !== self) references.push(numbers[heap])
        const small = heapLetter(heap, self)
        return isNullable(type) ? small : small.toUpperCase()
      }
      const spell = (list: readonly ValType[]): string => list.map(letter).join('')
      numbers.push(this.#number({ text: `${spell(params)}>${spell(results)}`, references }))
    })
    return numbers
  }

  #number(structure: TypeStructure): number {
    const key = `${structure.text} ${structure.references.join()}`
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.#structures.length
      this.#numbers.set(key, number)
      this.#structures.push(structure)
      this.#identities.push(packed(structure.text) ?? (this.#long += 2n))
    }
    return number
  }

  structure(number: number): TypeStructure {
    return this.#structures[number]
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
export const canonicalTypes = (types: readonly FuncType[]): number[] => new CanonicalTypes().add(types)
