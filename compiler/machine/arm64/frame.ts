/** Functions' beginnings and ends on arm64. */
import { code, patch32, room, word32 } from '../code.ts'
import { I64 } from '../types.ts'
import { A64, HI, immediate12, LR, pair, SP, withStackPointer, X15, X17, ZR } from './encode.ts'
import { addNumber, number } from './integer.ts'
import { loadFrame, storeFrame } from './memory.ts'
import { endPool } from './pool.ts'

/** Frames that could jump over a guard page touch each of their pages. */
const PROBED = 4096
/** No stack is that large. */
const TOO_LARGE = 0x4000000

/** The return address, then what else the function saves: pairs, from the stack pointer of then upward. */
let saved: number[] = []
let start = 0
let frameAt = 0
/** Functions that call nothing, need no frame and save nothing have no beginning. */
let mayBeBare = false
export const calls = { any: false }

const savedBytes = (): number => 8 * saved.length

export function enter(registers: readonly number[], incoming: number): void {
  saved = [LR, ...registers]
  if (saved.length & 1) saved.push(ZR)
  calls.any = false
  mayBeBare = registers.length === 0 && incoming < 0
  start = code.at
  pair(A64.STP_BEFORE, saved[0], saved[1], SP, -savedBytes())
  for (let i = 2; i < saved.length; i += 2) pair(A64.STP, saved[i], saved[i + 1], SP, 8 * i)
  if (incoming >= 0) immediate12(A64.ADD_IMMEDIATE, 1, incoming, SP, savedBytes())
  frameAt = code.at
  word32(A64.NOP)
}

const isBare = (frame: number): boolean => mayBeBare && frame === 0 && !calls.any

export const frameSize = (bytes: number): number => (bytes + 15) & -16

export const incomingOffset = (frame: number): number => frame + (isBare(frame) ? 0 : savedBytes())

export function finish(frame: number): void {
  room(128)
  if (isBare(frame)) patch32(start, A64.NOP)
  else if (frame >= PROBED) probe(frame)
  else if (frame > 0) {
    const end = code.at
    code.at = frameAt
    immediate12(A64.SUB_IMMEDIATE, 1, SP, SP, frame)
    code.at = end
  }
  endPool()
}

/** A larger frame is made out of line. */
function probe(frame: number): void {
  patch32(frameAt, A64.B | (((code.at - frameAt) >> 2) & 0x3ffffff))
  // Counted, since a frame may be larger than the address that its stack lies at.
  number(X17, Math.min(frame, TOO_LARGE))
  immediate12(A64.ADD_IMMEDIATE, 1, X15, SP, 0)
  immediate12(A64.SUB_IMMEDIATE, 1, X15, X15, 1, 1)
  // ldr xzr, [x15]
  word32(0xf9400000 | (X15 << 5) | ZR)
  immediate12(A64.SUBS_IMMEDIATE, 1, X17, X17, 1, 1)
  word32(A64.B_CONDITION | ((-3 & 0x7ffff) << 5) | HI)
  withStackPointer(A64.SUB, SP, X15, X17)
  word32(A64.B | (((frameAt + 4 - code.at) >> 2) & 0x3ffffff))
}

function restore(frame: number): void {
  if (isBare(frame)) return
  addNumber(A64.ADD_IMMEDIATE, SP, SP, frame, X17)
  for (let i = 2; i < saved.length; i += 2) pair(A64.LDP, saved[i], saved[i + 1], SP, 8 * i)
  pair(A64.LDP_AFTER, saved[0], saved[1], SP, savedBytes())
}

export function leave(frame: number, pop: number): void {
  restore(frame)
  addNumber(A64.ADD_IMMEDIATE, SP, SP, pop, X17)
  word32(A64.RET)
}

/** Up to the jump. */
export function leaveBefore(frame: number, pop: number, outgoing: number): void {
  if (pop === 0 && outgoing === 0) return restore(frame)
  // Saved registers first: what is moved may overwrite them. Then the arguments, from the last one.
  if (!isBare(frame))
    saved.forEach((register, i) => {
      if (register !== ZR) loadFrame(I64, register, frame + 8 * i)
    })
  const top = incomingOffset(frame) + pop - outgoing
  for (let offset = outgoing - 8; offset >= 0; offset -= 8) {
    room(64)
    loadFrame(I64, X15, offset)
    storeFrame(I64, X15, top + offset)
  }
  addNumber(A64.ADD_IMMEDIATE, SP, SP, top, X17)
}
