/** Atomic instructions: functions of the runtime, given the address once it has been checked. */
import { AND, NE, target } from './assembler.ts'
import { callRuntime } from './calls.ts'
import { runtimeFunction, type RuntimeFunction } from './runtime-functions.ts'
import { opcodes } from '../wasm/opcodes.ts'
import { popAddress, pushAddress, releaseAddress } from './memory.ts'
import { r, u32, u64 } from './reader.ts'
import { allocate, popKeeping, push, pushConstant } from './stack.ts'
import { TRAP, trapIf } from './traps.ts'
import { I32, I64, kindOf, type Kind } from './types.ts'
import { unit } from './unit.ts'

interface Row {
  width: number
  /** Of operands behind the address. */
  kinds: Kind[]
  waits: boolean
  called: RuntimeFunction
}

const ROWS: (Row | undefined)[] = []
for (const { code, name, imm, params = [], results = [], size = 0 } of opcodes) {
  if (code >> 16 !== 0xfe || imm !== 'memarg') continue
  const kinds = params.slice(1).map(kindOf)
  const waits = name.startsWith('memory.')
  // The address comes last, and for those that wait whether the memory is shared.
  const all = [...kinds, I64, ...(waits ? [I32] : [])]
  ROWS[code & 0xffff] = {
    width: size,
    kinds,
    waits,
    called: runtimeFunction(name.replaceAll('.', '_'), all, results.map(kindOf)),
  }
}

const FENCE = runtimeFunction('atomic_fence', [], [])
/** Checks alignment and bounds: the address of an index and an offset. */
const PLACE = runtimeFunction('atomic_place', [I64, I64, I32, I64], [I64])

export function atomicInstruction(sub: number): void {
  if (sub === 3) {
    r.pos++
    return callRuntime(FENCE)
  }
  const { width, kinds, waits, called } = ROWS[sub]!
  const values: number[] = []
  for (let k = kinds.length - 1; k >= 0; k--) values[k] = popKeeping()
  const before = r.pos
  const flags = u32()
  const index = flags >= 64 ? u32() : 0
  if (waits || unit.memories[index].checked) {
    // The values are operands of the call: below the address while it is found.
    u64()
    const { lo, hi } = r
    const start = popKeeping()
    for (let k = 0; k < kinds.length; k++) push(kinds[k], values[k])
    push(I64, start)
    pushConstant(I64, lo, hi)
    pushConstant(I32, width, 0)
    pushAddress(unit.memories[index].symbol, unit.memories[index].addend)
    callRuntime(PLACE)
  } else {
    r.pos = before
    popAligned(width, kinds, values)
  }
  if (waits) pushConstant(I32, unit.module.memories[index].type.shared ? 1 : 0, 0)
  callRuntime(called)
}

function popAligned(width: number, kinds: readonly Kind[], values: readonly number[]): void {
  const { asm } = target
  popAddress(width)
  const address = allocate(I64)
  asm.memoryAddress(address)
  releaseAddress()
  if (width > 1) {
    asm.aluConstant(AND, I32, asm.intScratch, address, width - 1)
    trapIf(asm.compareConstant(I32, NE, asm.intScratch, 0), TRAP.UNALIGNED_ATOMIC)
  }
  for (let k = 0; k < kinds.length; k++) push(kinds[k], values[k])
  push(I64, address)
}
