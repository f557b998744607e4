/** Loads and stores of A64. */
import { memory, V128_LOAD, V128_STORE } from '../assembler.ts'
import { word32 } from '../code.ts'
import type { Kind } from '../types.ts'
import { A64, immediate12, rrr, SP, X17 } from './encode.ts'
import { number } from './integer.ts'

/** Loads and stores: the field of 12 bits counts in units of the access's size; of 9 bits, signed, in bytes; a register. */
const UNSIGNED_OFFSET = 0x39000000
const UNSCALED = 0x38000000
const REGISTER_OFFSET = 0x38206800
/** size, V and opc. */
const access = (size: number, vector: number, opc: number): number => (size << 30) | (vector << 26) | (opc << 22)

/** By WebAssembly's opcode: the instruction, and log2 of the bytes. */
const OP = new Int32Array(0x102)
const SCALE = new Uint8Array(0x102)
const ROWS: [opcode: number, scale: number, vector: number, opc: number][] = [
  [0x28, 2, 0, 1],
  [0x29, 3, 0, 1],
  [0x2a, 2, 1, 1],
  [0x2b, 3, 1, 1],
  [0x2c, 0, 0, 3],
  [0x2d, 0, 0, 1],
  [0x2e, 1, 0, 3],
  [0x2f, 1, 0, 1],
  [0x30, 0, 0, 2],
  [0x31, 0, 0, 1],
  [0x32, 1, 0, 2],
  [0x33, 1, 0, 1],
  [0x34, 2, 0, 2],
  [0x35, 2, 0, 1],
  [0x36, 2, 0, 0],
  [0x37, 3, 0, 0],
  [0x38, 2, 1, 0],
  [0x39, 3, 1, 0],
  [0x3a, 0, 0, 0],
  [0x3b, 1, 0, 0],
  [0x3c, 0, 0, 0],
  [0x3d, 1, 0, 0],
  [0x3e, 2, 0, 0],
  [V128_LOAD, 4, 1, 3],
  [V128_STORE, 4, 1, 2],
]
for (const [opcode, scale, vector, opc] of ROWS) {
  OP[opcode] = access(scale & 3, vector, opc)
  SCALE[opcode] = scale
}

/** By kind: loads, stores, log2 of bytes. */
export const KIND_LOAD = [OP[0x28], OP[0x29], OP[0x2a], OP[0x2b], OP[V128_LOAD]]
export const KIND_STORE = [OP[0x36], OP[0x37], OP[0x38], OP[0x39], OP[V128_STORE]]
export const KIND_SCALE = [2, 3, 2, 3, 4]

/** An access at base + offset; `scratch` is lost where the offset is large. The base may be the stack pointer. */
export function at(op: number, scale: number, t: number, base: number, offset: number, scratch: number): void {
  const register = (base << 5) | (t & 31)
  // The offset may have 34 bits: no shift comes before the comparison.
  if (offset >= 0 && offset < 4096 << scale && (offset & ((1 << scale) - 1)) === 0)
    word32(op | UNSIGNED_OFFSET | ((offset >> scale) << 10) | register)
  else if (offset >= -256 && offset < 256) word32(op | UNSCALED | ((offset & 511) << 12) | register)
  else {
    number(scratch, offset)
    word32(op | REGISTER_OFFSET | (scratch << 16) | register)
  }
}

export const loadFrom = (kind: Kind, d: number, base: number, offset: number): void =>
  at(KIND_LOAD[kind], KIND_SCALE[kind], d, base, offset, X17)
export const storeTo = (kind: Kind, s: number, base: number, offset: number): void =>
  at(KIND_STORE[kind], KIND_SCALE[kind], s, base, offset, X17)

export const loadFrame = (kind: Kind, d: number, offset: number): void => loadFrom(kind, d, SP, offset)
export const storeFrame = (kind: Kind, s: number, offset: number): void => storeTo(kind, s, SP, offset)

/** The access whose operand is in `memory`. */
function accessMemory(op: number, scale: number, t: number): void {
  const { base, index, disp } = memory
  if (index < 0) return at(op, scale, t, base, disp, X17)
  let register = index
  if (disp !== 0) {
    if ((disp & ((1 << scale) - 1)) === 0 && disp < 4096 << scale) {
      rrr(A64.ADD, 1, X17, base, index)
      word32(op | UNSIGNED_OFFSET | ((disp >> scale) << 10) | (X17 << 5) | (t & 31))
      return
    }
    displace(disp, index)
    register = X17
  }
  word32(op | REGISTER_OFFSET | (register << 16) | (base << 5) | (t & 31))
}

/** x17 = n + a number of up to 34 bits. */
function displace(disp: number, n: number): void {
  if (disp < 4096) immediate12(A64.ADD_IMMEDIATE, 1, X17, n, disp)
  else if (disp < 0x1000000 && (disp & 0xfff) === 0) immediate12(A64.ADD_IMMEDIATE, 1, X17, n, disp >>> 12, 1)
  else {
    number(X17, disp)
    rrr(A64.ADD, 1, X17, X17, n)
  }
}

export function load(opcode: number, d: number): void {
  accessMemory(OP[opcode], SCALE[opcode], d)
}

export function store(opcode: number, s: number): void {
  accessMemory(OP[opcode], SCALE[opcode], s)
}

export function memoryAddress(d: number): void {
  const { base, index, disp } = memory
  let from = base
  if (disp !== 0) {
    displace(disp, base)
    from = X17
  }
  if (index >= 0) rrr(A64.ADD, 1, d, from, index)
  else rrr(A64.ORR, 1, d, 31, from)
}
