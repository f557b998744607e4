/** Vector instructions: loads, stores and constants are the target's, others functions of the runtime. */
import { target, V128_LOAD, V128_STORE } from './assembler.ts'
import { callRuntime } from './calls.ts'
import { runtimeFunction, type RuntimeFunction } from './runtime-functions.ts'
import { opcodes } from '../wasm/opcodes.ts'
import { popAddress, releaseAddress } from './memory.ts'
import { r } from './reader.ts'
import { allocate, pop, popKeeping, push, pushConstant, release } from './stack.ts'
import { place } from './traps.ts'
import { I32, I64, kindOf, V128, type Kind } from './types.ts'

const PLAIN = 0
const LANE = 1
const ACCESS = 2
const LANE_ACCESS = 3

interface Row {
  shape: number
  width: number
  called: RuntimeFunction
}

const ROWS: (Row | undefined)[] = []
for (const { code, name, imm, params = [], results = [], size = 0 } of opcodes) {
  if (code >> 16 !== 0xfd) continue
  const shape = imm === 'lane' ? LANE : imm === 'memarg' ? ACCESS : imm === 'memarg lane' ? LANE_ACCESS : PLAIN
  const kinds: Kind[] = params.map(kindOf)
  // Where memory is accessed the address of the bytes comes last, then a lane.
  if (shape >= ACCESS) kinds.shift()
  if (shape >= ACCESS) kinds.push(I64)
  if (shape === LANE || shape === LANE_ACCESS) kinds.push(I32)
  if (name === 'i8x16.shuffle') kinds.push(V128)
  ROWS[code & 0xffff] = {
    shape,
    width: size,
    called: runtimeFunction(name.replaceAll('.', '_'), kinds, results.map(kindOf)),
  }
}

const CONST = 12
const SHUFFLE = 13

function pushVector(): void {
  const register = allocate(V128)
  target.asm.vector(register, r.bytes, r.pos)
  r.pos += 16
  push(V128, register)
}

export function vectorInstruction(sub: number): void {
  const { asm } = target
  if (sub === CONST) return pushVector()
  if (sub === 0 || sub === 11) return sub === 0 ? load() : store()
  const { shape, width, called } = ROWS[sub]!
  if (sub === SHUFFLE) pushVector()
  else if (shape === LANE) pushConstant(I32, r.bytes[r.pos++], 0)
  else if (shape === ACCESS || shape === LANE_ACCESS) {
    const vector = called.signature().params.length > (shape === ACCESS ? 1 : 2) ? popKeeping() : -1
    popAddress(width)
    const address = allocate(I64)
    asm.memoryAddress(address)
    releaseAddress()
    if (vector >= 0) push(V128, vector)
    push(I64, address)
    if (shape === LANE_ACCESS) pushConstant(I32, r.bytes[r.pos++], 0)
  }
  callRuntime(called)
}

function load(): void {
  popAddress(16)
  const d = allocate(V128)
  place()
  target.asm.load(V128_LOAD, d)
  releaseAddress()
  push(V128, d)
}

function store(): void {
  const value = pop()
  popAddress(16)
  place()
  target.asm.store(V128_STORE, value)
  release(value)
  releaseAddress()
}
