/**
 * The operand stack of a function, while its C is written, holds expressions: most instructions only combine the texts of
 * their operands. What an expression reads or may do is kept beside it, so that it can be evaluated into a variable
 * before something that it must not move across.
 */
import type { Opcode } from '../wasm/opcodes.ts'
import { opcodes } from '../wasm/opcodes.ts'
import { I32, type ValType } from '../wasm/types.ts'

export interface Value {
  text: string
  type: ValType
  /** A set of the bits below. */
  flags: number
  /** Locals it reads, possibly more than once. */
  reads: readonly number[]
  /** How many operations it is made of. */
  cost: number
  /** Of an integer constant: signed. */
  literal?: number | bigint
}

/** Needs parentheses as an operand. */
export const COMPOUND = 1
/** A comparison: of C's type int, 0 or 1. Cast where it meets arithmetic, so that this stays unsigned. */
export const BOOL = 2
/** Reads memory, and may fault. */
export const LOADS = 4
/** May trap otherwise. */
export const TRAPS = 8
/** Reads a mutable global. */
export const GLOBALS = 16
/** Reads the size of a memory or table. */
export const SIZES = 32
/** The result of floating-point arithmetic: not a signalling NaN. */
export const QUIET = 128

/** What an expression made of others takes over from them. */
export const EFFECTS = LOADS | TRAPS | GLOBALS | SIZES

const NONE: readonly number[] = []

/** A variable that is assigned once, or a constant: stays as it is whatever happens. */
export function settled(text: string, type: ValType, literal?: number | bigint): Value {
  return { text, type, flags: 0, reads: NONE, cost: 1, literal }
}

export function expression(text: string, type: ValType, flags: number, operands: readonly Value[]): Value {
  let reads = NONE
  let cost = 1
  for (const operand of operands) {
    flags |= operand.flags & EFFECTS
    cost += operand.cost
    if (operand.reads.length > 0) reads = reads.length > 0 ? reads.concat(operand.reads) : operand.reads
  }
  return { text, type, flags, reads, cost }
}

/** The text of an operand of a C operator. */
export function operand(value: Value): string {
  if (value.flags & BOOL) return `(u32)(${value.text})`
  return value.flags & COMPOUND ? `(${value.text})` : value.text
}

/** A constant as an operand of C's signed type, whose cast it makes superfluous. */
const signedLiteral = (value: number | bigint): string => (value > 0x7fffffff ? `${value}ll` : String(value))

/** How a row of the opcode table becomes an expression. */
interface Form {
  /** Text between operands; `order[i]` follows `parts[i]`. */
  parts: string[]
  order: number[]
  /** Length of the cast to a signed type at the end of `parts[i]`. */
  casts: number[]
  flags: number
}

function parse(op: Opcode): Form {
  const name = op.name.replaceAll('.', '_')
  const template = op.c ?? `${name}(${op.params!.map((_, i) => `$${i}`).join(', ')}${op.traps ? '' : ')'}`
  const pieces = template.split(/\$(\d)/)
  const comparison = op.results?.[0] === I32 && / (==|!=|<|>|<=|>=) \S+$/.test(template)
  const operator = op.c !== undefined && / [^\s\w]+ /.test(op.c.replace(/\([^()]*\([^()]*\)[^()]*\)|\([^()]*\)/g, ''))
  const parts = pieces.filter((_, i) => i % 2 === 0)
  return {
    parts,
    casts: parts.map((part) => (comparison && /\(i(32|64)\)$/.test(part) ? 5 : 0)),
    order: pieces.filter((_, i) => i % 2 === 1).map(Number),
    flags: (operator ? COMPOUND : 0) | (comparison ? BOOL : 0) | (op.traps ? TRAPS : 0),
  }
}

const forms: (Form | undefined)[] = opcodes.map((op) => (op.params && op.results?.length === 1 ? parse(op) : undefined))

/** Applies a row of the opcode table. `site` is what a trapping function is told: function and offset. */
export function apply(op: Opcode, operands: readonly Value[], site: string): Value {
  const form = forms[op.id]!
  const { parts, order, casts } = form
  let text = ''
  for (let i = 0; i < order.length; i++) {
    const value = operands[order[i]]
    const cast = casts[i]
    if (cast > 0 && value.literal !== undefined && value.literal > -0x80000000) {
      text += parts[i].slice(0, -cast) + signedLiteral(value.literal)
    } else text += parts[i] + (op.c === undefined ? value.text : operand(value))
  }
  text += parts[order.length]
  if (op.traps) text += `, ${site})`
  return expression(text, op.results![0], form.flags, operands)
}
