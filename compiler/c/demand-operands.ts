/**
 * From the bits of a result that certainly decide something to those of the operands. A bit of an operand counts if the
 * result cannot be known without it: where nothing is said of an instruction, none does.
 */
import type { Instruction } from '../wasm/instructions.ts'
import { opcodeByName, opcodes } from '../wasm/opcodes.ts'
import { I64 } from '../wasm/types.ts'
import { ALL, mask, NOTHING, ofSet, toSet, type Bits } from './bits.ts'
import { POPS, type Flow } from './flow.ts'

/** One instruction, of which some bits of the result are used, and its operands. */
interface Context {
  bits: Bits
  /** Of the operands. */
  width: number
  /** The value of an operand that is an integer constant, unsigned. */
  left?: bigint
  right?: bigint
  instructions: readonly Instruction[]
  flow: Flow
  at: number
}

/** Answers the bits of the first operand and those of the second. */
type Rule = (context: Context) => readonly [Bits, Bits]

const NEITHER: readonly [Bits, Bits] = [NOTHING, NOTHING]
const BOTH: readonly [Bits, Bits] = [ALL, ALL]
const first = (bits: Bits): readonly [Bits, Bits] => [bits, NOTHING]

const pass: Rule = ({ bits }) => [bits, bits]
/** Any bit of the result takes all of the operands. */
const whole: Rule = () => BOTH

/** The other operand of a constant; the set of its bits from that of the result's. */
const withConstant =
  (of: (set: bigint, constant: bigint) => bigint): Rule =>
  ({ bits, width, left, right }) => {
    const constant = right ?? left
    if (constant === undefined) return [bits, bits]
    const set = ofSet(of(toSet(bits, width), constant), width)
    return right === undefined ? [NOTHING, set] : [set, NOTHING]
  }

/** Of the same operand twice they give a constant. */
const unlessSame =
  (rule: Rule): Rule =>
  (context) =>
    sameOperands(context.instructions, context.flow, context.at) ? NEITHER : rule(context)

const trailingZeros = (value: bigint): bigint => {
  let zeros = 0n
  for (; value !== 0n && (value & 1n) === 0n; value >>= 1n) zeros++
  return zeros
}

/** What lies above the bits that are extended is the sign. */
const extend =
  (from: number, to: number, operand: number): Rule =>
  ({ bits }) => {
    const set = toSet(bits, to)
    const sign = set >> BigInt(from) === 0n ? 0n : 1n << BigInt(from - 1)
    return first(ofSet((set & mask(from)) | sign, operand))
  }

const shift =
  (direction: 'left' | 'right' | 'arithmetic'): Rule =>
  ({ bits, width, right }) => {
    if (right === undefined) return [direction === 'left' ? bits : ALL, ALL]
    const set = toSet(bits, width)
    const count = right & BigInt(width - 1)
    if (direction === 'left') return first(ofSet(set >> count, width))
    const sign = direction === 'arithmetic' && set >> (BigInt(width - 1) - count) !== 0n
    return first(ofSet((set << count) | (sign ? 1n << BigInt(width - 1) : 0n), width))
  }

const rotate =
  (left: boolean): Rule =>
  ({ bits, width, right }) => {
    if (right === undefined) return BOTH
    const set = toSet(bits, width)
    const wide = BigInt(width)
    const count = (left ? right : wide - (right & (wide - 1n))) & (wide - 1n)
    return first(ofSet((set >> count) | (set << (wide - count)), width))
  }

const COMPARE: Record<string, ((a: bigint, b: bigint) => boolean) | undefined> = {
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
}

/** Against a constant that no value of the operand is on the other side of, nothing is compared. */
const compare = (name: string, signed: boolean): Rule => {
  const holds = COMPARE[name]
  return unlessSame((context) => {
    const { width, left, right } = context
    const constant = right ?? left
    if (constant === undefined) return BOTH
    const value = signed ? BigInt.asIntN(width, constant) : constant
    const [least, largest] = rangeOf(context, signed)
    if (holds === undefined) return value < least || value > largest ? NEITHER : BOTH
    const [a, b] =
      right === undefined ? [holds(value, least), holds(value, largest)] : [holds(least, value), holds(largest, value)]
    return a === b ? NEITHER : BOTH
  })
}

/** What is divided may be evaluated behind the check of the divisor. */
const divide =
  (name: string, signed: boolean): Rule =>
  (context) => {
    const { bits, width, right } = context
    if (right === undefined || divisionTraps(right, width, signed)) return [NOTHING, ALL]
    if (bits === NOTHING) return NEITHER
    const divisor = signed ? BigInt.asIntN(width, right) : right
    const size = divisor < 0n ? -divisor : divisor
    const isPower = (size & (size - 1n)) === 0n
    const set = toSet(bits, width)
    if (name === 'rem') {
      if (size === 1n) return NEITHER
      return first(isPower && !signed ? ofSet(set & (size - 1n), width) : ALL)
    }
    if (isPower && !signed) return first(ofSet(set << trailingZeros(size), width))
    const [least, largest] = rangeOf(context, signed)
    return first(least > -size && largest < size ? NOTHING : ALL)
  }

const divisionTraps = (divisor: bigint, width: number, signed: boolean): boolean =>
  divisor === 0n || (signed && divisor === mask(width))

function integerRules(width: number): Record<string, Rule> {
  const rules: Record<string, Rule> = {
    and: withConstant((set, constant) => set & constant),
    or: withConstant((set, constant) => set & ~constant),
    xor: unlessSame(pass),
    add: pass,
    sub: unlessSame(pass),
    mul: withConstant((set, constant) => (constant === 0n ? 0n : set >> trailingZeros(constant))),
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
    extend8_s: extend(8, width, width),
    extend16_s: extend(16, width, width),
    extend32_s: extend(32, 64, 64),
    extend_i32_s: extend(32, 64, 32),
    extend_i32_u: ({ bits }) => first(ofSet(toSet(bits, 64), 32)),
    wrap_i64: ({ bits }) => first(ofSet(toSet(bits, 32), 64)),
    reinterpret_f32: pass,
    reinterpret_f64: pass,
  }
  for (const suffix of ['s', 'u']) {
    for (const name of Object.keys(COMPARE)) rules[`${name}_${suffix}`] = compare(name, suffix === 's')
    for (const name of ['div', 'rem']) rules[`${name}_${suffix}`] = divide(name, suffix === 's')
  }
  return rules
}
const INTEGER: Record<string, Record<string, Rule> | undefined> = { i32: integerRules(32), i64: integerRules(64) }

const FLOAT: Record<string, Rule> = {
  lt: unlessSame(whole),
  gt: unlessSame(whole),
  reinterpret_i32: pass,
  reinterpret_i64: pass,
}

/** All bits of a vector, or none. */
const wholeVector: Rule = ({ bits }) => (bits === ALL ? BOTH : NEITHER)
/** Vector instructions whose result takes all lanes of their operands. */
const VERTICAL =
  /\.(splat|add|sub|mul|div|min|max|pmin|pmax|neg|abs|sqrt|ceil|floor|trunc|nearest|popcnt|not|xor|eq|ne|bitmask|(lt|gt|le|ge)(_[su])?|(add|sub)_sat_[su]|(min|max)_[su]|avgr_u|q15mulr_sat_s|dot_i16x8_s|extadd_pairwise_\w+|narrow_\w+|convert_i32x4_[su]|trunc_sat_f32x4_[su])$/

function ruleOf(name: string): Rule | undefined {
  const [type, rest] = name.split('.', 2)
  const integer = INTEGER[type]
  if (integer) return integer[rest] ?? (rest.startsWith('trunc') ? whole : undefined)
  if (type === 'f32' || type === 'f64') return FLOAT[rest] ?? whole
  if (!VERTICAL.test(name)) return undefined
  return rest === 'bitmask' || rest === 'splat' ? whole : wholeVector
}

const RULES = opcodes.map(({ name, imm, params }) => (imm === '' && params ? ruleOf(name) : undefined))
const WIDTHS = opcodes.map(({ params }) => (params?.[0] === I64 ? 64 : 32))
const IS_DIVISION = opcodes.map(({ name }) => /\.(div|rem)_[su]$/.test(name))
const IS_SIGNED = opcodes.map(({ name }) => name.endsWith('_s'))
const IS_REPLACE = opcodes.map(({ name }) => name.endsWith('.replace_lane'))
const IS_CONSTANT = opcodes.map(({ imm }) => imm === 'i32' || imm === 'i64')
const IS_AND = opcodes.map(({ name }) => /^i(32|64)\.and$/.test(name))
/** What an instruction can give: bits and whether the highest is the sign. */
const RANGES = opcodes.map(({ name }): [bits: number, signed: boolean] | undefined => {
  const [, bits, sign] = /\.(?:load|extend)(8|16|32)_([su])$/.exec(name) ?? []
  if (bits !== undefined) return [Number(bits), sign === 's']
  if (name === 'i64.extend_i32_u') return [32, false]
  return /\.(eqz?|ne|[lg][te](_[su])?)$/.test(name) ? [1, false] : undefined
})

/** The least and the largest value that the operand beside a constant can have, by the instruction that it comes from. */
function rangeOf({ instructions, flow, at, width, right }: Context, signed: boolean): [bigint, bigint] {
  const operand = right === undefined ? flow.right[at] : flow.left[at]
  const instruction = instructions[operand] as Instruction | undefined
  const limit = instruction && IS_AND[instruction.op.id] ? constantAt(instructions, flow.right[operand]) : undefined
  if (limit !== undefined && limit >= 0n) return [0n, limit]
  const known = instruction && RANGES[instruction.op.id]
  if (known && !known[1]) return [0n, mask(known[0])]
  const bits = BigInt(known && signed ? known[0] : width)
  return signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n]
}

function constantAt(instructions: readonly Instruction[], at: number): bigint | undefined {
  return at >= 0 && IS_CONSTANT[instructions[at].op.id] ? BigInt(instructions[at].value!) : undefined
}

const MAX_SAME = 6
const READS = new Set(['local.get', 'global.get', 'f32.const', 'f64.const', 'i32.const', 'i64.const'].map(idOf))

function idOf(name: string): number {
  return opcodeByName.get(name)!.id
}

/** Whether two instructions give the same value: the same expression, of locals that hardly change in between. */
function sameValue(instructions: readonly Instruction[], flow: Flow, a: number, b: number, depth = 0): boolean {
  if (a < 0 || b < 0 || depth > MAX_SAME) return false
  const [x, y] = [instructions[a], instructions[b]]
  if (x.op !== y.op || x.index !== y.index || x.value !== y.value || x.memarg?.offset !== y.memarg?.offset) return false
  if (READS.has(x.op.id)) return true
  const operands = x.op.params?.length ?? 0
  if (operands < 1 || operands > 2) return false
  return (
    sameValue(instructions, flow, flow.left[a], flow.left[b], depth + 1) &&
    (operands === 1 || sameValue(instructions, flow, flow.right[a], flow.right[b], depth + 1))
  )
}

/** Whether the first two operands of an instruction are the same. */
export const sameOperands = (instructions: readonly Instruction[], flow: Flow, at: number): boolean =>
  sameValue(instructions, flow, flow.left[at], flow.right[at])

/** Whether an instruction other than an access to memory may trap. */
export function mayTrap(instructions: readonly Instruction[], flow: Flow, at: number): boolean {
  const { id, traps } = instructions[at].op
  if (traps !== true || !IS_DIVISION[id]) return traps === true
  const divisor = constantAt(instructions, flow.right[at])
  return divisor === undefined || divisionTraps(BigInt.asUintN(WIDTHS[id], divisor), WIDTHS[id], IS_SIGNED[id])
}

/** Rules that need not look at the operands. */
const IS_WHOLE = RULES.map((rule) => rule === whole)
const IS_PASS = RULES.map((rule) => rule === pass)
const IS_COMPARISON = opcodes.map(({ name }) => /^i(32|64)\.(eq|ne|[lg][te]_[su])$/.test(name))

/** Whether the constant of a comparison with a value of which nothing is known may decide it. */
const isExtreme = (value: number | bigint): boolean =>
  value === 0 ||
  value === -1 ||
  value === 0x7fffffff ||
  value === -0x80000000 ||
  (typeof value === 'bigint' && (value === 0n || value === -1n || BigInt.asIntN(63, value) !== value))

/** Comparisons of which the operands say nothing else; most are. */
function comparesAnything(instructions: readonly Instruction[], flow: Flow, at: number): boolean {
  const [left, right] = [flow.left[at], flow.right[at]]
  if (left < 0 || right < 0) return !(IS_CONSTANT[instructions[left]?.op.id] || IS_CONSTANT[instructions[right]?.op.id])
  const [a, b] = [instructions[left], instructions[right]]
  if (a.op === b.op) return false
  const [constant, other] = IS_CONSTANT[b.op.id] ? [b, a] : [a, b]
  if (!IS_CONSTANT[constant.op.id]) return true
  return RANGES[other.op.id] === undefined && !IS_AND[other.op.id] && !isExtreme(constant.value!)
}

/** Adds to the stack the bits of each operand of the instruction, which gives `bits`. */
export function pushOperands(
  stack: Bits[],
  instructions: readonly Instruction[],
  flow: Flow,
  at: number,
  bits: Bits,
): void {
  const { op, lanes } = instructions[at]
  const { id } = op
  const count = POPS[id]
  const rule = RULES[id]
  if (rule === undefined || (bits === NOTHING && op.traps !== true)) {
    if (lanes !== undefined && count === 2) return void stack.push(...shuffled(bits, lanes))
    if (IS_REPLACE[id]) return void stack.push(NOTHING, bits === ALL ? ALL : NOTHING)
    for (let i = 0; i < count; i++) stack.push(NOTHING)
    return
  }
  if (IS_WHOLE[id] || IS_PASS[id] || (IS_COMPARISON[id] && comparesAnything(instructions, flow, at))) {
    for (let i = 0; i < count; i++) stack.push(IS_PASS[id] ? bits : ALL)
    return
  }
  const width = WIDTHS[id]
  const right = count === 2 ? constantAt(instructions, flow.right[at]) : undefined
  const left = count === 2 && right === undefined ? constantAt(instructions, flow.left[at]) : undefined
  const [a, b] = rule({
    bits,
    width,
    instructions,
    flow,
    at,
    left: left === undefined ? undefined : BigInt.asUintN(width, left),
    right: right === undefined ? undefined : BigInt.asUintN(width, right),
  })
  stack.push(a)
  for (let i = 1; i < count; i++) stack.push(b)
}

/** Of each vector all lanes are taken, or it does not count. */
function shuffled(bits: Bits, lanes: Uint8Array): readonly [Bits, Bits] {
  const taken = (from: number): Bits =>
    bits === ALL && Array.from({ length: 16 }, (_, i) => from + i).every((lane) => lanes.includes(lane)) ? ALL : NOTHING
  return [taken(0), taken(16)]
}
