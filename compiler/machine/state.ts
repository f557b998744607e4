/**
 * Variables of the module. Of a module that starts threads each thread has those that are its instance's own: a register holds
 * their address, all else is where the linker places it. The block begins with the addresses of the thread's exception and of
 * its values.
 */
import { ADD, NE, target, type Condition } from './assembler.ts'
import { I64, type Kind } from './types.ts'
import { symbolOf, unit } from './unit.ts'

/** Bytes of the block before the variables. */
export const INSTANCE_HEAD = 16

const isOwn = (symbol: number): boolean => unit.threaded && symbol === unit.own

export function loadVariable(kind: Kind, d: number, symbol: number, addend: number): void {
  const { asm } = target
  if (isOwn(symbol)) asm.loadAt(kind, d, asm.instance, addend)
  else asm.loadSymbol(kind, d, symbol, addend)
}

export function storeVariable(kind: Kind, s: number, symbol: number, addend: number): void {
  const { asm } = target
  if (isOwn(symbol)) asm.storeAt(kind, s, asm.instance, addend)
  else asm.storeSymbol(kind, s, symbol, addend)
}

export function variableAddress(d: number, symbol: number, addend: number): void {
  const { asm } = target
  if (isOwn(symbol)) asm.aluConstant(ADD, I64, d, asm.instance, addend)
  else asm.symbolAddress(d, symbol, addend)
}

/** The runtime's variables of exceptions, by the place of their address in the block. */
const NAMES = ['wasm_exception', 'wasm_exception_values']
export const EXCEPTION = 0
export const VALUES = 1

/** Loads from there; `d` may be the scratch register. */
export function loadException(kind: Kind, d: number, of: number, offset: number): void {
  const { asm } = target
  if (!unit.threaded) return asm.loadSymbol(kind, d, symbolOf(NAMES[of]), offset)
  asm.loadAt(I64, asm.intScratch, asm.instance, 8 * of)
  asm.loadAt(kind, d, asm.intScratch, offset)
}

/** Stores there; where each thread has its own, the scratch register is lost. */
export function storeException(kind: Kind, s: number, of: number, offset: number): void {
  const { asm } = target
  if (!unit.threaded) return asm.storeSymbol(kind, s, symbolOf(NAMES[of]), offset)
  asm.loadAt(I64, asm.intScratch, asm.instance, 8 * of)
  asm.storeAt(kind, s, asm.intScratch, offset)
}

/** Whether an exception is on its way. */
export function testException(): Condition {
  const { asm } = target
  if (!unit.threaded) return asm.testSymbol(symbolOf(NAMES[EXCEPTION]), 0)
  loadException(I64, asm.intScratch, EXCEPTION, 0)
  return asm.compareConstant(I64, NE, asm.intScratch, 0)
}
