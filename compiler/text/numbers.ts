/** Numbers of the text format (spec: Text Format / Values). What is no number, or none of the range, is undefined. */

const INTEGER = /^([+-]?)(?:(\d+(?:_\d+)*)|0x([\da-fA-F]+(?:_[\da-fA-F]+)*))$/
/** No number of 128 bits has more digits. */
const MOST_DIGITS = 40

/** An integer without a sign and below 2^bits. */
export function parseUnsigned(text: string, bits: number): bigint | undefined {
  const value = /^[+-]/.test(text) ? undefined : integer(text)
  return value !== undefined && value < 1n << BigInt(bits) ? value : undefined
}

/** An integer of so many bits, signed or not; the value is signed. */
export function parseSigned(text: string, bits: number): bigint | undefined {
  const value = integer(text)
  if (value === undefined || value >= 1n << BigInt(bits) || value < -(1n << BigInt(bits - 1))) return undefined
  return BigInt.asIntN(bits, value)
}

/** Whether it is an integer, of any size. */
export const isInteger = (text: string): boolean => INTEGER.test(text)

function integer(text: string): bigint | undefined {
  const [, sign, decimal, hex] = INTEGER.exec(text) ?? []
  if (sign === undefined) return undefined
  const digits = (decimal ?? hex).replaceAll('_', '').replace(/^0+(?=.)/, '')
  if (digits.length > MOST_DIGITS) return undefined
  const value = BigInt(decimal === undefined ? `0x${digits}` : digits)
  return sign === '-' ? -value : value
}

/** What distinguishes the two formats: bits of significand, stored ones, and the exponent of the smallest number. */
interface Format {
  bits: number
  stored: bigint
  lowest: number
  size: bigint
}
const FORMATS: Record<32 | 64, Format> = {
  32: { bits: 24, stored: 23n, lowest: -149, size: 32n },
  64: { bits: 53, stored: 52n, lowest: -1074, size: 64n },
}

const DIGITS = String.raw`\d+(?:_\d+)*`
const HEX_DIGITS = String.raw`[\da-fA-F]+(?:_[\da-fA-F]+)*`
const DECIMAL = new RegExp(`^[+-]?${DIGITS}(?:\\.(?:${DIGITS})?)?(?:[eE][+-]?${DIGITS})?$`)
const HEX = new RegExp(`^([+-]?)0x(${HEX_DIGITS})(?:\\.(${HEX_DIGITS})?)?(?:[pP]([+-]?${DIGITS}))?$`)

/** A floating-point number as its bits: 'malformed' if it is none, 'range' if there is none so large. */
export function parseFloating(text: string, size: 32 | 64): bigint | 'malformed' | 'range' {
  const format = FORMATS[size]
  const sign = text.startsWith('-') ? 1n << (format.size - 1n) : 0n
  const magnitude = text.replace(/^[+-]/, '')
  const infinity = ((1n << (format.size - 1n - format.stored)) - 1n) << format.stored
  if (magnitude === 'inf') return sign | infinity
  if (magnitude === 'nan') return sign | infinity | (1n << (format.stored - 1n))
  const [, payload] = /^nan:0x([\da-fA-F]+(?:_[\da-fA-F]+)*)$/.exec(magnitude) ?? []
  if (payload !== undefined) {
    const value = parseUnsigned(`0x${payload}`, Number(format.stored))
    return value === undefined || value === 0n ? 'range' : sign | infinity | value
  }
  const [, , whole, fraction = '', exponent = '0'] = HEX.exec(text) ?? []
  if (whole === undefined && !DECIMAL.test(text)) return 'malformed'
  const bits = whole === undefined ? decimal(magnitude, size) : hexadecimal(whole, fraction, exponent, format)
  return bits >= infinity ? 'range' : sign | bits
}

/** No number has bits as far from the point, text of this length included: all below is zero, all above too large. */
const FAR = 2 ** 34
/** Digits that are kept; whether any behind them is not zero decides what is half way between two numbers. */
const KEPT = 32

function hexadecimal(whole: string, fraction: string, exponent: string, format: Format): bigint {
  const places = fraction.replaceAll('_', '')
  const digits = (whole.replaceAll('_', '') + places).replace(/^0+/, '')
  if (digits === '') return 0n
  const power = Math.max(-FAR, Math.min(FAR, Number(exponent.replaceAll('_', ''))))
  const kept = digits.slice(0, KEPT)
  const sticky = /[^0]/.test(digits.slice(KEPT)) ? 1n : 0n
  const mantissa = (BigInt(`0x${kept}`) << 1n) | sticky
  return rounded(mantissa, power - 4 * places.length + 4 * (digits.length - kept.length) - 1, format)
}

/** The bits of the number nearest to mantissa * 2^exponent, the even one of two. */
function rounded(mantissa: bigint, exponent: number, { bits, stored, lowest, size }: Format): bigint {
  const length = mantissa.toString(2).length
  const dropped = Math.min(Math.max(length - bits, lowest - exponent), length + 2)
  const last = exponent + dropped
  let significand = mantissa << 1n
  if (dropped <= 0) significand = mantissa << BigInt(-dropped)
  else {
    const half = 1n << BigInt(dropped - 1)
    const rest = mantissa & (2n * half - 1n)
    significand = mantissa >> BigInt(dropped)
    if (rest > half || (rest === half && (significand & 1n) === 1n)) significand++
  }
  if (significand < 1n << stored) return significand
  // A carry out of the significand is one more in the exponent, as it should be.
  const biased = BigInt(Math.min(last - lowest, Number(1n << (size - stored))))
  return (biased << stored) + significand
}

function decimal(text: string, size: 32 | 64): bigint {
  const digits = text.replaceAll('_', '')
  const double = Number(digits)
  const view = new DataView(new ArrayBuffer(8))
  if (size === 64) {
    view.setFloat64(0, double)
    return view.getBigUint64(0)
  }
  view.setFloat32(0, double)
  const bits = view.getUint32(0)
  // Rounding twice goes wrong only where the first leads exactly between two numbers.
  const below = Math.fround(double) > double ? bits - 1 : bits
  if ((single(below) + single(below + 1)) / 2 !== double) return BigInt(bits)
  const order = compare(digits, double)
  return BigInt(order < 0 ? below : order > 0 ? below + 1 : bits)
}

/** The number with these bits; what would be the next behind the largest counts as one. */
function single(bits: number): number {
  if (bits === 0x7f800000) return 2 ** 128
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, bits)
  return view.getFloat32(0)
}

/** Compares decimal digits, exactly, with a number above zero. */
function compare(text: string, double: number): number {
  const a = scientific(text)
  const b = scientific(exactly(double))
  if (a.exponent !== b.exponent) return a.exponent - b.exponent
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0
}

/** Digits without zeros at either end, and the power of ten of the first one. */
function scientific(text: string): { digits: string; exponent: number } {
  const [, whole, fraction = '', exponent = '0'] = /^(\d+)(?:\.(\d*))?(?:[eE](.*))?$/.exec(text)!
  const all = whole + fraction
  const leading = /^0*/.exec(all)![0].length
  let end = all.length
  while (end > leading && all[end - 1] === '0') end--
  return { digits: all.slice(leading, end), exponent: Number(exponent) + whole.length - leading }
}

/** All decimal digits of a number, of which there are finitely many. */
function exactly(double: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, double)
  const bits = view.getBigUint64(0)
  const stored = bits & 0xfffffffffffffn
  const field = Number(bits >> 52n)
  const significand = field === 0 ? stored : stored | (1n << 52n)
  const power = Math.max(field, 1) - 1075
  if (power >= 0) return `${significand << BigInt(power)}`
  return `${significand * 5n ** BigInt(-power)}e${power}`
}
