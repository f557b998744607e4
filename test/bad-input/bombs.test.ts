/**
 * Modules that are large in one respect: what a program is made of takes work and memory by its bytes, and what is beyond
 * the limits of browsers is refused by the limit. Work is counted, so that a busy machine says the same.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CompileError } from '../../compiler/errors.ts'
import { generate, type Generated } from '../../compiler/c/index.ts'
import { assembleText } from '../../compiler/text/assemble.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { LIMITS } from '../../compiler/wasm/limits.ts'
import { checkProgram } from '../../compiler/wasm/recognize.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { generateMachineCode } from '../../compiler/machine/index.ts'
import { loadVectors } from '../../compiler/machine/vectors.ts'
import { WorkCounter } from '../support/work.ts'
import { BOMBS, strangers, type Bomb } from './bombs.ts'
import { GRAPHS } from './graphs.ts'

await loadVectors()

function compileBomb(bytes: Uint8Array): Generated {
  const module = decode(bytes, { name: 'bomb', file: 'bomb.wasm' })
  validateModule(module)
  return generate(module, { file: 'bomb.wasm' })
}

function machineCode(bytes: Uint8Array): void {
  const module = decode(bytes, { name: 'bomb' })
  validateModule(module)
  generateMachineCode(module, { arch: 'x64', memoryAt: 2 ** 30, file: 'bomb.wasm' })
}

const SIZE = 1000
const characters = ({ chunks, header }: Generated): number =>
  chunks.reduce((sum, { code }) => sum + code.length, header.length)

/** The largest size of a kind that is no more than `size`. */
const within = ({ limit, weight = 1 }: Bomb, size: number): number => Math.min(limit ?? Infinity, size / weight)

/** What four times as many of something may take of what one takes: numbers have more bytes, too. */
const MOST = 5

describe('what a module is made of', () => {
  const work = new WorkCounter()
  beforeAll(() => work.start())
  afterAll(() => work.stop())

  const kinds = [...BOMBS, ...GRAPHS].filter(({ kind }) => !REFUSED.has(kind))
  test.each(kinds)('$kind: what is done for it, and its C, grow as its bytes do', (bomb) => {
    const [quarter, half, whole] = [1, 2, 4].map((part) => bomb.make(Math.floor(within(bomb, (part * SIZE) / 4))))
    const inHalf = characters(compileBomb(half))
    work.taken()
    const [first, last] = [quarter, whole].map((bytes) => {
      const count = characters(compileBomb(bytes))
      machineCode(bytes)
      return { characters: count, steps: work.taken() }
    })
    const perByte = (inHalf - first.characters) / Math.max(1, half.length - quarter.length)
    // Some things are written in another way from some size on.
    const most = 1.5 * Math.max(1, perByte) * (whole.length - half.length) + 1000
    expect(last.characters - inHalf).toBeLessThan(most)
    expect(last.characters).toBeLessThan(400 * whole.length + 10_000)
    const grown = [...last.steps].map(([folder, steps]) => ({ folder, times: steps / (first.steps.get(folder) ?? 1) }))
    expect(grown.filter(({ times }) => times > MOST)).toEqual([])
  })

  test('what a program imports that it is not given is looked up, each by itself', () => {
    const [first, last] = [SIZE / 4, SIZE].map((size) => {
      const module = decode(strangers(size), { name: 'bomb', file: 'bomb.wasm' })
      work.taken()
      expect(() => checkProgram(module)).toThrow('it imports wasi.thread-spawn')
      return work.taken().get('wasm')!
    })
    expect(last).toBeLessThan(MOST * first)
  })
})

/** Kinds that are refused whatever their size is. */
const REFUSED = new Set(['types of a select'])
describe('beyond a limit', () => {
  const limited = BOMBS.filter(({ limit, kind }) => limit !== undefined && limit <= 100_000 && !REFUSED.has(kind))
  test.each(limited)('$kind: the error says which limit, and where', ({ make, limit, says }) => {
    const error = refusal(make(limit! + 1))
    expect(error.code).toBe('unsupported')
    expect(error.message).toMatch(/^bomb\.wasm: unsupported module at 0x/)
    expect(error.reason).toMatch(says ?? new RegExp(`^${(limit! + 1).toLocaleString('en-US')} .* the limit$`))
    expect(error.hint).toBeTruthy()
  })

  test('a count is enough: what follows it is not read', () => {
    for (const [id, what] of [
      [1, 'types'],
      [2, 'imports'],
      [3, 'functions'],
      [6, 'globals'],
      [7, 'exports'],
    ] as const) {
      const count = LIMITS[what] + 1
      const bytes = new Uint8Array(8 + 1 + 4 + 4 + count)
      bytes.set([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, id, ...leb4(count + 4), ...leb4(count)])
      expect(refusal(bytes).reason).toBe(
        `${count.toLocaleString('en-US')} ${what}, where ${LIMITS[what].toLocaleString('en-US')} are the limit`,
      )
    }
  })

  test.each<[string, string, number]>([
    ['instructions', 'bytes of a function', 7_654_400],
    ['operands that are local variables', 'operands on the stack', 1_000_001],
    ['unreachable blocks of a thousand values', 'operands of blocks and calls', 20_000],
    ['operations on an imported constant', 'operations on imported constants', 1001],
    ['calls of a function with a long name', 'bytes of a name', 100_001],
  ])('%s: %s', (kind, limit, size) => {
    const { reason } = refusal(BOMBS.find((bomb) => bomb.kind === kind)!.make(size))
    expect(reason).toContain(` ${limit}, where `)
  })
})

test('stores of what idle loads say nothing about take so many trials and no more', () => {
  const work = new WorkCounter()
  const stepsOf = (value: string): number => {
    const stores = Array.from({ length: SIZE }, (_, i) => `(i32.store offset=${4 * i} (local.get $p) (local.get $x))`)
    const text = `(module (memory 1) (func (export "_start") (local $p i32) (local $x i32)
      (local.set $x ${value}) ${stores.join('\n')}))`
    const { bytes } = assembleText(text, 'stores.wat')
    work.start()
    compileBomb(bytes)
    const steps = [...work.taken().values()].reduce((sum, count) => sum + count)
    work.stop()
    return steps
  }
  const load = (i: number) => `(i32.mul (i32.load offset=${4 * i} (local.get $p)) (i32.const 0))`
  const idle = Array.from({ length: 20 }, (_, i) => load(i)).reduce((sum, each) => `(i32.add ${sum} ${each})`)
  expect(stepsOf(idle)).toBeLessThan(200 * stepsOf('(i32.const 5)'))
})

// What the engine itself looks through is not counted: with the million of entries that this has, it took minutes.
test('a table full of imports', () => {
  machineCode(BOMBS.find(({ kind }) => kind === 'imports in a table')!.make(300_000))
})

function refusal(bytes: Uint8Array): CompileError {
  try {
    compileBomb(bytes)
  } catch (error) {
    if (error instanceof CompileError) return error
    throw error
  }
  throw new Error('it was compiled')
}

/** A number below 2^28 in four bytes. */
const leb4 = (value: number): number[] =>
  [0, 7, 14, 21].map((shift, i) => ((value >> shift) & 0x7f) | (i < 3 ? 0x80 : 0))
