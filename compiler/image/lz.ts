/**
 * A simple form of LZ77 for files that are made with the package: literals and copies in turn, all numbers LEB128. Variants
 * of one runtime differ little, and a copy may come from any distance.
 */
import { Writer } from './bytes.ts'

const SHORTEST = 4
/** From here on a call of copyWithin is faster than a loop. */
const LONG = 32
/** Earlier places with the same beginning that are looked at. */
const CANDIDATES = 32

/** @param known so many bytes of the beginning are left out: whoever decompresses has them */
export function compress(bytes: Uint8Array, known = 0): Uint8Array {
  const out = new Writer(bytes.length >> 1).uleb(bytes.length)
  const latest = new Map<number, number>()
  const previous = new Int32Array(bytes.length)
  let literals = known
  for (let at = 0; at < bytes.length;) {
    const match = at < known ? { length: 0, distance: 0 } : longest(bytes, at, latest, previous)
    const step = Math.max(1, match.length)
    if (match.length > 0) {
      out.uleb(at - literals).put(bytes.subarray(literals, at))
      out.uleb(match.length).uleb(match.distance)
      literals = at + step
    }
    for (let i = at; i < at + step; i++) {
      const key = beginning(bytes, i)
      previous[i] = latest.get(key) ?? -1
      latest.set(key, i)
    }
    at += step
  }
  return out
    .uleb(bytes.length - literals)
    .put(bytes.subarray(literals))
    .finish()
}

const beginning = (bytes: Uint8Array, at: number): number =>
  bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)

function longest(
  bytes: Uint8Array,
  at: number,
  latest: ReadonlyMap<number, number>,
  previous: Int32Array,
): { length: number; distance: number } {
  const best = { length: 0, distance: 0 }
  if (at + SHORTEST > bytes.length) return best
  let from = latest.get(beginning(bytes, at)) ?? -1
  for (let tried = 0; from >= 0 && tried < CANDIDATES; tried++, from = previous[from]) {
    let length = 0
    while (at + length < bytes.length && bytes[from + length] === bytes[at + length]) length++
    if (length >= SHORTEST && length > best.length) Object.assign(best, { length, distance: at - from })
  }
  return best
}

/** Short pieces are copied by a loop. */
function copyLiterals(from: Uint8Array, at: number, count: number, to: Uint8Array, place: number): void {
  if (count > LONG) to.set(from.subarray(at, at + count), place)
  else for (let i = 0; i < count; i++) to[place + i] = from[at + i]
}

/**
 * @param wanted so many bytes of what was compressed, at least
 * @param known the beginning, where it was left out
 * @throws RangeError if it was not made by {@link compress}
 */
export function decompress(bytes: Uint8Array, wanted = Infinity, known?: Uint8Array): Uint8Array {
  let at = 0
  const uleb = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
      if (at > bytes.length) throw new RangeError('cut short')
    }
  }
  const out = new Uint8Array(uleb())
  if (known !== undefined) out.set(known)
  for (let to = known?.length ?? 0; ;) {
    const literals = uleb()
    if (at + literals > bytes.length) throw new RangeError('cut short')
    copyLiterals(bytes, at, literals, out, to)
    at += literals
    to += literals
    if (to >= Math.min(wanted, out.length)) return out
    const length = uleb()
    const distance = uleb()
    if (distance === 0 || distance > to) throw new RangeError('a copy from outside')
    if (length > LONG && distance >= length) {
      out.copyWithin(to, to - distance, to - distance + length)
      to += length
    } else for (let i = 0; i < length; i++, to++) out[to] = out[to - distance]
  }
}
