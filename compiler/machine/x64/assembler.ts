/** x86-64, for the neutral part: see ../assembler.ts. */
import type { Assembler } from '../assembler.ts'
import { Reloc } from '../../image/object.ts'
import { await_, isNear, OutOfReach, placeOf } from '../labels.ts'
import { byte, code, Numbers, patch32, relocate, word32 } from '../code.ts'
import type { Kind } from '../types.ts'
import * as encode from './encode.ts'
import {
  low,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  R8,
  R9,
  RAX,
  RBP,
  RBX,
  RCX,
  RDI,
  RDX,
  ri,
  rip,
  ripHead,
  rm,
  rr,
  RSI,
  RSP,
  stackPointer,
  XMM0,
  XMM15,
} from './encode.ts'
import * as float from './float.ts'
import { moveFloat, selectFloat } from './float.ts'
import * as frame from './frame.ts'
import * as integer from './integer.ts'
import { constantInto, FLOAT_EQ, FLOAT_NE, move64, moveW } from './integer.ts'
import { alignLoop } from './loops.ts'
import * as access from './memory.ts'
import { addWide, divide, multiplyWide, shiftBy } from './operands.ts'
import { vectorAssemblers } from '../vectors.ts'
import { beginPool, endPool, rewindPool, vectorDistance } from './pool.ts'

/** How jumps are patched: four bytes or one of distance, that end at the instruction's end. */
const REL32 = 0
const REL8 = 1

/** Calls of functions of the module: places of distances, and whose. */
const calls = new Numbers()
const callees = new Numbers()

const FLOAT_LOADS = [0, 0, 0xf3, 0xf2, 0]

function loadFrom(kind: Kind, d: number, base: number, offset: number): void {
  if (kind <= 1) rm(0, kind, 0x8b, d, base, offset)
  else rm(FLOAT_LOADS[kind], 0, 0x110, d, base, offset)
}

function storeTo(kind: Kind, s: number, base: number, offset: number): void {
  if (kind <= 1) rm(0, kind, 0x89, s, base, offset)
  else rm(FLOAT_LOADS[kind], 0, 0x111, s, base, offset)
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}

/** `opcode` and four bytes of distance. */
function jumpFar(label: number): void {
  const place = placeOf(label)
  if (place >= 0) word32(place - (code.at + 4))
  else {
    await_(label, REL32, code.at)
    code.at += 4
  }
}

function awaitShort(label: number): void {
  await_(label, REL8, code.at)
  byte(0)
}

function jumpCode(condition: number, label: number): void {
  const place = placeOf(label)
  if (place >= 0 && place - (code.at + 2) >= -128) {
    byte(0x70 | condition)
    byte(place - (code.at + 1))
    return
  }
  if (place < 0 && isNear(label)) {
    byte(0x70 | condition)
    awaitShort(label)
    return
  }
  byte(0x0f)
  byte(0x80 | condition)
  jumpFar(label)
}

function callee(index: number): void {
  calls.push(code.at)
  callees.push(index)
  code.at += 4
}

/** What {@link x64} says that it does not do. */
function absent(): never {
  throw new Error('x64 does not do this')
}

const INT = [RAX, RSI, RDI, R8, R9, R10, RDX, RCX]
const FLOAT = Array.from({ length: 15 }, (_, i) => XMM0 + i)

/** `memoryAt`: the address of the memory that `memory.base` -1 means, or of which a register holds the address. */
export function x64({
  memoryAt,
  rounding,
  popcount,
  threaded = false,
}: {
  memoryAt: number
  rounding: boolean
  popcount: boolean
  /** The module starts threads. */
  threaded?: boolean
}): Assembler {
  const near = memoryAt < 0x40000000
  const instance = near ? R15 : R14
  const base = near ? -1 : R15
  low.base = near ? memoryAt : 0
  return {
    intTemps: INT,
    floatTemps: FLOAT,
    // Shortest instructions first: of the others r12 takes a byte more where it is an address.
    intSaved: [RBX, RBP, R13, R14, R15, R12].filter(
      (register) => register !== base && !(threaded && register === instance),
    ),
    intPins: [R8, R9, R10],
    floatPins: FLOAT.slice(6).toReversed(),
    intArguments: [RDI, RSI, RDX, RCX, R8, R9],
    floatArguments: FLOAT.slice(0, 8),
    intResult: RAX,
    floatResult: XMM0,
    callee: RAX,
    intScratch: R11,
    floatScratch: XMM15,
    incoming: R10,
    memoryBase: base,
    instance,
    foldsMemory: true,
    hasPopcount: popcount,
    hasRounding: rounding,

    begin() {
      beginPool()
      calls.length = callees.length = 0
    },
    rewind() {
      while (calls.length > 0 && calls.values[calls.length - 1] >= code.at) {
        calls.length--
        callees.length--
      }
      rewindPool()
    },
    enter: frame.enter,
    finish: frame.finish,
    frameSize: frame.frameSize,
    incomingOffset: frame.incomingOffset,
    leave: frame.leave,
    leaveTo(size, pop, outgoing, to) {
      frame.leaveBefore(size, pop, outgoing)
      if (to === -1) rr(0, 0, 0xff, 4, RAX)
      else {
        byte(0xe9)
        if (to >= 0) callee(to)
        else {
          relocate(Reloc.REL32, -2 - to, -4)
          code.at += 4
        }
      }
    },

    move(kind, d, s) {
      if (kind <= 1) moveW(kind, d, s)
      else moveFloat(d, s)
    },
    constant(kind, d, lo, hi) {
      if (kind <= 1) constantInto(kind, d, lo, hi)
      else float.floatConstantInto(kind, d, lo, hi)
    },
    vector(d, bytes, at) {
      const [a, b, c, e] = [0, 4, 8, 12].map((offset) => wordAt(bytes, at + offset))
      if ((a | b | c | e) === 0) return rr(0, 0, 0x157, d, d)
      ripHead(0, 0, 0x128, d)
      vectorDistance(a, b, c, e)
    },
    loadFrame: (kind, d, offset) => loadFrom(kind, d, RSP, offset),
    storeFrame: (kind, s, offset) => storeTo(kind, s, RSP, offset),
    storeFrameConstant(kind, offset, lo, hi) {
      const wide = kind & 1
      rm(0, wide && hi === lo >> 31 ? 1 : 0, 0xc7, 0, RSP, offset)
      word32(lo)
      if (!wide || hi === lo >> 31) return
      rm(0, 0, 0xc7, 0, RSP, offset + 4)
      word32(hi)
    },
    frameAddress: (d, offset) => rm(0, 1, 0x8d, d, RSP, offset),
    loadSymbol(kind, d, symbol, addend) {
      if (kind <= 1) rip(0, kind, 0x8b, d, symbol, addend)
      else rip(FLOAT_LOADS[kind], 0, 0x110, d, symbol, addend)
    },
    storeSymbol(kind, s, symbol, addend) {
      if (kind <= 1) rip(0, kind, 0x89, s, symbol, addend)
      else rip(FLOAT_LOADS[kind], 0, 0x111, s, symbol, addend)
    },
    symbolAddress(d, symbol, addend) {
      if (!near) return rip(0, 1, 0x8d, d, symbol, addend)
      // Where the memory is near, so is the image, and it does not move.
      if (d > 7) byte(0x41)
      byte(0xb8 | (d & 7))
      relocate(Reloc.ABS32, symbol, addend)
      word32(0)
    },
    testSymbol(symbol, addend) {
      rip(0, 1, 0x83, 7, symbol, addend, 1)
      byte(0)
      return 5
    },
    codeAddress(d, at) {
      ripHead(0, 1, 0x8d, d)
      word32(at - (code.at + 4))
    },
    bump(d, bytes, symbol, label) {
      stackPointer.used = true
      rip(0, 1, 0x8b, d, symbol, 0)
      if (bytes < 0) rr(0, 1, 0x03, R11, d)
      else rm(0, 1, 0x8d, R11, d, bytes)
      rip(0, 1, 0x3b, R11, symbol, 8)
      jumpCode(7, label)
      rip(0, 1, 0x89, R11, symbol, 0)
    },
    loadAt: loadFrom,
    storeAt: storeTo,
    follow(d, base) {
      rm(0, 1, 0x63, R11, base, 0)
      move64(d, base)
      rr(0, 1, 0x03, d, R11)
    },

    alu: integer.alu,
    aluConstant: integer.aluConstant,
    aluFrame: integer.aluFrame,
    shiftConstant: integer.shiftConstant,
    addShifted: integer.addShifted,
    addThree: integer.addThree,
    shiftBy,
    divide,
    addWide,
    multiplyWide,
    compare: integer.compare,
    compareConstant: integer.compareConstant,
    compareAt: integer.compareAt,
    compareFrameConstant: integer.compareFrameConstant,
    negate: integer.negate,
    set: integer.set,
    select(condition, kind, d, a, b) {
      if (kind > 1) return selectFloat(condition, d, a, b)
      if (d === b && d !== a) {
        move64(R11, b)
        b = R11
      }
      move64(d, a)
      if (condition < 16) rr(0, kind, 0x140 | (condition ^ 1), d, b)
      else if (condition === FLOAT_EQ) {
        rr(0, kind, 0x145, d, b)
        rr(0, kind, 0x14a, d, b)
      } else {
        byte(0x7a)
        const at = code.at++
        rr(0, kind, 0x144, d, b)
        float.shortHere(at)
      }
    },
    clz: integer.clz,
    ctz: integer.ctz,
    popcount: (w, d, a) => rr(0xf3, w, 0x1b8, d, a),
    zeroExtend: integer.zeroExtend,
    signExtend: integer.signExtend,

    float: float.float,
    floatFrame: float.floatFrame,
    floatConstant: float.floatConstant,
    floatUnary: float.floatUnary,
    floatCompare: float.floatCompare,
    convert: float.convert,
    converts: float.converts,
    truncates: () => false,
    truncate: () => absent(),
    hasSaturation: false,
    saturate: () => absent(),
    reinterpret: float.reinterpret,
    get vectors() {
      return vectorAssemblers().x64(rounding)
    },

    load: access.load,
    store: access.store,
    storesConstant: access.storesConstant,
    storeConstant: access.storeConstant,
    aluMemory: integer.aluMemory,
    compareMemory: integer.compareMemory,
    floatMemory: float.floatMemory,
    memoryAddress: access.memoryAddress,

    jump(label) {
      const place = placeOf(label)
      if (place >= 0 && place - (code.at + 2) >= -128) {
        byte(0xeb)
        byte(place - (code.at + 1))
        return
      }
      if (place < 0 && isNear(label)) {
        byte(0xeb)
        awaitShort(label)
        return
      }
      byte(0xe9)
      jumpFar(label)
    },
    jumpIf(condition, label) {
      if (condition === FLOAT_EQ) {
        byte(0x7a)
        const at = code.at++
        jumpCode(4, label)
        float.shortHere(at)
      } else if (condition === FLOAT_NE) {
        jumpCode(10, label)
        jumpCode(5, label)
      } else jumpCode(condition, label)
    },
    patch(kind, at, target) {
      if (kind === REL32) patch32(at, target - (at + 4))
      else if (target - (at + 1) < 128 && target - (at + 1) >= -128) code.bytes[at] = target - (at + 1)
      else throw new OutOfReach()
    },
    jumpTable(register, table) {
      ripHead(0, 1, 0x8d, R11)
      jumpFar(table)
      encode.rx(0, 1, 0x63, register, R11, register, 2, 0)
      rr(0, 1, 0x03, register, R11)
      rr(0, 0, 0xff, 4, register)
    },
    callFunction(index) {
      stackPointer.used = true
      byte(0xe8)
      callee(index)
    },
    callSymbol(symbol) {
      stackPointer.used = true
      byte(0xe8)
      relocate(Reloc.REL32, symbol, -4)
      code.at += 4
    },
    jumpSymbol(symbol) {
      byte(0xe9)
      relocate(Reloc.REL32, symbol, -4)
      code.at += 4
    },
    callRegister(register) {
      stackPointer.used = true
      rr(0, 0, 0xff, 2, register)
    },
    reserveOutgoing: (bytes) => ri(1, 5, RSP, bytes),
    align(bytes) {
      while (code.at & (bytes - 1)) byte(0xcc)
    },
    alignLoop,
    end(functionAt) {
      for (let i = 0; i < calls.length; i++) {
        const at = calls.values[i]
        patch32(at, functionAt[callees.values[i]] - (at + 4))
      }
      endPool()
    },
  }
}
