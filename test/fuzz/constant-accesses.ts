/**
 * Puts accesses into a random module whose address is a constant, with offsets of all sizes: what compilers add up
 * beforehand. Those that are inside of a memory move a value from one place to another, where others see it.
 */
import type { Memory, Module } from '../../compiler/wasm/module.ts'
import { randomNumbers } from './random.ts'
import { leb } from './rewrite.ts'
import { signed, withSnippets } from './snippets.ts'

const I32 = 0x7f
const DROP = 0x1a
/** A load and the store of what it gives, with the code of a constant that can be stored instead. */
const PAIRS: readonly (readonly [load: number[], store: number[], constant: number[]])[] = [
  [[0x28], [0x36], [0x41, 0x2a]],
  [[0x29], [0x37], [0x42, 0x2a]],
  [[0x2a], [0x38], [0x43, 0, 0, 0xc0, 0x3f]],
  [[0x2b], [0x39], [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f]],
  [[0x2c], [0x3a], [0x41, 0x2a]],
  [[0x2d], [0x3b], [0x41, 0x2a]],
  [[0x2e], [0x3a], [0x41, 0x2a]],
  [[0x2f], [0x3b], [0x41, 0x2a]],
  [[0x30], [0x3c], [0x42, 0x2a]],
  [[0x31], [0x3d], [0x42, 0x2a]],
  [[0x32], [0x3e], [0x42, 0x2a]],
  [[0x33], [0x3c], [0x42, 0x2a]],
  [[0x34], [0x3d], [0x42, 0x2a]],
  [[0x35], [0x3e], [0x42, 0x2a]],
  [
    [0xfd, 0],
    [0xfd, 11],
    [0xfd, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  ],
]
/** No access is wider. */
const WIDEST = 16n
/** One of that many may be outside: what follows it is not reached. */
const OUTSIDE = 12
/** Instructions between two of them, on average. */
const EVERY = 40

/** Powers of two at which encodings of instructions, sums and memories end. */
const ENDS = [8, 12, 14, 15, 16, 24, 26, 31, 32, 33, 47, 52, 63, 64]

/** A number of that many bits: near a power of two, or any. */
function edge(random: () => number, bits: number): bigint {
  const ends = ENDS.filter((end) => end <= bits)
  const any = (BigInt(random()) << 40n) | (BigInt(random()) << 16n) | BigInt(random() & 0xffff)
  const near = (1n << BigInt(ends[random() % ends.length])) - BigInt(random() % 33) + 8n
  return BigInt.asUintN(bits, random() % 3 === 0 ? any : near)
}

/** An address and an offset. */
type Place = [address: bigint, offset: bigint]

function inside(random: () => number, size: bigint): Place {
  const sum = (BigInt(random()) * 0x1000001n) % (size - WIDEST + 1n)
  const last = random() % 4 === 0 ? size - WIDEST : sum
  const offset = random() % 2 === 0 ? edge(random, 32) % (last + 1n) : last
  return [last - offset, offset]
}

/** Constants and immediates of an access. */
function access(op: number[], index: number, { type: { is64 } }: Memory, [address, offset]: Place, value: number[]) {
  const constant = is64 ? [0x42, ...signed(BigInt.asIntN(64, address))] : [0x41, ...signed(BigInt.asIntN(32, address))]
  return [...constant, ...value, ...op, ...(index > 0 ? [0x40, index] : [0]), ...long(offset)]
}

function long(value: bigint): number[] {
  const bytes: number[] = []
  for (; value > 0x7fn; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80)
  return [...bytes, ...leb(Number(value))]
}

export function withConstantAccesses(module: Module, seed: number): Uint8Array {
  const { memories } = module
  if (memories.length === 0) return module.bytes
  const pairs = module.features.has('simd') ? PAIRS : PAIRS.slice(0, -1)
  const snippet = (random: () => number): number[] => {
    const index = random() % memories.length
    const memory = memories[index]
    const { min, is64, pageSizeLog2 } = memory.type
    const size = BigInt(min) << BigInt(pageSizeLog2)
    const [load, store, constant] = pairs[random() % pairs.length]
    if (random() % OUTSIDE === 0) {
      const bits = is64 ? 64 : 32
      const place: Place = [edge(random, bits), edge(random, bits)]
      return random() % 2 === 0
        ? [...access(load, index, memory, place, []), DROP]
        : access(store, index, memory, place, constant)
    }
    if (size < WIDEST) return []
    const value = access(load, index, memory, inside(random, size), [])
    return access(store, index, memory, inside(random, size), value)
  }
  return withSnippets(module, randomNumbers(seed ^ 0xadd2), EVERY, { local: I32, snippet })
}
