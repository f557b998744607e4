/** Literals. */

/** A signed 32-bit number as an unsigned literal; small negative ones stay readable: `-16u`. */
export function i32Literal(value: number): string {
  if (value < 0) return value >= -0xffff ? `-${-value}u` : `0x${(value >>> 0).toString(16)}u`
  return value > 0xfffff ? `0x${value.toString(16)}u` : `${value}u`
}

/** A signed 64-bit number as an unsigned literal. */
export function i64Literal(value: bigint): string {
  if (value < 0n) return value >= -0xffffn ? `-${-value}ull` : `0x${BigInt.asUintN(64, value).toString(16)}ull`
  return value > 0xfffffn ? `0x${value.toString(16)}ull` : `${value}ull`
}

/** A non-negative number of up to 64 bits, of the narrowest type of u32 and u64 that holds it. */
export function unsignedLiteral(value: number | bigint): string {
  return value > 0xffffffff ? `${value}ull` : `${value}u`
}

const view = new DataView(new ArrayBuffer(8))

/** JavaScript prints the shortest decimal that reads back as the same double; C compilers read it exactly. */
function decimal(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value)
  return /[.e]/.test(text) ? text : text + '.0'
}

/** Infinities, and NaNs with their sign and payload, are written by their bits. */
export function f32Literal(bits: number): string {
  view.setUint32(0, bits >>> 0)
  const value = view.getFloat32(0)
  return Number.isFinite(value) ? decimal(value) + 'f' : `f32_reinterpret_i32(0x${(bits >>> 0).toString(16)}u)`
}

export function f64Literal(bits: bigint): string {
  view.setBigUint64(0, BigInt.asUintN(64, bits))
  const value = view.getFloat64(0)
  return Number.isFinite(value) ? decimal(value) : `f64_reinterpret_i64(0x${BigInt.asUintN(64, bits).toString(16)}ull)`
}

/** A C string literal of UTF-8 text. */
export function stringLiteral(text: string): string {
  return bytesLiteral(new TextEncoder().encode(text))
}

/** A C string literal of any bytes, without a line break. Octal escapes take three digits, so that a digit may follow. */
export function bytesLiteral(bytes: Uint8Array): string {
  let text = '"'
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) text += '\\' + String.fromCharCode(byte)
    else if (byte >= 0x20 && byte < 0x7f && byte !== 0x3f) text += String.fromCharCode(byte)
    else text += '\\' + byte.toString(8).padStart(3, '0')
  }
  return text + '"'
}
