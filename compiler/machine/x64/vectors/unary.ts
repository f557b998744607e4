/** Vector instructions of one operand. */
import { byte } from '../../code.ts'
import type { Unary } from '../../vectors.ts'
import { rr, XMM15 as X } from '../encode.ts'
import { moveFloat as move } from '../float.ts'
import {
  CMPPS,
  LEFT,
  ODD,
  PADDD,
  PADDW,
  PAND,
  PMADDWD,
  PMAXSW,
  PMINUB,
  PSUBB,
  PSUBD,
  PSUBQ,
  PSUBW,
  PUNPCKHBW,
  PUNPCKHDQ,
  PUNPCKHWD,
  PUNPCKLBW,
  PUNPCKLDQ,
  PUNPCKLWD,
  PXOR,
  RIGHT,
  RIGHT_SIGNED,
  SHIFT_DOUBLEWORDS,
  SHIFT_WORDS,
  complement,
  extend,
  op,
  pshufd,
  shiftBy,
  withConstant,
  zero,
} from './sse.ts'

const fromZero =
  (subtract: number): Unary =>
  (d, a) => {
    zero(X)
    op(subtract, X, a)
    move(d, X)
  }
const direct =
  (pre: number, opcode: number): Unary =>
  (d, a) =>
    rr(pre, 0, opcode, d, a)
const masked =
  (opcode: number, low: number, high: number): Unary =>
  (d, a) => {
    move(d, a)
    withConstant(opcode, d, low, high)
  }
const rounded =
  (opcode: number, mode: number): Unary =>
  (d, a) => {
    op(opcode, d, a)
    byte(8 | mode)
  }

const extended =
  (unpack: number, isSigned: boolean): Unary =>
  (d, a) =>
    extend(unpack, isSigned, d, a)

const SIGN = 0x80000000 | 0
const REST = 0x7fffffff
export const UNARY: Record<string, Unary> = {
  'v128.not': (d, a) => {
    move(d, a)
    complement(d)
  },
  'i8x16.neg': fromZero(PSUBB),
  'i16x8.neg': fromZero(PSUBW),
  'i32x4.neg': fromZero(PSUBD),
  'i64x2.neg': fromZero(PSUBQ),
  'i8x16.abs': (d, a) => {
    fromZero(PSUBB)(X, a, -1)
    move(d, a)
    op(PMINUB, d, X)
  },
  'i16x8.abs': (d, a) => {
    fromZero(PSUBW)(X, a, -1)
    move(d, a)
    op(PMAXSW, d, X)
  },
  'i32x4.abs': (d, a) => {
    move(X, a)
    shiftBy(SHIFT_DOUBLEWORDS, RIGHT_SIGNED, X, 31)
    move(d, a)
    op(PXOR, d, X)
    op(PSUBD, d, X)
  },
  'i16x8.extend_low_i8x16_s': extended(PUNPCKLBW, true),
  'i16x8.extend_high_i8x16_s': extended(PUNPCKHBW, true),
  'i16x8.extend_low_i8x16_u': extended(PUNPCKLBW, false),
  'i16x8.extend_high_i8x16_u': extended(PUNPCKHBW, false),
  'i32x4.extend_low_i16x8_s': extended(PUNPCKLWD, true),
  'i32x4.extend_high_i16x8_s': extended(PUNPCKHWD, true),
  'i32x4.extend_low_i16x8_u': extended(PUNPCKLWD, false),
  'i32x4.extend_high_i16x8_u': extended(PUNPCKHWD, false),
  'i64x2.extend_low_i32x4_s': extended(PUNPCKLDQ, true),
  'i64x2.extend_high_i32x4_s': extended(PUNPCKHDQ, true),
  'i64x2.extend_low_i32x4_u': extended(PUNPCKLDQ, false),
  'i64x2.extend_high_i32x4_u': extended(PUNPCKHDQ, false),
  'i32x4.extadd_pairwise_i16x8_s': masked(PMADDWD, 0x10001, 0x10001),
  'i32x4.extadd_pairwise_i16x8_u': (d, a) => {
    move(X, a)
    shiftBy(SHIFT_DOUBLEWORDS, RIGHT, X, 16)
    move(d, a)
    withConstant(PAND, d, 0xffff)
    op(PADDD, d, X)
  },
  'i16x8.extadd_pairwise_i8x16_s': (d, a) => {
    move(X, a)
    shiftBy(SHIFT_WORDS, RIGHT_SIGNED, X, 8)
    move(d, a)
    shiftBy(SHIFT_WORDS, LEFT, d, 8)
    shiftBy(SHIFT_WORDS, RIGHT_SIGNED, d, 8)
    op(PADDW, d, X)
  },
  'i16x8.extadd_pairwise_i8x16_u': (d, a) => {
    move(X, a)
    shiftBy(SHIFT_WORDS, RIGHT, X, 8)
    move(d, a)
    withConstant(PAND, d, 0xff00ff)
    op(PADDW, d, X)
  },
  'i64x2.abs': (d, a) => {
    pshufd(X, a, ODD)
    shiftBy(SHIFT_DOUBLEWORDS, RIGHT_SIGNED, X, 31)
    move(d, a)
    op(PXOR, d, X)
    op(PSUBQ, d, X)
  },
  'f32x4.abs': masked(PAND, REST, REST),
  'f32x4.neg': masked(PXOR, SIGN, SIGN),
  'f32x4.sqrt': direct(0, 0x151),
  'f64x2.abs': masked(PAND, -1, REST),
  'f64x2.neg': masked(PXOR, 0, SIGN),
  'f64x2.sqrt': direct(0x66, 0x151),
  'f32x4.convert_i32x4_s': direct(0, 0x15b),
  'f64x2.convert_low_i32x4_s': direct(0xf3, 0x1e6),
  'f64x2.promote_low_f32x4': direct(0, 0x15a),
  'f32x4.demote_f64x2_zero': direct(0x66, 0x15a),
  'i32x4.trunc_sat_f32x4_s': (d, a) => {
    // NaNs become zeros; what is too large, SIGN as what is too small, is turned over.
    move(X, a)
    rr(0, 0, CMPPS, X, X)
    byte(0)
    move(d, a)
    op(PAND, d, X)
    op(PXOR, X, d)
    rr(0xf3, 0, 0x15b, d, d)
    op(PAND, X, d)
    shiftBy(SHIFT_DOUBLEWORDS, RIGHT_SIGNED, X, 31)
    op(PXOR, d, X)
  },
}
export const ROUNDING: Record<string, Unary> = {
  'f32x4.nearest': rounded(0x308, 0),
  'f32x4.floor': rounded(0x308, 1),
  'f32x4.ceil': rounded(0x308, 2),
  'f32x4.trunc': rounded(0x308, 3),
  'f64x2.nearest': rounded(0x309, 0),
  'f64x2.floor': rounded(0x309, 1),
  'f64x2.ceil': rounded(0x309, 2),
  'f64x2.trunc': rounded(0x309, 3),
}
