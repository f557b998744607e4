/** The routine of a module that makes objects where its code found too little memory. */
import { EQ, target } from './assembler.ts'
import { code, room } from './code.ts'
import { frame } from './frame.ts'
import { synthesize } from './function.ts'
import { newLabel } from './labels.ts'
import { slotAt, stack } from './stack.ts'
import { I64, V128, type Kind } from './types.ts'
import { makeSignature, symbolOf, unit } from './unit.ts'

/**
 * It takes type and length in the scratch register, and gives the object there. All others are in its frame meanwhile, where the
 * collector finds references. Where there is no room, it is the caller's instruction that traps.
 */
export function writeAllocator(): void {
  if (unit.allocator < 0) return
  const { asm } = target
  const { intScratch } = asm
  room(64)
  asm.align(16)
  unit.symbols[unit.allocator].offset = code.at
  const registers = [...asm.intTemps, ...asm.floatTemps]
  const kind = (register: number): Kind => (register < 32 ? I64 : V128)
  synthesize(makeSignature([], []), () => {
    stack.max = registers.length
    registers.forEach((register, i) => asm.storeFrame(kind(register), register, slotAt(i)))
    asm.move(I64, asm.intArguments[0], intScratch)
    asm.callSymbol(symbolOf('wasm_machine_gc_new'))
    asm.move(I64, intScratch, asm.intResult)
    registers.forEach((register, i) => asm.loadFrame(kind(register), register, slotAt(i)))
    const failed = newLabel()
    asm.jumpIf(asm.compareConstant(I64, EQ, intScratch, 0), failed)
    frame.exits.push(failed, 0, -2 - symbolOf('wasm_machine_trap_out_of_memory'))
  })
}
