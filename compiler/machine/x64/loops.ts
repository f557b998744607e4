/**
 * Where loops begin. Processors keep decoded instructions by lines of 64 bytes: a loop of 85 bytes took 1.28 of its time on an AMD
 * EPYC where it lay in three lines instead of two.
 */
import { byte, code } from '../code.ts'

const LINE = 64
/** Of longer loops a line more or less is no matter. */
const LONG = 256
/** Bytes of code for each of the module's: nine of ten innermost loops have less than 1.4, half of them less than 1.1. */
const EXPANSION = 1.2
/** More is not spent on it. */
const MOST = 32

/** Nops of 1 to 9 bytes, as processors' vendors recommend them. */
const NOPS = [
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0],
  [0x0f, 0x1f, 0x44, 0, 0],
  [0x66, 0x0f, 0x1f, 0x44, 0, 0],
  [0x0f, 0x1f, 0x80, 0, 0, 0, 0],
  [0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0],
  [0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0],
]

/** Moves on to the next line, if a loop of so many bytes of the module would else lie in more lines than it needs. */
export function alignLoop(bytes: number): void {
  const length = Math.round(bytes * EXPANSION)
  const before = code.at & (LINE - 1)
  const needed = Math.ceil(length / LINE)
  if (length > LONG) return
  code.alignment = LINE
  if (before + length <= needed * LINE || LINE - before > MOST) return
  nop(LINE - before)
}

export function nop(bytes: number): void {
  for (let left = bytes; left > 0; left -= NOPS.length)
    for (const part of NOPS[Math.min(left, NOPS.length) - 1]) byte(part)
}
