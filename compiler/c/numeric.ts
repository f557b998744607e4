/** Constants, and the numeric instructions whose operands decide how they are written. */
import type { Instruction } from '../wasm/instructions.ts'
import { F32, F64, I32, I64 } from '../wasm/types.ts'
import { f32Literal, f64Literal, i32Literal, i64Literal } from './consts.ts'
import { apply, BOOL, COMPOUND, expression, LOADS, operand, QUIET, settled, TRAPS, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handler, Handlers } from './handlers.ts'

/** `x + -16` is written `x - 16`. */
function add(w: FunctionWriter, { op }: Instruction): void {
  const [a, b] = w.popMany(2)
  const { literal } = b
  if (literal === undefined || literal >= 0 || literal < -0xffff) return w.push(apply(op, [a, b], ''))
  const text = `${operand(a)} - ${op.results![0] === I32 ? i32Literal(-Number(literal)) : i64Literal(-BigInt(literal))}`
  w.push(expression(text, a.type, COMPOUND, [a, b]))
}

/** A constant count is masked here rather than in C. */
const shift =
  (operator: '<<' | '>>', signed: boolean): Handler =>
  (w, { op }) => {
    const [a, b] = w.popMany(2)
    if (b.literal === undefined) return w.push(apply(op, [a, b], ''))
    const wide = op.results![0] === I64
    const count = Number(BigInt.asUintN(wide ? 6 : 5, BigInt(b.literal)))
    const text = signed
      ? `(${wide ? 'u64' : 'u32'})((${wide ? 'i64' : 'i32'})${operand(a)} ${operator} ${count})`
      : `${operand(a)} ${operator} ${count}`
    w.push(expression(text, a.type, signed ? 0 : COMPOUND, [a, b]))
  }

const eqz: Handler = (w, { op }) => {
  const value = w.pop()
  if (value.flags & BOOL) w.push({ ...value, text: `!(${value.text})` })
  else w.push(apply(op, [value], ''))
}

/** `and`, `or` and `xor` of comparisons are truth values again. */
const bitwise =
  (operator: string): Handler =>
  (w, { op }) => {
    const [a, b] = w.popMany(2)
    if (a.flags & b.flags & BOOL)
      w.push(expression(`(${a.text}) ${operator} (${b.text})`, I32, BOOL | COMPOUND, [a, b]))
    else w.push(apply(op, [a, b], ''))
  }

/** Division by a constant that cannot trap is C's. */
const divide =
  (operator: '/' | '%', signed: boolean): Handler =>
  (w, { op, offset }) => {
    const [a, b] = w.popMany(2)
    const { literal } = b
    if (literal === undefined || BigInt(literal) === 0n || (signed && BigInt(literal) === -1n)) {
      return w.push(apply(op, [a, b], w.site(offset)))
    }
    const wide = op.results![0] === I64
    const text = signed
      ? `(${wide ? 'u64' : 'u32'})((${wide ? 'i64' : 'i32'})${operand(a)} ${operator} ${wide ? `(i64)${operand(b)}` : literal})`
      : `${operand(a)} ${operator} ${operand(b)}`
    w.push(expression(text, a.type, signed ? 0 : COMPOUND, [a, b]))
  }

const ZEROS: ReadonlySet<string> = new Set(['0.0', '-0.0', '0.0f', '-0.0f'])
const ONES: ReadonlySet<string> = new Set(['1.0', '-1.0', '1.0f', '-1.0f'])
/** Compilers take x * 1, x - 0 and the like for x, or for -x, and would leave a signalling NaN as it is. */
const IDENTITIES: Record<string, ReadonlySet<string>> = { add: ZEROS, sub: ZEROS, mul: ONES, div: ONES }

const arithmetic: Handler = (w, { op }) => {
  const operands = w.popMany(2)
  const quiet = op.results![0] === F32 ? 'f32_quiet' : 'f64_quiet'
  const identities = IDENTITIES[op.name.slice(4)]
  const quieted = operands.map((value, i): Value =>
    identities.has(operands[1 - i].text) && (value.flags & QUIET) === 0
      ? { ...value, text: `${quiet}(${value.text})`, flags: value.flags & ~COMPOUND }
      : value,
  )
  const result = apply(op, quieted, '')
  result.flags |= QUIET
  w.push(result)
}

/** Compilers take the demotion of a promotion for nothing, which again leaves a signalling NaN. */
export const promotes = (w: FunctionWriter): boolean => w.uses('f64.promote_f32') || w.uses('f64x2.promote_low_f32x4')

/** Arithmetic in between quiets. */
const demote: Handler = (w, { op }) => {
  const value = w.pop()
  const result = apply(op, [value], '')
  if ((value.flags & QUIET) === 0 && promotes(w)) result.text = `f32_quiet(${result.text})`
  w.push(result)
}

/** Results of 128 bits, as their halves. */
const wide: Handler = (w, { op }) => {
  const operands = w.popMany(op.params!.length)
  if (operands.some(({ flags }) => flags & (LOADS | TRAPS))) w.settleBelow(LOADS | TRAPS)
  const name = op.name.replace('.', '_')
  const result = w.variable('u128', `${name}(${operands.map(({ text }) => text).join(', ')})`)
  w.push(settled(`(u64)${result}`, I64))
  w.push(settled(`(u64)(${result} >> 64)`, I64))
}

export const numericHandlers: Handlers = {
  'i64.add128': wide,
  'i64.sub128': wide,
  'i64.mul_wide_s': wide,
  'i64.mul_wide_u': wide,
  'f32.demote_f64': demote,
  'i32.const': (w, { value }) => w.push(settled(i32Literal(value as number), I32, value)),
  'i64.const': (w, { value }) => w.push(settled(i64Literal(value as bigint), I64, value)),
  'f32.const': (w, { value }) => w.push(settled(f32Literal(value as number), F32)),
  'f64.const': (w, { value }) => w.push(settled(f64Literal(value as bigint), F64)),
  'i32.eqz': eqz,
}
for (const type of ['i32', 'i64']) {
  numericHandlers[`${type}.add`] = add
  numericHandlers[`${type}.shl`] = shift('<<', false)
  numericHandlers[`${type}.shr_u`] = shift('>>', false)
  numericHandlers[`${type}.shr_s`] = shift('>>', true)
  numericHandlers[`${type}.div_u`] = divide('/', false)
  numericHandlers[`${type}.div_s`] = divide('/', true)
  numericHandlers[`${type}.rem_u`] = divide('%', false)
  numericHandlers[`${type}.rem_s`] = divide('%', true)
}
numericHandlers['i32.and'] = bitwise('&')
numericHandlers['i32.or'] = bitwise('|')
numericHandlers['i32.xor'] = bitwise('^')
for (const type of ['f32', 'f64']) {
  for (const name of ['add', 'sub', 'mul', 'div']) numericHandlers[`${type}.${name}`] = arithmetic
}
