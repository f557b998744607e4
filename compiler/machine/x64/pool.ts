/** Constants that instructions refer to: behind the module's functions, each once. */
import { byte, code, Numbers, patch32, room, word32 } from '../code.ts'

/** By high word, then low word (and size): the number of the constant. */
const known = new Map<number, Map<number, number>>()
const words = new Numbers()
/** Vectors of 16 bytes come first, by their four words; `vectors` holds each once. */
const vectorKeys = new Map<string, number>()
const vectorWords = new Numbers()
/** Distances to be written: where, and which constant; vectors as -1 - number. */
const uses = new Numbers()

export function beginPool(): void {
  known.clear()
  vectorKeys.clear()
  words.length = vectorWords.length = uses.length = 0
}

/** 8 bytes that instructions of 4 or 8 bytes read; the distance follows, `tail` bytes before the instruction's end. */
export function poolDistance(lo: number, hi: number, tail = 0): void {
  let rows = known.get(hi)
  if (rows === undefined) known.set(hi, (rows = new Map()))
  let number = rows.get(lo)
  if (number === undefined) {
    number = words.length / 2
    rows.set(lo, number)
    words.push(lo)
    words.push(hi)
  }
  use(number, tail)
}

export function vectorDistance(a: number, b: number, c: number, d: number, tail = 0): void {
  const key = `${a},${b},${c},${d}`
  let number = vectorKeys.get(key)
  if (number === undefined) {
    number = vectorWords.length / 4
    vectorKeys.set(key, number)
    for (const word of [a, b, c, d]) vectorWords.push(word)
  }
  use(-1 - number, tail)
}

/** Code from `code.at` on was thrown away. */
export function rewindPool(): void {
  while (uses.length > 0 && uses.values[uses.length - 3] >= code.at) uses.length -= 3
}

function use(number: number, tail: number): void {
  uses.push(code.at)
  uses.push(number)
  uses.push(tail)
  word32(0)
}

export function endPool(): void {
  if (uses.length === 0) return
  room(64 + (words.length + vectorWords.length) * 4)
  while (code.at & 15) byte(0xcc)
  const vectorsAt = code.at
  for (let i = 0; i < vectorWords.length; i++) word32(vectorWords.values[i])
  const at = code.at
  for (let i = 0; i < words.length; i++) word32(words.values[i])
  for (let i = 0; i < uses.length; i += 3) {
    const place = uses.values[i]
    const number = uses.values[i + 1]
    const constant = number < 0 ? vectorsAt + 16 * (-1 - number) : at + 8 * number
    patch32(place, constant - (place + 4 + uses.values[i + 2]))
  }
}
