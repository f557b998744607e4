/** Constants that instructions of a function refer to: behind it, where they reach them. */
import { code, Numbers, room, word32 } from '../code.ts'
import { OutOfReach, reach } from '../labels.ts'

/** ldr (literal) of 4, 8 and 16 bytes into a vector register. */
const LDR_S = 0x1c000000
const LDR_D = 0x5c000000
const LDR_Q = 0x9c000000

/** Words of constants, where each begins, and how many words it has. */
const words = new Numbers()
const starts = new Numbers()
const sizes = new Numbers()
/** Instructions, and the constants that they load. */
const uses = new Numbers()

/** Constants that are looked through for an equal one. */
const WINDOW = 32

export function beginPool(): void {
  words.length = starts.length = sizes.length = uses.length = 0
}

function find(size: number, a: number, b: number, c: number, d: number): number {
  const { values } = words
  for (let i = starts.length - 1; i >= 0 && i >= starts.length - WINDOW; i--) {
    if (sizes.values[i] !== size) continue
    const at = starts.values[i]
    if (values[at] !== a || (size > 1 && values[at + 1] !== b)) continue
    if (size < 4 || (values[at + 2] === c && values[at + 3] === d)) return i
  }
  starts.push(words.length)
  sizes.push(size)
  words.push(a)
  if (size > 1) words.push(b)
  if (size > 2) {
    words.push(c)
    words.push(d)
  }
  return starts.length - 1
}

function load(op: number, d: number, constant: number): void {
  uses.push(code.at)
  uses.push(constant)
  word32(op | (d & 31))
}

/** False in functions whose ends may be out of reach: the constant must be made otherwise. */
export function loadWord(isDouble: boolean, d: number, lo: number, hi: number): boolean {
  if (reach.far) return false
  load(isDouble ? LDR_D : LDR_S, d, find(isDouble ? 2 : 1, lo, hi, 0, 0))
  return true
}

export function loadVector(d: number, a: number, b: number, c: number, e: number): boolean {
  if (reach.far) return false
  load(LDR_Q, d, find(4, a, b, c, e))
  return true
}

/** Behind the function. */
export function endPool(): void {
  if (words.length === 0) return
  room(4 * words.length + 16)
  const start = code.at
  for (let i = 0; i < words.length; i++) word32(words.values[i])
  const end = code.at
  for (let i = 0; i < uses.length; i += 2) {
    const at = uses.values[i]
    const distance = start + 4 * starts.values[uses.values[i + 1]] - at
    if (distance >= 1 << 20) throw new OutOfReach()
    code.at = at
    const { bytes } = code
    const op = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    word32(op | ((distance >> 2) << 5))
  }
  code.at = end
}
