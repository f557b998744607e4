/** What needs fixed registers on x86-64: shifts by a variable count, division, and numbers of 128 bits. */
import { EQ, SUB } from '../assembler.ts'
import { byte, code, word32 } from '../code.ts'
import { I32, I64 } from '../types.ts'
import {
  allocate,
  drop,
  isConstant,
  isSmall,
  pop,
  popFixed,
  popWritable,
  push,
  release,
  stack,
  take,
  writable,
} from '../stack.ts'
import { trapIf, TRAP } from '../traps.ts'
import { compareConstant, SHIFT } from './integer.ts'
import { RAX, RCX, RDX, R11, ri, rr } from './encode.ts'
import { constantInto } from './integer.ts'
import { shortHere } from './float.ts'

export function shiftBy(op: number, w: number): void {
  popFixed(RCX)
  let value = pop()
  if (!writable(value)) {
    const copy = allocate(w)
    rr(0, w, 0x8b, copy, value)
    release(value)
    value = copy
  }
  rr(0, w, 0xd3, SHIFT[op], value)
  release(RCX)
  push(w, value)
}

/** Ops: div_s div_u rem_s rem_u. */
export function divide(op: number, w: number): void {
  const top = stack.sp - 1
  if (w === I32 && isConstant(top) && divideConstant(op, stack.value[top])) return
  const lo = stack.value[top]
  const known = isConstant(top) && (lo !== 0 || (w === 1 && stack.high[top] !== 0)) && !(lo === -1)
  let divisor = pop()
  if (divisor === RAX || divisor === RDX) {
    const other = allocate(w, RAX, RDX)
    rr(0, w, 0x8b, other, divisor)
    release(divisor)
    divisor = other
  }
  popFixed(RAX)
  take(RDX)
  if (!known) trapIf(compareConstant(w, EQ, divisor, 0), TRAP.INTEGER_DIVIDE_BY_ZERO)
  if ((op & 1) === 0) divideSigned(op, w, divisor, known)
  else {
    rr(0, 0, 0x33, RDX, RDX)
    rr(0, w, 0xf7, 6, divisor)
  }
  release(divisor)
  release(op >= 2 ? RAX : RDX)
  push(w, op >= 2 ? RDX : RAX)
}

/** -1 is on its own, since the processor's division of the smallest number by it faults. */
function divideSigned(op: number, w: number, divisor: number, known: boolean): void {
  let end = -1
  if (!known) {
    ri(w, 7, divisor, -1)
    byte(0x75)
    const other = code.at++
    if (op === 0) {
      rr(0, w, 0xf7, 3, RAX)
      trapIf(0, TRAP.INTEGER_OVERFLOW)
    } else rr(0, 0, 0x33, RDX, RDX)
    byte(0xeb)
    end = code.at++
    shortHere(other)
  }
  if (w) byte(0x48)
  byte(0x99)
  rr(0, w, 0xf7, 7, divisor)
  if (end >= 0) shortHere(end)
}

/** Of 32 bits, as a multiplication; false if it wrote nothing. */
function divideConstant(op: number, divisor: number): boolean {
  const unsigned = (op & 1) === 1
  const remainder = op >= 2
  const value = divisor >>> 0
  if (unsigned && value > 0 && (value & (value - 1)) === 0) {
    stack.sp--
    const d = popWritable()
    const shift = 31 - Math.clz32(value)
    if (remainder) ri(0, 4, d, (value - 1) | 0)
    else if (shift) shiftRight(0, 5, d, shift)
    push(I32, d)
    return true
  }
  if (unsigned && value > 2) {
    stack.sp--
    divideUnsigned(value, remainder)
    return true
  }
  if (!unsigned && divisor > 1) {
    stack.sp--
    if ((divisor & (divisor - 1)) === 0) dividePower(divisor, remainder)
    else divideSignedBy(divisor, remainder)
    return true
  }
  return false
}

function shiftRight(w: number, extension: number, d: number, count: number): void {
  rr(0, w, 0xc1, extension, d)
  byte(count)
}

/** q = (x * m) >> 64 with m = ceil(2^(32 + l) / d) << (32 - l): exact for any x of 32 bits. */
function divideUnsigned(divisor: number, remainder: boolean): void {
  const l = 32 - Math.clz32(divisor - 1)
  const magic = ((1n << BigInt(32 + l)) / BigInt(divisor) + 1n) << BigInt(32 - l)
  let x = pop()
  if (x === RAX || x === RDX) {
    const other = allocate(I32, RAX, RDX)
    rr(0, 0, 0x8b, other, x)
    release(x)
    x = other
  }
  take(RAX)
  take(RDX)
  constantInto(1, RAX, Number(BigInt.asIntN(32, magic)), Number(BigInt.asIntN(32, magic >> 32n)))
  rr(0, 1, 0xf7, 4, x)
  if (!remainder) {
    release(RAX)
    release(x)
    push(I32, RDX)
    return
  }
  rr(0, 0, 0x69, RDX, RDX)
  word32(divisor)
  rr(0, 0, 0x8b, RAX, x)
  rr(0, 0, 0x2b, RAX, RDX)
  release(RDX)
  release(x)
  push(I32, RAX)
}

/** Of a signed number by 2^k: numbers below zero get 2^k - 1 more. */
function dividePower(divisor: number, remainder: boolean): void {
  const k = 31 - Math.clz32(divisor)
  const x = pop()
  const d = allocate(I32)
  rr(0, 0, 0x8b, d, x)
  if (k > 1) shiftRight(0, 7, d, 31)
  shiftRight(0, 5, d, 32 - k)
  rr(0, 0, 0x03, d, x)
  if (remainder) {
    ri(0, 4, d, -divisor | 0)
    rr(0, 0, 0x8b, R11, x)
    rr(0, 0, 0x2b, R11, d)
    rr(0, 0, 0x8b, d, R11)
  } else shiftRight(0, 7, d, k)
  release(x)
  push(I32, d)
}

/** q = (x * m) >> (31 + l), and 1 more for numbers below zero. */
function divideSignedBy(divisor: number, remainder: boolean): void {
  const l = Math.max(32 - Math.clz32(divisor - 1), 1)
  const magic = (1n << BigInt(31 + l)) / BigInt(divisor) + 1n
  const x = pop()
  const d = allocate(I32)
  rr(0, 1, 0x63, d, x)
  constantInto(0, R11, Number(BigInt.asIntN(32, magic)), 0)
  rr(0, 1, 0x1af, d, R11)
  shiftRight(1, 7, d, 31 + l)
  rr(0, 0, 0x8b, R11, x)
  shiftRight(0, 5, R11, 31)
  rr(0, 0, 0x03, d, R11)
  if (remainder) {
    rr(0, 0, 0x69, d, d)
    word32(divisor)
    rr(0, 0, 0x8b, R11, x)
    rr(0, 0, 0x2b, R11, d)
    rr(0, 0, 0x8b, d, R11)
  }
  release(x)
  push(I32, d)
}

/** A half: the lower one with add or sub, the upper one with carry. */
interface Half {
  /** Register or, if `isConstant`, a constant of 32 bits. */
  value: number
  isConstant: boolean
}

function popHalf(): Half {
  const top = stack.sp - 1
  if (!isSmall(top)) return { value: pop(), isConstant: false }
  const value = stack.value[top]
  drop()
  return { value, isConstant: true }
}

function addHalf(op: number, extension: number, d: number, { value, isConstant: known }: Half): void {
  if (known) ri(1, extension, d, value)
  else {
    rr(0, 1, op, d, value)
    release(value)
  }
}

export function addWide(op: number): void {
  const bHigh = popHalf()
  const b = popHalf()
  const aHigh = popWritable()
  const a = popWritable()
  const subtracts = op === SUB
  addHalf(subtracts ? 0x2b : 0x03, subtracts ? 5 : 0, a, b)
  addHalf(subtracts ? 0x1b : 0x13, subtracts ? 3 : 2, aHigh, bHigh)
  push(I64, a)
  push(I64, aHigh)
}

export function multiplyWide(signed: boolean): void {
  let factor = pop()
  if (factor === RAX || factor === RDX) {
    const other = allocate(I64, RAX, RDX)
    rr(0, 1, 0x8b, other, factor)
    release(factor)
    factor = other
  }
  popFixed(RAX)
  take(RDX)
  rr(0, 1, 0xf7, signed ? 5 : 4, factor)
  release(factor)
  push(I64, RAX)
  push(I64, RDX)
}
