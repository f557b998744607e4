import { describe, expect, test } from 'vitest'
import { Reader } from '../../../compiler/wasm/reader.ts'
import { errorOf } from './bytes.ts'

const reader = (...bytes: number[]): Reader => new Reader(Uint8Array.from(bytes))

describe('integers', () => {
  test.each([
    ['u32', [0x00], 0],
    ['u32', [0x7f], 127],
    ['u32', [0x80, 0x01], 128],
    ['u32', [0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 32 - 1],
    ['u32', [0x82, 0x80, 0x80, 0x80, 0x00], 2],
    ['s32', [0x7f], -1],
    ['s32', [0xc0, 0x00], 64],
    ['s32', [0x80, 0x80, 0x80, 0x80, 0x78], -(2 ** 31)],
    ['s32', [0xff, 0xff, 0xff, 0xff, 0x07], 2 ** 31 - 1],
    ['s33', [0x70], -16],
    ['s33', [0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 32 - 1],
    ['s64', [0x40], -64n],
    ['s64', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], -(2n ** 63n)],
    ['u64', [0x80, 0x80, 0x80, 0x80, 0x10], 2 ** 32],
    ['u64', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 2n ** 64n - 1n],
  ] as const)('%s %j is %s', (kind, bytes, value) => {
    const r = reader(...bytes)
    expect(r[kind]()).toBe(value)
    expect(r.done).toBe(true)
  })

  test.each([
    ['u32', [0x80], 'unexpected end'],
    ['u32', [0xff, 0xff, 0xff, 0xff, 0x1f], 'integer too large'],
    ['u32', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 'integer representation too long'],
    ['s32', [0x80, 0x80, 0x80, 0x80, 0x70], 'integer too large'],
    ['s32', [0xff, 0xff, 0xff, 0xff, 0x0f], 'integer too large'],
    ['s64', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7e], 'integer too large'],
    ['u64', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02], 'integer too large'],
  ] as const)('%s %j is malformed: %s', (kind, bytes, reason) => {
    expect(errorOf(() => reader(...bytes)[kind]())).toMatchObject({ reason, code: 'malformed' })
  })
})

describe('floats are their bits', () => {
  test('a signalling NaN stays one', () => expect(reader(0x01, 0x00, 0xa0, 0x7f).f32()).toBe(0x7fa00001))
  test('of 64 bits', () => expect(reader(0, 0, 0, 0, 0, 0, 0xf0, 0x3f).f64()).toBe(0x3ff0000000000000n))
})

describe('names', () => {
  test('are UTF-8', () => expect(reader(4, 0xf0, 0x9f, 0x8e, 0x89).name()).toBe('🎉'))
  test('keep a byte order mark', () => expect(reader(3, 0xef, 0xbb, 0xbf).name()).toBe('\ufeff'))
  test.each([[0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]])('%# is malformed', (...bytes) => {
    const error = errorOf(() => reader(bytes.length, ...bytes).name())
    expect(error).toMatchObject({ reason: 'malformed UTF-8 encoding', offset: 0 })
  })
})

test('a vector longer than what is left is refused before anything is allocated', () => {
  const error = errorOf(() => reader(0xff, 0xff, 0xff, 0xff, 0x0f, 0x00).vec(() => 0))
  expect(error.reason).toBe('length out of bounds')
})
