import { describe, expect, test } from 'vitest'
import { compress, decompress } from '../../../compiler/image/lz.ts'

/** Bytes that look random, and are the same in each run. */
function noise(length: number): Uint8Array {
  let state = 1
  return Uint8Array.from({ length }, () => (state = (state * 48271) % 0x7fffffff) & 0xff)
}

const repeated = Uint8Array.from({ length: 10_000 }, (_, i) => i % 7)
const cases: [string, Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['one byte', Uint8Array.of(7)],
  ['less than the shortest copy', Uint8Array.of(1, 1, 1)],
  ['one byte again and again', new Uint8Array(1000)],
  ['a pattern', repeated],
  ['noise', noise(5000)],
  ['noise twice, far apart', Uint8Array.from([...noise(5000), ...repeated, ...noise(5000)])],
]

test.each(cases)('%s comes back', (_, bytes) => {
  expect(decompress(compress(bytes))).toEqual(bytes)
})

test('what was there before takes little', () => {
  expect(compress(repeated).length).toBeLessThan(20)
  expect(compress(cases[6][1]).length).toBeLessThan(5000 + 30)
})

describe('damaged files', () => {
  test.each([
    ['cut short', compress(repeated).subarray(0, 3)],
    ['copies from before the beginning', Uint8Array.of(10, 1, 65, 4, 5)],
    ['copies from nowhere', Uint8Array.of(10, 1, 65, 4, 0)],
    ['more literals than there are', Uint8Array.of(10, 20, 65)],
  ])('%s', (_, bytes) => {
    expect(() => decompress(bytes)).toThrow(RangeError)
  })
})
