/** A module of as many functions as one wants, each different and each in a table: what compilers of large languages write. */

/** pandoc's: 58 MB. */
export const GIANT = 620_000
const DATA_BYTES_EACH = 2
const MEMORY_PAGES = 512

/** Bytes that grow. */
class Bytes {
  #bytes = Buffer.alloc(1 << 16)
  length = 0

  push(...bytes: number[]): void {
    this.#reserve(bytes.length)
    for (const byte of bytes) this.#bytes[this.length++] = byte
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  unsigned(value: number): void {
    for (; value >= 0x80; value = Math.floor(value / 128)) this.push((value % 128) | 0x80)
    this.push(value)
  }

  signed(value: number): void {
    for (; value < -64 || value > 63; value >>= 7) this.push((value & 0x7f) | 0x80)
    this.push(value & 0x7f)
  }

  get contents(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return
    const larger = Buffer.alloc(2 * (this.length + more))
    larger.set(this.contents)
    this.#bytes = larger
  }
}

/**
 * `f(n, x)` mixes x with a word of memory; it calls another function with n - 1 and, where n is odd, one of the table, until n
 * is 0. The program calls the first with n = 12, and does nothing else.
 */
export function giantModule(functions: number): Uint8Array {
  const module = new Bytes()
  module.push(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
  const section = (id: number, write: (out: Bytes) => void): void => {
    const out = new Bytes()
    write(out)
    module.push(id)
    module.unsigned(out.length)
    module.append(out.contents)
  }
  // (i32, i32) → i32, and that of _start.
  section(1, (out) => out.push(2, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0))
  section(3, (out) => {
    out.unsigned(functions + 1)
    for (let i = 0; i < functions; i++) out.push(0)
    out.push(1)
  })
  section(4, (out) => {
    out.push(1, 0x70, 0)
    out.unsigned(functions)
  })
  section(5, (out) => {
    out.push(1, 0)
    out.unsigned(MEMORY_PAGES)
  })
  section(7, (out) => {
    out.push(2)
    name(out, 'memory')
    out.push(2, 0)
    name(out, '_start')
    out.push(0)
    out.unsigned(functions)
  })
  section(9, (out) => {
    out.push(1, 0, 0x41, 0, 0x0b)
    out.unsigned(functions)
    for (let i = 0; i < functions; i++) out.unsigned((i * 7919) % functions)
  })
  section(10, (out) => {
    out.unsigned(functions + 1)
    const body = new Bytes()
    for (let i = 0; i < functions; i++) {
      body.length = 0
      writeFunction(body, i, functions)
      out.unsigned(body.length)
      out.append(body.contents)
    }
    // i32.const 12, i32.const 1, call 0, drop
    out.push(9, 0, 0x41, 12, 0x41, 1, 0x10, 0, 0x1a, 0x0b)
  })
  section(11, (out) => {
    out.push(1, 0, 0x41, 0, 0x0b)
    out.unsigned(functions * DATA_BYTES_EACH)
    for (let i = 0; i < functions * DATA_BYTES_EACH; i++) out.push(Math.imul(i, 0x9e3779b1) >>> 24)
  })
  return module.contents
}

function name(out: Bytes, text: string): void {
  out.push(text.length, ...Buffer.from(text))
}

function writeFunction(out: Bytes, index: number, functions: number): void {
  // Two locals beside n and x; if n is 0, x is the result.
  out.push(1, 2, 0x7f, 0x20, 0, 0x45, 0x04, 0x40, 0x20, 1, 0x0f, 0x0b)
  for (let block = 0; block < index % 3; block++) {
    // a = x + K; p = a & 0xffff; memory[p + offset] ^= a
    out.push(0x20, 1, 0x41)
    out.signed(Math.imul(index * 2 + block + 1, 0x9e3779b1) >> 4)
    out.push(0x6a, 0x22, 2, 0x41, 0xff, 0xff, 3, 0x71, 0x22, 3, 0x20, 3, 0x28, 0)
    out.unsigned((index * 8) % (1 << 20))
    out.push(0x20, 2, 0x73, 0x36, 0)
    out.unsigned((index * 8) % (1 << 20))
  }
  // x = call other(n - 1, a)
  out.push(0x20, 0, 0x41, 1, 0x6b, 0x20, 2, 0x10)
  out.unsigned((index * 31 + 7) % functions)
  out.push(0x21, 1)
  // if (n & 1) x = table[p % functions](n - 1, x)
  out.push(0x20, 0, 0x41, 1, 0x71, 0x04, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x20, 1, 0x20, 3, 0x41)
  out.signed(functions)
  out.push(0x70, 0x11, 0, 0, 0x21, 1, 0x0b, 0x20, 1, 0x0b)
}
