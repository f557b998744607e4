/** Number literals of the text format as the bits they stand for (spec: Text Format / Values). */

interface Format {
  /** Bits of the significand, the hidden one included. */
  precision: number
  exponentBits: number
}
const F32: Format = { precision: 24, exponentBits: 8 }
const F64: Format = { precision: 53, exponentBits: 11 }

/** The bits of an integer literal of `width` bits, signed or not. */
export function integerBits(literal: string, width: number): bigint {
  const text = literal.replaceAll('_', '')
  const magnitude = BigInt(text.replace(/^[+-]/, ''))
  return BigInt.asUintN(width, text.startsWith('-') ? -magnitude : magnitude)
}

/** A literal as an exact fraction. */
function fraction(text: string): [bigint, bigint] {
  const hex = /^0x/i.test(text)
  const [mantissa, power = '0'] = text.replace(/^0x/i, '').split(hex ? /p/i : /e/i)
  const [whole, part = ''] = mantissa.split('.')
  const digits = BigInt((hex ? '0x' : '') + (whole + part || '0'))
  const base = hex ? 2n : 10n
  const exponent = Number(power) - part.length * (hex ? 4 : 1)
  return exponent >= 0 ? [digits * base ** BigInt(exponent), 1n] : [digits, base ** BigInt(-exponent)]
}

/** numerator / denominator rounded to nearest, ties to even, as the bits of a float without its sign. */
function round([numerator, denominator]: [bigint, bigint], { precision, exponentBits }: Format): bigint {
  if (numerator === 0n) return 0n
  const bias = (1 << (exponentBits - 1)) - 1
  const lowest = 1 - bias
  const size = (value: bigint): number => value.toString(2).length
  let exponent = size(numerator) - size(denominator)
  if (exponent >= 0 ? numerator < denominator << BigInt(exponent) : numerator << BigInt(-exponent) < denominator)
    exponent--
  const unit = Math.max(exponent, lowest) - (precision - 1)
  const top = unit < 0 ? numerator << BigInt(-unit) : numerator
  const bottom = unit > 0 ? denominator << BigInt(unit) : denominator
  let significand = top / bottom
  const rest = (top % bottom) * 2n
  if (rest > bottom || (rest === bottom && significand & 1n)) significand++
  // A significand that overflows into the next power of two carries into the exponent field by itself.
  const field = BigInt(Math.max(exponent, lowest) - lowest)
  const bits = (field << BigInt(precision - 1)) + significand
  const infinity = ((1n << BigInt(exponentBits)) - 1n) << BigInt(precision - 1)
  return bits < infinity ? bits : infinity
}

/** The bits of a float literal: decimal, hexadecimal, inf, nan and nan:0x…. */
export function floatBits(literal: string, width: 32 | 64): bigint {
  const format = width === 32 ? F32 : F64
  const text = literal.replaceAll('_', '')
  const sign = text.startsWith('-') ? 1n << BigInt(width - 1) : 0n
  const magnitude = text.replace(/^[+-]/, '')
  const infinity = ((1n << BigInt(format.exponentBits)) - 1n) << BigInt(format.precision - 1)
  if (magnitude === 'inf') return sign | infinity
  if (magnitude === 'nan') return sign | infinity | (1n << BigInt(format.precision - 2))
  if (magnitude.startsWith('nan:')) return sign | infinity | BigInt(magnitude.slice(4))
  return sign | round(fraction(magnitude), format)
}
