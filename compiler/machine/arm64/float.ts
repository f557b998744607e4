/** Floating-point and vector instructions of A64. */
import { FCOPYSIGN } from '../assembler.ts'
import { code, word32 } from '../code.ts'
import { F32, F64, I32, I64, V128, type Kind } from '../types.ts'
import { trapIf, TRAP } from '../traps.ts'
import { A64, bitfield, EQ, floatImmediate, GE, GT, LS, MI, NE, rr, rrr, V30, VS, X15, X17, ZR } from './encode.ts'
import { compareConstant, constant as integerConstant, move as moveInteger } from './integer.ts'
import { loadVector, loadWord } from './pool.ts'

/** Bit 22. */
const precision = (kind: Kind): number => (kind === F64 ? 1 << 22 : 0)
const ARITHMETIC = [A64.FADD, A64.FSUB, A64.FMUL, A64.FDIV, A64.FMIN, A64.FMAX]
const UNARY = [A64.FABS, A64.FNEG, A64.FRINTP, A64.FRINTM, A64.FRINTZ, A64.FRINTN, A64.FSQRT]
/** eq ne lt gt le ge: unordered fulfils `ne` alone. */
const CONDITION = [EQ, NE, MI, GT, LS, GE, VS]
const UNORDERED = 6

export function move(kind: Kind, d: number, s: number): void {
  if (d === s) return
  if (kind === V128) rrr(A64.ORR_16B, 0, d, s, s)
  else rr(A64.FMOV | precision(kind), 0, d, s)
}

export function constant(kind: Kind, d: number, lo: number, hi: number): void {
  const isDouble = kind === F64
  if (!isDouble) hi = 0
  if (lo === 0 && hi === 0) {
    word32(A64.MOVI_ZERO | (d & 31))
    return
  }
  const immediate = floatImmediate(isDouble, lo, hi)
  if (immediate >= 0) {
    word32(A64.FMOV_IMMEDIATE | precision(kind) | (immediate << 13) | (d & 31))
    return
  }
  if (loadWord(isDouble, d, lo, hi)) return
  integerConstant(isDouble ? 1 : 0, X17, lo, hi)
  fromInteger(kind, d, X17)
}

/** 16 bytes, as words. */
export function vector(d: number, a: number, b: number, c: number, e: number): void {
  if ((a | b | c | e) === 0) {
    word32(A64.MOVI_ZERO | (d & 31))
    return
  }
  if (loadVector(d, a, b, c, e)) return
  integerConstant(1, X17, a, b)
  fromInteger(F64, d, X17)
  integerConstant(1, X17, c, e)
  rr(A64.INS_D1, 0, d, X17)
}

function fromInteger(kind: Kind, d: number, a: number): void {
  rr(A64.FMOV_FROM_INTEGER | precision(kind), kind === F64 ? 1 : 0, d, a)
}

export function float(op: number, kind: Kind, d: number, a: number, b: number): void {
  if (op === FCOPYSIGN) copysign(kind, d, a, b)
  else rrr(ARITHMETIC[op] | precision(kind), 0, d, a, b)
}

/** The sign bit of b, all others of a. */
function copysign(kind: Kind, d: number, a: number, b: number): void {
  if (kind === F32) word32(A64.MOVI_4S_SIGN | (V30 & 31))
  else {
    word32(A64.MOVI_ZERO | (V30 & 31))
    rr(A64.FNEG_2D, 0, V30, V30)
  }
  rrr(A64.BSL_16B, 0, V30, b, a)
  move(kind, d, V30)
}

export function floatUnary(op: number, kind: Kind, d: number, a: number): void {
  rr(UNARY[op] | precision(kind), 0, d, a)
}

export function floatCompare(kind: Kind, op: number, a: number, b: number): number {
  rrr(A64.FCMP | precision(kind), 0, 0, a, b)
  return CONDITION[op]
}

/** 0xb2..0xbb: from i32 and i64, signed and unsigned, and between floats. */
export function convert(opcode: number, d: number, a: number): void {
  if (opcode === 0xb6) return rr(A64.FCVT_TO_SINGLE, 0, d, a)
  if (opcode === 0xbb) return rr(A64.FCVT_TO_DOUBLE, 0, d, a)
  const isDouble = opcode > 0xb6
  const from = isDouble ? opcode - 0xb7 : opcode - 0xb2
  rr((from & 1 ? A64.UCVTF : A64.SCVTF) | precision(isDouble ? F64 : F32), from >> 1, d, a)
}

/** NaN becomes 0, what is too large or too small the largest or smallest number. */
function toInteger(unsigned: number, w: number, kind: Kind, d: number, a: number): void {
  rr((unsigned ? A64.FCVTZU : A64.FCVTZS) | precision(kind), w, d, a)
}

export function saturate(sub: number, d: number, a: number): void {
  toInteger(sub & 1, sub >> 2, sub & 2 ? F64 : F32, d, a)
}

/** To 32 bits: by way of 64, of which the upper half has to be a copy of the sign or zero. */
export function truncate(opcode: number, d: number, a: number): void {
  const kind = opcode < 0xaa ? F32 : F64
  const unsigned = (opcode - 0xa8) & 1
  trapIf(floatCompare(kind, UNORDERED, a, a), TRAP.INVALID_CONVERSION)
  toInteger(0, 1, kind, X17, a)
  if (unsigned) {
    bitfield(A64.UBFM, 1, X15, X17, 32, 63)
    trapIf(compareConstant(I64, 1, X15, 0), TRAP.INTEGER_OVERFLOW)
  } else {
    // cmp x17, w17, sxtw
    word32(A64.SUBS | 0x80200000 | (6 << 13) | (X17 << 16) | (X17 << 5) | ZR)
    trapIf(NE, TRAP.INTEGER_OVERFLOW)
  }
  moveInteger(I32, d, X17)
}

/** 0xbc..0xbf */
export function reinterpret(opcode: number, d: number, a: number): void {
  const isDouble = (opcode & 1) === 1
  if (opcode < 0xbe) rr(A64.FMOV_TO_INTEGER | (isDouble ? 1 << 22 : 0), isDouble ? 1 : 0, d, a)
  else fromInteger(isDouble ? F64 : F32, d, a)
}

/** The number of ones, by way of a vector. */
export function popcount(w: number, d: number, a: number): void {
  fromInteger(w ? F64 : F32, V30, a)
  rr(A64.CNT_8B, 0, V30, V30)
  rr(A64.ADDV_8B, 0, V30, V30)
  rr(A64.FMOV_TO_INTEGER, 0, d, V30)
}

export function select(condition: number, kind: Kind, d: number, a: number, b: number): void {
  if (kind !== V128) {
    word32(A64.FCSEL | precision(kind) | ((b & 31) << 16) | (condition << 12) | ((a & 31) << 5) | (d & 31))
    return
  }
  if (d === b) {
    const other = a
    a = b
    b = other
    condition ^= 1
  }
  move(V128, d, a)
  const at = code.at
  word32(0)
  move(V128, d, b)
  const distance = (code.at - at) >> 2
  const end = code.at
  code.at = at
  word32(A64.B_CONDITION | (distance << 5) | condition)
  code.at = end
}
