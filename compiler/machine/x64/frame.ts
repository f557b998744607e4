/** Functions' beginnings and ends on x86-64. */
import { byte, code, patch32, word32, room } from '../code.ts'
import { OutOfReach, reach } from '../labels.ts'
import { constant64, R10, R11, RAX, ri, rm, rr, RSP, stackPointer } from './encode.ts'
import { tested } from './integer.ts'
import { nop } from './loops.ts'
import { hasTraps } from '../traps.ts'

/** Frames that could jump over a guard page touch each of their pages. */
const PROBED = 4096
/** No stack is that large. */
const TOO_LARGE = 0x4000000

let saved: readonly number[] = []
let frameAt = 0

/** Frames that are expected to be small have an immediate of one byte. */
const SMALL = 128
const EXPECTED = 64
let small = false

export function enter(registers: readonly number[], incoming: boolean, bytes: number): void {
  saved = registers
  for (const register of registers) push(register)
  if (incoming) rm(0, 1, 0x8d, R10, RSP, 8 + 8 * registers.length)
  frameAt = code.at
  small = !reach.far && bytes <= EXPECTED
  byte(0x48)
  byte(small ? 0x83 : 0x81)
  byte(0xec)
  if (small) byte(0)
  else word32(0)
  stackPointer.used = false
  tested.at = -1
}

function push(register: number): void {
  if (register > 7) byte(0x41)
  byte(0x50 | (register & 7))
}

/** Nothing, for a function that neither uses its frame nor calls. */
export function frameSize(bytes: number): number {
  if (!stackPointer.used && !hasTraps()) return 0
  const misaligned = (8 + 8 * saved.length + bytes) & 15
  return bytes + (misaligned ? 16 - misaligned : 0)
}

export const incomingOffset = (frame: number): number => frame + 8 * saved.length + 8

export function finish(frame: number): void {
  room(128)
  if (small && frame >= SMALL) throw new OutOfReach()
  if (frame === 0) {
    const end = code.at
    code.at = frameAt
    nop(small ? 4 : 7)
    code.at = end
  } else if (small) code.bytes[frameAt + 3] = frame
  else if (frame < PROBED) patch32(frameAt + 3, frame)
  else probe(frame)
}

/** A larger frame is made out of line. */
function probe(frame: number): void {
  const { bytes } = code
  bytes[frameAt] = 0xe9
  patch32(frameAt + 1, code.at - (frameAt + 5))
  bytes[frameAt + 5] = 0x66
  bytes[frameAt + 6] = 0x90
  // mov r11, frame; mov rax, rsp; sub rax, 4096; test [rax], eax; sub r11, 4096; ja; sub rax, r11; mov rsp, rax. Counted, since a
  // frame may be larger than the address that its stack lies at; and rsp stays where there is room for what Windows tells of a fault.
  constant64(R11, Math.min(frame, TOO_LARGE))
  rr(0, 1, 0x8b, RAX, RSP)
  const loop = code.at
  ri(1, 5, RAX, 4096)
  rm(0, 0, 0x85, RAX, RAX, 0)
  ri(1, 5, R11, 4096)
  byte(0x77)
  byte(loop - code.at - 1)
  rr(0, 1, 0x2b, RAX, R11)
  rr(0, 1, 0x8b, RSP, RAX)
  byte(0xe9)
  word32(frameAt + 7 - (code.at + 4))
}

function restore(frame: number): void {
  if (frame) ri(1, 0, RSP, frame)
  for (let i = saved.length - 1; i >= 0; i--) {
    if (saved[i] > 7) byte(0x41)
    byte(0x58 | (saved[i] & 7))
  }
}

export function leave(frame: number, pop: number): void {
  restore(frame)
  if (pop === 0) {
    byte(0xc3)
    return
  }
  byte(0xc2)
  byte(pop)
  byte(pop >> 8)
}

/** Up to the jump. */
export function leaveBefore(frame: number, pop: number, outgoing: number): void {
  if (pop === 0 && outgoing === 0) {
    restore(frame)
    return
  }
  // Saved registers first: what is moved may overwrite them. Then the return address, in r11; arguments from the last one.
  let at = frame
  for (let i = saved.length - 1; i >= 0; i--, at += 8) rm(0, 1, 0x8b, saved[i], RSP, at)
  rm(0, 1, 0x8b, R11, RSP, at)
  const top = at + pop - outgoing
  for (let offset = outgoing - 8; offset >= 0; offset -= 8) {
    room(32)
    rm(0, 1, 0x8b, R10, RSP, offset)
    rm(0, 1, 0x89, R10, RSP, top + 8 + offset)
  }
  rm(0, 1, 0x89, R11, RSP, top)
  rm(0, 1, 0x8d, RSP, RSP, top)
}
