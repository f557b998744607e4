/**
 * Objects in free memory, which is all zero, without a call. Where there is not enough, code behind the function calls a routine of the
 * module's that keeps all registers (allocator.ts): an allocation is no call to what is written around it.
 */
import { ADD, AND, memory, OR, SHL, target } from './assembler.ts'
import { collector } from './collected.ts'
import { Numbers, room } from './code.ts'
import { bind, newLabel } from './labels.ts'
import { place } from './traps.ts'
import { I32, I64 } from './types.ts'
import { unit } from './unit.ts'

/** Larger objects are the runtime's to make. */
const MAX_BYTES = 2048

/** Of the function: label, label of what follows, register of the object, register of the length or -1, type, length, offset. */
const sites = new Numbers()
const SITE = 7

export function beginAllocations(): void {
  sites.length = 0
}

/** Whether an object of that size is made here. */
export const isSmallObject = (bytes: number): boolean => bytes <= MAX_BYTES

/** An object of a type, in a register of the caller's. */
export function newStructure(d: number, type: number, bytes: number): void {
  allocateHere(d, bytes, unit.typeNumbers[type], -1, 0)
}

export function newArray(d: number, type: number, length: number, bytes: number): void {
  allocateHere(d, bytes, unit.typeNumbers[type], -1, length)
  if (length > 0) storeNumber(length, d, 4)
}

const STORE = 0x36

function storeNumber(value: number, base: number, offset: number): void {
  const { asm } = target
  if (asm.storesConstant(STORE, value, 0)) {
    memory.base = base
    memory.index = -1
    memory.disp = offset
    asm.storeConstant(STORE, value, 0)
  } else {
    asm.constant(I32, asm.intScratch, value, 0)
    asm.storeAt(I32, asm.intScratch, base, offset)
  }
}

/** An array whose length is in another register than `d`; `shift`: log2 of an element's bytes. */
export function newArrayOf(d: number, type: number, length: number, shift: number): void {
  const { asm } = target
  const { intScratch } = asm
  asm.shiftConstant(SHL, I64, intScratch, length, shift)
  asm.aluConstant(ADD, I64, intScratch, intScratch, 15)
  asm.aluConstant(AND, I64, intScratch, intScratch, -8)
  allocateHere(d, -1, unit.typeNumbers[type], length, 0)
  asm.storeAt(I32, length, d, 4)
}

/** `bytes` -1: they are in the scratch register. */
function allocateHere(d: number, bytes: number, number: number, register: number, length: number): void {
  const { asm } = target
  const slow = newLabel()
  const done = newLabel()
  asm.bump(d, bytes, collector(), slow)
  storeNumber(number, d, 0)
  bind(done)
  for (const value of [slow, done, d, register, number, length, unit.offset]) sites.push(value)
}

/** Behind the function. */
export function writeAllocations(): void {
  const { asm } = target
  const { intScratch } = asm
  for (let i = 0; i < sites.length; i += SITE) {
    room(128)
    const [slow, done, d, register, number, length, offset] = sites.values.subarray(i, i + SITE)
    bind(slow)
    // The type above the length.
    if (register < 0) asm.constant(I64, intScratch, length, number)
    else {
      asm.constant(I32, intScratch, number, 0)
      asm.shiftConstant(SHL, I64, intScratch, intScratch, 32)
      asm.alu(OR, I64, intScratch, intScratch, register)
    }
    place(offset)
    asm.callSymbol(allocator())
    asm.move(I64, d, intScratch)
    asm.jump(done)
  }
}

/** The routine, whose place is known when it is written. */
function allocator(): number {
  if (unit.allocator < 0)
    unit.allocator = unit.symbols.push({ name: 'allocator', section: 0, offset: 0, size: 0, binding: 'local' }) - 1
  return unit.allocator
}
