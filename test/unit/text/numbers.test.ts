import { describe, expect, test } from 'vitest'
import { parseFloating, parseSigned, parseUnsigned } from '../../../compiler/text/numbers.ts'

describe('integers', () => {
  test.each([
    ['0', 0n],
    ['+1_000', 1000n],
    ['-0x8000_0000', -0x80000000n],
    ['0xffff_ffff', -1n],
    ['4294967295', -1n],
    ['000000000000000000000000000000000000000000000000001', 1n],
  ])('%s', (text, value) => expect(parseSigned(text, 32)).toBe(value))

  test.each([
    '4294967296',
    '-2147483649',
    '1_',
    '_1',
    '1__0',
    '0x',
    '0xg',
    '1e3',
    '',
    '-',
    '+-1',
    `1${'0'.repeat(1e6)}`,
  ])('%.20s is none of 32 bits', (text) => expect(parseSigned(text, 32)).toBeUndefined())

  test('without a sign', () => {
    expect(parseUnsigned('18446744073709551615', 64)).toBe(0xffffffffffffffffn)
    expect(parseUnsigned('18446744073709551616', 64)).toBeUndefined()
    expect(parseUnsigned('+1', 64)).toBeUndefined()
  })
})

const bits32 = (text: string) => parseFloating(text, 32)
const bits64 = (text: string) => parseFloating(text, 64)

describe('floating-point numbers', () => {
  test.each([
    ['0', 0n],
    ['-0.', 0x80000000n],
    ['1.5e0', 0x3fc00000n],
    ['0x1.8p0', 0x3fc00000n],
    ['0x10', 0x41800000n],
    ['inf', 0x7f800000n],
    ['-inf', 0xff800000n],
    ['nan', 0x7fc00000n],
    ['-nan:0x20_0001', 0xffa00001n],
    ['340282346638528859811704183484516925440', 0x7f7fffffn],
    ['0x1.fffffep127', 0x7f7fffffn],
    // Half way to what would be the next number rounds to infinity, anything less does not.
    ['0x1.fffffefffffffffffffffffffffffffffffffffffffffp127', 0x7f7fffffn],
    ['3.4028235677973366163753939545814256e38', 0x7f7fffffn],
    ['0x1p-149', 1n],
    ['0x1p-150', 0n],
    ['0x1.0000000000000000000000000000000000000000000000001p-150', 1n],
    ['0x1.fffffcp-127', 0x7fffffn],
    ['0x1.ffffffp-127', 0x800000n],
    ['1e-999999999999', 0n],
    ['0x1p-99999999999999999999', 0n],
  ])('%s in 32 bits', (text, bits) => expect(bits32(text)).toBe(bits))

  test.each([
    // Exactly between 1 and the next number, and as little off that no double is nearer.
    ['1.000000059604644775390625', 0x3f800000n],
    ['1.00000005960464477539062500000000000000000000000000000001', 0x3f800001n],
    ['1.00000017881393432617187499999999999999999999999999999999', 0x3f800001n],
    ['1.000000178813934326171875', 0x3f800002n],
    [`1.000000059604644775390625${'0'.repeat(100_000)}1`, 0x3f800001n],
    ['0.7006492321624085354618e-45', 0n],
    [`0.${'0'.repeat(50)}1e51`, 0x3f800000n],
  ])('%.80s is rounded once', (text, bits) => expect(bits32(text)).toBe(bits))

  test.each([
    ['0x1.fffffffffffffp1023', 0x7fefffffffffffffn],
    ['0x1.fffffffffffff7ffffffffffffffffffffffffffffffffffp1023', 0x7fefffffffffffffn],
    ['0x0.0000000000001p-1022', 1n],
    ['0x0.00000000000008p-1022', 0n],
    ['0x0.000000000000080000000000000000000000000000001p-1022', 1n],
    ['0x1.00000000000008p0', 0x3ff0000000000000n],
    ['0x1.00000000000018p0', 0x3ff0000000000002n],
    ['4.9406564584124654e-324', 1n],
    ['nan:0xfffffffffffff', 0x7fffffffffffffffn],
    [`0x0.${'0'.repeat(100_000)}1p400004`, 0x3ff0000000000000n],
    [`0x1${'0'.repeat(100_000)}p-400000`, 0x3ff0000000000000n],
  ])('%.60s in 64 bits', (text, bits) => expect(bits64(text)).toBe(bits))

  test.each(['1e39', '0x1p128', '0x1.ffffffp127', 'nan:0x0', 'nan:0x80_0000', '3.4028235677973366163753939545815e38'])(
    '%s is out of the range of 32 bits',
    (text) => expect(bits32(text)).toBe('range'),
  )

  test.each([
    '.5',
    '1.e',
    '0x.8',
    '0x1p',
    '1_.0',
    '1._0',
    '1e_1',
    'infinity',
    'nan:1',
    'nan:canonical',
    '1f',
    '0x1e+1',
    '',
  ])('%s is none', (text) => expect(bits64(text)).toBe('malformed'))
})
