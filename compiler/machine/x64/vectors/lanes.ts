/** Single lanes, splats, and what is known of all lanes at once. */
import { byte } from '../../code.ts'
import type { Condition } from '../../assembler.ts'
import type { Unary } from '../../vectors.ts'
import { R11, ri, rr, XMM15 as X } from '../encode.ts'
import { moveFloat as move } from '../float.ts'
import {
  MOVD,
  MOVD_TO,
  PACKSSWB,
  PAND,
  PCMPEQB,
  PCMPEQD,
  PCMPEQW,
  PEXTRW,
  PINSRW,
  PMOVMSKB,
  POR,
  PSHUF,
  PUNPCKLQDQ,
  op,
  pshufd,
  splatByte,
  withConstant,
  zero,
} from './sse.ts'

type OfLane = (d: number, a: number, lane: number) => void
type IntoLane = (d: number, a: number, b: number, lane: number) => void

/** Both halves of d as its lower one. */
const double = (d: number, a: number): void => pshufd(d, a, 0x44)

export const SPLAT: Record<string, Unary> = {
  'i8x16.splat': (d, a) => {
    op(MOVD, d, a)
    splatByte(d)
  },
  'i16x8.splat': (d, a) => {
    op(MOVD, d, a)
    rr(0xf2, 0, PSHUF, d, d)
    byte(0)
    double(d, d)
  },
  'i32x4.splat': (d, a) => {
    op(MOVD, d, a)
    pshufd(d, d, 0)
  },
  'i64x2.splat': (d, a) => {
    rr(0x66, 1, MOVD, d, a)
    double(d, d)
  },
  'f32x4.splat': (d, a) => pshufd(d, a, 0),
  'f64x2.splat': double,
}

/** movsx or movzx of the lowest byte: of sil and the like it takes a prefix. */
function extendByte(opcode: number, d: number): void {
  if (d > 3 && d < 8) byte(0x40)
  rr(0, 0, opcode, d, d)
}
const MOVSX_BYTE = 0x1be
const MOVZX_BYTE = 0x1b6
const MOVSX_WORD = 0x1bf

function shiftRight(d: number, count: number): void {
  rr(0, 0, 0xc1, 5, d)
  byte(count)
}

const extractWord: OfLane = (d, a, lane) => {
  op(PEXTRW, d, a)
  byte(lane)
}
const extractByte =
  (extension: number): OfLane =>
  (d, a, lane) => {
    extractWord(d, a, lane >> 1)
    if (lane & 1) shiftRight(d, 8)
    extendByte(extension, d)
  }
const extractInteger =
  (w: number): OfLane =>
  (d, a, lane) => {
    if (lane > 0) pshufd(X, a, w ? 0xee : lane)
    rr(0x66, w, MOVD_TO, lane > 0 ? X : a, d)
  }
const extractFloat =
  (isDouble: boolean): OfLane =>
  (d, a, lane) =>
    lane === 0 ? move(d, a) : pshufd(d, a, isDouble ? 0xee : lane)

export const EXTRACT: Record<string, OfLane> = {
  'i8x16.extract_lane_s': extractByte(MOVSX_BYTE),
  'i8x16.extract_lane_u': extractByte(MOVZX_BYTE),
  'i16x8.extract_lane_s': (d, a, lane) => {
    extractWord(d, a, lane)
    rr(0, 0, MOVSX_WORD, d, d)
  },
  'i16x8.extract_lane_u': extractWord,
  'i32x4.extract_lane': extractInteger(0),
  'i64x2.extract_lane': extractInteger(1),
  'f32x4.extract_lane': extractFloat(false),
  'f64x2.extract_lane': extractFloat(true),
}

/** Of X the bits of the mask in one of four words, all others of a. */
function merge(d: number, a: number, word: number, mask: number): void {
  const [x, y, z, w] = [0, 1, 2, 3].map((i) => (i === word ? mask : 0))
  withConstant(PAND, X, x, y, z, w)
  move(d, a)
  withConstant(PAND, d, ~x, ~y, ~z, ~w)
  op(POR, d, X)
}
function insertWord(d: number, s: number, lane: number): void {
  op(PINSRW, d, s)
  byte(lane)
}
/** The lower half of X as one of d. */
function insertHalf(d: number, a: number, lane: number): void {
  move(d, a)
  if (lane > 0) op(PUNPCKLQDQ, d, X)
  else rr(0xf2, 0, 0x110, d, X)
}

export const REPLACE: Record<string, IntoLane> = {
  'i8x16.replace_lane': (d, a, b, lane) => {
    op(MOVD, X, b)
    splatByte(X)
    merge(d, a, lane >> 2, 0xff << (8 * (lane & 3)))
  },
  'i16x8.replace_lane': (d, a, b, lane) => {
    move(d, a)
    insertWord(d, b, lane)
  },
  'i32x4.replace_lane': (d, a, b, lane) => {
    move(d, a)
    insertWord(d, b, 2 * lane)
    rr(0, 0, 0x8b, R11, b)
    shiftRight(R11, 16)
    insertWord(d, R11, 2 * lane + 1)
  },
  'i64x2.replace_lane': (d, a, b, lane) => {
    rr(0x66, 1, MOVD, X, b)
    insertHalf(d, a, lane)
  },
  'f32x4.replace_lane': (d, a, b, lane) => {
    if (lane > 0) {
      pshufd(X, b, 0)
      return merge(d, a, lane, -1)
    }
    move(X, b)
    move(d, a)
    rr(0xf3, 0, 0x110, d, X)
  },
  'f64x2.replace_lane': (d, a, b, lane) => {
    move(X, b)
    insertHalf(d, a, lane)
  },
}

/** Which bytes lie in lanes that are zero, as bits of r11. */
function zeroLanes(compare: number, a: number): void {
  zero(X)
  op(compare, X, a)
  op(PMOVMSKB, R11, X)
}
/** "equal" and "not equal" */
const E = 4
const NE = 5
const allTrue =
  (compare: number) =>
  (a: number): Condition => {
    zeroLanes(compare, a)
    rr(0, 0, 0x85, R11, R11)
    return E
  }
export const TEST: Record<string, (a: number) => Condition> = {
  'v128.any_true': (a) => {
    zeroLanes(PCMPEQB, a)
    ri(0, 7, R11, 0xffff)
    return NE
  },
  'i8x16.all_true': allTrue(PCMPEQB),
  'i16x8.all_true': allTrue(PCMPEQW),
  'i32x4.all_true': allTrue(PCMPEQD),
}

const MOVMSKPS = 0x150
export const BITS: Record<string, Unary> = {
  'i8x16.bitmask': (d, a) => op(PMOVMSKB, d, a),
  'i16x8.bitmask': (d, a) => {
    // Signs of words are those of the bytes that they saturate to.
    move(X, a)
    op(PACKSSWB, X, X)
    op(PMOVMSKB, d, X)
    extendByte(MOVZX_BYTE, d)
  },
  'i32x4.bitmask': (d, a) => rr(0, 0, MOVMSKPS, d, a),
  'i64x2.bitmask': (d, a) => op(MOVMSKPS, d, a),
}
