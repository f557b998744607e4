import { describe, expect, test } from 'vitest'
import {
  bytesLiteral,
  f32Literal,
  f64Literal,
  i32Literal,
  i64Literal,
  unsignedLiteral,
} from '../../compiler/c/consts.ts'

describe('integers', () => {
  test.each([
    [0, '0u'],
    [-16, '-16u'],
    [-2147483648, '0x80000000u'],
    [2147483647, '0x7fffffffu'],
  ])('i32 %d', (value, text) => {
    expect(i32Literal(value)).toBe(text)
  })
  test.each([
    [-1n, '-1ull'],
    [-0x8000000000000000n, '0x8000000000000000ull'],
    [0x7fffffffffffffffn, '0x7fffffffffffffffull'],
  ])('i64 %d', (value, text) => {
    expect(i64Literal(value)).toBe(text)
  })
  test('addresses take the narrowest type', () => {
    expect(unsignedLiteral(0xffffffff)).toBe('4294967295u')
    expect(unsignedLiteral(0x100000000n)).toBe('4294967296ull')
  })
})

describe('floats', () => {
  test.each([
    [0x3f800000, '1.0f'],
    [0x80000000, '-0.0f'],
    [1, '1.401298464324817e-45f'],
    [0x7f800000, 'f32_reinterpret_i32(0x7f800000u)'],
    [0xffa00001, 'f32_reinterpret_i32(0xffa00001u)'],
  ])('f32 of bits %d', (bits, text) => {
    expect(f32Literal(bits)).toBe(text)
  })
  test.each([
    [0x3ff0000000000000n, '1.0'],
    [0x8000000000000000n, '-0.0'],
    [0x7fefffffffffffffn, '1.7976931348623157e+308'],
    [0x7ff4000000000001n, 'f64_reinterpret_i64(0x7ff4000000000001ull)'],
  ])('f64 of bits %d', (bits, text) => {
    expect(f64Literal(bits)).toBe(text)
  })
})

test('strings escape what C would take for something else', () => {
  expect(bytesLiteral(Uint8Array.of(0x22, 0x5c, 0, 0x31, 0x3f, 0x3f, 0x2f, 0xff))).toBe(
    String.raw`"\"\\\0001\077\077/\377"`,
  )
})
