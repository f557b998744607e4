/** Integer instructions of x86-64. */
import { ADD, AND, MUL, NE, SUB, flags } from '../assembler.ts'
import { byte, code, word32 } from '../code.ts'
import { bound } from '../labels.ts'
import { constant64, mem, R11, ri, rm, rr, rr8, rx, RSP, scaled } from './encode.ts'

/** op reg, r/m by ADD, SUB, AND, OR, XOR, MUL; and the extension of the form with an immediate. */
const ALU = [0x03, 0x2b, 0x23, 0x0b, 0x33, 0x1af]
const ALU_IMMEDIATE = [0, 5, 4, 1, 6]
/** The extension of shifts by SHL, SHR_S, SHR_U, ROTL, ROTR. */
export const SHIFT = [4, 7, 5, 0, 1]
/** Condition codes by comparison. */
const CONDITION = [4, 5, 12, 2, 15, 7, 14, 6, 13, 3]

/** Equal, and unequal, of floats: two flags. */
export const FLOAT_EQ = 16
export const FLOAT_NE = 17

export function move64(d: number, s: number): void {
  if (d !== s) rr(0, 1, 0x8b, d, s)
}
/** The upper half of a register with 32 bits is zero, or nobody's. */
export function moveW(w: number, d: number, s: number): void {
  if (d !== s) rr(0, w, 0x8b, d, s)
}

export function constantInto(w: number, d: number, lo: number, hi: number): void {
  if (lo === 0 && (w === 0 || hi === 0) && !flags.live) rr(0, 0, 0x33, d, d)
  else if (w === 0 || hi === 0) {
    if (d > 7) byte(0x41)
    byte(0xb8 | (d & 7))
    word32(lo)
  } else if (hi === lo >> 31) {
    rr(0, 1, 0xc7, 0, d)
    word32(lo)
  } else if (lo === 0 && (hi & (hi - 1)) === 0 && !flags.live) {
    // One bit, as where memories lie: xor; bts.
    rr(0, 0, 0x33, d, d)
    rr(0, 1, 0x1ba, 5, d)
    byte(63 - Math.clz32(hi))
  } else {
    byte(0x48 | (d >> 3))
    byte(0xb8 | (d & 7))
    word32(lo)
    word32(hi)
  }
}

/** What the flags are of, by the place behind the instruction that set them; and the last comparison with 0 that they are right for. */
export const tested = { at: -1, bits: 0, last: 0 }

/** The flags are of the result of `op`, in `d`; of shifts as of a difference. */
function noteFlags(op: number, w: number, d: number): void {
  if (op === MUL) return
  tested.at = code.at
  tested.bits = 2 * d + w
  // Carry and overflow are cleared by and, or, xor, as by what compares with 0; of sums only equality is known.
  tested.last = op === ADD || op === SUB ? NE : 9
}

export function alu(op: number, w: number, d: number, a: number, b: number): void {
  if (op === ADD && d !== a && d !== b) return rx(0, w, 0x8d, d, a, b, 0, 0)
  aluInto(op, w, d, a, b)
  noteFlags(op, w, d)
}

function aluInto(op: number, w: number, d: number, a: number, b: number): void {
  if (d === a) rr(0, w, ALU[op], d, b)
  else if (d === b) {
    if (op !== SUB) rr(0, w, ALU[op], d, a)
    else {
      rr(0, w, 0xf7, 3, d)
      rr(0, w, 0x03, d, a)
    }
  } else {
    moveW(w, d, a)
    rr(0, w, ALU[op], d, b)
  }
}

export function aluConstant(op: number, w: number, d: number, a: number, value: number): void {
  if (op === MUL) return multiplyConstant(w, d, a, value)
  if (op === AND && value === 0xff) return rr8(0, 0x1b6, d, a, a)
  if (op === AND && value === 0xffff) return rr(0, 0, 0x1b7, d, a)
  if (d !== a) {
    if (op === ADD) return rm(0, w, 0x8d, d, a, value)
    if (op === SUB && value !== -0x80000000) return rm(0, w, 0x8d, d, a, -value)
    moveW(w, d, a)
  }
  ri(w, ALU_IMMEDIATE[op], d, value)
  noteFlags(op, w, d)
}

function multiplyConstant(w: number, d: number, a: number, value: number): void {
  if (value === 3 || value === 5 || value === 9) rx(0, w, 0x8d, d, a, a, value === 3 ? 1 : value === 5 ? 2 : 3, 0)
  else if (value > 0 && (value & (value - 1)) === 0) shiftConstant(0, w, d, a, 31 - Math.clz32(value))
  else if (value >= -128 && value < 128) {
    rr(0, w, 0x6b, d, a)
    byte(value)
  } else {
    rr(0, w, 0x69, d, a)
    word32(value)
  }
}

export function aluFrame(op: number, w: number, d: number, a: number, offset: number): void {
  moveW(w, d, a)
  rm(0, w, ALU[op], d, RSP, offset)
}

export function aluMemory(op: number, w: number, d: number, a: number): void {
  moveW(w, d, a)
  mem(0, w, ALU[op], d)
}

export function shiftConstant(op: number, w: number, d: number, a: number, count: number): void {
  moveW(w, d, a)
  if (count === 0) return
  if (count === 1) rr(0, w, 0xd1, SHIFT[op], d)
  else {
    rr(0, w, 0xc1, SHIFT[op], d)
    byte(count)
  }
  if (SHIFT[op] >= 4) noteFlags(SUB, w, d)
}

export function addShifted(w: number, d: number, a: number, b: number, count: number): void {
  rx(0, w, 0x8d, d, a, b, count, 0)
}

export function addThree(w: number, d: number, a: number, b: number, count: number, value: number): void {
  if (a >= 0) rx(0, w, 0x8d, d, a, b, count, value)
  else scaled(w, d, b, count, value)
}

export function compare(w: number, kind: number, a: number, b: number): number {
  rr(0, w, 0x3b, a, b)
  return CONDITION[kind]
}

export function compareConstant(w: number, kind: number, a: number, value: number): number {
  if (value !== 0) ri(w, 7, a, value)
  // What was written last may have set the flags already, if no jump leads here.
  else if (tested.at !== code.at || tested.bits !== 2 * a + w || kind > tested.last || bound.at === code.at)
    rr(0, w, 0x85, a, a)
  return CONDITION[kind]
}

export function compareAt(w: number, kind: number, base: number, offset: number, value: number): number {
  if (value >= -128 && value < 128) {
    rm(0, w, 0x83, 7, base, offset)
    byte(value)
  } else {
    rm(0, w, 0x81, 7, base, offset)
    word32(value)
  }
  return CONDITION[kind]
}

export const compareFrameConstant = (w: number, kind: number, offset: number, value: number): number =>
  compareAt(w, kind, RSP, offset, value)

export function compareMemory(w: number, kind: number, a: number): number {
  mem(0, w, 0x3b, a)
  return CONDITION[kind]
}

export const negate = (condition: number): number => condition ^ 1

export function set(condition: number, d: number): void {
  if (condition < 16) {
    rr8(0, 0x190 | condition, 0, d, d)
    rr8(0, 0x1b6, d, d, d)
    return
  }
  // Equal: no parity and zero; unequal: parity or not zero.
  const equal = condition === FLOAT_EQ
  rr8(0, equal ? 0x19b : 0x19a, 0, R11, R11)
  rr8(0, equal ? 0x194 : 0x195, 0, d, d)
  rr8(0, equal ? 0x22 : 0x0a, d, R11, R11 > d ? R11 : d)
  rr8(0, 0x1b6, d, d, d)
}

export function clz(w: number, d: number, a: number): void {
  const bits = w ? 64 : 32
  constant64(R11, 2 * bits - 1)
  rr(0, w, 0x1bd, d, a)
  rr(0, w, 0x144, d, R11)
  ri(w, 6, d, bits - 1)
}

export function ctz(w: number, d: number, a: number): void {
  constant64(R11, w ? 64 : 32)
  rr(0, w, 0x1bc, d, a)
  rr(0, w, 0x144, d, R11)
}

export function zeroExtend(d: number, a: number): void {
  rr(0, 0, 0x8b, d, a)
}

export function signExtend(opcode: number, d: number, a: number): void {
  switch (opcode) {
    case 0xc0:
      return rr8(0, 0x1be, d, a, a)
    case 0xc1:
      return rr(0, 0, 0x1bf, d, a)
    case 0xc2:
      return rr8(1, 0x1be, d, a, a)
    case 0xc3:
      return rr(0, 1, 0x1bf, d, a)
    default:
      return rr(0, 1, 0x63, d, a)
  }
}
