/** Vector instructions of two operands. */
import { byte } from '../../code.ts'
import type { Binary } from '../../vectors.ts'
import { rr, XMM15 as X } from '../encode.ts'
import { moveFloat as move } from '../float.ts'
import {
  CMPPS,
  LEFT,
  MAXPS,
  MINPS,
  ODD,
  PACKSSWB,
  PACKUSWB,
  PADDD,
  PADDQ,
  PADDW,
  PAND,
  PANDN,
  PCMPEQB,
  PCMPEQD,
  PCMPEQW,
  PCMPGTB,
  PCMPGTD,
  PCMPGTW,
  PMADDWD,
  PMAXSW,
  PMINUB,
  PMULHUW,
  PMULHW,
  PMULLW,
  PMULUDQ,
  POR,
  PSUBB,
  PSUBD,
  PSUBQ,
  PSUBW,
  PUNPCKHBW,
  PUNPCKHWD,
  PUNPCKLBW,
  PUNPCKLDQ,
  PUNPCKLWD,
  PXOR,
  RIGHT,
  RIGHT_SIGNED,
  SHIFT_DOUBLEWORDS,
  SHIFT_QUADWORDS,
  complement,
  extend,
  op,
  ordered,
  pshufd,
  shiftBy,
  withConstant,
} from './sse.ts'

const plain =
  (opcode: number, pre = 0x66, tail = -1): Binary =>
  (d, a, b) =>
    ordered(pre, opcode, d, a, b, tail)
const swapped =
  (opcode: number, pre = 0x66, tail = -1): Binary =>
  (d, a, b) =>
    ordered(pre, opcode, d, b, a, tail)
const commuting =
  (opcode: number, pre = 0x66): Binary =>
  (d, a, b) =>
    d === b ? rr(pre, 0, opcode, d, a) : ordered(pre, opcode, d, a, b)
const not =
  (write: Binary): Binary =>
  (d, a, b, t) => {
    write(d, a, b, t)
    complement(d)
  }

/** Unsigned numbers are compared as signed ones with their first bit turned over. */
const SIGNS: Record<number, number> = {
  [PCMPGTB]: 0x80808080 | 0,
  [PCMPGTW]: 0x80008000 | 0,
  [PCMPGTD]: 0x80000000 | 0,
}
const aboveInto = (opcode: number, a: number, b: number, t: number): void => {
  move(X, a)
  withConstant(PXOR, X, SIGNS[opcode])
  move(t, b)
  withConstant(PXOR, t, SIGNS[opcode])
  op(opcode, X, t)
}
const above =
  (opcode: number): Binary =>
  (d, a, b, t) => {
    aboveInto(opcode, a, b, t)
    move(d, X)
  }
const below =
  (opcode: number): Binary =>
  (d, a, b, t) =>
    above(opcode)(d, b, a, t)

/** Lanes of a where X has ones, else of b. */
function choose(d: number, a: number, b: number, t: number): void {
  move(t, a)
  op(PAND, t, X)
  op(PANDN, X, b)
  op(POR, X, t)
  move(d, X)
}
const extreme =
  (opcode: number, isMinimum: boolean, isSigned: boolean): Binary =>
  (d, a, b, t) => {
    const [larger, smaller] = isMinimum ? [b, a] : [a, b]
    if (isSigned) {
      move(X, larger)
      op(opcode, X, smaller)
    } else aboveInto(opcode, larger, smaller, t)
    choose(d, a, b, t)
  }

/** Of -0 and +0 minimum is the one, maximum the other; a NaN of either operand becomes a canonical one. */
const floatExtreme =
  (pre: number, isMaximum: boolean): Binary =>
  (d, a, b, t) => {
    const instruction = isMaximum ? MAXPS : MINPS
    move(X, b)
    rr(pre, 0, instruction, X, a)
    move(t, a)
    rr(pre, 0, instruction, t, b)
    if (isMaximum) {
      // Where the two differ: zeros by their signs, or NaNs.
      rr(pre, 0, 0x157, X, t)
      rr(pre, 0, 0x156, t, X)
      rr(pre, 0, 0x15c, t, X)
    } else rr(pre, 0, 0x156, t, X)
    move(X, t)
    rr(pre, 0, CMPPS, X, X)
    byte(3)
    rr(pre, 0, 0x156, t, X)
    if (pre === 0) shiftBy(SHIFT_DOUBLEWORDS, RIGHT, X, 10)
    else shiftBy(SHIFT_QUADWORDS, RIGHT, X, 13)
    op(PANDN, X, t)
    move(d, X)
  }

const compareFloat = (pre: number, predicate: number): Binary => plain(CMPPS, pre, predicate)
const compareSwapped = (pre: number, predicate: number): Binary => swapped(CMPPS, pre, predicate)

/** Products of bytes: of 16 bits. */
const multipliedBytes =
  (unpack: number, isSigned: boolean): Binary =>
  (d, a, b, t) => {
    extend(unpack, isSigned, t, b)
    extend(unpack, isSigned, d, a)
    op(PMULLW, d, t)
  }
/** Of words: their halves are put together. */
const multipliedWords =
  (unpack: number, upper: number): Binary =>
  (d, a, b, t) => {
    move(t, a)
    op(PMULLW, t, b)
    move(X, a)
    op(upper, X, b)
    op(unpack, t, X)
    move(d, t)
  }
const multipliedDoublewords =
  (order: number): Binary =>
  (d, a, b) => {
    pshufd(X, a, order)
    pshufd(d, b, order)
    op(PMULUDQ, d, X)
  }

const EVEN = 0x08
const multiply32: Binary = (d, a, b, t) => {
  pshufd(X, a, ODD)
  pshufd(t, b, ODD)
  op(PMULUDQ, X, t)
  commuting(PMULUDQ)(d, a, b, t)
  pshufd(d, d, EVEN)
  pshufd(X, X, EVEN)
  op(PUNPCKLDQ, d, X)
}
const multiply64: Binary = (d, a, b, t) => {
  move(X, a)
  shiftBy(SHIFT_QUADWORDS, RIGHT, X, 32)
  op(PMULUDQ, X, b)
  move(t, b)
  shiftBy(SHIFT_QUADWORDS, RIGHT, t, 32)
  op(PMULUDQ, t, a)
  op(PADDQ, X, t)
  shiftBy(SHIFT_QUADWORDS, LEFT, X, 32)
  commuting(PMULUDQ)(d, a, b, t)
  op(PADDQ, d, X)
}
/** Equal where both halves are. */
const equal64: Binary = (d, a, b, t) => {
  move(X, a)
  op(PCMPEQD, X, b)
  pshufd(t, X, 0xb1)
  op(PAND, X, t)
  move(d, X)
}

/** Numbers of 32 bits, none below zero, less 2^15: what saturates as a signed word then does so as an unsigned one. */
function clampInto(d: number, a: number): void {
  move(d, a)
  shiftBy(SHIFT_DOUBLEWORDS, RIGHT_SIGNED, d, 31)
  op(PANDN, d, a)
  withConstant(PSUBD, d, 0x8000)
}

const SIZES = [
  { lanes: 'i8x16', equal: PCMPEQB, greater: PCMPGTB, add: 0x1fc, subtract: PSUBB },
  { lanes: 'i16x8', equal: PCMPEQW, greater: PCMPGTW, add: PADDW, subtract: PSUBW },
  { lanes: 'i32x4', equal: PCMPEQD, greater: PCMPGTD, add: PADDD, subtract: PSUBD },
  { lanes: 'i64x2', equal: 0, greater: 0, add: PADDQ, subtract: PSUBQ },
]

/** Those of two operands; with a temporary register those in {@link TEMPORARY}. */
export const BINARY: Record<string, Binary> = {
  'v128.and': commuting(PAND),
  'v128.or': commuting(POR),
  'v128.xor': commuting(PXOR),
  'v128.andnot': swapped(PANDN),
  'i64x2.eq': equal64,
  'i64x2.ne': not(equal64),
  'i8x16.narrow_i16x8_s': plain(PACKSSWB),
  'i8x16.narrow_i16x8_u': plain(PACKUSWB),
  'i16x8.narrow_i32x4_s': plain(0x16b),
  'i16x8.narrow_i32x4_u': (d, a, b, t) => {
    clampInto(X, a)
    clampInto(t, b)
    op(0x16b, X, t)
    withConstant(PXOR, X, SIGNS[PCMPGTW])
    move(d, X)
  },
  'i8x16.add_sat_s': commuting(0x1ec),
  'i8x16.add_sat_u': commuting(0x1dc),
  'i8x16.sub_sat_s': plain(0x1e8),
  'i8x16.sub_sat_u': plain(0x1d8),
  'i16x8.add_sat_s': commuting(0x1ed),
  'i16x8.add_sat_u': commuting(0x1dd),
  'i16x8.sub_sat_s': plain(0x1e9),
  'i16x8.sub_sat_u': plain(0x1d9),
  'i8x16.avgr_u': commuting(0x1e0),
  'i16x8.avgr_u': commuting(0x1e3),
  'i8x16.min_s': extreme(PCMPGTB, true, true),
  'i8x16.min_u': commuting(PMINUB),
  'i8x16.max_s': extreme(PCMPGTB, false, true),
  'i8x16.max_u': commuting(0x1de),
  'i16x8.min_s': commuting(0x1ea),
  'i16x8.min_u': extreme(PCMPGTW, true, false),
  'i16x8.max_s': commuting(PMAXSW),
  'i16x8.max_u': extreme(PCMPGTW, false, false),
  'i32x4.min_s': extreme(PCMPGTD, true, true),
  'i32x4.min_u': extreme(PCMPGTD, true, false),
  'i32x4.max_s': extreme(PCMPGTD, false, true),
  'i32x4.max_u': extreme(PCMPGTD, false, false),
  'i16x8.mul': commuting(PMULLW),
  'i32x4.mul': multiply32,
  'i64x2.mul': multiply64,
  'i32x4.dot_i16x8_s': commuting(PMADDWD),
  'i16x8.extmul_low_i8x16_s': multipliedBytes(PUNPCKLBW, true),
  'i16x8.extmul_high_i8x16_s': multipliedBytes(PUNPCKHBW, true),
  'i16x8.extmul_low_i8x16_u': multipliedBytes(PUNPCKLBW, false),
  'i16x8.extmul_high_i8x16_u': multipliedBytes(PUNPCKHBW, false),
  'i32x4.extmul_low_i16x8_s': multipliedWords(PUNPCKLWD, PMULHW),
  'i32x4.extmul_high_i16x8_s': multipliedWords(PUNPCKHWD, PMULHW),
  'i32x4.extmul_low_i16x8_u': multipliedWords(PUNPCKLWD, PMULHUW),
  'i32x4.extmul_high_i16x8_u': multipliedWords(PUNPCKHWD, PMULHUW),
  'i64x2.extmul_low_i32x4_u': multipliedDoublewords(0x50),
  'i64x2.extmul_high_i32x4_u': multipliedDoublewords(0xfa),
}
for (const { lanes, equal, greater, add, subtract } of SIZES) {
  BINARY[`${lanes}.add`] = commuting(add)
  BINARY[`${lanes}.sub`] = plain(subtract)
  if (equal === 0) continue
  BINARY[`${lanes}.eq`] = commuting(equal)
  BINARY[`${lanes}.ne`] = not(commuting(equal))
  BINARY[`${lanes}.gt_s`] = plain(greater)
  BINARY[`${lanes}.lt_s`] = swapped(greater)
  BINARY[`${lanes}.le_s`] = not(plain(greater))
  BINARY[`${lanes}.ge_s`] = not(swapped(greater))
  BINARY[`${lanes}.gt_u`] = above(greater)
  BINARY[`${lanes}.lt_u`] = below(greater)
  BINARY[`${lanes}.le_u`] = not(above(greater))
  BINARY[`${lanes}.ge_u`] = not(below(greater))
}
for (const [lanes, pre] of [
  ['f32x4', 0],
  ['f64x2', 0x66],
] as const) {
  BINARY[`${lanes}.eq`] = compareFloat(pre, 0)
  BINARY[`${lanes}.ne`] = compareFloat(pre, 4)
  BINARY[`${lanes}.lt`] = compareFloat(pre, 1)
  BINARY[`${lanes}.gt`] = compareSwapped(pre, 1)
  BINARY[`${lanes}.le`] = compareFloat(pre, 2)
  BINARY[`${lanes}.ge`] = compareSwapped(pre, 2)
  BINARY[`${lanes}.add`] = commuting(0x158, pre)
  BINARY[`${lanes}.sub`] = plain(0x15c, pre)
  BINARY[`${lanes}.mul`] = commuting(0x159, pre)
  BINARY[`${lanes}.div`] = plain(0x15e, pre)
  BINARY[`${lanes}.min`] = floatExtreme(pre, false)
  BINARY[`${lanes}.max`] = floatExtreme(pre, true)
  // Of b and a, in that order: the second one where it is a NaN, or both are zeros.
  BINARY[`${lanes}.pmin`] = swapped(MINPS, pre)
  BINARY[`${lanes}.pmax`] = swapped(MAXPS, pre)
}
