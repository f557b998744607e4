/** Calls: of functions of the module, of other modules, of the runtime, and through tables and references. */
import { target, LT_U, NE, EQ } from './assembler.ts'
import { loadVariable, testException } from './state.ts'
import { room } from './code.ts'
import { collector, DISPLAY, GC, TYPE } from './collected.ts'
import { handlerLabel } from './exceptions.ts'
import { home, inRegister, pinOf, references, typeOf } from './locals.ts'
import { bind, newLabel } from './labels.ts'
import { moveLater, moves, parallelMoves } from './moves.ts'
import {
  clearCache,
  CONSTANT,
  flushRegisters,
  held,
  LOCAL,
  operandRegister,
  PINNED,
  push,
  pushSlot,
  REGISTER,
  release,
  SLOT,
  saveTemporaries,
  slotAt,
  stack,
} from './stack.ts'
import { place, TRAP, trapAlways, trapIf } from './traps.ts'
import type { RuntimeFunction } from './runtime-functions.ts'
import { F32, I32, I64 } from './types.ts'
import { found } from './scan.ts'
import { outgoingBytes, symbolOf, unit, type Signature } from './unit.ts'
import { frame } from './frame.ts'

/** A callee that is in the register `callee`. */
export const THROUGH_REGISTER = -1

/** By argument: its register, -1 if it is where it belongs or is on its way. */
let waiting = new Int32Array(64)

/**
 * Moves the uppermost operands to where a function of that type finds its arguments; with `callee`, the one above them to
 * the register of that name. Nothing else is in a register then that calls do not keep.
 */
function passArguments(signature: Signature, callee: boolean): void {
  const { asm } = target
  const { params, places } = signature
  if (outgoingBytes(signature) > found.outgoing) throw new Error('the frame has no room for what a call passes')
  const count = params.length
  const all = callee ? count + 1 : count
  const first = stack.sp - all
  if (all > waiting.length) waiting = new Int32Array(all * 2)
  flushRegisters(first)
  saveTemporaries()
  for (const l of frame.aroundCalls) asm.storeFrame(typeOf[l], pinOf[l], home[l])
  for (let k = 0; k < count; k++) {
    const destination = places[k]
    if (destination >= 0) {
      waiting[k] = destination
      continue
    }
    room(64)
    const i = first + k
    const kind = params[k]
    waiting[k] = -1
    if (stack.where[i] === CONSTANT) asm.storeFrameConstant(kind, -1 - destination, stack.value[i], stack.high[i])
    else {
      const register = operandRegister(i)
      asm.storeFrame(kind, register, -1 - destination)
      release(register)
      // It is in no register any more, should the next one need one.
      stack.where[i] = SLOT
    }
  }
  if (callee) waiting[count] = asm.callee
  moves.length = 0
  for (let k = 0; k < all; k++) {
    const i = first + k
    if (waiting[k] < 0) continue
    const value = stack.value[i]
    const where = stack.where[i]
    let from = -1
    if (where === REGISTER) {
      from = value
      release(from)
    } else if (where === PINNED) {
      from = pinOf[value]
      references[value]--
    } else if (where === LOCAL && inRegister[value] >= 0) {
      from = inRegister[value]
      references[value]--
    }
    if (from < 0) continue
    moveLater(waiting[k], from, stack.type[i])
    waiting[k] = -1
  }
  parallelMoves()
  for (let k = 0; k < all; k++) {
    const register = waiting[k]
    if (register < 0) continue
    room(32)
    const i = first + k
    const kind = stack.type[i]
    const value = stack.value[i]
    if (stack.where[i] === CONSTANT) asm.constant(kind, register, value, stack.high[i])
    else if (stack.where[i] === LOCAL) {
      references[value]--
      asm.loadFrame(kind, register, home[value])
    } else asm.loadFrame(kind, register, slotAt(i))
  }
  stack.sp = first
  if (stack.flushed > first) stack.flushed = first
  clearCache()
}

/** Pinned locals are back, and the results are operands. */
function takeResults({ results, resultPlaces, argumentBytes }: Signature, pops: boolean, throws: boolean): void {
  const { asm } = target
  if (pops && argumentBytes > 0) asm.reserveOutgoing(argumentBytes)
  const count = results.length
  const result = count === 0 ? -1 : results[0] < F32 ? asm.intResult : asm.floatResult
  if (result >= 0) held[result] = 1
  for (const l of frame.aroundCalls) asm.loadFrame(typeOf[l], pinOf[l], home[l])
  if (throws) checkThrown()
  if (count > 1) {
    held[result] = 0
    asm.storeFrame(results[0], result, slotAt(stack.sp))
    pushSlot(results[0])
    for (let k = 1; k < count; k++) {
      room(64)
      const scratch = results[k] < F32 ? asm.intScratch : asm.floatScratch
      asm.loadFrame(results[k], scratch, resultPlaces[k])
      asm.storeFrame(results[k], scratch, slotAt(stack.sp))
      pushSlot(results[k])
    }
  } else if (count === 1) push(results[0], result)
}

/** After a call that may have left an exception. */
export function checkThrown(): void {
  const { asm } = target
  asm.jumpIf(testException(), handlerLabel())
}

/** `direct`: of C, though the module has a function around it. */
export function callIndex(index: number, throws: boolean, direct = false): void {
  const { asm } = target
  const signature = unit.functionSignatures[index]
  const kind = index < unit.imported ? unit.isRuntime[index] : 2
  passArguments(signature, false)
  if (kind === 2 && !direct) asm.callFunction(index)
  else asm.callSymbol(unit.functionSymbol[index])
  const isC = direct || kind === 1
  if (isC && signature.results.length === 1 && signature.results[0] === I32)
    asm.zeroExtend(asm.intResult, asm.intResult)
  takeResults(signature, !isC, throws)
}

/** A function of the runtime by its name; what it traps on is this instruction's. */
export function callRuntime({ name, signature }: RuntimeFunction): void {
  const { asm } = target
  const { results } = signature()
  passArguments(signature(), false)
  place()
  asm.callSymbol(symbolOf(name))
  if (results.length === 1 && results[0] === I32) asm.zeroExtend(asm.intResult, asm.intResult)
  takeResults(signature(), false, false)
}

/** Calls the function whose record the register `callee` has the address of, or which it has an index of. */
function callThrough(signature: Signature, throws: boolean, find: () => void): void {
  passArguments(signature, true)
  find()
  target.asm.callRegister(target.asm.callee)
  takeResults(signature, true, throws)
}

/** Makes `callee`, an index of a table, the address of a function of that type. */
export function findInTable(table: number, type: number): void {
  const { asm } = target
  const { callee, intScratch } = asm
  const plan = unit.tables[table]
  const wide = unit.module.tables[table].type.is64 ? I64 : I32
  if (plan.constantAt >= 0) {
    trapIf(asm.compareConstant(wide, 9, callee, plan.size), TRAP.UNDEFINED_ELEMENT)
    asm.codeAddress(intScratch, plan.constantAt)
    asm.addShifted(I64, callee, intScratch, callee, 3)
  } else {
    loadVariable(I64, intScratch, plan.symbol, plan.addend + 8)
    trapIf(asm.compare(I64, 9, callee, intScratch), TRAP.UNDEFINED_ELEMENT)
    loadVariable(I64, intScratch, plan.symbol, plan.addend)
    asm.addShifted(I64, callee, intScratch, callee, 3)
    asm.loadAt(I64, callee, callee, 0)
    trapIf(asm.compareConstant(I64, EQ, callee, 0), TRAP.UNINITIALIZED_ELEMENT)
  }
  if (unit.module.types[type].open) checkOpenType(type)
  else trapIf(asm.compareAt(I32, NE, callee, 4, unit.typeNumbers[type]), TRAP.INDIRECT_CALL)
  asm.follow(callee, callee)
}

/** Of the function whose record is in the register `callee`. */
function checkOpenType(type: number): void {
  const { asm } = target
  const { callee, intScratch, incoming } = asm
  const number = unit.typeNumbers[type]
  asm.loadAt(I32, intScratch, callee, 4)
  // One below it will do; no argument is in the other register.
  const depth = unit.typeDepths[type]
  const found = newLabel()
  const failed = newLabel()
  room(256)
  asm.jumpIf(asm.compareConstant(I32, EQ, intScratch, number), found)
  asm.loadSymbol(I64, incoming, collector(), GC.TYPES)
  asm.addShifted(I64, incoming, incoming, intScratch, 3)
  asm.loadAt(I64, incoming, incoming, 0)
  asm.jumpIf(asm.compareConstant(I64, EQ, incoming, 0), failed)
  const known = newLabel()
  if (depth >= DISPLAY) {
    asm.loadAt(I32, incoming, incoming, TYPE.DEPTH)
    asm.jumpIf(asm.compareConstant(I32, LT_U, incoming, depth), failed)
    asm.loadSymbol(I64, incoming, collector(), GC.TYPES)
    asm.addShifted(I64, incoming, incoming, intScratch, 3)
    asm.loadAt(I64, incoming, incoming, 0)
  }
  asm.loadAt(I32, incoming, incoming, TYPE.MORE + 4 * depth)
  asm.jumpIf(asm.compareConstant(I32, EQ, incoming, number), known)
  bind(failed)
  trapAlways(TRAP.INDIRECT_CALL)
  bind(known)
  bind(found)
}

function findByReference(): void {
  const { asm } = target
  trapIf(asm.compareConstant(I64, EQ, asm.callee, 0), TRAP.NULL_FUNCTION_REFERENCE)
  asm.follow(asm.callee, asm.callee)
}

export function callIndirect(type: number, table: number, throws: boolean): void {
  callThrough(unit.typeSignatures[type], throws, () => findInTable(table, type))
}

export function callReference(type: number, throws: boolean): void {
  callThrough(unit.typeSignatures[type], throws, findByReference)
}

// Tail calls: arguments are passed as for a call; behind the function, where its frame's size is known, they take its place.

/** `signature`: of code that is no function of the module. */
export function returnCall(index: number, signature = unit.functionSignatures[index]): void {
  if (index < unit.imported && unit.isRuntime[index]) throw new Error('a tail call of C')
  passArguments(signature, false)
  leaveTo(signature, index)
}

export function returnCallIndirect(type: number, table: number): void {
  passArguments(unit.typeSignatures[type], true)
  findInTable(table, type)
  leaveTo(unit.typeSignatures[type], THROUGH_REGISTER)
}

export function returnCallReference(type: number): void {
  passArguments(unit.typeSignatures[type], true)
  findByReference()
  leaveTo(unit.typeSignatures[type], THROUGH_REGISTER)
}

function leaveTo(signature: Signature, callee: number): void {
  const label = newLabel()
  frame.exits.push(label, signature.argumentBytes, callee)
  target.asm.jump(label)
}
