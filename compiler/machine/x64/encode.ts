/**
 * Forms of x86-64 instructions. Registers are those of the neutral part; their low four bits are the processor's. An opcode
 * is a byte, or 0x100, 0x200, 0x300 and a byte for those behind 0f, 0f 38 and 0f 3a. `pre` is 0 or the prefix 66, f2, f3.
 */
import { Reloc } from '../../image/object.ts'
import { byte, code, relocate, word32 } from '../code.ts'
import { memory } from '../assembler.ts'

export const RAX = 0
export const RCX = 1
export const RDX = 2
export const RBX = 3
export const RSP = 4
export const RBP = 5
export const RSI = 6
export const RDI = 7
export const R8 = 8
export const R9 = 9
export const R10 = 10
export const R11 = 11
export const R12 = 12
export const R13 = 13
export const R14 = 14
export const R15 = 15
export const XMM0 = 32
export const XMM15 = 47

function opcode(op: number): void {
  if (op > 255) {
    byte(0x0f)
    if (op >= 0x300) byte(0x3a)
    else if (op >= 0x200) byte(0x38)
  }
  byte(op)
}

/** op reg, rm: two registers. */
export function rr(pre: number, w: number, op: number, reg: number, rm: number): void {
  if (pre) byte(pre)
  const rex = (w << 3) | ((reg >> 1) & 4) | ((rm >> 3) & 1)
  if (rex) byte(0x40 | rex)
  opcode(op)
  byte(0xc0 | ((reg & 7) << 3) | (rm & 7))
}

/** The same where a byte register may be among them: sil, dil need a prefix. */
export function rr8(w: number, op: number, reg: number, rm: number, byteReg: number): void {
  const rex = (w << 3) | ((reg >> 1) & 4) | ((rm >> 3) & 1)
  if (rex || byteReg > 3) byte(0x40 | rex)
  opcode(op)
  byte(0xc0 | ((reg & 7) << 3) | (rm & 7))
}

/** Whether the function that is being written has used its frame, or needs the stack aligned for a call. */
export const stackPointer = { used: false }

/** op reg, [base + disp] */
export function rm(pre: number, w: number, op: number, reg: number, base: number, disp: number): void {
  if (base === RSP) stackPointer.used = true
  if (pre) byte(pre)
  const rex = (w << 3) | ((reg >> 1) & 4) | ((base >> 3) & 1)
  if (rex) byte(0x40 | rex)
  opcode(op)
  displaced(reg, base, disp)
}

function displaced(reg: number, base: number, disp: number): void {
  const field = (reg & 7) << 3
  const low = base & 7
  if (disp === 0 && low !== 5) byte(field | low)
  else if (disp >= -128 && disp < 128) byte(0x40 | field | low)
  else byte(0x80 | field | low)
  if (low === 4) byte(0x24)
  if (disp === 0 && low !== 5) return
  if (disp >= -128 && disp < 128) byte(disp)
  else word32(disp)
}

/** op reg, [base + (index << scale) + disp] */
export function rx(
  pre: number,
  w: number,
  op: number,
  reg: number,
  base: number,
  index: number,
  scale: number,
  disp: number,
): void {
  if (pre) byte(pre)
  const rex = (w << 3) | ((reg >> 1) & 4) | ((index >> 2) & 2) | ((base >> 3) & 1)
  if (rex) byte(0x40 | rex)
  opcode(op)
  const field = ((reg & 7) << 3) | 4
  const sib = (scale << 6) | ((index & 7) << 3) | (base & 7)
  if (disp === 0 && (base & 7) !== 5) {
    byte(field)
    byte(sib)
  } else if (disp >= -128 && disp < 128) {
    byte(0x40 | field)
    byte(sib)
    byte(disp)
  } else {
    byte(0x80 | field)
    byte(sib)
    word32(disp)
  }
}

/** lea d, [(index << scale) + disp] */
export function scaled(w: number, d: number, index: number, scale: number, disp: number): void {
  const rex = (w << 3) | ((d >> 1) & 4) | ((index >> 2) & 2)
  if (rex) byte(0x40 | rex)
  byte(0x8d)
  byte(((d & 7) << 3) | 4)
  byte((scale << 6) | ((index & 7) << 3) | 5)
  word32(disp)
}

/** op reg, [rip + distance to symbol + addend]; `tail`: bytes of an immediate that follow. */
export function rip(pre: number, w: number, op: number, reg: number, symbol: number, addend: number, tail = 0): void {
  ripHead(pre, w, op, reg)
  relocate(Reloc.REL32, symbol, addend - 4 - tail)
  code.at += 4
}

/** The same up to the distance, which the caller writes. */
export function ripHead(pre: number, w: number, op: number, reg: number): void {
  if (pre) byte(pre)
  const rex = (w << 3) | ((reg >> 1) & 4)
  if (rex) byte(0x40 | rex)
  opcode(op)
  byte(((reg & 7) << 3) | 5)
}

/** Where memory lies whose accesses need no base register; undefined where all need one. */
export const low = { base: 0 }

/**
 * op reg, [memory]; `byteReg`: reg is a byte. Displacements out of reach go through r11.
 */
export function mem(pre: number, w: number, op: number, reg: number, byteReg = false): void {
  let { base, disp } = memory
  const { index } = memory
  if (base < 0) disp += low.base
  if (disp > 0x7fffffff) {
    constant64(R11, disp)
    if (base >= 0) rr(0, 1, 0x03, R11, base)
    base = R11
    disp = 0
  }
  if (pre) byte(pre)
  const rex =
    (w << 3) |
    ((reg >> 1) & 4) |
    (index >= 0 && base >= 0 ? (index >> 2) & 2 : 0) |
    ((base >= 0 ? base : index) < 0 ? 0 : ((base >= 0 ? base : index) >> 3) & 1)
  if (rex || (byteReg && (reg & 15) > 3)) byte(0x40 | rex)
  opcode(op)
  if (base < 0 && index < 0) {
    byte(((reg & 7) << 3) | 4)
    byte(0x25)
    word32(disp)
  } else if (base < 0) displaced(reg, index, disp)
  else if (index < 0) displaced(reg, base, disp)
  else {
    const field = ((reg & 7) << 3) | 4
    const sib = ((index & 7) << 3) | (base & 7)
    if (disp === 0 && (base & 7) !== 5) {
      byte(field)
      byte(sib)
    } else if (disp < 128) {
      byte(0x40 | field)
      byte(sib)
      byte(disp)
    } else {
      byte(0x80 | field)
      byte(sib)
      word32(disp)
    }
  }
}

/** An address or offset below 2^53. */
export function constant64(d: number, value: number): void {
  const hi = Math.floor(value / 0x100000000)
  if (hi === 0) {
    if (d > 7) byte(0x41)
    byte(0xb8 | (d & 7))
    word32(value)
    return
  }
  byte(0x48 | (d >> 3))
  byte(0xb8 | (d & 7))
  word32(value)
  word32(hi)
}

/** The group of operations with an immediate, /extension. */
export function ri(w: number, extension: number, rm: number, value: number): void {
  if (value >= -128 && value < 128) {
    rr(0, w, 0x83, extension, rm)
    byte(value)
  } else {
    rr(0, w, 0x81, extension, rm)
    word32(value)
  }
}
