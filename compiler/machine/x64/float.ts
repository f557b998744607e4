/** Floating-point instructions of x86-64: SSE2, and SSE4.1 for rounding where the processor is known to have it. */
import { bound } from '../labels.ts'
import { FABS, FADD, FCEIL, FCOPYSIGN, FMAX, FMIN, FMUL, FNEG, FSQRT, FTRUNC } from '../assembler.ts'
import { byte, code } from '../code.ts'
import { F32, F64 } from '../types.ts'
import { mem, ripHead, rm, rr, RSP, XMM15 } from './encode.ts'
import { FLOAT_EQ, FLOAT_NE } from './integer.ts'
import { poolDistance, vectorDistance } from './pool.ts'

/** addss and its likes by FADD, FSUB, FMUL, FDIV; all behind f3 or f2. */
const ARITHMETIC = [0x158, 0x15c, 0x159, 0x15e]
const scalar = (kind: number): number => (kind === F64 ? 0xf2 : 0xf3)
const packed = (kind: number): number => (kind === F64 ? 0x66 : 0)
const ANDPS = 0x154
const ORPS = 0x156
const XORPS = 0x157

export function moveFloat(d: number, s: number): void {
  if (d !== s) rr(0, 0, 0x128, d, s)
}

/** A constant operand. */
function pooled(pre: number, op: number, reg: number, lo: number, hi: number): void {
  ripHead(pre, 0, op, reg)
  poolDistance(lo, hi)
}

export function floatConstantInto(kind: number, d: number, lo: number, hi: number): void {
  if (lo === 0 && (kind === F32 || hi === 0)) rr(0, 0, XORPS, d, d)
  else pooled(scalar(kind), 0x110, d, lo, kind === F32 ? 0 : hi)
}

export function float(op: number, kind: number, d: number, a: number, b: number): void {
  if (op === FCOPYSIGN) return copysign(kind, d, a, b)
  if (op === FMIN || op === FMAX) return minMax(kind, op === FMAX, d, a, b)
  const pre = scalar(kind)
  if (d === a) rr(pre, 0, ARITHMETIC[op], d, b)
  else if (d !== b) {
    moveFloat(d, a)
    rr(pre, 0, ARITHMETIC[op], d, b)
  } else if (op === FADD || op === FMUL) rr(pre, 0, ARITHMETIC[op], d, a)
  else {
    moveFloat(XMM15, a)
    rr(pre, 0, ARITHMETIC[op], XMM15, b)
    moveFloat(d, XMM15)
  }
}

export function floatFrame(op: number, kind: number, d: number, a: number, offset: number): void {
  moveFloat(d, a)
  rm(scalar(kind), 0, ARITHMETIC[op], d, RSP, offset)
}

export function floatConstant(op: number, kind: number, d: number, a: number, lo: number, hi: number): void {
  moveFloat(d, a)
  pooled(scalar(kind), ARITHMETIC[op], d, lo, kind === F32 ? 0 : hi)
}

export function floatMemory(op: number, kind: number, d: number, a: number): void {
  moveFloat(d, a)
  mem(scalar(kind), 0, ARITHMETIC[op], d)
}

/** Masks of one lane, as the operand of a packed operation. */
function masked(op: number, kind: number, d: number, sign: boolean): void {
  ripHead(0, 0, op, d)
  const top = sign ? -0x80000000 : 0x7fffffff
  const rest = sign ? 0 : -1
  if (kind === F64) vectorDistance(rest, top, rest, rest)
  else vectorDistance(top, rest, rest, rest)
}

function copysign(kind: number, d: number, a: number, b: number): void {
  moveFloat(XMM15, b)
  masked(ANDPS, kind, XMM15, true)
  moveFloat(d, a)
  masked(ANDPS, kind, d, false)
  rr(0, 0, ORPS, d, XMM15)
}

/** A NaN comes through, made quiet by an addition; of zeros the sign decides. */
function minMax(kind: number, max: boolean, d: number, a: number, b: number): void {
  moveFloat(XMM15, b)
  moveFloat(d, a)
  rr(packed(kind), 0, 0x12e, d, XMM15)
  byte(0x7a)
  const nan = code.at++
  byte(0x75)
  const unequal = code.at++
  rr(0, 0, max ? ANDPS : ORPS, d, XMM15)
  byte(0xeb)
  const end1 = code.at++
  shortHere(nan)
  rr(scalar(kind), 0, 0x158, d, XMM15)
  byte(0xeb)
  const end2 = code.at++
  shortHere(unequal)
  rr(scalar(kind), 0, max ? 0x15f : 0x15d, d, XMM15)
  shortHere(end1)
  shortHere(end2)
}

/** The target of a jump with one byte of distance. */
export function shortHere(at: number): void {
  code.bytes[at] = code.at - at - 1
  bound.at = code.at
}

export function floatUnary(op: number, kind: number, d: number, a: number): void {
  if (op === FSQRT) rr(scalar(kind), 0, 0x151, d, a)
  else if (op === FABS || op === FNEG) {
    moveFloat(d, a)
    masked(op === FABS ? ANDPS : XORPS, kind, d, op === FNEG)
  } else {
    // roundss: nearest 0, down 1, up 2, to zero 3; 8: no exception for what is inexact.
    rr(0x66, 0, kind === F64 ? 0x30b : 0x30a, d, a)
    byte(8 | (op === FCEIL ? 2 : op === FTRUNC ? 3 : op === FCEIL + 1 ? 1 : 0))
  }
}

/** Ops: eq ne lt gt le ge. The flags of ucomiss are those of an unsigned comparison; unordered sets parity and carry. */
export function floatCompare(kind: number, op: number, a: number, b: number): number {
  const swap = op === 2 || op === 4
  rr(packed(kind), 0, 0x12e, swap ? b : a, swap ? a : b)
  if (op < 2) return op === 0 ? FLOAT_EQ : FLOAT_NE
  return op < 4 ? 7 : 3
}

/** By opcode from 0xb2: all but the two unsigned ones of 64 bits. */
export const converts = (opcode: number): boolean => opcode !== 0xb5 && opcode !== 0xba

export function convert(opcode: number, d: number, a: number): void {
  if (opcode === 0xb6) return rr(0xf2, 0, 0x15a, d, a)
  if (opcode === 0xbb) return rr(0xf3, 0, 0x15a, d, a)
  const pre = opcode < 0xb6 ? 0xf3 : 0xf2
  const from = opcode < 0xb6 ? opcode - 0xb2 : opcode - 0xb7
  // The upper part of d would be an input.
  rr(0, 0, XORPS, d, d)
  rr(pre, from === 0 ? 0 : 1, 0x12a, d, a)
}

export function reinterpret(opcode: number, d: number, a: number): void {
  const w = opcode & 1
  if (opcode < 0xbe) rr(0x66, w, 0x17e, a, d)
  else rr(0x66, w, 0x16e, d, a)
}

/** A select of floats: d = condition ? a : b. */
export function selectFloat(condition: number, d: number, a: number, b: number): void {
  if (d === b && d !== a) {
    moveFloat(XMM15, b)
    b = XMM15
  }
  moveFloat(d, a)
  if (condition < 16) {
    byte(0x70 | condition)
    const at = code.at++
    moveFloat(d, b)
    shortHere(at)
    return
  }
  // Parity means unequal.
  byte(0x7a)
  const parity = code.at++
  byte(condition === FLOAT_EQ ? 0x74 : 0x75)
  const other = code.at++
  if (condition === FLOAT_EQ) shortHere(parity)
  moveFloat(d, b)
  shortHere(other)
  if (condition === FLOAT_NE) shortHere(parity)
}
