/** Shifts of lanes. */
import type { Unary } from '../../vectors.ts'
import { XMM15 as X } from '../encode.ts'
import { moveFloat as move } from '../float.ts'
import {
  LEFT,
  PACKSSWB,
  PACKUSWB,
  PAND,
  PCMPEQD,
  PCMPEQW,
  PSLLD,
  PSLLQ,
  PSLLW,
  PSRAD,
  PSRAW,
  PSRLD,
  PSRLQ,
  PSRLW,
  PSUBQ,
  PUNPCKHBW,
  PUNPCKLBW,
  PXOR,
  RIGHT,
  RIGHT_SIGNED,
  SHIFT_DOUBLEWORDS,
  SHIFT_QUADWORDS,
  SHIFT_WORDS,
  op,
  shiftBy,
} from './sse.ts'

export interface Shift {
  /** By a number in a vector register. */
  opcode: number
  group: number
  extension: number
}
export const SHIFT: Record<string, Shift> = {
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
export const COMPOSED: Record<string, Unary> = {
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
