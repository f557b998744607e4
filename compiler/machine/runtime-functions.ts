/** Functions of the runtime, by their names. */
import { target, type Assembler } from './assembler.ts'
import type { Kind } from './types.ts'
import { makeSignature, type Signature } from './unit.ts'

export interface RuntimeFunction {
  name: string
  signature: () => Signature
}

/** `wasm_machine_<name>` of runtime/machine.c. */
export function runtimeFunction(name: string, params: readonly Kind[], results: readonly Kind[]): RuntimeFunction {
  return plainFunction(`wasm_machine_${name}`, params, results)
}

export function plainFunction(name: string, params: readonly Kind[], results: readonly Kind[]): RuntimeFunction {
  let made: Signature | undefined
  let of: Assembler | undefined
  return {
    name,
    signature: () => {
      if (made === undefined || of !== target.asm) {
        made = makeSignature(params, results)
        of = target.asm
      }
      return made
    },
  }
}
