/**
 * Encodings of A64 instructions, by the names that the Arm Architecture Reference Manual gives them. Registers are those of
 * the neutral part; their low five bits are the processor's. `w` is 1 for 64 bits. A constant is the instruction with zeros
 * in its fields; functions are called after the fields.
 */
import { word32 } from '../code.ts'

/** The stack pointer where an instruction takes one as this register, else a register of zeros. */
export const SP = 31
export const ZR = 31
export const LR = 30
/** Never allocated. The first is the neutral part's; the second this folder's, within one operation; so is the third. */
export const X16 = 16
export const X17 = 17
export const X15 = 15
export const V30 = 62
export const V31 = 63

/** Data processing of two or three registers. */
export const A64 = {
  ADD: 0x0b000000,
  ADDS: 0x2b000000,
  SUB: 0x4b000000,
  SUBS: 0x6b000000,
  AND: 0x0a000000,
  ANDS: 0x6a000000,
  ORR: 0x2a000000,
  EOR: 0x4a000000,
  UDIV: 0x1ac00800,
  SDIV: 0x1ac00c00,
  LSLV: 0x1ac02000,
  LSRV: 0x1ac02400,
  ASRV: 0x1ac02800,
  RORV: 0x1ac02c00,
  MADD: 0x1b000000,
  MSUB: 0x1b008000,
  SMULL: 0x9b207c00,
  SMULH: 0x9b407c00,
  UMULH: 0x9bc07c00,
  ADC: 0x1a000000,
  SBC: 0x5a000000,
  CSEL: 0x1a800000,
  CSINC: 0x1a800400,
  CLZ: 0x5ac01000,
  RBIT: 0x5ac00000,
  EXTR: 0x13800000,
  // Immediates.
  ADD_IMMEDIATE: 0x11000000,
  ADDS_IMMEDIATE: 0x31000000,
  SUB_IMMEDIATE: 0x51000000,
  SUBS_IMMEDIATE: 0x71000000,
  AND_IMMEDIATE: 0x12000000,
  ORR_IMMEDIATE: 0x32000000,
  EOR_IMMEDIATE: 0x52000000,
  MOVN: 0x12800000,
  MOVZ: 0x52800000,
  MOVK: 0x72800000,
  SBFM: 0x13000000,
  UBFM: 0x53000000,
  CCMP_IMMEDIATE: 0x7a400800,
  // Floating point: bit 22 is set for double precision.
  FMOV: 0x1e204000,
  FABS: 0x1e20c000,
  FNEG: 0x1e214000,
  FSQRT: 0x1e21c000,
  FRINTN: 0x1e244000,
  FRINTP: 0x1e24c000,
  FRINTM: 0x1e254000,
  FRINTZ: 0x1e25c000,
  FCVT_TO_DOUBLE: 0x1e22c000,
  FCVT_TO_SINGLE: 0x1e624000,
  FADD: 0x1e202800,
  FSUB: 0x1e203800,
  FMUL: 0x1e200800,
  FDIV: 0x1e201800,
  FMIN: 0x1e205800,
  FMAX: 0x1e204800,
  FCMP: 0x1e202000,
  FCSEL: 0x1e200c00,
  FMOV_IMMEDIATE: 0x1e201000,
  SCVTF: 0x1e220000,
  UCVTF: 0x1e230000,
  FCVTZS: 0x1e380000,
  FCVTZU: 0x1e390000,
  FMOV_TO_INTEGER: 0x1e260000,
  FMOV_FROM_INTEGER: 0x1e270000,
  // Vectors.
  ORR_16B: 0x4ea01c00,
  BSL_16B: 0x6e601c00,
  MOVI_ZERO: 0x6f00e400,
  FNEG_2D: 0x6ee0f800,
  MOVI_4S_SIGN: 0x4f046400,
  CNT_8B: 0x0e205800,
  ADDV_8B: 0x0e31b800,
  INS_D1: 0x4e181c00,
  // Jumps.
  B: 0x14000000,
  BL: 0x94000000,
  B_CONDITION: 0x54000000,
  CBZ: 0x34000000,
  CBNZ: 0x35000000,
  BR: 0xd61f0000,
  BLR: 0xd63f0000,
  RET: 0xd65f03c0,
  ADR: 0x10000000,
  ADRP: 0x90000000,
  NOP: 0xd503201f,
  // Pairs of registers of 8 bytes.
  STP_BEFORE: 0xa9800000,
  STP: 0xa9000000,
  LDP_AFTER: 0xa8c00000,
  LDP: 0xa9400000,
} as const

/** Condition codes. */
export const EQ = 0
export const NE = 1
export const HS = 2
export const LO = 3
export const MI = 4
export const VS = 6
export const HI = 8
export const LS = 9
export const GE = 10
export const LT = 11
export const GT = 12
export const LE = 13

/** op d, n, m */
export function rrr(op: number, w: number, d: number, n: number, m: number): void {
  word32(op | (w << 31) | ((m & 31) << 16) | ((n & 31) << 5) | (d & 31))
}

/** op d, n */
export function rr(op: number, w: number, d: number, n: number): void {
  word32(op | (w << 31) | ((n & 31) << 5) | (d & 31))
}

/** op d, n, m, lsl count (of others than floats) */
export function shifted(op: number, w: number, d: number, n: number, m: number, count: number): void {
  word32(op | (w << 31) | ((m & 31) << 16) | (count << 10) | ((n & 31) << 5) | (d & 31))
}

/** madd or msub: d = a + n * m, d = a - n * m */
export function multiply(op: number, w: number, d: number, n: number, m: number, a: number): void {
  word32(op | (w << 31) | (m << 16) | (a << 10) | (n << 5) | d)
}

/** The forms of add and sub that take the stack pointer as d or n. */
export function withStackPointer(op: number, d: number, n: number, m: number): void {
  word32(op | 0x80206000 | (m << 16) | (n << 5) | d)
}

/** add, adds, sub, subs with 12 bits, shifted left by 12 if `high` is 1. */
export function immediate12(op: number, w: number, d: number, n: number, value: number, high = 0): void {
  word32(op | (w << 31) | (high << 22) | (value << 10) | (n << 5) | d)
}

/** movz, movn, movk of the half with that number. */
export function half(op: number, w: number, d: number, value: number, number: number): void {
  word32(op | (w << 31) | (number << 21) | ((value & 0xffff) << 5) | d)
}

/** sbfm, ubfm */
export function bitfield(op: number, w: number, d: number, n: number, r: number, s: number): void {
  word32(op | (w << 31) | (w << 22) | (r << 16) | (s << 10) | (n << 5) | d)
}

/** csel, csinc: d = condition ? n : m, or m + 1 */
export function conditional(op: number, w: number, d: number, n: number, m: number, condition: number): void {
  word32(op | (w << 31) | (m << 16) | (condition << 12) | (n << 5) | d)
}

/** Of a pair; the offset is a multiple of 8, below 512. */
export function pair(op: number, a: number, b: number, base: number, offset: number): void {
  word32(op | (((offset >> 3) & 127) << 15) | (b << 10) | (base << 5) | a)
}

/**
 * The field of a logical instruction for a constant, N:immr:imms, or -1: a run of ones, rotated in elements of 2 to 64 bits
 * that repeat. `w` 0: `hi` is no matter.
 */
export function logical(w: number, lo: number, hi: number): number {
  let size = 64
  if (w === 0 || lo === hi) {
    hi = 0
    size = 32
    while (size > 2) {
      const half = size >> 1
      const mask = (1 << half) - 1
      if (((lo >>> half) & mask) !== (lo & mask)) break
      lo &= mask
      size = half
    }
  }
  const mask = size < 32 ? (1 << size) - 1 : -1
  const highMask = size === 64 ? -1 : 0
  // A run that goes round is one of zeros.
  const last = size === 64 ? hi >>> 31 : (lo >>> (size - 1)) & 1
  const round = (lo & 1) === 1 && last === 1
  const a = (round ? ~lo : lo) & mask
  const b = (round ? ~hi : hi) & highMask
  if (a === 0 && b === 0) return -1
  const begin = a !== 0 ? 31 - Math.clz32(a & -a) : 63 - Math.clz32(b & -b)
  const end = b !== 0 ? 64 - Math.clz32(b) : 32 - Math.clz32(a)
  if (a !== (run(begin, end) & mask) || b !== (run(begin - 32, end - 32) & highMask)) return -1
  const ones = round ? size - (end - begin) : end - begin
  const start = round ? end : begin
  const rotation = (size - start) & (size - 1)
  return ((size === 64 ? 1 : 0) << 12) | (rotation << 6) | ((-size << 1) & 63) | (ones - 1)
}

/** Bits `begin` to `end` - 1 of a word. */
function run(begin: number, end: number): number {
  const from = begin < 0 ? 0 : begin
  if (end <= from || from > 31) return 0
  return (end >= 32 ? -1 : (1 << end) - 1) & (-1 << from)
}

/** The 8 bits that fmov takes for a constant, or -1. */
export function floatImmediate(isDouble: boolean, lo: number, hi: number): number {
  if (isDouble) {
    const exponent = (hi >>> 22) & 0x1ff
    if (lo !== 0 || (hi & 0xffff) !== 0 || (exponent !== 0x100 && exponent !== 0xff)) return -1
    return ((hi >>> 24) & 0x80) | (exponent === 0xff ? 0x40 : 0) | ((hi >>> 16) & 63)
  }
  const exponent = (lo >>> 25) & 63
  if ((lo & 0x7ffff) !== 0 || (exponent !== 0x20 && exponent !== 0x1f)) return -1
  return ((lo >>> 24) & 0x80) | (exponent === 0x1f ? 0x40 : 0) | ((lo >>> 19) & 63)
}
