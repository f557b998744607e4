/**
 * Puts loads whose value has no influence into a random module, and a few around the end of memory: what compilers like to
 * leave out, and what traps where they must not.
 */
import type { Module } from '../../compiler/wasm/module.ts'
import { isUnchecked } from '../../compiler/c/memories.ts'
import { randomNumbers } from './random.ts'
import { leb } from './rewrite.ts'
import { signed, withSnippets } from './snippets.ts'

const I32 = 0x7f
const EMPTY = 0x40
const DROP = 0x1a
const SELECT = 0x1b
const END = 0x0b
const i32 = (value: number): number[] => [0x41, ...signed(value)]
const get = (local: number): number[] => [0x20, ...leb(local)]
const set = (local: number): number[] => [0x21, ...leb(local)]
/** To address 8, which nothing else depends on: the store after it writes the same again. */
const store = (value: number[]): number[] => [...i32(8), ...value, 0x36, 0, 0]

/** What becomes of the loaded value; `local` is one that no one else uses. */
const FATES: readonly ((load: number[], local: number, again: number[]) => number[])[] = [
  (load) => [...load, DROP],
  (load, local) => [...load, ...set(local)],
  (load, local) => [...load, ...set(local), ...i32(4), ...set(local)],
  (load) => [...load, 0x04, EMPTY, END],
  (load) => [0x02, EMPTY, ...load, 0x0d, 0, END],
  (load) => [0x02, I32, ...load, 0x0c, 0, END, DROP],
  (load) => [...load, ...i32(0), 0x71, DROP],
  (load, local) => [...load, ...set(local), ...get(local), ...get(local), 0x73, 0x04, EMPTY, END],
  (load, local) => [...i32(1), ...load, ...i32(1), SELECT, ...set(local), ...get(local), DROP],
  (load, local) => [
    ...load,
    ...set(local),
    ...get(local),
    ...i32(255),
    0x71,
    0x04,
    EMPTY,
    ...i32(0),
    ...set(local),
    END,
  ],
  (load, _, again) => [...store(load), ...store(again)],
]

/** One of that many loads crosses the end of memory or lies behind it. */
const OUTSIDE = 16
/** Instructions between two of them, on average. */
const EVERY = 30

function snippet(random: () => number, local: number): number[] {
  // memory.size << 16, and a few bytes before or behind that.
  const distance = random() % OUTSIDE === 0 ? -3 + (random() % 8) : -4 - (random() % 8)
  const place = [0x3f, 0, ...i32(16), 0x74, ...i32(distance), 0x6a]
  // An empty memory has nothing before its end.
  const load = [0x3f, 0, 0x04, EMPTY, ...FATES[random() % FATES.length]([...place, 0x28, 0, 0], local, i32(1)), END]
  return load
}

export function withIdleLoads(module: Module, seed: number): Uint8Array {
  const [memory] = module.memories
  if (memory === undefined || !isUnchecked(memory)) return module.bytes
  return withSnippets(module, randomNumbers(seed ^ 0x5eed), EVERY, { local: I32, snippet })
}
