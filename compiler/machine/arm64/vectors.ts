/** Vector instructions of A64 (Advanced SIMD). */
import { word32 } from '../code.ts'
import {
  byNumber,
  INLINE,
  vectorNumber as number,
  WITH_TEMPORARY,
  type Binary,
  type Unary,
  type VectorAssembler,
} from '../vectors.ts'
import { V128 } from '../types.ts'
import { A64, EQ, immediate12, NE, rr, rrr, V30, V31, X17, ZR } from './encode.ts'
import { move, vector } from './float.ts'
import { aluConstant } from './integer.ts'
import { AND } from '../assembler.ts'

/**
 * With all 128 bits; of integers the size of lanes is in bits 22 and 23, of floats bit 22 says that they are doubles. Where a
 * result is wider or narrower than what it is made of, bit 30 says that the upper half is meant.
 */
const V = {
  ADD: 0x4e208400,
  SUB: 0x6e208400,
  MUL: 0x4e209c00,
  CMEQ: 0x6e208c00,
  CMEQ_ZERO: 0x4e209800,
  CMGT: 0x4e203400,
  CMGE: 0x4e203c00,
  CMHI: 0x6e203400,
  CMHS: 0x6e203c00,
  SMAX: 0x4e206400,
  SMIN: 0x4e206c00,
  UMAX: 0x6e206400,
  UMIN: 0x6e206c00,
  SQADD: 0x4e200c00,
  UQADD: 0x6e200c00,
  SQSUB: 0x4e202c00,
  UQSUB: 0x6e202c00,
  URHADD: 0x6e201400,
  SQRDMULH: 0x6e20b400,
  ADDP: 0x4e20bc00,
  SSHL: 0x4e204400,
  USHL: 0x6e204400,
  AND: 0x4e201c00,
  BIC: 0x4e601c00,
  ORR: 0x4ea01c00,
  EOR: 0x6e201c00,
  BSL: 0x6e601c00,
  NOT: 0x6e205800,
  NEG: 0x6e20b800,
  ABS: 0x4e20b800,
  CNT: 0x4e205800,
  SADDLP: 0x4e202800,
  UADDLP: 0x6e202800,
  SMULL: 0x0e20c000,
  UMULL: 0x2e20c000,
  SQXTN: 0x0e214800,
  SQXTUN: 0x2e212800,
  UQXTN: 0x2e214800,
  // The width of lanes is in these, or in the immediate.
  SHL: 0x4f005400,
  SSHR: 0x4f000400,
  USHR: 0x6f000400,
  SSHLL: 0x0f00a400,
  USHLL: 0x2f00a400,
  FADD: 0x4e20d400,
  FSUB: 0x4ea0d400,
  FMUL: 0x6e20dc00,
  FDIV: 0x6e20fc00,
  FMIN: 0x4ea0f400,
  FMAX: 0x4e20f400,
  FCMEQ: 0x4e20e400,
  FCMGT: 0x6ea0e400,
  FCMGE: 0x6e20e400,
  FABS: 0x4ea0f800,
  FNEG: 0x6ea0f800,
  FSQRT: 0x6ea1f800,
  FRINTN: 0x4e218800,
  FRINTM: 0x4e219800,
  FRINTP: 0x4ea18800,
  FRINTZ: 0x4ea19800,
  SCVTF: 0x4e21d800,
  UCVTF: 0x6e21d800,
  FCVTZS: 0x4ea1b800,
  FCVTZU: 0x6ea1b800,
  FCVTL: 0x0e617800,
  FCVTN: 0x0e616800,
  // Lanes: the immediate has the lane and its width.
  DUP: 0x4e000c00,
  DUP_LANE: 0x4e000400,
  DUP_SCALAR: 0x5e000400,
  SMOV: 0x0e002c00,
  UMOV: 0x0e003c00,
  INS: 0x4e001c00,
  INS_LANE: 0x6e000400,
  TBL: 0x4e000000,
  TBL2: 0x4e002000,
  UMAXP_4S: 0x6ea0a400,
  UMINV: 0x6e31a800,
} as const
const UPPER = 0x40000000

const two = (op: number, d: number, a: number): void => rr(op, 0, d, a)
const three = (op: number, d: number, a: number, b: number): void => rrr(op, 0, d, a, b)
const sized = (size: number): number => size << 22
const DOUBLE = sized(1)

const plain =
  (op: number): Binary =>
  (d, a, b) =>
    three(op, d, a, b)
const swapped =
  (op: number): Binary =>
  (d, a, b) =>
    three(op, d, b, a)
const not =
  (write: Binary): Binary =>
  (d, a, b) => {
    write(d, a, b, -1)
    two(V.NOT, d, d)
  }
/** Lanes of half the width, of a and then of b. */
const narrowed =
  (op: number): Binary =>
  (d, a, b) => {
    two(op, V30, a)
    two(op | UPPER, V30, b)
    move(V128, d, V30)
  }
/** Lanes of b where the comparison of a and b holds, else of a. */
const chosen =
  (compare: Binary): Binary =>
  (d, a, b) => {
    compare(V30, a, b, -1)
    three(V.BSL, V30, b, a)
    move(V128, d, V30)
  }

const BINARY: Record<string, Binary> = {
  'v128.and': plain(V.AND),
  'v128.andnot': plain(V.BIC),
  'v128.or': plain(V.ORR),
  'v128.xor': plain(V.EOR),
  'i8x16.swizzle': plain(V.TBL),
  'i8x16.narrow_i16x8_s': narrowed(V.SQXTN),
  'i8x16.narrow_i16x8_u': narrowed(V.SQXTUN),
  'i16x8.narrow_i32x4_s': narrowed(V.SQXTN | sized(1)),
  'i16x8.narrow_i32x4_u': narrowed(V.SQXTUN | sized(1)),
  'i16x8.q15mulr_sat_s': plain(V.SQRDMULH | sized(1)),
  'i32x4.dot_i16x8_s': (d, a, b) => {
    three(V.SMULL | sized(1), V30, a, b)
    three(V.SMULL | sized(1) | UPPER, V31, a, b)
    three(V.ADDP | sized(2), d, V30, V31)
  },
}
const UNARY: Record<string, Unary> = {
  'v128.not': (d, a) => two(V.NOT, d, a),
  'i8x16.popcnt': (d, a) => two(V.CNT, d, a),
  'f64x2.promote_low_f32x4': (d, a) => two(V.FCVTL, d, a),
  'f32x4.demote_f64x2_zero': (d, a) => two(V.FCVTN, d, a),
  'f32x4.convert_i32x4_s': (d, a) => two(V.SCVTF, d, a),
  'f32x4.convert_i32x4_u': (d, a) => two(V.UCVTF, d, a),
  'i32x4.trunc_sat_f32x4_s': (d, a) => two(V.FCVTZS, d, a),
  'i32x4.trunc_sat_f32x4_u': (d, a) => two(V.FCVTZU, d, a),
  'f64x2.convert_low_i32x4_s': (d, a) => {
    extend(V.SSHLL, 2, d, a)
    two(V.SCVTF | DOUBLE, d, d)
  },
  'f64x2.convert_low_i32x4_u': (d, a) => {
    extend(V.USHLL, 2, d, a)
    two(V.UCVTF | DOUBLE, d, d)
  },
  'i32x4.trunc_sat_f64x2_s_zero': (d, a) => {
    two(V.FCVTZS | DOUBLE, d, a)
    two(V.SQXTN | sized(2), d, d)
  },
  'i32x4.trunc_sat_f64x2_u_zero': (d, a) => {
    two(V.FCVTZU | DOUBLE, d, a)
    two(V.UQXTN | sized(2), d, d)
  },
}

/** Shifts and extensions of lanes of 8 << size bits have that, and the count, in one number. */
const immediate = (op: number, number: number): number => op | (number << 16)

function extend(op: number, size: number, d: number, a: number): void {
  two(immediate(op, 8 << size), d, a)
}

const INTEGERS = ['i8x16', 'i16x8', 'i32x4', 'i64x2']
INTEGERS.forEach((lanes, size) => {
  const of = sized(size)
  const add = (rows: Record<string, Binary>): void => {
    for (const [name, write] of Object.entries(rows)) BINARY[`${lanes}.${name}`] = write
  }
  add({
    add: plain(V.ADD | of),
    sub: plain(V.SUB | of),
    eq: plain(V.CMEQ | of),
    ne: not(plain(V.CMEQ | of)),
    gt_s: plain(V.CMGT | of),
    lt_s: swapped(V.CMGT | of),
    ge_s: plain(V.CMGE | of),
    le_s: swapped(V.CMGE | of),
  })
  UNARY[`${lanes}.neg`] = (d, a) => two(V.NEG | of, d, a)
  UNARY[`${lanes}.abs`] = (d, a) => two(V.ABS | of, d, a)
  if (size < 3) {
    add({
      gt_u: plain(V.CMHI | of),
      lt_u: swapped(V.CMHI | of),
      ge_u: plain(V.CMHS | of),
      le_u: swapped(V.CMHS | of),
      min_s: plain(V.SMIN | of),
      min_u: plain(V.UMIN | of),
      max_s: plain(V.SMAX | of),
      max_u: plain(V.UMAX | of),
    })
    const wider = INTEGERS[size + 1]
    for (const [half, upper] of [
      ['low', 0],
      ['high', UPPER],
    ] as const) {
      UNARY[`${wider}.extend_${half}_${lanes}_s`] = (d, a) => extend(V.SSHLL | upper, size, d, a)
      UNARY[`${wider}.extend_${half}_${lanes}_u`] = (d, a) => extend(V.USHLL | upper, size, d, a)
      BINARY[`${wider}.extmul_${half}_${lanes}_s`] = plain(V.SMULL | of | upper)
      BINARY[`${wider}.extmul_${half}_${lanes}_u`] = plain(V.UMULL | of | upper)
    }
  }
  if (size === 1 || size === 2) BINARY[`${lanes}.mul`] = plain(V.MUL | of)
  if (size >= 2) return
  add({
    add_sat_s: plain(V.SQADD | of),
    add_sat_u: plain(V.UQADD | of),
    sub_sat_s: plain(V.SQSUB | of),
    sub_sat_u: plain(V.UQSUB | of),
    avgr_u: plain(V.URHADD | of),
  })
  const wider = INTEGERS[size + 1]
  UNARY[`${wider}.extadd_pairwise_${lanes}_s`] = (d, a) => two(V.SADDLP | of, d, a)
  UNARY[`${wider}.extadd_pairwise_${lanes}_u`] = (d, a) => two(V.UADDLP | of, d, a)
})
for (const [lanes, of] of [
  ['f32x4', 0],
  ['f64x2', DOUBLE],
] as const) {
  const binary: Record<string, Binary> = {
    add: plain(V.FADD | of),
    sub: plain(V.FSUB | of),
    mul: plain(V.FMUL | of),
    div: plain(V.FDIV | of),
    min: plain(V.FMIN | of),
    max: plain(V.FMAX | of),
    pmin: chosen(plain(V.FCMGT | of)),
    pmax: chosen(swapped(V.FCMGT | of)),
    eq: plain(V.FCMEQ | of),
    ne: not(plain(V.FCMEQ | of)),
    gt: plain(V.FCMGT | of),
    lt: swapped(V.FCMGT | of),
    ge: plain(V.FCMGE | of),
    le: swapped(V.FCMGE | of),
  }
  const unary = {
    abs: V.FABS,
    neg: V.FNEG,
    sqrt: V.FSQRT,
    nearest: V.FRINTN,
    floor: V.FRINTM,
    ceil: V.FRINTP,
    trunc: V.FRINTZ,
  }
  for (const [name, write] of Object.entries(binary)) BINARY[`${lanes}.${name}`] = write
  for (const [name, op] of Object.entries(unary)) UNARY[`${lanes}.${name}`] = (d, a) => two(op | of, d, a)
}

const SHIFT: Record<string, { size: number; isLeft: boolean; isSigned: boolean }> = {}
INTEGERS.forEach((lanes, size) => {
  SHIFT[`${lanes}.shl`] = { size, isLeft: true, isSigned: false }
  SHIFT[`${lanes}.shr_s`] = { size, isLeft: false, isSigned: true }
  SHIFT[`${lanes}.shr_u`] = { size, isLeft: false, isSigned: false }
})

/** Lanes by the instruction: log2 of their bytes. */
const LANES: Record<string, number> = { i8x16: 0, i16x8: 1, i32x4: 2, i64x2: 3, f32x4: 2, f64x2: 3 }
const OF_LANES = Object.keys(LANES).flatMap((lanes) => [
  `${lanes}.splat`,
  `${lanes}.replace_lane`,
  ...(LANES[lanes] < 2 ? [`${lanes}.extract_lane_s`, `${lanes}.extract_lane_u`] : [`${lanes}.extract_lane`]),
])
const TESTS = ['v128.any_true', ...INTEGERS.map((lanes) => `${lanes}.all_true`)]

/** A lane and its width, as one field. */
const laneField = (size: number, lane: number): number => ((lane << (size + 1)) | (1 << size)) << 16

const binary = byNumber(BINARY)
const unary = byNumber(UNARY)
const shifts = byNumber(SHIFT)
const how = new Uint8Array(512)
for (const name of [...Object.keys({ ...BINARY, ...UNARY, ...SHIFT }), ...OF_LANES, ...TESTS, 'v128.bitselect'])
  how[number(name)] = INLINE
how[number('i8x16.shuffle')] = WITH_TEMPORARY
/** By instruction on lanes: log2 of their bytes, whether they are floats, whether they are signed. */
const laneSize = new Uint8Array(512)
const hasFloats = new Uint8Array(512)
const isSigned = new Uint8Array(512)
for (const name of OF_LANES) {
  const lanes = name.slice(0, name.indexOf('.'))
  laneSize[number(name)] = LANES[lanes]
  hasFloats[number(name)] = lanes.startsWith('f') ? 1 : 0
  isSigned[number(name)] = name.endsWith('_s') ? 1 : 0
}
/** Any register is as good for a result. */
const commutes = new Uint8Array(512).fill(1)
const ANY_TRUE = number('v128.any_true')
const ALL_TRUE_64 = number('i64x2.all_true')
const ALL_TRUE_SIZES = new Map(INTEGERS.map((lanes, size) => [number(`${lanes}.all_true`), size]))

export const arm64Vectors: VectorAssembler = {
  how,
  commutes,
  binary: (sub, d, a, b, t) => binary[sub]!(d, a, b, t),
  unary: (sub, d, a, t) => unary[sub]!(d, a, t),
  shift(sub, d, a, count) {
    const { size, isLeft, isSigned: signed } = shifts[sub]!
    aluConstant(AND, 0, X17, count, (8 << size) - 1)
    // To the right is to the left by less than nothing.
    if (!isLeft) rrr(A64.SUB, 0, X17, ZR, X17)
    two(V.DUP | laneField(size, 0), V30, X17)
    three((signed ? V.SSHL : V.USHL) | sized(size), d, a, V30)
  },
  shiftConstant(sub, d, a, count) {
    const { size, isLeft, isSigned: signed } = shifts[sub]!
    const bits = 8 << size
    if (isLeft) two(immediate(V.SHL, bits + count), d, a)
    else two(immediate(signed ? V.SSHR : V.USHR, 2 * bits - count), d, a)
  },
  splat: (sub, d, a) => two((hasFloats[sub] ? V.DUP_LANE : V.DUP) | laneField(laneSize[sub], 0), d, a),
  extract(sub, d, a, lane) {
    const size = laneSize[sub]
    const field = laneField(size, lane)
    if (hasFloats[sub]) two(V.DUP_SCALAR | field, d, a)
    else if (isSigned[sub]) two(V.SMOV | field, d, a)
    else two(V.UMOV | field | (size === 3 ? UPPER : 0), d, a)
  },
  replace(sub, d, a, b, lane) {
    const size = laneSize[sub]
    const field = laneField(size, lane)
    if (!hasFloats[sub]) {
      move(V128, d, a)
      two(V.INS | field, d, b)
      return
    }
    move(V128, V30, a)
    two(V.INS_LANE | field, V30, b)
    move(V128, d, V30)
  },
  test(sub, a) {
    if (sub === ANY_TRUE) three(V.UMAXP_4S, V30, a, a)
    else if (sub === ALL_TRUE_64) {
      // The lanes that are zero.
      two(V.CMEQ_ZERO | sized(3), V30, a)
      three(V.UMAXP_4S, V30, V30, V30)
    } else two(V.UMINV | sized(ALL_TRUE_SIZES.get(sub)!), V30, a)
    rr(A64.FMOV_TO_INTEGER | DOUBLE, 1, X17, V30)
    immediate12(A64.SUBS_IMMEDIATE, 1, ZR, X17, 0)
    return sub === ALL_TRUE_64 ? EQ : NE
  },
  bits: () => {
    throw new Error('arm64 has no bits of lanes')
  },
  select(d, a, b, mask) {
    move(V128, V30, mask)
    three(V.BSL, V30, a, b)
    move(V128, d, V30)
  },
  shuffles: () => true,
  shuffle(d, a, b, bytes, at, _wanted, t) {
    const word = (i: number): number =>
      bytes[at + i] | (bytes[at + i + 1] << 8) | (bytes[at + i + 2] << 16) | (bytes[at + i + 3] << 24)
    vector(t, word(0), word(4), word(8), word(12))
    // A pair of registers that follow each other.
    move(V128, V30, a)
    move(V128, V31, b)
    word32(V.TBL2 | ((t & 31) << 16) | ((V30 & 31) << 5) | (d & 31))
  },
}
