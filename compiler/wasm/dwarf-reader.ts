const utf8 = new TextDecoder()

/** Reads the integers and strings of a DWARF section (DWARF 5, section 7). @throws RangeError beyond its end */
export class DwarfReader {
  pos: number
  readonly end: number
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.pos = start
    this.end = end
  }

  get done(): boolean {
    return this.pos >= this.end
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  i8(): number {
    return this.#view.getInt8(this.#advance(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  /** Of 1, 2, 4 or 8 bytes. */
  unsigned(size: number): number {
    if (size === 1) return this.u8()
    if (size === 2) return this.u16()
    if (size === 4) return this.u32()
    return Number(this.#view.getBigUint64(this.#advance(8), true))
  }

  uleb(): number {
    let result = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.u8()
      result += (byte & 0x7f) * scale
      if (byte < 0x80) return result
    }
  }

  sleb(): number {
    let result = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.u8()
      result += (byte & 0x7f) * scale
      if (byte < 0x80) return byte & 0x40 ? result - scale * 0x80 : result
    }
  }

  /** A string that ends with a NUL. */
  text(): string {
    const nul = this.#bytes.indexOf(0, this.pos)
    if (nul < 0 || nul >= this.end) throw new RangeError('a string without an end')
    const text = utf8.decode(this.#bytes.subarray(this.pos, nul))
    this.pos = nul + 1
    return text
  }

  skip(size: number): void {
    this.#advance(size)
  }

  #advance(size: number): number {
    const at = this.pos
    if (size > this.end - at) throw new RangeError('the section ends too early')
    this.pos = at + size
    return at
  }
}
