/** Functions that C calls with arguments and results in memory, 16 bytes for each: for tests, and hosts. */
import { target } from './assembler.ts'
import { callIndex } from './calls.ts'
import { room } from './code.ts'
import { synthesize } from './function.ts'
import { localGet } from './local-access.ts'
import { allocate, pop, push, release } from './stack.ts'
import { I64 } from './types.ts'
import { makeSignature, unit } from './unit.ts'

export function writeEntry(index: number): void {
  const callee = unit.functionSignatures[index]
  const { params, results } = callee
  synthesize(
    makeSignature([I64, I64], []),
    () => {
      const { asm } = target
      params.forEach((kind, i) => {
        room(256)
        localGet(0)
        const address = pop()
        const value = allocate(kind)
        asm.loadAt(kind, value, address, 16 * i)
        release(address)
        push(kind, value)
      })
      room(1024 + 64 * params.length)
      callIndex(index, false)
      for (let i = results.length - 1; i >= 0; i--) {
        room(256)
        const value = pop()
        localGet(1)
        const address = pop()
        asm.storeAt(results[i], value, address, 16 * i)
        release(address)
        release(value)
      }
    },
    callee,
  )
}
