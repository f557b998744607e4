/** Functions of C in the convention of wasm: for references to them, and for calls that need something around them. */
import { target } from './assembler.ts'
import { callIndex } from './calls.ts'
import { room } from './code.ts'
import { synthesize } from './function.ts'
import { pushVariable } from './memory.ts'
import { pushWasiMemory } from './start.ts'
import { localGet } from './local-access.ts'
import { allocate, pop, push, release } from './stack.ts'
import { I32, I64 } from './types.ts'
import { unit } from './unit.ts'

const pushParameters = (index: number): void => {
  const { params } = unit.functionSignatures[index]
  room(1024 + 64 * params.length)
  params.forEach((_, k) => localGet(k))
}

/** Of 32 bits: C leaves the others of a register as it likes, and an index of a memory or table is taken as 64. */
export function pushParameterOfC(l: number): void {
  localGet(l)
  const value = pop()
  const whole = allocate(I32)
  target.asm.zeroExtend(whole, value)
  release(value)
  push(I32, whole)
}

export function writeAdapter(index: number): void {
  const signature = unit.functionSignatures[index]
  synthesize(
    signature,
    () => {
      pushParameters(index)
      callIndex(index, false, true)
    },
    signature,
  )
}

function store(): void {
  const register = pop()
  target.asm.storeSymbol(I64, register, unit.wasiMemory(), 0)
  release(register)
}

/** A call of WASI works on one memory, which is set around the call. */
export function writeWasiCall(index: number): void {
  const signature = unit.functionSignatures[index]
  const { results } = signature
  synthesize(
    signature,
    () => {
      pushVariable(I64, unit.wasiMemory(), 0)
      pushWasiMemory()
      store()
      pushParameters(index)
      callIndex(index, false, true)
      const result = results.length > 0 ? pop() : -1
      store()
      if (result >= 0) push(results[0], result)
    },
    signature,
  )
}
