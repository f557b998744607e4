/** Integer instructions of A64. */
import { ADD, AND, MUL, OR, SUB, XOR } from '../assembler.ts'
import { code, word32 } from '../code.ts'
import {
  A64,
  bitfield,
  conditional,
  EQ,
  GE,
  GT,
  half,
  HI,
  HS,
  immediate12,
  LE,
  LO,
  logical,
  LS,
  LT,
  multiply,
  NE,
  rr,
  rrr,
  shifted,
  withStackPointer,
  X17,
  ZR,
} from './encode.ts'

const ALU: number[] = []
ALU[ADD] = A64.ADD
ALU[SUB] = A64.SUB
ALU[AND] = A64.AND
ALU[OR] = A64.ORR
ALU[XOR] = A64.EOR
const LOGICAL: number[] = []
LOGICAL[AND] = A64.AND_IMMEDIATE
LOGICAL[OR] = A64.ORR_IMMEDIATE
LOGICAL[XOR] = A64.EOR_IMMEDIATE
/** By SHL, SHR_S, SHR_U, ROTL, ROTR. */
const SHIFT = [A64.LSLV, A64.ASRV, A64.LSRV, A64.RORV, A64.RORV]
/** By comparison. */
const CONDITION = [EQ, NE, LT, LO, GT, HI, LE, LS, GE, HS]

export function move(w: number, d: number, s: number): void {
  if (d !== s) rrr(A64.ORR, w, d, ZR, s)
}

/** A constant of 32 bits, whose upper half is zero; or of 64. */
export function constant(w: number, d: number, lo: number, hi: number): void {
  if (w === 0 || hi === 0) return constant32(d, lo)
  const field = logical(1, lo, hi)
  if (field >= 0) {
    word32(A64.ORR_IMMEDIATE | 0x80000000 | (field << 10) | (ZR << 5) | d)
    return
  }
  let zeros = 0
  let ones = 0
  for (let i = 0; i < 4; i++) {
    const value = halfOf(lo, hi, i)
    if (value === 0) zeros++
    else if (value === 0xffff) ones++
  }
  const inverted = ones > zeros
  const implied = inverted ? 0xffff : 0
  let first = true
  for (let i = 0; i < 4; i++) {
    const value = halfOf(lo, hi, i)
    if (value === implied) continue
    if (first) half(inverted ? A64.MOVN : A64.MOVZ, 1, d, inverted ? ~value : value, i)
    else half(A64.MOVK, 1, d, value, i)
    first = false
  }
  if (first) half(A64.MOVN, 1, d, 0, 0)
}

const halfOf = (lo: number, hi: number, i: number): number => ((i < 2 ? lo : hi) >>> ((i & 1) << 4)) & 0xffff

function constant32(d: number, value: number): void {
  const low = value & 0xffff
  const high = value >>> 16
  if (high === 0) return half(A64.MOVZ, 0, d, low, 0)
  if (low === 0) return half(A64.MOVZ, 0, d, high, 1)
  if (high === 0xffff) return half(A64.MOVN, 0, d, ~low, 0)
  if (low === 0xffff) return half(A64.MOVN, 0, d, ~high, 1)
  const field = logical(0, value, 0)
  if (field >= 0) {
    word32(A64.ORR_IMMEDIATE | (field << 10) | (ZR << 5) | d)
    return
  }
  half(A64.MOVZ, 0, d, low, 0)
  half(A64.MOVK, 0, d, high, 1)
}

/** An address or offset below 2^53. */
export function number(d: number, value: number): void {
  constant(1, d, value | 0, Math.floor(value / 0x100000000) | 0)
}

/** d = n + value: d and n may be the stack pointer; the value is below 2^31. Takes `scratch` for large ones. */
export function addNumber(op: number, d: number, n: number, value: number, scratch: number): void {
  const low = value & 0xfff
  const high = value >>> 12
  if (high === 0) {
    if (low !== 0 || d !== n) immediate12(op, 1, d, n, low)
  } else if (high < 4096) {
    immediate12(op, 1, d, n, high, 1)
    if (low) immediate12(op, 1, d, d, low)
  } else {
    number(scratch, value)
    withStackPointer(op === A64.ADD_IMMEDIATE ? A64.ADD : A64.SUB, d, n, scratch)
  }
}

export function alu(op: number, w: number, d: number, a: number, b: number): void {
  if (op === MUL) multiply(A64.MADD, w, d, a, b, ZR)
  else rrr(ALU[op], w, d, a, b)
}

/** A sign-extended constant in the register that is ours. */
function extended(w: number, value: number): number {
  if (value === 0) return ZR
  constant(w, X17, value, value >> 31)
  return X17
}

/** Whether add or sub takes it; the field, with the shift. */
function field12(value: number): number {
  if (value >= 0 && value < 4096) return value << 10
  return (value & 0xfff) === 0 && value > 0 && value < 0x1000000 ? (1 << 22) | ((value >>> 12) << 10) : -1
}

export function aluConstant(op: number, w: number, d: number, a: number, value: number): void {
  if (op === MUL) return multiplyConstant(w, d, a, value)
  if (op === ADD || op === SUB) {
    const size = Math.abs(value)
    const instruction = (op === ADD) === value >= 0 ? A64.ADD_IMMEDIATE : A64.SUB_IMMEDIATE
    const field = field12(size)
    if (field >= 0) {
      word32(instruction | (w << 31) | field | (a << 5) | d)
      return
    }
    if (size > 0xffff && size < 0x1000000) {
      // Two of them are no longer than the constant alone.
      immediate12(instruction, w, d, a, size >>> 12, 1)
      return immediate12(instruction, w, d, d, size & 0xfff)
    }
  } else {
    const field = logical(w, value, value >> 31)
    if (field >= 0) {
      word32(LOGICAL[op] | (w << 31) | (field << 10) | (a << 5) | d)
      return
    }
    // The complement of a register: orn, eon, bic with zeros.
    if (value === -1 && op === XOR) return rrr(A64.ORR | 0x200000, w, d, ZR, a)
  }
  rrr(ALU[op], w, d, a, extended(w, value))
}

function multiplyConstant(w: number, d: number, a: number, value: number): void {
  const less = value - 1
  if (value > 0 && (value & less) === 0) shiftConstant(0, w, d, a, 31 - Math.clz32(value))
  else if (less > 0 && (less & (less - 1)) === 0) shifted(A64.ADD, w, d, a, a, 31 - Math.clz32(less))
  else multiply(A64.MADD, w, d, a, extended(w, value), ZR)
}

export function shiftConstant(op: number, w: number, d: number, a: number, count: number): void {
  const bits = w ? 64 : 32
  if (count === 0) return move(w, d, a)
  if (op === 0) bitfield(A64.UBFM, w, d, a, bits - count, bits - 1 - count)
  else if (op === 1) bitfield(A64.SBFM, w, d, a, count, bits - 1)
  else if (op === 2) bitfield(A64.UBFM, w, d, a, count, bits - 1)
  else {
    const right = op === 3 ? bits - count : count
    word32(A64.EXTR | (w << 31) | (w << 22) | (a << 16) | (right << 10) | (a << 5) | d)
  }
}

/** By a count in a register. */
export function shift(op: number, w: number, d: number, a: number, count: number): void {
  if (op === 3) {
    rrr(A64.SUB, w, X17, ZR, count)
    count = X17
  }
  rrr(SHIFT[op], w, d, a, count)
}

export function addShifted(w: number, d: number, a: number, b: number, count: number): void {
  shifted(A64.ADD, w, d, a, b, count)
}

/** What a comparison with zero was: a jump if it is equal or not takes the register itself. */
export const zeroTest = { end: -1, register: 0, w: 0 }

export function compare(w: number, kind: number, a: number, b: number): number {
  rrr(A64.SUBS, w, ZR, a, b)
  return CONDITION[kind]
}

export function compareConstant(w: number, kind: number, a: number, value: number): number {
  const negative = value < 0
  const field = field12(negative ? -value : value)
  if (field >= 0) word32((negative ? A64.ADDS_IMMEDIATE : A64.SUBS_IMMEDIATE) | (w << 31) | field | (a << 5) | ZR)
  else rrr(A64.SUBS, w, ZR, a, extended(w, value))
  if (value === 0) {
    zeroTest.end = code.at
    zeroTest.register = a
    zeroTest.w = w
  }
  return CONDITION[kind]
}

export function set(condition: number, d: number): void {
  conditional(A64.CSINC, 0, d, ZR, ZR, condition ^ 1)
}

export function ctz(w: number, d: number, a: number): void {
  rr(A64.RBIT, w, d, a)
  rr(A64.CLZ, w, d, d)
}

export function signExtend(opcode: number, d: number, a: number): void {
  const w = opcode === 0xc0 || opcode === 0xc1 ? 0 : 1
  bitfield(A64.SBFM, w, d, a, 0, opcode === 0xc0 || opcode === 0xc2 ? 7 : opcode === 0xc1 || opcode === 0xc3 ? 15 : 31)
}
