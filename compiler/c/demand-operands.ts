/**
 * From the bits of a result that certainly decide something to those of the operands. A bit of an operand counts if the
 * result cannot be known without it: where nothing is said of an instruction, none does.
 */
import type { Instruction } from '../wasm/instructions.ts'
import { opcodes } from '../wasm/opcodes.ts'
import { F32, I32, I64, type ValType } from '../wasm/types.ts'
import type { Flow } from './flow.ts'

/** A set of bits of a value, the lowest first. Of floats and vectors there are all or none, but for their bits as integers. */
export type Bits = bigint

export const NOTHING = 0n
export const BYTE = 0xffn
export const ALL = (1n << 64n) - 1n

/** Whether all bits of a value are in the set. */
export function isWhole(bits: Bits, type: ValType): boolean {
  const all = type === I32 || type === F32 ? mask(32) : ALL
  return bits === ALL || (bits & all) === all
}

export interface OperandBits {
  bits: readonly Bits[]
  /** May trap; false of a division by a constant. */
  traps: boolean
}

/** Operands of one instruction. */
interface Context {
  bits: Bits
  width: number
  /** The value of an operand that is an integer constant, unsigned. */
  left?: bigint
  right?: bigint
  /** Both operands are the same expression. */
  same: boolean
  /** The least and the largest value that the left operand can have, by the instruction that it comes from. */
  range: (signed: boolean) => [bigint, bigint]
}

type Rule = (context: Context) => readonly Bits[]

const pass: Rule = ({ bits }) => [bits, bits]
/** Any bit of the result takes all of the operands. */
const whole: Rule = ({ bits }) => (bits === NOTHING ? [NOTHING, NOTHING, NOTHING] : [ALL, ALL, ALL])

const mask = (width: number): bigint => (width === 64 ? ALL : (1n << BigInt(width)) - 1n)
const trailingZeros = (value: bigint): bigint => {
  let zeros = 0n
  for (; value !== 0n && (value & 1n) === 0n; value >>= 1n) zeros++
  return zeros
}

/** The other operand of a constant. */
const withConstant =
  (of: (bits: Bits, constant: bigint, context: Context) => Bits, otherwise: Rule): Rule =>
  (context) => {
    const { bits, left, right } = context
    if (bits === NOTHING) return [NOTHING, NOTHING]
    if (right !== undefined) return [of(bits, right, context), NOTHING]
    if (left !== undefined) return [NOTHING, of(bits, left, context)]
    return otherwise(context)
  }

/** Of the same operand twice they give a constant. */
const unlessSame =
  (rule: Rule): Rule =>
  (context) =>
    context.same ? [NOTHING, NOTHING] : rule(context)

const extend =
  (from: number): Rule =>
  ({ bits }) => [(bits & mask(from)) | (bits >> BigInt(from) === 0n ? 0n : 1n << BigInt(from - 1))]

const shift = (direction: 'left' | 'right' | 'arithmetic'): Rule => {
  return ({ bits, width, right }) => {
    if (bits === NOTHING) return [NOTHING, NOTHING]
    if (right === undefined) return [direction === 'left' ? bits : ALL, ALL]
    const count = right & BigInt(width - 1)
    if (direction === 'left') return [(bits & mask(width)) >> count, NOTHING]
    const moved = (bits << count) & mask(width)
    const sign = direction === 'arithmetic' && (bits & mask(width)) >> (BigInt(width - 1) - count) !== 0n
    return [sign ? moved | (1n << BigInt(width - 1)) : moved, NOTHING]
  }
}

const rotate =
  (left: boolean): Rule =>
  ({ bits, width, right }) => {
    if (right === undefined || bits === NOTHING) return bits === NOTHING ? [NOTHING, NOTHING] : [ALL, ALL]
    const wide = BigInt(width)
    const count = ((left ? right : wide - (right & (wide - 1n))) & (wide - 1n)) % wide
    const low = bits & mask(width)
    return [((low >> count) | (low << (wide - count))) & mask(width), NOTHING]
  }

const COMPARE: Record<string, (a: bigint, b: bigint) => boolean> = {
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
}

/** Against a constant that no value of the operand is on the other side of, nothing is compared. */
const compare = (name: string, signed: boolean): Rule =>
  unlessSame(({ bits, width, left, right, range }) => {
    if (bits === NOTHING) return [NOTHING, NOTHING]
    const constant = right ?? left
    if (constant === undefined) return [ALL, ALL]
    const value = signed ? BigInt.asIntN(width, constant) : constant
    const [least, largest] = range(signed)
    const holds = COMPARE[name]
    const decided =
      holds === undefined
        ? value < least || value > largest
        : right === undefined
          ? holds(value, least) === holds(value, largest)
          : holds(least, value) === holds(largest, value)
    return decided ? [NOTHING, NOTHING] : [ALL, ALL]
  })

/** Of operands that may trap the one that is divided may be evaluated behind the check. */
const divide =
  (name: string, signed: boolean): Rule =>
  ({ bits, width, right, range }) => {
    if (right === undefined || divisionTraps(right, width, signed)) return [NOTHING, ALL]
    if (bits === NOTHING) return [NOTHING, NOTHING]
    const divisor = signed ? BigInt.asIntN(width, right) : right
    const size = divisor < 0n ? -divisor : divisor
    const isPower = (size & (size - 1n)) === 0n
    if (name === 'rem') {
      if (size === 1n) return [NOTHING, NOTHING]
      return [isPower && !signed ? bits & (size - 1n) : ALL, NOTHING]
    }
    if (isPower && !signed) return [(bits << trailingZeros(size)) & mask(width), NOTHING]
    const [least, largest] = range(signed)
    return [least > -size && largest < size ? NOTHING : ALL, NOTHING]
  }

const divisionTraps = (divisor: bigint, width: number, signed: boolean): boolean =>
  divisor === 0n || (signed && divisor === mask(width))

const INTEGER: Record<string, Rule> = {
  and: withConstant((bits, constant) => bits & constant, pass),
  or: withConstant((bits, constant) => bits & ~constant, pass),
  xor: unlessSame(pass),
  add: pass,
  sub: unlessSame(pass),
  mul: withConstant(
    (bits, constant, { width }) => (constant === 0n ? NOTHING : (bits & mask(width)) >> trailingZeros(constant)),
    pass,
  ),
  shl: shift('left'),
  shr_u: shift('right'),
  shr_s: shift('arithmetic'),
  rotl: rotate(true),
  rotr: rotate(false),
  clz: whole,
  ctz: whole,
  popcnt: whole,
  eqz: whole,
  eq: compare('eq', false),
  ne: compare('ne', false),
  extend8_s: extend(8),
  extend16_s: extend(16),
  extend32_s: extend(32),
  extend_i32_s: extend(32),
  extend_i32_u: ({ bits }) => [bits & mask(32)],
  wrap_i64: ({ bits }) => [bits & mask(32)],
  reinterpret_f32: pass,
  reinterpret_f64: pass,
}
for (const suffix of ['s', 'u']) {
  for (const name of Object.keys(COMPARE)) INTEGER[`${name}_${suffix}`] = compare(name, suffix === 's')
  for (const name of ['div', 'rem']) INTEGER[`${name}_${suffix}`] = divide(name, suffix === 's')
}

const FLOAT: Record<string, Rule> = {
  lt: unlessSame(whole),
  gt: unlessSame(whole),
  reinterpret_i32: pass,
  reinterpret_i64: pass,
}

/** All bits of a vector, or none. */
const wholeVector: Rule = ({ bits }) => (bits === ALL ? [ALL, ALL, ALL] : [NOTHING, NOTHING, NOTHING])
/** Vector instructions whose result takes all lanes of their operands. */
const VERTICAL =
  /\.(splat|add|sub|mul|div|min|max|pmin|pmax|neg|abs|sqrt|ceil|floor|trunc|nearest|popcnt|not|xor|eq|ne|bitmask|(lt|gt|le|ge)(_[su])?|(add|sub)_sat_[su]|(min|max)_[su]|avgr_u|q15mulr_sat_s|dot_i16x8_s|extadd_pairwise_\w+|narrow_\w+|convert_i32x4_[su]|trunc_sat_f32x4_[su]|relaxed_n?madd)$/

function ruleOf(name: string): Rule | undefined {
  const [type, rest] = name.split('.', 2)
  if (type === 'i32' || type === 'i64') return INTEGER[rest] ?? (rest.startsWith('trunc') ? whole : undefined)
  if (type === 'f32' || type === 'f64') return FLOAT[rest] ?? whole
  if (!VERTICAL.test(name)) return undefined
  return rest === 'bitmask' || rest === 'splat' ? whole : wholeVector
}

const RULES = opcodes.map(({ name, imm, params }) => (imm === '' && params ? ruleOf(name) : undefined))

/** By the instruction that a value comes from. */
function rangeOf(instruction: Instruction | undefined, width: number, signed: boolean): [bigint, bigint] {
  const name = instruction?.op.name ?? ''
  const [, bits, sign] = /\.(?:load|extend)(8|16|32)_([su])$/.exec(name) ?? []
  if (bits !== undefined) {
    const top = 1n << BigInt(bits)
    if (sign === 'u') return [0n, top - 1n]
    if (signed) return [-top / 2n, top / 2n - 1n]
  }
  if (name === 'i64.extend_i32_u') return [0n, mask(32)]
  if (/\.(eqz?|ne|[lg][te](_[su])?)$/.test(name)) return [0n, 1n]
  const top = 1n << BigInt(width)
  return signed ? [-top / 2n, top / 2n - 1n] : [0n, top - 1n]
}

/** What `value & constant` can be is in the constant. */
function masked(instructions: readonly Instruction[], flow: Flow, at: number): bigint | undefined {
  if (at < 0 || !/^i(32|64)\.and$/.test(instructions[at].op.name)) return undefined
  const constant = constantAt(instructions, flow.right[at])
  return constant === undefined
    ? undefined
    : BigInt.asUintN(instructions[at].op.name.startsWith('i64') ? 64 : 32, constant)
}

function constantAt(instructions: readonly Instruction[], at: number): bigint | undefined {
  if (at < 0 || !/^i(32|64)\.const$/.test(instructions[at].op.name)) return undefined
  return BigInt(instructions[at].value!)
}

const MAX_SAME = 8

/** Whether two instructions give the same value: the same expression, of locals that do not change in between. */
function sameValue(instructions: readonly Instruction[], flow: Flow, a: number, b: number, depth = 0): boolean {
  if (a < 0 || b < 0 || depth > MAX_SAME) return false
  const [x, y] = [instructions[a], instructions[b]]
  if (x.op.id !== y.op.id || x.index !== y.index || x.value !== y.value || x.memarg?.offset !== y.memarg?.offset)
    return false
  if (/^local\.get$|^[if](32|64)\.const$|^global\.get$/.test(x.op.name)) return true
  const operands = x.op.params?.length ?? 3
  if (operands > 2 || /tee|call/.test(x.op.name)) return false
  const left = sameValue(instructions, flow, flow.left[a], flow.left[b], depth + 1)
  return left && (operands === 1 || sameValue(instructions, flow, flow.right[a], flow.right[b], depth + 1))
}

/** Whether the first two operands of an instruction are the same. */
export const sameOperands = (instructions: readonly Instruction[], flow: Flow, at: number): boolean =>
  sameValue(instructions, flow, flow.left[at], flow.right[at])

/** The bits of each operand of the instruction, which gives `bits`. */
export function operandBits(instructions: readonly Instruction[], flow: Flow, at: number, bits: Bits): OperandBits {
  const { op, lanes } = instructions[at]
  const traps = op.traps === true
  if (lanes !== undefined && op.imm === 'lanes') {
    const taken = (from: number): Bits =>
      bits === ALL && Array.from({ length: 16 }, (_, i) => from + i).every((lane) => lanes.includes(lane))
        ? ALL
        : NOTHING
    return { bits: [taken(0), taken(16)], traps: false }
  }
  if (op.name.endsWith('.replace_lane')) return { bits: [NOTHING, bits === ALL ? ALL : NOTHING], traps: false }
  const rule = RULES[op.id]
  if (rule === undefined) return { bits: [], traps }
  const wide = op.name.startsWith('i64') || op.params![0] === I64
  const width = op.params!.length > 0 && wide ? 64 : 32
  const unsigned = (value: bigint | undefined): bigint | undefined => value && BigInt.asUintN(width, value)
  const [left, right] = [flow.left[at], flow.right[at]]
  const context: Context = {
    bits,
    width,
    left: unsigned(constantAt(instructions, left)),
    right: unsigned(constantAt(instructions, right)),
    same: op.params!.length === 2 && sameOperands(instructions, flow, at),
    range: (signed) => {
      const operand = constantAt(instructions, right) === undefined ? right : left
      const limit = masked(instructions, flow, operand)
      if (limit !== undefined && limit < 1n << BigInt(width - 1)) return [0n, limit]
      return rangeOf(instructions[operand], width, signed)
    },
  }
  const division = /\.(?:div|rem)_([su])$/.exec(op.name)
  const safe = division && context.right !== undefined && !divisionTraps(context.right, width, division[1] === 's')
  return { bits: rule(context), traps: traps && !safe }
}
