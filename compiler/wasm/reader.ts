import { CompileError } from '../errors.ts'
import { checkLimit, type Limited } from './limits.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const floats = new DataView(new ArrayBuffer(8))

/**
 * Reads the primitives of the binary format (spec: Binary Format / Values) from a range of bytes. Whatever is not
 * exactly in the format throws a CompileError 'malformed' with the offset, in the words of the specification.
 */
export class Reader {
  readonly bytes: Uint8Array
  pos: number
  end: number
  /** What the range is, for the message at its end: the spec tells the module's end from a section's or function's. */
  private readonly atEnd: string

  constructor(bytes: Uint8Array, start = 0, end = bytes.length, atEnd = 'unexpected end') {
    this.bytes = bytes
    this.pos = start
    this.end = end
    this.atEnd = atEnd
  }

  get done(): boolean {
    return this.pos >= this.end
  }

  fail(reason: string, offset = this.pos): never {
    throw new CompileError(reason, { code: 'malformed', offset })
  }

  byte(): number {
    if (this.pos >= this.end) this.fail(this.atEnd)
    return this.bytes[this.pos++]
  }

  u32(): number {
    if (this.pos < this.end) {
      const first = this.bytes[this.pos]
      if (first < 0x80) {
        this.pos++
        return first
      }
    }
    return this.leb(32, false) >>> 0
  }

  s32(): number {
    return this.leb(32, true)
  }

  /** A type index (≥ 0) or a negative one-byte code: what block types and heap types are. */
  s33(): number {
    return Number(BigInt.asIntN(33, this.lebBig(33, true)))
  }

  s64(): bigint {
    const first = this.pos < this.end ? this.bytes[this.pos] : 0x80
    if (first < 0x80) {
      this.pos++
      return BigInt((first << 25) >> 25)
    }
    return BigInt.asIntN(64, this.lebBig(64, true))
  }

  /** Passes over what {@link s64} reads. */
  skipS64(): void {
    const { bytes, pos, end } = this
    const last = Math.min(end, pos + 9)
    for (let at = pos; at < last; at++) {
      if (bytes[at] > 127) continue
      this.pos = at + 1
      return
    }
    this.s64()
  }

  /** A bigint only where the value needs one. */
  u64(): number | bigint {
    const first = this.pos < this.end ? this.bytes[this.pos] : 0x80
    if (first < 0x80) {
      this.pos++
      return first
    }
    const value = this.lebBig(64, false)
    return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
  }

  /** The bits of an f32. */
  f32(): number {
    const at = this.skip(4)
    for (let i = 0; i < 4; i++) floats.setUint8(i, this.bytes[at + i])
    return floats.getUint32(0, true)
  }

  /** The bits of an f64. */
  f64(): bigint {
    const at = this.skip(8)
    for (let i = 0; i < 8; i++) floats.setUint8(i, this.bytes[at + i])
    return floats.getBigUint64(0, true)
  }

  /** Advances over `size` bytes and returns where they start. */
  skip(size: number, reason = this.atEnd): number {
    const at = this.pos
    if (size > this.end - at) this.fail(reason)
    this.pos = at + size
    return at
  }

  /** A length and that many bytes; a view, not a copy. */
  vecBytes(): Uint8Array {
    const size = this.u32()
    const at = this.skip(size, 'length out of bounds')
    return this.bytes.subarray(at, at + size)
  }

  name(): string {
    const start = this.pos
    const bytes = this.vecBytes()
    checkLimit('bytes of a name', bytes.length, start)
    try {
      return utf8.decode(bytes)
    } catch (cause) {
      throw new CompileError('malformed UTF-8 encoding', { code: 'malformed', offset: start, cause })
    }
  }

  /** A length and that many items; a length that cannot fit in what is left is refused before anything is allocated. */
  vec<T>(item: (i: number) => T): T[] {
    return this.#vec(undefined, item)
  }

  /** The same for what there is a limit of. */
  vecOf<T>(what: Limited, item: (i: number) => T): T[] {
    return this.#vec(what, item)
  }

  #vec<T>(what: Limited | undefined, item: (i: number) => T): T[] {
    const at = this.pos
    const count = this.u32()
    if (count > this.end - this.pos)
      this.fail(this.atEnd === 'unexpected end' ? 'length out of bounds' : this.atEnd, at)
    if (what) checkLimit(what, count, at)
    const items: T[] = []
    for (let i = 0; i < count; i++) items.push(item(i))
    return items
  }

  /** LEB128 of up to 32 bits as a 32-bit integer. */
  private leb(bits: 32, signed: boolean): number {
    const start = this.pos
    let result = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      result |= (byte & 0x7f) << shift
      if (shift === 28) {
        this.checkLast(byte, bits - shift, signed, start)
        return result
      }
      if (byte < 0x80) return signed ? (result << (25 - shift)) >> (25 - shift) : result
    }
  }

  private lebBig(bits: number, signed: boolean): bigint {
    const start = this.pos
    if (bits === 64) {
      const value = this.leb49(signed)
      if (value !== undefined) return BigInt(value)
      this.pos = start
    }
    let result = 0n
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      result |= BigInt(byte & 0x7f) << BigInt(shift)
      const last = bits - shift <= 7
      if (last) this.checkLast(byte, bits - shift, signed, start)
      if (last || byte < 0x80) return signed ? BigInt.asIntN(Math.min(shift + 7, bits), result) : result
    }
  }

  /** LEB128 of up to 49 bits, which a double holds; undefined if there are more bytes. */
  private leb49(signed: boolean): number | undefined {
    let result = 0
    for (let scale = 1; scale < 2 ** 49;) {
      const byte = this.byte()
      result += (byte & 0x7f) * scale
      scale *= 128
      if (byte < 0x80) return signed && byte >= 0x40 ? result - scale : result
    }
    return undefined
  }

  /** The byte with the last bits of an integer: nothing may follow, and its unused bits are zero or the sign. */
  private checkLast(byte: number, used: number, signed: boolean, start: number): void {
    if (byte >= 0x80) this.fail('integer representation too long', start)
    const unused = byte >> (signed ? used - 1 : used)
    const allOnes = 0x7f >> (signed ? used - 1 : used)
    if (unused !== 0 && !(signed && unused === allOnes)) this.fail('integer too large', start)
  }
}
