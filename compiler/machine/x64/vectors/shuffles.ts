/** Shuffles, which SSE2 has but some of: the others are put together of movements of bytes. */
import { XMM15 as X } from '../encode.ts'
import { moveFloat as move } from '../float.ts'
import {
  BYTES_LEFT,
  BYTES_RIGHT,
  LEFT,
  PAND,
  POR,
  PUNPCKHBW,
  PUNPCKHDQ,
  PUNPCKHQDQ,
  PUNPCKHWD,
  PUNPCKLBW,
  PUNPCKLDQ,
  PUNPCKLQDQ,
  PUNPCKLWD,
  RIGHT,
  SHIFT_DOUBLEWORDS,
  SHIFT_QUADWORDS,
  SHIFT_WORDS,
  op,
  ordered,
  pshufd,
  shiftBy,
  splatByte,
  withConstant,
} from './sse.ts'

/** Of the lanes that a shuffle takes each of the result's from, 32 bits wide; undefined where that does not say all. */
function doublewords(bytes: Uint8Array, at: number): number[] | undefined {
  const lanes: number[] = []
  for (let i = 0; i < 16; i += 4) {
    const first = bytes[at + i]
    if (first & 3) return undefined
    for (let k = 1; k < 4; k++) if (bytes[at + i + k] !== first + k) return undefined
    lanes.push(first >> 2)
  }
  return lanes
}
const orderOf = (lanes: readonly number[]): number =>
  lanes.reduce((order, lane, i) => order | ((lane & 3) << (2 * i)), 0)

/** Lanes of the operands by turns, by bytes of a lane: of their lower, then of their upper halves. */
const UNPACK: Record<number, [number, number]> = {
  1: [PUNPCKLBW, PUNPCKHBW],
  2: [PUNPCKLWD, PUNPCKHWD],
  4: [PUNPCKLDQ, PUNPCKHDQ],
  8: [PUNPCKLQDQ, PUNPCKHQDQ],
}

type Shuffle = (d: number, a: number, b: number, t: number) => void

/** Of a shuffle: bytes that are moved by one distance, or copies of the first byte of all. */
interface Movement {
  fromSecond: boolean
  /** To the left; 16: copies. */
  distance: number
  /** The bytes of the result, as words of a mask. */
  mask: [number, number, number, number]
  count: number
}
const COPIES = 16
/** More movements than these take longer than a call. */
const MAX_MOVEMENTS = 4

function movementsOf(bytes: Uint8Array, at: number, wanted: number): Movement[] {
  const found: Movement[] = []
  for (let i = 0; i < wanted; i++) {
    const lane = bytes[at + i]
    // Compilers write 0 where they do not care.
    const distance = lane === 0 && i > 0 ? COPIES : i - (lane & 15)
    const fromSecond = lane > 15
    let movement = found.find((other) => other.distance === distance && other.fromSecond === fromSecond)
    if (movement === undefined) found.push((movement = { fromSecond, distance, mask: [0, 0, 0, 0], count: 0 }))
    movement.mask[i >> 2] |= 0xff << (8 * (i & 3))
    movement.count++
  }
  return found
}

/** Bytes that a shift leaves, of those that are wanted. */
function left(distance: number, wanted: number): number {
  if (distance === COPIES) return wanted
  return Math.min(wanted, 16 + distance) - Math.max(distance, 0)
}

function shuffleByMovements(
  movements: readonly Movement[],
  wanted: number,
  d: number,
  a: number,
  b: number,
  t: number,
): void {
  movements.forEach(({ fromSecond, distance, mask, count }, i) => {
    const to = i === 0 ? t : X
    move(to, fromSecond ? b : a)
    if (distance === COPIES) splatByte(to)
    else if (distance > 0) shiftBy(SHIFT_QUADWORDS, BYTES_LEFT, to, distance)
    else if (distance < 0) shiftBy(SHIFT_QUADWORDS, BYTES_RIGHT, to, -distance)
    if (count < left(distance, wanted)) withConstant(PAND, to, ...mask)
    if (i > 0) op(POR, t, X)
  })
  move(d, t)
}

/** How a shuffle is done of which so many bytes are wanted, if it is one of those that take few instructions. */
export function findShuffle(bytes: Uint8Array, at: number, wanted: number): Shuffle | undefined {
  const all = (lane: (i: number) => number): boolean => {
    for (let i = 0; i < wanted; i++) if (bytes[at + i] !== lane(i)) return false
    return true
  }
  const of32 = doublewords(bytes, at)
  if (of32?.every((lane) => lane < 4)) return (d, a) => pshufd(d, a, orderOf(of32))
  if (of32?.every((lane) => lane >= 4)) return (d, _, b) => pshufd(d, b, orderOf(of32))
  for (const size of [1, 2, 4, 8]) {
    for (const half of [0, 8]) {
      const opcode = UNPACK[size][half >> 3]
      const within = (i: number): number => half + (Math.floor(i / size) >> 1) * size + (i % size)
      const isOdd = (i: number): number => Math.floor(i / size) & 1
      if (all((i) => within(i) + 16 * isOdd(i))) return (d, a, b) => ordered(0x66, opcode, d, a, b)
      if (all((i) => within(i) + 16 * (1 - isOdd(i)))) return (d, a, b) => ordered(0x66, opcode, d, b, a)
      if (all((i) => within(i))) return (d, a) => ordered(0x66, opcode, d, a, a)
    }
  }
  if (of32 && of32[0] < 4 && of32[1] < 4 && of32[2] >= 4 && of32[3] >= 4)
    return (d, a, b) => ordered(0, 0x1c6, d, a, b, orderOf(of32))
  if (of32 && of32[0] >= 4 && of32[1] >= 4 && of32[2] < 4 && of32[3] < 4)
    return (d, a, b) => ordered(0, 0x1c6, d, b, a, orderOf(of32))
  const first = bytes[at]
  // Bytes that follow each other, of both, or round one.
  if (first < 16 && all((i) => first + i))
    return (d, a, b) => {
      move(X, a)
      shiftBy(SHIFT_QUADWORDS, BYTES_RIGHT, X, first)
      move(d, b)
      shiftBy(SHIFT_QUADWORDS, BYTES_LEFT, d, 16 - first)
      op(POR, d, X)
    }
  if (all((i) => (first + i) & 15)) return (d, a) => rotateBytes(d, a, first)
  // Rotations of lanes.
  for (const size of [2, 4, 8]) {
    const by = first & (size - 1)
    if (first < size && all((i) => (i & -size) | ((i + by) & (size - 1)))) return (d, a) => rotateLanes(size, d, a, by)
  }
  const movements = movementsOf(bytes, at, wanted)
  if (movements.length > MAX_MOVEMENTS) return undefined
  return (d, a, b, t) => shuffleByMovements(movements, wanted, d, a, b, t)
}

function rotateBytes(d: number, a: number, by: number): void {
  move(X, a)
  shiftBy(SHIFT_QUADWORDS, BYTES_RIGHT, X, by)
  move(d, a)
  shiftBy(SHIFT_QUADWORDS, BYTES_LEFT, d, 16 - by)
  op(POR, d, X)
}

function rotateLanes(size: number, d: number, a: number, by: number): void {
  const group = size === 2 ? SHIFT_WORDS : size === 4 ? SHIFT_DOUBLEWORDS : SHIFT_QUADWORDS
  move(X, a)
  shiftBy(group, RIGHT, X, 8 * by)
  move(d, a)
  shiftBy(group, LEFT, d, 8 * (size - by))
  op(POR, d, X)
}
