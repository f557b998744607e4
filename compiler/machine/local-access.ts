/** Reading and writing locals: those that are pinned, those that have a home, and temporaries. */
import { target } from './assembler.ts'
import { dirty, forget, home, inRegister, local, pinOf, references, remaining, temporary, typeOf } from './locals.ts'
import {
  allocate,
  cached,
  drop,
  held,
  isSmall,
  isTemp,
  LOCAL,
  PINNED,
  pop,
  popInto,
  popped,
  push,
  pushed,
  pushPinned,
  REGISTER,
  release,
  reserveSlot,
  stack,
  uncache,
} from './stack.ts'
import type { Kind } from './types.ts'

/** Operands that refer to a local whose value is about to change get it in a register. */
function materialize(l: number, height: number): void {
  const { asm } = target
  for (let i = stack.flushed; i < height; i++) {
    const where = stack.where[i]
    if ((where !== PINNED && where !== LOCAL) || stack.value[i] !== l) continue
    const kind = stack.type[i]
    const register = allocate(kind)
    // Allocation may have put the operand into its slot.
    if (where === PINNED) asm.move(kind, register, pinOf[l])
    else if (inRegister[l] >= 0) asm.move(kind, register, inRegister[l])
    else asm.loadFrame(kind, register, home[l])
    references[l]--
    stack.where[i] = REGISTER
    stack.value[i] = register
  }
}

export function localGet(l: number): void {
  if (pinOf[l] >= 0) return pushPinned(l)
  const kind = typeOf[l]
  const known = inRegister[l]
  if (temporary[l] && --remaining[l] === 0 && known >= 0) {
    cached[known] = -1
    inRegister[l] = -1
    dirty[l] = 0
  }
  if (known >= 0) {
    held[known]++
    reserveSlot()
    const { sp } = stack
    stack.where[sp] = REGISTER
    stack.value[sp] = known
    stack.type[sp] = kind
    return pushed()
  }
  reserveSlot()
  const { sp } = stack
  stack.where[sp] = LOCAL
  stack.value[sp] = l
  stack.type[sp] = kind
  references[l]++
  pushed()
}

/** `at`: of the instruction, in the body: what the scan noted there. */
export function localSet(l: number, tee: boolean, at: number): void {
  if (temporary[l]) return temporarySet(l, tee, at)
  const { asm } = target
  const kind = typeOf[l]
  const i = stack.sp - 1
  if (references[l] > 0) {
    const where = stack.where[i]
    if ((where === PINNED || where === LOCAL) && stack.value[i] === l) {
      if (!tee) drop()
      return
    }
    materialize(l, i)
  }
  if (pinOf[l] >= 0) {
    popInto(pinOf[l])
    if (tee) pushPinned(l)
    return
  }
  if (isSmall(i) && !tee) {
    popped()
    if (inRegister[l] >= 0) uncache(inRegister[l])
    asm.storeFrameConstant(kind, home[l], stack.value[i], stack.high[i])
    return
  }
  const register = pop()
  if (inRegister[l] >= 0 && inRegister[l] !== register) uncache(inRegister[l])
  asm.storeFrame(kind, register, home[l])
  if (isTemp[register] && cached[register] < 0) {
    cached[register] = l
    inRegister[l] = register
  }
  if (!tee) return release(register)
  pushCopy(kind, register)
}

/** Pushes what a register holds: itself if it is allocated, else a copy. */
function pushCopy(kind: Kind, register: number): void {
  if (isTemp[register]) return push(kind, register)
  const copy = allocate(kind)
  target.asm.move(kind, copy, register)
  push(kind, copy)
}

/** A local that lives in one straight stretch of code needs no home, unless its register is taken away. */
function temporarySet(l: number, tee: boolean, at: number): void {
  const kind = typeOf[l]
  const i = stack.sp - 1
  const uses = local.usesOf[at]
  if (references[l] > 0) {
    if (stack.where[i] === LOCAL && stack.value[i] === l) {
      if (!tee) drop()
      remaining[l] = uses
      return
    }
    materialize(l, i)
  }
  if (uses === 0) {
    forget(l, cached)
    if (!tee) drop()
    return
  }
  let register = pop()
  forget(l, cached)
  if (!(isTemp[register] && cached[register] < 0)) {
    const copy = allocate(kind)
    target.asm.move(kind, copy, register)
    release(register)
    register = copy
  }
  cached[register] = l
  inRegister[l] = register
  dirty[l] = 1
  remaining[l] = uses
  if (tee) push(kind, register)
  else release(register)
}
