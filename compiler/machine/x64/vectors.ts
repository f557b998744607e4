/** Vector instructions of x86-64: SSE2, and SSE4.1 for rounding where the processor is known to have it. */
import { opcodes } from '../../wasm/opcodes.ts'
import { byte } from '../code.ts'
import { byNumber, INLINE, WITH_TEMPORARY, type VectorAssembler } from '../vectors.ts'
import { moveFloat as move } from './float.ts'
import { R11, ri, ripHead, rr, XMM15 as X } from './encode.ts'
import { vectorDistance } from './pool.ts'

/** Opcodes behind the prefix 66, by the manual's names. */
const PUNPCKLBW = 0x160
const PUNPCKLWD = 0x161
const PUNPCKLDQ = 0x162
const PACKSSWB = 0x163
const PCMPGTB = 0x164
const PCMPGTW = 0x165
const PCMPGTD = 0x166
const PACKUSWB = 0x167
const PUNPCKHBW = 0x168
const PUNPCKHWD = 0x169
const PUNPCKHDQ = 0x16a
const PUNPCKLQDQ = 0x16c
const PUNPCKHQDQ = 0x16d
const MOVD = 0x16e
const PSHUF = 0x170
const SHIFT_WORDS = 0x171
const SHIFT_DOUBLEWORDS = 0x172
const SHIFT_QUADWORDS = 0x173
const PCMPEQB = 0x174
const PCMPEQW = 0x175
const PCMPEQD = 0x176
const MOVD_TO = 0x17e
const PINSRW = 0x1c4
const PEXTRW = 0x1c5
const PSRLW = 0x1d1
const PSRLD = 0x1d2
const PSRLQ = 0x1d3
const PADDQ = 0x1d4
const PMULLW = 0x1d5
const PMOVMSKB = 0x1d7
const PMINUB = 0x1da
const PAND = 0x1db
const PANDN = 0x1df
const PSRAW = 0x1e1
const PSRAD = 0x1e2
const PMULHUW = 0x1e4
const PMULHW = 0x1e5
const POR = 0x1eb
const PMAXSW = 0x1ee
const PXOR = 0x1ef
const PSLLW = 0x1f1
const PSLLD = 0x1f2
const PSLLQ = 0x1f3
const PMULUDQ = 0x1f4
const PMADDWD = 0x1f5
const PSUBB = 0x1f8
const PSUBW = 0x1f9
const PSUBD = 0x1fa
const PSUBQ = 0x1fb
const PADDW = 0x1fd
const PADDD = 0x1fe
/** Behind no prefix, for packed singles, or behind 66, for doubles. */
const CMPPS = 0x1c2
const MINPS = 0x15d
const MAXPS = 0x15f
/** Extensions of the groups of shifts by a constant. */
const RIGHT = 2
const RIGHT_SIGNED = 4
const LEFT = 6
const BYTES_RIGHT = 3
const BYTES_LEFT = 7

const op = (opcode: number, d: number, s: number): void => rr(0x66, 0, opcode, d, s)

/** d = d op a constant: 16 bytes, as words. */
function withConstant(opcode: number, d: number, a: number, b = a, c = a, e = b): void {
  ripHead(0x66, 0, opcode, d)
  vectorDistance(a, b, c, e)
}

function shiftBy(group: number, extension: number, d: number, count: number): void {
  rr(0x66, 0, group, extension, d & 15)
  byte(count)
}

function pshufd(d: number, s: number, order: number): void {
  op(PSHUF, d, s)
  byte(order)
}

const zero = (d: number): void => op(PXOR, d, d)

/** d = not d */
function complement(d: number): void {
  op(PCMPEQD, X, X)
  op(PXOR, d, X)
}

type Binary = (d: number, a: number, b: number, t: number) => void
type Unary = (d: number, a: number, t: number) => void

/** d = a op b, of an instruction that writes over its first operand. */
function ordered(pre: number, opcode: number, d: number, a: number, b: number, tail = -1): void {
  const target = d === b && d !== a ? X : d
  move(target, a)
  rr(pre, 0, opcode, target, b)
  if (tail >= 0) byte(tail)
  move(d, target)
}

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

/** Lanes of half the width become lanes: their signs or zeros are what is put between. */
function extend(unpack: number, isSigned: boolean, d: number, a: number): void {
  const bits = 8 << (unpack & 3)
  if (!isSigned) {
    zero(X)
    move(d, a)
    op(unpack, d, X)
  } else if (bits < 32) {
    move(d, a)
    op(unpack, d, d)
    shiftBy(bits === 8 ? SHIFT_WORDS : SHIFT_DOUBLEWORDS, RIGHT_SIGNED, d, bits)
  } else {
    move(X, a)
    shiftBy(SHIFT_DOUBLEWORDS, RIGHT_SIGNED, X, 31)
    move(d, a)
    op(unpack, d, X)
  }
}
const extended =
  (unpack: number, isSigned: boolean): Unary =>
  (d, a) =>
    extend(unpack, isSigned, d, a)
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
const ODD = 0xf5
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
const BINARY: Record<string, Binary> = {
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

const SIGN = 0x80000000 | 0
const REST = 0x7fffffff
const UNARY: Record<string, Unary> = {
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
const ROUNDING: Record<string, Unary> = {
  'f32x4.nearest': rounded(0x308, 0),
  'f32x4.floor': rounded(0x308, 1),
  'f32x4.ceil': rounded(0x308, 2),
  'f32x4.trunc': rounded(0x308, 3),
  'f64x2.nearest': rounded(0x309, 0),
  'f64x2.floor': rounded(0x309, 1),
  'f64x2.ceil': rounded(0x309, 2),
  'f64x2.trunc': rounded(0x309, 3),
}

interface Shift {
  /** By a number in a vector register. */
  opcode: number
  group: number
  extension: number
}
const SHIFT: Record<string, Shift> = {
  'i16x8.shl': { opcode: PSLLW, group: SHIFT_WORDS, extension: LEFT },
  'i16x8.shr_s': { opcode: PSRAW, group: SHIFT_WORDS, extension: RIGHT_SIGNED },
  'i16x8.shr_u': { opcode: PSRLW, group: SHIFT_WORDS, extension: RIGHT },
  'i32x4.shl': { opcode: PSLLD, group: SHIFT_DOUBLEWORDS, extension: LEFT },
  'i32x4.shr_s': { opcode: PSRAD, group: SHIFT_DOUBLEWORDS, extension: RIGHT_SIGNED },
  'i32x4.shr_u': { opcode: PSRLD, group: SHIFT_DOUBLEWORDS, extension: RIGHT },
  'i64x2.shl': { opcode: PSLLQ, group: SHIFT_QUADWORDS, extension: LEFT },
  'i64x2.shr_u': { opcode: PSRLQ, group: SHIFT_QUADWORDS, extension: RIGHT },
}

/** Shifts that the processor has not, with the count in X. */
const COMPOSED: Record<string, Unary> = {
  'i8x16.shl': (d, a, t) => {
    // What comes from the byte below is taken away again.
    op(PCMPEQW, t, t)
    shiftBy(SHIFT_WORDS, RIGHT, t, 8)
    op(PSLLW, t, X)
    shiftBy(SHIFT_WORDS, LEFT, t, 8)
    shiftBy(SHIFT_WORDS, RIGHT, t, 8)
    op(PACKUSWB, t, t)
    move(d, a)
    op(PSLLW, d, X)
    op(PAND, d, t)
  },
  'i8x16.shr_u': (d, a, t) => {
    op(PCMPEQW, t, t)
    shiftBy(SHIFT_WORDS, RIGHT, t, 8)
    op(PSRLW, t, X)
    op(PACKUSWB, t, t)
    move(d, a)
    op(PSRLW, d, X)
    op(PAND, d, t)
  },
  'i8x16.shr_s': (d, a, t) => {
    // As upper halves of words.
    move(t, a)
    op(PUNPCKHBW, t, t)
    shiftBy(SHIFT_WORDS, RIGHT_SIGNED, t, 8)
    op(PSRAW, t, X)
    move(d, a)
    op(PUNPCKLBW, d, d)
    shiftBy(SHIFT_WORDS, RIGHT_SIGNED, d, 8)
    op(PSRAW, d, X)
    op(PACKSSWB, d, t)
  },
  'i64x2.shr_s': (d, a, t) => {
    // Where the sign came to lie: turned over and taken away, it fills what is above.
    move(t, a)
    op(PSRLQ, t, X)
    move(d, t)
    op(PCMPEQD, t, t)
    shiftBy(SHIFT_QUADWORDS, LEFT, t, 63)
    op(PSRLQ, t, X)
    op(PXOR, d, t)
    op(PSUBQ, d, t)
  },
}

const bitsOf = (name: string): number => Number(/^[if](\d+)/.exec(name)![1])

/** Of the lanes that a shuffle takes each of the result's from, 32 bits wide; undefined where that does not say all. */
function doublewords(bytes: Uint8Array, at: number): number[] | undefined {
  const lanes: number[] = []
  for (let i = 0; i < 16; i += 4) {
    const first = bytes[at + i]
    if (first & 3) return undefined
    for (let k = 1; k < 4; k++) if (bytes[at + i + k] !== first + k) return undefined
    lanes.push(first >> 2)
  }
  return lanes
}
const orderOf = (lanes: readonly number[]): number =>
  lanes.reduce((order, lane, i) => order | ((lane & 3) << (2 * i)), 0)

/** Lanes of the operands by turns, by bytes of a lane: of their lower, then of their upper halves. */
const UNPACK: Record<number, [number, number]> = {
  1: [PUNPCKLBW, PUNPCKHBW],
  2: [PUNPCKLWD, PUNPCKHWD],
  4: [PUNPCKLDQ, PUNPCKHDQ],
  8: [PUNPCKLQDQ, PUNPCKHQDQ],
}

type Shuffle = (d: number, a: number, b: number, t: number) => void

/** Of a shuffle: bytes that are moved by one distance, or copies of the first byte of all. */
interface Movement {
  fromSecond: boolean
  /** To the left; 16: copies. */
  distance: number
  /** The bytes of the result, as words of a mask. */
  mask: [number, number, number, number]
  count: number
}
const COPIES = 16
/** More movements than these take longer than a call. */
const MAX_MOVEMENTS = 4

function movementsOf(bytes: Uint8Array, at: number, wanted: number): Movement[] {
  const found: Movement[] = []
  for (let i = 0; i < wanted; i++) {
    const lane = bytes[at + i]
    // Compilers write 0 where they do not care.
    const distance = lane === 0 && i > 0 ? COPIES : i - (lane & 15)
    const fromSecond = lane > 15
    let movement = found.find((other) => other.distance === distance && other.fromSecond === fromSecond)
    if (movement === undefined) found.push((movement = { fromSecond, distance, mask: [0, 0, 0, 0], count: 0 }))
    movement.mask[i >> 2] |= 0xff << (8 * (i & 3))
    movement.count++
  }
  return found
}

/** Bytes that a shift leaves, of those that are wanted. */
function left(distance: number, wanted: number): number {
  if (distance === COPIES) return wanted
  return Math.min(wanted, 16 + distance) - Math.max(distance, 0)
}

function shuffleByMovements(
  movements: readonly Movement[],
  wanted: number,
  d: number,
  a: number,
  b: number,
  t: number,
): void {
  movements.forEach(({ fromSecond, distance, mask, count }, i) => {
    const to = i === 0 ? t : X
    move(to, fromSecond ? b : a)
    if (distance === COPIES) splatByte(to)
    else if (distance > 0) shiftBy(SHIFT_QUADWORDS, BYTES_LEFT, to, distance)
    else if (distance < 0) shiftBy(SHIFT_QUADWORDS, BYTES_RIGHT, to, -distance)
    if (count < left(distance, wanted)) withConstant(PAND, to, ...mask)
    if (i > 0) op(POR, t, X)
  })
  move(d, t)
}

/** Its lowest byte, in all bytes of d. */
function splatByte(d: number): void {
  op(PUNPCKLBW, d, d)
  rr(0xf2, 0, PSHUF, d, d)
  byte(0)
  pshufd(d, d, 0x44)
}

/** How a shuffle is done of which so many bytes are wanted, if it is one of those that take few instructions. */
function findShuffle(bytes: Uint8Array, at: number, wanted: number): Shuffle | undefined {
  const all = (lane: (i: number) => number): boolean => {
    for (let i = 0; i < wanted; i++) if (bytes[at + i] !== lane(i)) return false
    return true
  }
  const of32 = doublewords(bytes, at)
  if (of32?.every((lane) => lane < 4)) return (d, a) => pshufd(d, a, orderOf(of32))
  if (of32?.every((lane) => lane >= 4)) return (d, _, b) => pshufd(d, b, orderOf(of32))
  for (const size of [1, 2, 4, 8]) {
    for (const half of [0, 8]) {
      const opcode = UNPACK[size][half >> 3]
      const within = (i: number): number => half + (Math.floor(i / size) >> 1) * size + (i % size)
      const isOdd = (i: number): number => Math.floor(i / size) & 1
      if (all((i) => within(i) + 16 * isOdd(i))) return (d, a, b) => ordered(0x66, opcode, d, a, b)
      if (all((i) => within(i) + 16 * (1 - isOdd(i)))) return (d, a, b) => ordered(0x66, opcode, d, b, a)
      if (all((i) => within(i))) return (d, a) => ordered(0x66, opcode, d, a, a)
    }
  }
  if (of32 && of32[0] < 4 && of32[1] < 4 && of32[2] >= 4 && of32[3] >= 4)
    return (d, a, b) => ordered(0, 0x1c6, d, a, b, orderOf(of32))
  if (of32 && of32[0] >= 4 && of32[1] >= 4 && of32[2] < 4 && of32[3] < 4)
    return (d, a, b) => ordered(0, 0x1c6, d, b, a, orderOf(of32))
  const first = bytes[at]
  // Bytes that follow each other, of both, or round one.
  if (first < 16 && all((i) => first + i))
    return (d, a, b) => {
      move(X, a)
      shiftBy(SHIFT_QUADWORDS, BYTES_RIGHT, X, first)
      move(d, b)
      shiftBy(SHIFT_QUADWORDS, BYTES_LEFT, d, 16 - first)
      op(POR, d, X)
    }
  if (all((i) => (first + i) & 15)) return (d, a) => rotateBytes(d, a, first)
  // Rotations of lanes.
  for (const size of [2, 4, 8]) {
    const by = first & (size - 1)
    if (first < size && all((i) => (i & -size) | ((i + by) & (size - 1)))) return (d, a) => rotateLanes(size, d, a, by)
  }
  const movements = movementsOf(bytes, at, wanted)
  if (movements.length > MAX_MOVEMENTS) return undefined
  return (d, a, b, t) => shuffleByMovements(movements, wanted, d, a, b, t)
}

function rotateBytes(d: number, a: number, by: number): void {
  move(X, a)
  shiftBy(SHIFT_QUADWORDS, BYTES_RIGHT, X, by)
  move(d, a)
  shiftBy(SHIFT_QUADWORDS, BYTES_LEFT, d, 16 - by)
  op(POR, d, X)
}

function rotateLanes(size: number, d: number, a: number, by: number): void {
  const group = size === 2 ? SHIFT_WORDS : size === 4 ? SHIFT_DOUBLEWORDS : SHIFT_QUADWORDS
  move(X, a)
  shiftBy(group, RIGHT, X, 8 * by)
  move(d, a)
  shiftBy(group, LEFT, d, 8 * (size - by))
  op(POR, d, X)
}

/** Whether all bytes, words or doublewords of X are zero: as bits of r11, all ones where they are. */
const ZERO_LANES: Record<string, number> = {
  'v128.any_true': PCMPEQB,
  'i8x16.all_true': PCMPEQB,
  'i16x8.all_true': PCMPEQW,
  'i32x4.all_true': PCMPEQD,
}

const numbers = new Map(
  opcodes.filter(({ code }) => code >> 16 === 0xfd).map(({ name, code }) => [name, code & 0xffff]),
)
const number = (name: string): number => numbers.get(name)!
const EXTRACT_BYTE_S = number('i8x16.extract_lane_s')
const EXTRACT_BYTE_U = number('i8x16.extract_lane_u')
const EXTRACT_WORD_S = number('i16x8.extract_lane_s')
const EXTRACT_WORD_U = number('i16x8.extract_lane_u')
const EXTRACT_32 = number('i32x4.extract_lane')
const EXTRACT_64 = number('i64x2.extract_lane')
const EXTRACT_F32 = number('f32x4.extract_lane')
const REPLACE_BYTE = number('i8x16.replace_lane')
const REPLACE_WORD = number('i16x8.replace_lane')
const REPLACE_32 = number('i32x4.replace_lane')
const REPLACE_64 = number('i64x2.replace_lane')
const REPLACE_F32 = number('f32x4.replace_lane')
const SPLAT_8 = number('i8x16.splat')
const SPLAT_16 = number('i16x8.splat')
const SPLAT_32 = number('i32x4.splat')
const SPLAT_64 = number('i64x2.splat')
const SPLAT_F32 = number('f32x4.splat')
const ANY_TRUE = number('v128.any_true')
const BITS_8 = number('i8x16.bitmask')
const BITS_16 = number('i16x8.bitmask')
const BITS_32 = number('i32x4.bitmask')

/** Those that take a temporary register. */
const TEMPORARY =
  /[lg][et]_u$|^f..x.\.m(?:in|ax)$|extmul_.*_i(?:8x16|16x8)_|^i(?:8x16\.(?:m.._s|sh)|16x8\.(?:m.._u|narrow_i32x4_u)|32x4\.m(?:ul|.._)|64x2\.(?:mul|eq|ne|shr_s))/
const OTHERS = [
  'v128.bitselect',
  'i8x16.shuffle',
  ...['i8x16', 'i16x8', 'i32x4', 'i64x2', 'f32x4', 'f64x2'].map((lanes) => `${lanes}.splat`),
  ...['i32x4', 'i64x2', 'f32x4', 'f64x2'].map((lanes) => `${lanes}.extract_lane`),
  ...['i8x16', 'i16x8'].flatMap((lanes) => [`${lanes}.extract_lane_s`, `${lanes}.extract_lane_u`]),
  ...['i8x16', 'i16x8', 'i32x4', 'i64x2', 'f32x4', 'f64x2'].map((lanes) => `${lanes}.replace_lane`),
  ...['i8x16', 'i16x8', 'i32x4', 'i64x2'].map((lanes) => `${lanes}.bitmask`),
]

export function x64Vectors(hasRounding: boolean): VectorAssembler {
  const unaryRows = hasRounding ? { ...UNARY, ...ROUNDING } : UNARY
  const binary = byNumber(numbers, BINARY)
  const unary = byNumber(numbers, unaryRows)
  const shifts = byNumber(numbers, SHIFT)
  const composed = byNumber(numbers, COMPOSED)
  const tests = byNumber(numbers, ZERO_LANES)
  const how = new Uint8Array(512)
  const commutes = new Uint8Array(512)
  const names = [...Object.keys({ ...BINARY, ...unaryRows, ...SHIFT, ...COMPOSED, ...ZERO_LANES }), ...OTHERS]
  for (const name of names) {
    how[number(name)] = TEMPORARY.test(name) ? WITH_TEMPORARY : INLINE
    commutes[number(name)] = /\.(?:add|mul|eq|ne|and|or|xor|avgr|dot|min_|max_)/.test(name) ? 1 : 0
  }
  const counts = new Uint8Array(512)
  for (const name of Object.keys({ ...SHIFT, ...COMPOSED })) counts[number(name)] = bitsOf(name)

  return {
    how,
    commutes,
    binary: (sub, d, a, b, t) => binary[sub]!(d, a, b, t),
    unary: (sub, d, a, t) => unary[sub]!(d, a, t),
    shift(sub, d, a, count, t) {
      rr(0, 0, 0x8b, R11, count)
      ri(0, 4, R11, counts[sub] - 1)
      op(MOVD, X, R11)
      const row = shifts[sub]
      if (row) ordered(0x66, row.opcode, d, a, X)
      else composed[sub]!(d, a, t)
    },
    shiftConstant(sub, d, a, count, t) {
      const row = shifts[sub]
      if (row) {
        move(d, a)
        shiftBy(row.group, row.extension, d, count)
        return
      }
      rr(0, 0, 0xc7, 0, R11)
      for (const part of [count, 0, 0, 0]) byte(part)
      op(MOVD, X, R11)
      composed[sub]!(d, a, t)
    },
    splat(sub, d, a) {
      if (sub === SPLAT_F32) return pshufd(d, a, 0)
      if (sub > SPLAT_F32) return pshufd(d, a, 0x44)
      rr(0x66, sub === SPLAT_64 ? 1 : 0, MOVD, d, a)
      if (sub === SPLAT_8) return splatByte(d)
      if (sub === SPLAT_16) {
        rr(0xf2, 0, PSHUF, d, d)
        byte(0)
      }
      pshufd(d, d, sub === SPLAT_32 ? 0 : 0x44)
    },
    extract(sub, d, a, lane) {
      if (sub === EXTRACT_BYTE_S || sub === EXTRACT_BYTE_U) {
        op(PEXTRW, d, a)
        byte(lane >> 1)
        if (lane & 1) {
          rr(0, 0, 0xc1, 5, d)
          byte(8)
        }
        extendByte(sub === EXTRACT_BYTE_S ? 0x1be : 0x1b6, d)
      } else if (sub === EXTRACT_WORD_S || sub === EXTRACT_WORD_U) {
        op(PEXTRW, d, a)
        byte(lane)
        if (sub === EXTRACT_WORD_S) rr(0, 0, 0x1bf, d, d)
      } else if (sub === EXTRACT_32 || sub === EXTRACT_64) {
        const isWide = sub === EXTRACT_64
        if (lane > 0) pshufd(X, a, isWide ? 0xee : lane)
        rr(0x66, isWide ? 1 : 0, MOVD_TO, lane > 0 ? X : a, d)
      } else if (lane === 0) move(d, a)
      else pshufd(d, a, sub === EXTRACT_F32 ? lane : 0xee)
    },
    replace(sub, d, a, b, lane) {
      if (sub === REPLACE_WORD || sub === REPLACE_32) {
        move(d, a)
        op(PINSRW, d, b)
        byte(sub === REPLACE_32 ? 2 * lane : lane)
        if (sub === REPLACE_WORD) return
        rr(0, 0, 0x8b, R11, b)
        rr(0, 0, 0xc1, 5, R11)
        byte(16)
        op(PINSRW, d, R11)
        byte(2 * lane + 1)
        return
      }
      if (sub === REPLACE_64) rr(0x66, 1, MOVD, X, b)
      else if (sub === REPLACE_BYTE || (sub === REPLACE_F32 && lane > 0)) {
        const place = sub === REPLACE_BYTE ? lane >> 2 : lane
        const mask = sub === REPLACE_BYTE ? 0xff << (8 * (lane & 3)) : -1
        const ones = [0, 1, 2, 3].map((i) => (i === place ? mask : 0))
        if (sub === REPLACE_BYTE) {
          op(MOVD, X, b)
          splatByte(X)
        } else pshufd(X, b, 0)
        withConstant(PAND, X, ones[0], ones[1], ones[2], ones[3])
        move(d, a)
        withConstant(PAND, d, ~ones[0], ~ones[1], ~ones[2], ~ones[3])
        op(POR, d, X)
        return
      } else move(X, b)
      move(d, a)
      if (lane > 0) op(PUNPCKLQDQ, d, X)
      else rr(sub === REPLACE_F32 ? 0xf3 : 0xf2, 0, 0x110, d, X)
    },
    test(sub, a) {
      zero(X)
      op(tests[sub]!, X, a)
      op(PMOVMSKB, R11, X)
      if (sub !== ANY_TRUE) {
        rr(0, 0, 0x85, R11, R11)
        return 4
      }
      ri(0, 7, R11, 0xffff)
      return 5
    },
    bits(sub, d, a) {
      if (sub === BITS_8) op(PMOVMSKB, d, a)
      else if (sub === BITS_16) {
        zero(X)
        // Signs of words are those of the bytes that they saturate to.
        move(X, a)
        op(PACKSSWB, X, X)
        op(PMOVMSKB, d, X)
        extendByte(0x1b6, d)
      } else rr(sub === BITS_32 ? 0 : 0x66, 0, 0x150, d, a)
    },
    select(d, a, b, mask) {
      move(X, a)
      op(PXOR, X, b)
      op(PAND, X, mask)
      op(PXOR, X, b)
      move(d, X)
    },
    shuffles: (bytes, at, wanted) => findShuffle(bytes, at, wanted) !== undefined,
    shuffle: (d, a, b, bytes, at, wanted, t) => findShuffle(bytes, at, wanted)!(d, a, b, t),
  }
}

/** movsx or movzx of the lowest byte: of sil and the like it takes a prefix. */
function extendByte(opcode: number, d: number): void {
  if (d > 3 && d < 8) byte(0x40)
  rr(0, 0, opcode, d, d)
}
