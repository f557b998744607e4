/** Writes one function: its beginning, its instructions one after the other, its ends. */
import { beginAllocations, writeAllocations } from './allocation.ts'
import { flags, target } from './assembler.ts'
import { atomicInstruction } from './atomics.ts'
import { callIndex, callIndirect, callReference, returnCall, returnCallIndirect, returnCallReference } from './calls.ts'
import { code, room, word32 } from './code.ts'
import * as control from './control.ts'
import { blocks, pending } from './control.ts'
import { beginCopy, beginDispatch, isCopying } from './dispatch.ts'
import { beginTries, rethrow, throwReference, throwTag } from './exceptions.ts'
import { frame } from './frame.ts'
import { beginCopies, isCopied } from './heads.ts'
import { beginLabels, bind, checkLabels } from './labels.ts'
import {
  dirty,
  home,
  initialized,
  inRegister,
  local,
  pinOf,
  references,
  remaining,
  roomForLocals,
  temporary,
  typeOf,
  weight,
} from './locals.ts'
import * as memory from './memory.ts'
import { moveLater, parallelMoves } from './moves.ts'
import { constant, numeric, saturate, select, wide } from './numeric.ts'
import { r, s32, s64, skipLeb, u32 } from './reader.ts'
import { objectInstruction, referencesEqual } from './objects.ts'
import * as reference from './references.ts'
import { choosePins } from './registers.ts'
import { found, parameterUses, scan } from './scan.ts'
import { vectorInstruction } from './simd.ts'
import { skipType } from './skip.ts'
import { localGet, localSet } from './local-access.ts'
import { beginStack, cached, drop, held, isTemp, pushConstant, stack } from './stack.ts'
import { beginTraps, TRAP, trapAlways, writeTraps } from './traps.ts'
import { F32, I32, I64, V128, type Kind } from './types.ts'
import { outgoingBytes, unit, type Signature } from './unit.ts'
import type { Func } from '../wasm/module.ts'

/** Bytes that one instruction may take; those with more operands ask for room themselves. */
const ROOM = 4096

/** Reads a value type as a kind. */
function readKind(): Kind {
  const first = r.bytes[r.pos]
  skipType()
  if (first >= 0x7b && first <= 0x7f) return first === 0x7b ? V128 : 0x7f - first
  return I64
}

function readLocals({ params }: Signature): void {
  let count = params.length
  roomForLocals(count)
  for (let l = 0; l < count; l++) typeOf[l] = params[l]
  for (let groups = u32(); groups > 0; groups--) {
    const more = u32()
    const kind = readKind()
    roomForLocals(count + more)
    typeOf.fill(kind, count, count + more)
    count += more
  }
}

/** A function of the module. */
export function writeFunction(func: Func): void {
  const { start, end } = func.body!
  const signature = unit.functionSignatures[func.index]
  unit.offset = start
  r.bytes = unit.module.bytes
  r.pos = start
  readLocals(signature)
  scan(end, signature.params.length)
  bodyStart = r.pos
  bodyEnd = end - 1
  begin(signature)
  while (blocks.count > 0) {
    room(ROOM)
    instruction()
    if (code.at > code.bytes.length) throw new Error('no room was made for an instruction')
  }
  finish()
}

let bodyStart = 0
let bodyEnd = 0

/** Where the block's part ends that begins there: scanning found it. */
const endOf = (at: number): number => local.usesOf[at - bodyStart]

/** No instruction can follow in this: nothing asks where a result goes. */
const NOTHING = new Uint8Array(16)

/** See {@link synthesize}. */
export const FIRST_INSTANCE = 1
export const NEW_INSTANCE = 2

/** Enough for what functions of the runtime take. */
const RUNTIME_ARGUMENTS = 16

/**
 * A function that no wasm stands for. `write` finds its parameters as locals, and leaves results as operands. It calls
 * functions of the runtime and, if given, such as `callee` says. C calls it where it has an `instance`: that of the first
 * thread, or one in its own frame.
 */
export function synthesize(signature: Signature, write: () => void, callee?: Signature, instance = 0): void {
  r.bytes = NOTHING
  r.pos = 0
  const { params } = signature
  roomForLocals(params.length)
  for (let l = 0; l < params.length; l++) typeOf[l] = params[l]
  scan(0, params.length)
  found.outgoing = Math.max(RUNTIME_ARGUMENTS, callee === undefined ? 0 : outgoingBytes(callee))
  found.calls = 1
  found.memory = false
  found.vectors = true
  for (let l = 0; l < params.length; l++) {
    temporary[l] = 0
    weight[l] = 0
  }
  bodyStart = bodyEnd = 0
  unit.offset = unit.body
  begin(signature, instance)
  room(ROOM)
  write()
  control.end()
  finish()
}

/** Registers, the frame's places, parameters and zeros. */
function begin(signature: Signature, instance = 0): void {
  const { asm } = target
  const { params, places } = signature
  frame.signature = signature
  frame.exits.length = 0
  beginLabels(asm.patch)
  beginCopies()
  beginDispatch()
  beginTraps(bodyEnd)
  beginAllocations()
  beginTries()
  const pins = choosePins(signature)
  frame.aroundCalls = pins.aroundCalls
  const usesBase = asm.memoryBase >= 0 && found.memory && unit.hasFixedMemory
  if (usesBase) pins.saved.push(asm.memoryBase)
  if (instance) pins.saved.push(asm.instance)

  let instanceAt = 0
  let offset = found.outgoing
  for (const l of local.used) {
    inRegister[l] = -1
    references[l] = 0
    dirty[l] = 0
    if (pinOf[l] >= 0 && !pins.aroundCalls.includes(l)) continue
    if (typeOf[l] === V128) offset = (offset + 15) & -16
    home[l] = offset
    offset += typeOf[l] === V128 ? 16 : 8
  }
  frame.caught = offset
  offset += 8 * found.tries
  if (instance === NEW_INSTANCE) {
    offset = (offset + 15) & -16
    instanceAt = offset
    offset += unit.ownBytes
  }
  const vectors = found.vectors || unit.vectors
  if (vectors) offset = (offset + 15) & -16
  beginStack(pins.intTemps, pins.floatTemps, offset, vectors ? 4 : 3)
  flags.live = false
  pending.condition = -1

  room(ROOM + 64 * params.length)
  const onStack = places.some((at) => at < 0)
  asm.enter(pins.saved, onStack, offset)
  for (let l = 0; l < params.length; l++) {
    const from = places[l]
    if (onStack && pinOf[l] === asm.incoming)
      throw new Error('a parameter is pinned where the stack parameters are found')
    if (from < 0) continue
    if (pinOf[l] >= 0) moveLater(pinOf[l], from, params[l])
    else if (temporary[l] && isTemp[from]) {
      remaining[l] = parameterUses[l]
      if (remaining[l] === 0) continue
      cached[from] = l
      inRegister[l] = from
      dirty[l] = 1
    } else {
      remaining[l] = parameterUses[l]
      asm.storeFrame(params[l], from, home[l])
    }
  }
  parallelMoves()
  if (onStack) takeStackParameters(signature)
  if (instance === FIRST_INSTANCE) asm.symbolAddress(asm.instance, unit.own, 0)
  else if (instance === NEW_INSTANCE) asm.frameAddress(asm.instance, instanceAt)
  if (usesBase) memory.fixedMemory(asm.memoryBase)
  for (const l of local.used) {
    if (l < params.length || temporary[l] || initialized[l] === 1) continue
    room(64)
    startAsZero(l)
  }
  control.openFunction(signature.results, bodyEnd)
}

function takeStackParameters({ params, places }: Signature): void {
  const { asm } = target
  for (let l = 0; l < params.length; l++) {
    if (places[l] >= 0) continue
    room(64)
    const kind = params[l]
    const register = pinOf[l] >= 0 ? pinOf[l] : kind < F32 ? asm.intScratch : asm.floatScratch
    asm.loadAt(kind, register, asm.incoming, -1 - places[l])
    remaining[l] = parameterUses[l]
    if (pinOf[l] < 0) asm.storeFrame(kind, register, home[l])
  }
}

function startAsZero(l: number): void {
  const { asm } = target
  const kind = typeOf[l]
  if (pinOf[l] >= 0) {
    if (kind === V128) asm.vector(pinOf[l], NOTHING, 0)
    else asm.constant(kind, pinOf[l], 0, 0)
  } else if (kind === V128) {
    asm.vector(asm.floatScratch, NOTHING, 0)
    asm.storeFrame(V128, asm.floatScratch, home[l])
  } else asm.storeFrameConstant(I64, home[l], 0, 0)
}

/** The function's ends, now that its frame is known, and what lies behind it. */
function finish(): void {
  const { asm } = target
  const { results, resultPlaces, argumentBytes } = frame.signature
  const size = asm.frameSize(stack.slots + (stack.max << stack.slotShift))
  if (results.length > 1) {
    room(64 * results.length)
    const incoming = asm.incomingOffset(size)
    for (let k = 0; k < results.length; k++) {
      const kind = results[k]
      const from = stack.slots + (k << stack.slotShift)
      if (k === 0) asm.loadFrame(kind, kind < F32 ? asm.intResult : asm.floatResult, from)
      else {
        const scratch = kind < F32 ? asm.intScratch : asm.floatScratch
        asm.loadFrame(kind, scratch, from)
        asm.storeFrame(kind, scratch, incoming + resultPlaces[k])
      }
    }
  }
  room(ROOM)
  asm.leave(size, argumentBytes)
  const exits = frame.exits.values
  for (let i = 0; i < frame.exits.length; i += 3) {
    room(ROOM)
    bind(exits[i])
    const callee = exits[i + 2]
    if (callee >= 0 && callee < unit.imported) {
      asm.leaveTo(size, argumentBytes, exits[i + 1], -1 - unit.functionSymbol[callee] - 1)
    } else asm.leaveTo(size, argumentBytes, exits[i + 1], callee)
  }
  asm.finish(size)
  writeTraps()
  writeAllocations()
  control.writeJumpTables(word32, () => code.at)
  checkLabels()
  for (let register = 0; register < 64; register++) {
    if (held[register] !== 0) throw new Error(`a register is still held: ${register}`)
    cached[register] = -1
  }
}

function instruction(): void {
  unit.offset = r.pos
  const op = r.bytes[r.pos++]
  switch (op) {
    case 0x20:
      return localGet(u32())
    case 0x21:
    case 0x22: {
      const at = unit.offset - bodyStart
      return localSet(u32(), op === 0x22, at)
    }
    case 0x41:
      return pushConstant(I32, s32(), 0)
    case 0x42:
      s64()
      return pushConstant(I64, r.lo, r.hi)
    case 0x43:
    case 0x44:
      return constant(op)
  }
  if (op >= 0x45) return op <= 0xc4 ? numeric(op) : beyond(op)
  if (op >= 0x28) {
    if (op <= 0x35) return memory.load(op)
    if (op <= 0x3e) return memory.store(op)
    return op === 0x3f ? memory.memorySize() : memory.memoryGrow()
  }
  structured(op)
}

function ifBlock(): void {
  const part = endOf(unit.offset)
  control.ifBlock(part, r.bytes[part] === ELSE ? endOf(part) : part)
}

const ELSE = 0x05

/** In place of a branch to a loop that dispatches, what it begins with. */
function copiedBranch(): void {
  const before = r.pos
  if (!beginCopy(control.blockOf(u32()))) {
    r.pos = before
    return control.branch()
  }
  while (isCopying()) {
    room(ROOM)
    instruction()
  }
  control.abandon()
}

function structured(op: number): void {
  switch (op) {
    case 0x00:
      trapAlways(TRAP.UNREACHABLE)
      return control.abandon()
    case 0x01:
      return
    case 0x02:
      return control.block(endOf(unit.offset))
    case 0x03:
      return control.loop(endOf(unit.offset), endOf(unit.offset + 1))
    case 0x04:
      return ifBlock()
    case 0x05:
      return control.elseBlock()
    case 0x06:
      return control.legacyTry()
    case 0x07:
      return control.catchBlock(u32())
    case 0x08:
      return throwTag()
    case 0x09:
      return rethrow()
    case 0x0a:
      return throwReference()
    case 0x0b:
      return control.end()
    case 0x0c:
      return isCopied(unit.offset) ? copiedBranch() : control.branch()
    case 0x0d:
      return control.branchIf()
    case 0x0e:
      return control.branchTable(unit.offset)
    case 0x0f:
      return control.returnNow()
    case 0x18:
      return control.delegate()
    case 0x19:
      return control.catchBlock(-1)
    case 0x1a:
      return drop()
    case 0x1b:
      return select()
    case 0x1c:
      for (let n = u32(); n > 0; n--) skipType()
      return select()
    case 0x1f:
      return control.tryTable()
    case 0x23:
      return reference.globalGet(u32())
    case 0x24:
      return reference.globalSet(u32())
    case 0x25:
      return reference.tableGet()
    case 0x26:
      return reference.tableSet()
    default:
      return call(op)
  }
}

function call(op: number): void {
  const index = u32()
  switch (op) {
    case 0x10:
      return callIndex(index, unit.mayThrow(index))
    case 0x11:
      return callIndirect(index, u32(), unit.typeMayThrow(index))
    case 0x12:
      if (index < unit.imported && unit.isRuntime[index]) {
        callIndex(index, false)
        return control.returnNow()
      }
      returnCall(index)
      return control.abandon()
    case 0x13:
      returnCallIndirect(index, u32())
      return control.abandon()
    case 0x14:
      return callReference(index, unit.typeMayThrow(index))
    case 0x15:
      returnCallReference(index)
      return control.abandon()
  }
  throw new Error(`instruction ${op.toString(16)}`)
}

/** References, and instructions with a prefix. */
function beyond(op: number): void {
  switch (op) {
    case 0xd0:
      skipLeb()
      return pushConstant(I64, 0, 0)
    case 0xd1:
      return reference.isNull()
    case 0xd2:
      return reference.pushFunction(u32())
    case 0xd4:
      return reference.asNonNull()
    case 0xd5:
      return reference.branchOnNull()
    case 0xd6:
      return reference.branchOnNonNull()
    case 0xd3:
      return referencesEqual()
    case 0xfb:
      return objectInstruction(u32())
    case 0xfc:
      return miscellaneous(u32())
    case 0xfd:
      return vectorInstruction(u32())
    case 0xfe:
      return atomicInstruction(u32())
  }
  throw new Error(`instruction ${op.toString(16)}`)
}

const ADD128 = 19

const MISCELLANEOUS: (() => void)[] = [
  memory.memoryInit,
  memory.dataDrop,
  memory.memoryCopy,
  memory.memoryFill,
  reference.tableInit,
  reference.elementDrop,
  reference.tableCopy,
  reference.tableGrow,
  reference.tableSize,
  reference.tableFill,
]

function miscellaneous(sub: number): void {
  if (sub < 8) saturate(sub)
  else if (sub >= ADD128) wide(sub - ADD128)
  else MISCELLANEOUS[sub - 8]()
}
