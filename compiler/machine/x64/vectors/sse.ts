/** Forms of SSE2 instructions, and what several vector instructions are made of. X is lost in each. */
import { byte } from '../../code.ts'
import { ripHead, rr, XMM15 as X } from '../encode.ts'
import { moveFloat as move } from '../float.ts'
import { vectorDistance } from '../pool.ts'

/** Opcodes behind the prefix 66, by the manual's names. */
export const PUNPCKLBW = 0x160
export const PUNPCKLWD = 0x161
export const PUNPCKLDQ = 0x162
export const PACKSSWB = 0x163
export const PCMPGTB = 0x164
export const PCMPGTW = 0x165
export const PCMPGTD = 0x166
export const PACKUSWB = 0x167
export const PUNPCKHBW = 0x168
export const PUNPCKHWD = 0x169
export const PUNPCKHDQ = 0x16a
export const PUNPCKLQDQ = 0x16c
export const PUNPCKHQDQ = 0x16d
export const MOVD = 0x16e
export const PSHUF = 0x170
export const SHIFT_WORDS = 0x171
export const SHIFT_DOUBLEWORDS = 0x172
export const SHIFT_QUADWORDS = 0x173
export const PCMPEQB = 0x174
export const PCMPEQW = 0x175
export const PCMPEQD = 0x176
export const MOVD_TO = 0x17e
export const PINSRW = 0x1c4
export const PEXTRW = 0x1c5
export const PSRLW = 0x1d1
export const PSRLD = 0x1d2
export const PSRLQ = 0x1d3
export const PADDQ = 0x1d4
export const PMULLW = 0x1d5
export const PMOVMSKB = 0x1d7
export const PMINUB = 0x1da
export const PAND = 0x1db
export const PANDN = 0x1df
export const PSRAW = 0x1e1
export const PSRAD = 0x1e2
export const PMULHUW = 0x1e4
export const PMULHW = 0x1e5
export const POR = 0x1eb
export const PMAXSW = 0x1ee
export const PXOR = 0x1ef
export const PSLLW = 0x1f1
export const PSLLD = 0x1f2
export const PSLLQ = 0x1f3
export const PMULUDQ = 0x1f4
export const PMADDWD = 0x1f5
export const PSUBB = 0x1f8
export const PSUBW = 0x1f9
export const PSUBD = 0x1fa
export const PSUBQ = 0x1fb
export const PADDW = 0x1fd
export const PADDD = 0x1fe
/** Behind no prefix, for packed singles, or behind 66, for doubles. */
export const CMPPS = 0x1c2
export const MINPS = 0x15d
export const MAXPS = 0x15f
/** Extensions of the groups of shifts by a constant. */
export const RIGHT = 2
export const RIGHT_SIGNED = 4
export const LEFT = 6
export const BYTES_RIGHT = 3
export const BYTES_LEFT = 7

/** For pshufd: the upper doublewords of both halves. */
export const ODD = 0xf5

export const op = (opcode: number, d: number, s: number): void => rr(0x66, 0, opcode, d, s)

/** d = d op a constant: 16 bytes, as words. */
export function withConstant(opcode: number, d: number, a: number, b = a, c = a, e = b): void {
  ripHead(0x66, 0, opcode, d)
  vectorDistance(a, b, c, e)
}

export function shiftBy(group: number, extension: number, d: number, count: number): void {
  rr(0x66, 0, group, extension, d & 15)
  byte(count)
}

export function pshufd(d: number, s: number, order: number): void {
  op(PSHUF, d, s)
  byte(order)
}

export const zero = (d: number): void => op(PXOR, d, d)

/** d = not d */
export function complement(d: number): void {
  op(PCMPEQD, X, X)
  op(PXOR, d, X)
}

/** d = a op b, of an instruction that writes over its first operand. */
export function ordered(pre: number, opcode: number, d: number, a: number, b: number, tail = -1): void {
  const target = d === b && d !== a ? X : d
  move(target, a)
  rr(pre, 0, opcode, target, b)
  if (tail >= 0) byte(tail)
  move(d, target)
}

/** Its lowest byte, in all bytes of d. */
export function splatByte(d: number): void {
  op(PUNPCKLBW, d, d)
  rr(0xf2, 0, PSHUF, d, d)
  byte(0)
  pshufd(d, d, 0x44)
}

/** Lanes of half the width become lanes: their signs or zeros are what is put between. */
export function extend(unpack: number, isSigned: boolean, d: number, a: number): void {
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
