/** Reading and writing little-endian numbers, alignment, and text of object files. */

export const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The next multiple of a power of two; for addresses too, which need more than 32 bits. */
export const alignUp = (value: number, align: number): number => Math.ceil(value / align) * align

const utf8 = new TextDecoder()
const encoder = new TextEncoder()

export const encode = (text: string): Uint8Array => encoder.encode(text)

/** The text from `at` to the next NUL, or to the end. */
export function cString(bytes: Uint8Array, at: number, limit = bytes.length): string {
  let end = at
  while (end < limit && bytes[end] !== 0) end++
  return utf8.decode(bytes.subarray(at, end))
}

/** A number of 64 bits that JavaScript's hold exactly. */
export const readU64 = (data: DataView, at: number): number =>
  data.getUint32(at, true) + data.getUint32(at + 4, true) * 2 ** 32

export const readI64 = (data: DataView, at: number): number =>
  data.getUint32(at, true) + data.getInt32(at + 4, true) * 2 ** 32

/** Two's complement for negative ones. */
export function writeU64(data: DataView, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 32)
  data.setUint32(at, value - high * 2 ** 32, true)
  data.setUint32(at + 4, high, true)
}

/** Bytes that grow by being written to. */
export class Writer {
  bytes: Uint8Array
  length = 0
  private data: DataView

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity)
    this.data = view(this.bytes)
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  private reserve(count: number): number {
    const at = this.length
    this.length += count
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, this.bytes.length * 2))
      larger.set(this.bytes)
      this.bytes = larger
      this.data = view(larger)
    }
    return at
  }

  u8(value: number): this {
    const at = this.reserve(1)
    this.bytes[at] = value
    return this
  }

  u16(value: number): this {
    const at = this.reserve(2)
    this.data.setUint16(at, value, true)
    return this
  }

  u32(value: number): this {
    const at = this.reserve(4)
    this.data.setUint32(at, value, true)
    return this
  }

  /** Big-endian, as code signatures are. */
  u32be(value: number): this {
    const at = this.reserve(4)
    this.data.setUint32(at, value, false)
    return this
  }

  u64(value: number): this {
    const at = this.reserve(8)
    writeU64(this.data, at, value)
    return this
  }

  /** LEB128. */
  uleb(value: number): this {
    let rest = value
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.u8((rest % 128) | 0x80)
    return this.u8(rest)
  }

  put(bytes: Uint8Array): this {
    const at = this.reserve(bytes.length)
    this.bytes.set(bytes, at)
    return this
  }

  /** NUL-terminated. */
  text(text: string): this {
    return this.put(encode(text)).u8(0)
  }

  /** Padded with NULs, and cut, to `size` bytes. */
  name(text: string, size: number): this {
    const field = new Uint8Array(size)
    field.set(encode(text).subarray(0, size))
    return this.put(field)
  }

  zeros(count: number): this {
    this.reserve(count)
    return this
  }

  align(to: number): this {
    return this.zeros(alignUp(this.length, to) - this.length)
  }
}
