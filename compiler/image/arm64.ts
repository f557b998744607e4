/** Fields of arm64's instructions that linkers read and write (Arm Architecture Reference Manual, C4 and C6). */

/** The bytes that ldr or str with an unsigned immediate accesses, as a power of two. */
export function accessSize(instruction: number): number {
  const vector = (instruction & 0x04000000) !== 0
  return vector && instruction & 0x00800000 && instruction >>> 30 === 0 ? 4 : instruction >>> 30
}

/** The immediate of adr and adrp, sign-extended. */
export const readAdr = (instruction: number): number =>
  (((((instruction >> 5) & 0x7ffff) << 2) | ((instruction >>> 29) & 3) | 0) << 11) >> 11

export const withAdr = (instruction: number, value: number): number =>
  ((instruction & 0x9f00001f) | ((value & 3) << 29) | (((value >> 2) & 0x7ffff) << 5)) >>> 0

/** The unsigned immediate of add, ldr and str. */
export const readImmediate12 = (instruction: number): number => (instruction >> 10) & 0xfff

export const withImmediate12 = (instruction: number, value: number): number =>
  ((instruction & ~0x003ffc00) | ((value & 0xfff) << 10)) >>> 0

/** The immediate of movz. */
export const withImmediate16 = (instruction: number, value: number): number =>
  ((instruction & ~0x001fffe0) | ((value & 0xffff) << 5)) >>> 0

/** `add xd, xn, #0` in place of `ldr xd, [xn]`. */
export const addInsteadOfLoad = (instruction: number): number => (0x91000000 | (instruction & 0x3ff)) >>> 0
