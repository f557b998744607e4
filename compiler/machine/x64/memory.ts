/** Loads and stores of x86-64. */
import { V128_LOAD, V128_STORE } from '../assembler.ts'
import { byte, word32 } from '../code.ts'
import { mem } from './encode.ts'

/** By WebAssembly's opcode: prefix, w, opcode. */
const PRE = new Uint8Array(0x102)
const W = new Uint8Array(0x102)
const OP = new Uint16Array(0x102)
const BYTE = new Uint8Array(0x102)
/** Of stores: bytes of an immediate, 0 for those without that form. */
const IMMEDIATE = new Uint8Array(0x102)
const ROWS: [opcode: number, pre: number, w: number, op: number, byteReg?: number][] = [
  [0x28, 0, 0, 0x8b],
  [0x29, 0, 1, 0x8b],
  [0x2a, 0xf3, 0, 0x110],
  [0x2b, 0xf2, 0, 0x110],
  [0x2c, 0, 0, 0x1be],
  [0x2d, 0, 0, 0x1b6],
  [0x2e, 0, 0, 0x1bf],
  [0x2f, 0, 0, 0x1b7],
  [0x30, 0, 1, 0x1be],
  [0x31, 0, 0, 0x1b6],
  [0x32, 0, 1, 0x1bf],
  [0x33, 0, 0, 0x1b7],
  [0x34, 0, 1, 0x63],
  [0x35, 0, 0, 0x8b],
  [0x36, 0, 0, 0x89],
  [0x37, 0, 1, 0x89],
  [0x38, 0xf3, 0, 0x111],
  [0x39, 0xf2, 0, 0x111],
  [0x3a, 0, 0, 0x88, 1],
  [0x3b, 0x66, 0, 0x89],
  [0x3c, 0, 0, 0x88, 1],
  [0x3d, 0x66, 0, 0x89],
  [0x3e, 0, 0, 0x89],
  [V128_LOAD, 0, 0, 0x110],
  [V128_STORE, 0, 0, 0x111],
]
for (const [opcode, pre, w, op, byteReg = 0] of ROWS) {
  PRE[opcode] = pre
  W[opcode] = w
  OP[opcode] = op
  BYTE[opcode] = byteReg
}
for (const [opcode, size] of [
  [0x36, 4],
  [0x37, 8],
  [0x3a, 1],
  [0x3b, 2],
  [0x3c, 1],
  [0x3d, 2],
  [0x3e, 4],
])
  IMMEDIATE[opcode] = size

export function load(opcode: number, d: number): void {
  mem(PRE[opcode], W[opcode], OP[opcode], d)
}

export function store(opcode: number, s: number): void {
  mem(PRE[opcode], W[opcode], OP[opcode], s, BYTE[opcode] === 1)
}

export function storesConstant(opcode: number, lo: number, hi: number): boolean {
  const size = IMMEDIATE[opcode]
  return size !== 0 && (size !== 8 || hi === lo >> 31)
}

export function storeConstant(opcode: number, lo: number): void {
  const size = IMMEDIATE[opcode]
  mem(PRE[opcode], W[opcode], size === 1 ? 0xc6 : 0xc7, 0)
  if (size === 1) byte(lo)
  else if (size === 2) {
    byte(lo)
    byte(lo >> 8)
  } else word32(lo)
}

export function memoryAddress(d: number): void {
  mem(0, 1, 0x8d, d)
}
