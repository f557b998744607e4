import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Progress } from '../../../compiler/index.ts'
import { LongBuild } from '../../../src/long-builds.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const step = (stage: Progress['stage'], done: number, total: number): Progress => {
  return { stage, name: 'hello', done, total, milliseconds: 1, cached: false }
}

test('says what a long build does, ever more seldom', () => {
  const lines: string[] = []
  const build = new LongBuild('hello.wasm for 6 targets', (line) => lines.push(line))
  vi.advanceTimersByTime(5000)
  build.add(step('generate', 1, 1))
  vi.advanceTimersByTime(5000)
  build.add(step('compile', 12, 84))
  vi.advanceTimersByTime(90_000)
  build.add(step('compile', 84, 84))
  vi.advanceTimersByTime(20_000)
  build.end()
  vi.advanceTimersByTime(1_000_000)
  expect(lines).toEqual([
    'hello.wasm for 6 targets: reading, 5 s',
    'hello.wasm for 6 targets: compiling, 10 s',
    'hello.wasm for 6 targets: compiling, 12 of 84 done, 20 s',
    'hello.wasm for 6 targets: compiling, 12 of 84 done, 40 s',
    'hello.wasm for 6 targets: compiling, 12 of 84 done, 70 s',
    'hello.wasm for 6 targets: compiling, 12 of 84 done, 100 s',
  ])
})

test('says nothing of a short one, nor keeps the process', () => {
  const log = vi.fn()
  const build = new LongBuild('hello.wasm for linux-x64', log)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(4999)
  build.end()
  vi.advanceTimersByTime(1_000_000)
  expect(log).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})
