/**
 * Functions of the C library that a module brings along: a function of the runtime does all that they would do, or says that
 * only their own code can tell what happens, which comes next.
 */
import { decodeBody } from '../wasm/body.ts'
import { Routines, type Routine } from '../libc/routines.ts'
import type { Func, Module } from '../wasm/module.ts'
import { EQ, SHR_U, target } from './assembler.ts'
import { callRuntime, returnCall } from './calls.ts'
import { branchTo } from './control.ts'
import { synthesize } from './function.ts'
import { bind, newLabel } from './labels.ts'
import { pushAddress } from './memory.ts'
import { r, u32 } from './reader.ts'
import { runtimeFunction } from './runtime-functions.ts'
import { skipImmediates, skipType } from './skip.ts'
import { localGet } from './local-access.ts'
import { pop, push, release } from './stack.ts'
import { I32, I64 } from './types.ts'
import { unit } from './unit.ts'

/** Longer bodies are none of the library's. */
const MAX_BYTES = 4096

/** Instructions that no such function has: on tables, variables, other memories, and calls through tables. */
const FOREIGN = new Uint8Array(256)
for (const op of [0x06, 0x08, 0x0a, 0x11, 0x12, 0x13, 0x14, 0x15, 0x1c, 0x1f, 0x23, 0x24, 0x25, 0x26, 0xfd, 0xfe])
  FOREIGN[op] = 1
for (let op = 0x8b; op < 0xa7; op++) FOREIGN[op] = 1
for (let op = 0xd0; op <= 0xd6; op++) FOREIGN[op] = 1
FOREIGN[0xfb] = 1

export class RoutineFinder {
  readonly #module: Module
  readonly #routines: Routines

  constructor(module: Module) {
    this.#module = module
    this.#routines = new Routines(module)
  }

  find(func: Func): Routine | undefined {
    const { params, results } = unit.functionSignatures[func.index]
    const { start, end } = func.body!
    if (params.length < 1 || params.length > 3 || results.length !== 1 || end - start > MAX_BYTES) return undefined
    if (!unit.memories[0]?.fixed || params.some((kind) => kind !== I32) || results[0] !== I32) return undefined
    if (!this.#mayBe(start, end)) return undefined
    return this.#routines.find(func, decodeBody(this.#module, func))
  }

  /** A quick look, before any fingerprint is taken. */
  #mayBe(start: number, end: number): boolean {
    r.bytes = this.#module.bytes
    r.pos = start
    for (let groups = u32(); groups > 0; groups--) {
      u32()
      skipType()
    }
    while (r.pos < end) {
      const op = r.bytes[r.pos++]
      if (FOREIGN[op]) return false
      skipImmediates(op)
    }
    return true
  }
}

/** The function that comes first. `body`: a number for the function's own code, which is written behind it. */
export function writeRoutine(func: Func, routine: Routine, body: number): void {
  const signature = unit.functionSignatures[func.index]
  const { params } = signature
  const called = runtimeFunction(`libc_${routine}`, [...params, I64], [I64])
  synthesize(signature, () => {
    const { asm } = target
    const pushParameters = (): void => params.forEach((_, k) => localGet(k))
    pushParameters()
    pushAddress(unit.memories[0].symbol, unit.memories[0].addend)
    callRuntime(called)
    const result = pop()
    const own = newLabel(r.pos)
    asm.shiftConstant(SHR_U, I64, asm.intScratch, result, 32)
    asm.jumpIf(asm.compareConstant(I64, EQ, asm.intScratch, 0), own)
    asm.zeroExtend(result, result)
    push(I32, result)
    branchTo(0)
    pop()
    release(result)
    bind(own)
    pushParameters()
    returnCall(body, signature)
    // What is never reached ends the function as its type asks.
    localGet(0)
  })
}
