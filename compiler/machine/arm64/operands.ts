/** Shifts, divisions and arithmetic of 128 bits of A64, which take their operands from the stack. */
import { AND, EQ, SHR_S, SHR_U, SUB } from '../assembler.ts'
import { allocate, isConstant, pop, push, release, resultOf, stack, writable } from '../stack.ts'
import { resultOfTwo } from '../numeric.ts'
import { TRAP, trapIf } from '../traps.ts'
import { I32, I64 } from '../types.ts'
import { word32 } from '../code.ts'
import { A64, immediate12, multiply, rrr, shifted, VS, X15, X17, ZR } from './encode.ts'
import { aluConstant, compareConstant, constant, shift, shiftConstant, signExtend } from './integer.ts'

export function shiftBy(op: number, w: number): void {
  const count = pop()
  const value = pop()
  const d = resultOfTwo(w, value, count, true)
  shift(op, w, d, value, count)
  if (d !== value) release(value)
  if (d !== count) release(count)
  push(w, d)
}

/** Ops: div_s div_u rem_s rem_u. */
export function divide(op: number, w: number): void {
  const top = stack.sp - 1
  const lo = stack.value[top]
  const isKnown = isConstant(top)
  if (w === I32 && isKnown && divideConstant(op, lo)) return
  const isZero = isKnown && lo === 0 && (w === 0 || stack.high[top] === 0)
  const isMinusOne = isKnown && lo === -1 && (w === 0 || stack.high[top] === -1)
  const divisor = pop()
  const dividend = pop()
  const signed = (op & 1) === 0
  if (!isKnown || isZero) trapIf(compareConstant(w, EQ, divisor, 0), TRAP.INTEGER_DIVIDE_BY_ZERO)
  if (op === 0 && (!isKnown || isMinusOne)) {
    // Where the divisor is -1, a comparison of the dividend with 1: of the smallest number it overflows.
    immediate12(A64.ADDS_IMMEDIATE, w, ZR, divisor, 1)
    word32(A64.CCMP_IMMEDIATE | (w << 31) | (1 << 16) | (EQ << 12) | (dividend << 5))
    trapIf(VS, TRAP.INTEGER_OVERFLOW)
  }
  const instruction = signed ? A64.SDIV : A64.UDIV
  const d = resultOfTwo(w, dividend, divisor, true)
  if (op < 2) rrr(instruction, w, d, dividend, divisor)
  else {
    rrr(instruction, w, X17, dividend, divisor)
    multiply(A64.MSUB, w, d, X17, divisor, dividend)
  }
  if (d !== dividend) release(dividend)
  if (d !== divisor) release(divisor)
  push(w, d)
}

/** Of 32 bits, without a division; false if it wrote nothing. */
function divideConstant(op: number, divisor: number): boolean {
  const unsigned = (op & 1) === 1
  const remainder = op >= 2
  const value = divisor >>> 0
  const isPower = value > 0 && (value & (value - 1)) === 0
  if (unsigned ? value < 2 : divisor < 2) return false
  stack.sp--
  const x = pop()
  const d = resultOf(I32, x)
  if (unsigned && isPower) {
    if (remainder) aluConstant(AND, 0, d, x, (value - 1) | 0)
    else shiftConstant(SHR_U, 0, d, x, 31 - Math.clz32(value))
  } else {
    // The quotient in x17; x stays until the remainder is known.
    if (unsigned) quotientUnsigned(x, value)
    else if (isPower) quotientOfPower(x, 31 - Math.clz32(value), remainder ? X17 : d, remainder)
    else quotientSigned(x, divisor)
    if (!unsigned && isPower) {
      if (remainder) rrr(A64.SUB, 0, d, x, X17)
    } else if (remainder) {
      constant(0, X15, divisor, 0)
      multiply(A64.MSUB, 0, d, X17, X15, x)
    } else rrr(A64.ORR, 0, d, ZR, X17)
  }
  if (d !== x) release(x)
  push(I32, d)
  return true
}

/** q = (x * m) >> 64 with m = ceil(2^(32 + l) / d) << (32 - l): exact for any x of 32 bits. */
function quotientUnsigned(x: number, divisor: number): void {
  const l = 32 - Math.clz32(divisor - 1)
  const magic = ((1n << BigInt(32 + l)) / BigInt(divisor) + 1n) << BigInt(32 - l)
  constant(1, X17, Number(BigInt.asIntN(32, magic)), Number(BigInt.asIntN(32, magic >> 32n)))
  rrr(A64.UMULH, 0, X17, x, X17)
}

/** By 2^k: numbers below zero get 2^k - 1 more. Or that sum less its low bits: the quotient, multiplied again. */
function quotientOfPower(x: number, k: number, d: number, rounded: boolean): void {
  if (k > 1) shiftConstant(SHR_S, 0, X17, x, 31)
  shiftConstant(SHR_U, 0, X17, k > 1 ? X17 : x, 32 - k)
  rrr(A64.ADD, 0, X17, X17, x)
  if (rounded) aluConstant(AND, 0, d, X17, -(1 << k) | 0)
  else shiftConstant(SHR_S, 0, d, X17, k)
}

/** q = (x * m) >> (31 + l), and 1 more for numbers below zero. */
function quotientSigned(x: number, divisor: number): void {
  const l = Math.max(32 - Math.clz32(divisor - 1), 1)
  const magic = (1n << BigInt(31 + l)) / BigInt(divisor) + 1n
  constant(0, X17, Number(BigInt.asIntN(32, magic)), 0)
  // x is signed, the other below 2^32: the product has 64 bits.
  signExtend(0xc4, X15, x)
  multiply(A64.MADD, 1, X17, X15, X17, ZR)
  shiftConstant(SHR_S, 1, X17, X17, 31 + l)
  // lsr instead of lsl
  shifted(A64.ADD | (1 << 22), 0, X17, X17, x, 31)
}

export function addWide(op: number): void {
  const bHigh = pop()
  const b = pop()
  const aHigh = pop()
  const a = pop()
  // The lower half may take no register that the upper one still needs.
  const d = writable(a) ? a : writable(b) ? b : allocate(I64)
  rrr(op === SUB ? A64.SUBS : A64.ADDS, 1, d, a, b)
  if (d !== a) release(a)
  if (d !== b) release(b)
  const high = writable(aHigh) ? aHigh : writable(bHigh) ? bHigh : allocate(I64)
  rrr(op === SUB ? A64.SBC : A64.ADC, 1, high, aHigh, bHigh)
  if (high !== aHigh) release(aHigh)
  if (high !== bHigh) release(bHigh)
  push(I64, d)
  push(I64, high)
}

export function multiplyWide(signed: boolean): void {
  const b = pop()
  const a = pop()
  const d = allocate(I64)
  multiply(A64.MADD, 1, d, a, b, ZR)
  const high = writable(a) ? a : writable(b) ? b : allocate(I64)
  rrr(signed ? A64.SMULH : A64.UMULH, 0, high, a, b)
  if (high !== a) release(a)
  if (high !== b) release(b)
  push(I64, d)
  push(I64, high)
}
