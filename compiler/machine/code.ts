/** What is written: the module's text section, its relocations, and labels in the function that is being written. */
import { CompileError } from '../errors.ts'
import { Relocations, type RelocKind } from '../image/object.ts'

export const code = {
  bytes: new Uint8Array(1 << 16),
  at: 0,
  relocations: new Relocations(),
  /** Of the section's address, as what was written relies on it. */
  alignment: 16,
}

/** For a module with bodies of so many bytes: most need no more room than this makes. */
export function resetCode(bodyBytes = 0): void {
  const length = 0x10000 + Math.ceil(bodyBytes * 1.6)
  if (code.bytes.length < length) code.bytes = new Uint8Array(length)
  code.at = 0
  code.alignment = 16
  code.relocations = new Relocations(1024 + (bodyBytes >> 5))
}

/** The bytes of the code, which are the caller's. */
export function takeCode(): Uint8Array {
  const { bytes, at } = code
  if (at < bytes.length / 2) return bytes.slice(0, at)
  code.bytes = new Uint8Array(0)
  return bytes.subarray(0, at)
}

/** What no one needs to ask for: putting all operands that are searched into their slots, wherever that has to happen. */
const SLACK = 4096

/** Distances between instructions have 32 bits, with a sign. */
const MAX_BYTES = 2 ** 30

/** Makes room for as many bytes; each instruction of wasm asks once, loops over operands ask for themselves. */
export function room(bytes: number): void {
  if (code.at + bytes + SLACK <= code.bytes.length) return
  // What was written beyond the end is lost: nothing may grow over that.
  if (code.at > code.bytes.length) throw new Error('no room was made for an instruction')
  if (code.at > MAX_BYTES)
    throw new CompileError('the machine code of a module is larger than 1 GiB', {
      code: 'unsupported',
      hint: 'split the program into several modules (libraries)',
    })
  const larger = new Uint8Array(Math.max(code.bytes.length * 2, code.at + bytes + SLACK))
  larger.set(code.bytes)
  code.bytes = larger
}

export function byte(value: number): void {
  code.bytes[code.at++] = value
}

export function word32(value: number): void {
  patch32(code.at, value)
  code.at += 4
}

export function patch32(at: number, value: number): void {
  const { bytes } = code
  bytes[at] = value
  bytes[at + 1] = value >> 8
  bytes[at + 2] = value >> 16
  bytes[at + 3] = value >> 24
}

/** Of the bytes that are written next. */
export function relocate(kind: RelocKind, symbol: number, addend: number): void {
  code.relocations.add(code.at, kind, symbol, addend)
}

/** A growing list of numbers that is cleared for each function or module. */
export class Numbers {
  values: Int32Array
  length = 0
  constructor(capacity = 256) {
    this.values = new Int32Array(capacity)
  }
  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.length * 2)
      larger.set(this.values)
      this.values = larger
    }
    this.values[this.length++] = value
  }
}
