/**
 * From the bits of a result that certainly decide something to those of the operands. A bit of an operand counts if the
 * result cannot be known without it: where nothing is said of an instruction, none does.
 */
import type { Instruction } from '../wasm/instructions.ts'
import { opcodes } from '../wasm/opcodes.ts'
import { I64 } from '../wasm/types.ts'
import { ALL, mask, NOTHING, ofSet, toSet, type Bits } from './bits.ts'
import { POPS, type Flow } from './flow.ts'
import { shareOperands } from './same-operands.ts'

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

/** Of operands that are made of one value the result may be a constant. */
const unlessShared =
  (rule: Rule): Rule =>
  (context) =>
    shareOperands(context.instructions, context.flow, context.at) ? NEITHER : rule(context)

/** Gives so many bits, or as many as say how many there are: nothing is asked of those above. */
const upTo =
  (bits: number, rule: Rule): Rule =>
  (context) =>
    (toSet(context.bits, 64) & mask(bits)) === 0n ? NEITHER : rule(context)
const count = upTo(6, whole)

/** Whether all bits of a number count. */
const isFull = (bits: Bits, width: number): boolean => (toSet(bits, 64) & mask(width)) === mask(width)

/** The instructions that the operands come from. */
const operandsOf = ({ instructions, flow, at }: Context): (Instruction | undefined)[] => [
  instructions[flow.left[at]],
  instructions[flow.right[at]],
]

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
  ({ bits, width, left, right }) => {
    if (left === 0n || left === mask(width)) return NEITHER
    if (right === undefined) return [direction === 'left' ? bits : ALL, ALL]
    const set = toSet(bits, width)
    const count = right & BigInt(width - 1)
    if (direction === 'left') return first(ofSet(set >> count, width))
    const sign = direction === 'arithmetic' && set >> (BigInt(width - 1) - count) !== 0n
    return first(ofSet((set << count) | (sign ? 1n << BigInt(width - 1) : 0n), width))
  }

const rotate =
  (isLeft: boolean): Rule =>
  ({ bits, width, left, right }) => {
    if (left === 0n || left === mask(width)) return NEITHER
    if (right === undefined) return BOTH
    const set = toSet(bits, width)
    const wide = BigInt(width)
    const count = (isLeft ? right : wide - (right & (wide - 1n))) & (wide - 1n)
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
  const rule = unlessShared((context) => {
    const { width, left, right } = context
    const constant = right ?? left
    if (constant === undefined) return BOTH
    if (operandsOf(context).some(isShaped)) return NEITHER
    const value = signed ? BigInt.asIntN(width, constant) : constant
    const [least, largest] = rangeOf(context, signed)
    if (holds === undefined) return value < least || value > largest ? NEITHER : BOTH
    const [a, b] =
      right === undefined ? [holds(value, least), holds(value, largest)] : [holds(least, value), holds(largest, value)]
    return a === b ? NEITHER : BOTH
  })
  return upTo(1, rule)
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
    const [dividend] = operandsOf(context)
    // The upper bits of the result may be known.
    const isKnown = !(isPower && !signed) && (!isFull(bits, width) || isShaped(dividend))
    if (isKnown || (name === 'rem' && size === 1n)) return NEITHER
    if (name === 'rem') return first(isPower && !signed ? ofSet(set & (size - 1n), width) : ALL)
    if (isPower && !signed) return first(ofSet(set << trailingZeros(size), width))
    const [least, largest] = rangeOf(context, signed)
    return first(least > -size && largest < size ? NOTHING : ALL)
  }

const divisionTraps = (divisor: bigint, width: number, signed: boolean): boolean =>
  divisor === 0n || (signed && divisor === mask(width))

function integerRules(width: number): Record<string, Rule> {
  const rules: Record<string, Rule> = {
    and: unlessShared(withConstant((set, constant) => set & constant)),
    or: unlessShared(withConstant((set, constant) => set & ~constant)),
    xor: unlessShared(pass),
    add: unlessShared(pass),
    sub: unlessShared(pass),
    mul: withConstant((set, constant) => (constant === 0n ? 0n : set >> trailingZeros(constant))),
    shl: shift('left'),
    shr_u: shift('right'),
    shr_s: shift('arithmetic'),
    rotl: rotate(true),
    rotr: rotate(false),
    clz: count,
    ctz: count,
    popcnt: count,
    eqz: upTo(1, (context) => (operandsOf(context).some(isShaped) ? NEITHER : BOTH)),
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

const floatOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]
const doubleOf = (bits: bigint): number => new Float64Array(BigUint64Array.of(BigInt.asUintN(64, bits)).buffer)[0]
/** Whether an operand is no number, or none that is finite: that may say what comes out, whatever the other one is. */
const decides = (operand?: Instruction): boolean =>
  operand !== undefined &&
  ((operand.op.imm === 'f32' && !Number.isFinite(floatOf(Number(operand.value)))) ||
    (operand.op.imm === 'f64' && !Number.isFinite(doubleOf(BigInt(operand.value!)))))
/** Not all of the bits of what a floating-point instruction gives take its operands: a sign may be known. */
const float =
  (width: number): Rule =>
  (context) =>
    !isFull(context.bits, width) || operandsOf(context).some(decides) ? NEITHER : BOTH
const FLOAT: Record<string, Rule> = { f32: float(32), f64: float(64) }
const copysign: Rule = ({ bits }) => (isFull(bits, 32) ? first(ALL) : NEITHER)
/** Gives numbers that may lie to one side of any constant. */
const IS_BOUNDED = opcodes.map(({ name }) => /^f(32|64)\.(abs|sqrt|convert_\w+|promote_\w+)$/.test(name))
const isFloatConstant = (operand?: Instruction): boolean => operand?.op.imm === 'f32' || operand?.op.imm === 'f64'
const compareFloats: Rule = upTo(
  1,
  unlessShared((context) => {
    const operands = operandsOf(context)
    const bounded = operands.some((operand) => operand && IS_BOUNDED[operand.op.id])
    return operands.some(decides) || (bounded && operands.some(isFloatConstant)) ? NEITHER : BOTH
  }),
)

/** All bits of a vector, or none. */
const wholeVector: Rule = ({ bits }) => (bits === ALL ? BOTH : NEITHER)
/** Of constant lanes the result may be known without the others. */
const besideLanes: Rule = (context) =>
  operandsOf(context).some((operand) => operand && (operand.lanes !== undefined || operand.op.name.endsWith('.splat')))
    ? NEITHER
    : wholeVector(context)
/** A bit for each lane, whose signs may be anything. */
const bitmask: Rule = (context) => {
  const [operand] = operandsOf(context)
  const isKnown = operand !== undefined && !/^local|load$|\.(eq|ne|[lg][te](_[su])?)$/.test(operand.op.name)
  return isKnown || !isFull(context.bits, 32) ? NEITHER : BOTH
}
/** Vector instructions whose result takes all lanes of their operands. */
const VERTICAL =
  /\.(splat|add|sub|mul|div|min|max|pmin|pmax|neg|abs|sqrt|ceil|floor|trunc|nearest|popcnt|not|xor|eq|ne|bitmask|(lt|gt|le|ge)(_[su])?|(add|sub)_sat_[su]|(min|max)_[su]|avgr_u|q15mulr_sat_s|dot_i16x8_s|extadd_pairwise_\w+|narrow_\w+|convert_i32x4_[su]|trunc_sat_f32x4_[su])$/
/** Of them those that can be undone, whatever the other operand is. */
const REVERSIBLE = /^(i\w+\.(add|sub)|v128\.xor)$/

function ruleOf(name: string): Rule | undefined {
  const [type, rest] = name.split('.', 2)
  const integer = INTEGER[type]
  if (integer) return integer[rest] ?? (rest.startsWith('trunc') ? whole : undefined)
  if (type === 'f32' || type === 'f64') {
    if (/^(eq|ne|[lg][te])$/.test(rest)) return compareFloats
    if (rest.startsWith('reinterpret')) return pass
    // Of the second operand the sign alone.
    return rest === 'copysign' ? copysign : FLOAT[type]
  }
  if (!VERTICAL.test(name)) return undefined
  if (rest === 'bitmask' || rest === 'splat') return rest === 'splat' ? whole : bitmask
  return unlessShared(REVERSIBLE.test(name) ? wholeVector : besideLanes)
}

const RULES = opcodes.map(({ name, imm, params }) => (imm === '' && params ? ruleOf(name) : undefined))
const WIDTHS = opcodes.map(({ params }) => (params?.[0] === I64 ? 64 : 32))
const IS_DIVISION = opcodes.map(({ name }) => /\.(div|rem)_[su]$/.test(name))
const IS_SIGNED = opcodes.map(({ name }) => name.endsWith('_s'))
const IS_REPLACE = opcodes.map(({ name }) => name.endsWith('.replace_lane'))
const IS_CONSTANT = opcodes.map(({ imm }) => imm === 'i32' || imm === 'i64')
const IS_AND = opcodes.map(({ name }) => /^i(32|64)\.and$/.test(name))
const IS_SHAPED = opcodes.map(({ name }) => /^i(32|64)\.(or|shl|shr_[su]|div_[su]|rem_[su]|clz|ctz|popcnt)$/.test(name))
/** Whether an operand comes from an instruction of whose result more may be known than is said here. */
const isShaped = (operand?: Instruction): boolean => operand !== undefined && IS_SHAPED[operand.op.id]
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
  if (!IS_CONSTANT[constant.op.id]) return false
  const isKnown = RANGES[other.op.id] !== undefined || IS_AND[other.op.id] || IS_SHAPED[other.op.id]
  return !isKnown && !isExtreme(constant.value!)
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
  if (IS_WHOLE[id] || IS_PASS[id] || (IS_COMPARISON[id] && bits === ALL && comparesAnything(instructions, flow, at))) {
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
