/** Bytes that grow at their end (spec: Binary Format / Values). */
export class ByteWriter {
  length = 0
  #bytes = new Uint8Array(64)

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.length + count))
    grown.set(this.#bytes.subarray(0, this.length))
    this.#bytes = grown
  }

  byte(value: number): this {
    this.#reserve(1)
    this.#bytes[this.length++] = value
    return this
  }

  bytes(values: ArrayLike<number>): this {
    this.#reserve(values.length)
    this.#bytes.set(values, this.length)
    this.length += values.length
    return this
  }

  u32(value: number): this {
    for (; value >= 0x80; value = Math.floor(value / 0x80)) this.byte((value % 0x80) | 0x80)
    return this.byte(value)
  }

  u64(value: bigint): this {
    for (; value >= 0x80n; value >>= 7n) this.byte(Number(value & 0x7fn) | 0x80)
    return this.byte(Number(value))
  }

  /** Any signed number, 33 bits and 64 included. */
  signed(value: bigint): this {
    for (; value < -0x40n || value >= 0x40n; value >>= 7n) this.byte(Number(value & 0x7fn) | 0x80)
    return this.byte(Number(value & 0x7fn))
  }

  /** The low bytes of a number, the lowest first. */
  littleEndian(value: bigint, size: number): this {
    for (let i = 0; i < size; i++) this.byte(Number((value >> BigInt(8 * i)) & 0xffn))
    return this
  }

  /** Bytes, behind their number. */
  sized(values: Uint8Array): this {
    return this.u32(values.length).bytes(values)
  }

  name(text: string): this {
    return this.sized(new TextEncoder().encode(text))
  }

  /** What was written; it changes with what is written. */
  view(start = 0): Uint8Array {
    return this.#bytes.subarray(start, this.length)
  }

  /** Takes away all from `start` and answers it. */
  cut(start: number): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(start, this.length)
    this.length = start
    return taken
  }
}

/** The bytes that `write` writes. */
export function written(write: (w: ByteWriter) => void): Uint8Array {
  const w = new ByteWriter()
  write(w)
  return w.view()
}

/** Bytes as a string that is equal where they are. */
export const keyOf = (bytes: Uint8Array): string => {
  let key = ''
  for (const byte of bytes) key += String.fromCharCode(byte)
  return key
}
