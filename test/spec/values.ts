/** Constants and result patterns of scripts as 128 bits and what may differ in them. */
import { head, type List, type Node } from './sexpr.ts'
import { floatBits, integerBits } from './numbers.ts'

export type Kind = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'null' | 'func' | 'extern' | 'any' | 'i31' | 'eq'

export interface Value {
  kind: Kind
  bits: bigint
  /** Width of the lanes of a pattern with NaNs: their kind by lane, 'exact' for the rest. */
  lanes?: { width: 32 | 64; nans: ('exact' | 'canonical' | 'arithmetic')[] }
}

const SHAPES: Record<string, [lane: 'i' | 'f', width: number]> = {
  i8x16: ['i', 8],
  i16x8: ['i', 16],
  i32x4: ['i', 32],
  i64x2: ['i', 64],
  f32x4: ['f', 32],
  f64x2: ['f', 64],
}

const atom = (node: Node | undefined): string => (node?.kind === 'atom' ? node.text : '')

const nanKind = (literal: string): 'exact' | 'canonical' | 'arithmetic' =>
  literal === 'nan:canonical' ? 'canonical' : literal === 'nan:arithmetic' ? 'arithmetic' : 'exact'

/** A row of number literals as one value, the first in the lowest bits. */
function fromLanes(kind: Kind, literals: string[], lane: 'i' | 'f', width: number): Value {
  const nans = literals.map(nanKind)
  let bits = 0n
  literals.forEach((literal, index) => {
    if (nans[index] !== 'exact') return
    const value = lane === 'i' ? integerBits(literal, width) : floatBits(literal, width as 32 | 64)
    bits |= value << BigInt(index * width)
  })
  const patterns = nans.some((nan) => nan !== 'exact')
  return patterns ? { kind, bits, lanes: { width: width as 32 | 64, nans } } : { kind, bits }
}

/** One constant or pattern: `(f32.const nan:canonical)`, `(v128.const i32x4 1 2 3 4)`, `(ref.extern 1)`. */
function valueOf(list: List): Value {
  const keyword = head(list)
  const literals = list.items.slice(1).map(atom)
  switch (keyword) {
    case 'i32.const':
    case 'i64.const':
    case 'f32.const':
    case 'f64.const':
      return fromLanes(keyword.slice(0, 3) as Kind, literals, keyword[0] as 'i' | 'f', Number(keyword.slice(1, 3)))
    case 'v128.const':
      return fromLanes('v128', literals.slice(1), ...SHAPES[literals[0]])
    case 'ref.null':
      return { kind: 'null', bits: 0n }
    case 'ref.func':
      return { kind: 'func', bits: 0n }
    case 'ref.any':
    case 'ref.exn':
      return { kind: 'any', bits: 0n }
    case 'ref.eq':
    case 'ref.struct':
    case 'ref.array':
      return { kind: 'eq', bits: 0n }
    case 'ref.i31':
      return { kind: 'i31', bits: 0n }
    case 'ref.host':
    case 'ref.extern':
      // A host reference is twice its number plus two: zero is null, odd numbers are the program's.
      return literals.length ? { kind: 'extern', bits: 2n * BigInt(literals[0]) + 2n } : { kind: 'any', bits: 0n }
    default:
      throw new SyntaxError(`line ${list.line}: ${keyword} is no value this runner knows`)
  }
}

/** An argument. */
export const argument = (node: Node): Value => valueOf(node as List)

/** The patterns of which a result must match one. */
export const patterns = (node: Node): Value[] =>
  head(node) === 'either' ? (node as List).items.slice(1).map((item) => valueOf(item as List)) : [valueOf(node as List)]
