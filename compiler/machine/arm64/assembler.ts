/** arm64, for the neutral part: see ../assembler.ts. The calling convention is that of C (AAPCS64). */
import { CompileError } from '../../errors.ts'
import { Reloc } from '../../image/object.ts'
import type { Assembler } from '../assembler.ts'
import { code, Numbers, patch32, relocate, word32 } from '../code.ts'
import { await_, OutOfReach, placeOf, reach } from '../labels.ts'
import { I32, I64, type Kind } from '../types.ts'
import { unit } from '../unit.ts'
import { A64, conditional, half, HI, immediate12, pair, rr, rrr, SP, V31, X15, X16, X17, ZR } from './encode.ts'
import * as float from './float.ts'
import * as frame from './frame.ts'
import * as integer from './integer.ts'
import { zeroTest } from './integer.ts'
import * as access from './memory.ts'
import { KIND_LOAD, KIND_SCALE, KIND_STORE, loadFrame, loadFrom, storeFrame, storeTo } from './memory.ts'
import { addWide, divide, multiplyWide, shiftBy } from './operands.ts'
import { vectorAssemblers } from '../vectors.ts'
import { beginPool } from './pool.ts'

/** How jumps are patched. */
const BRANCH26 = 0
const BRANCH19 = 1
const ADR21 = 2
/** adr of itself, movz and movk of the distance, add. */
const ADR32 = 3

/** Of a load or store of a variable, by log2 of its bytes. */
const LO12 = [Reloc.LO12_LDST8, Reloc.LO12_LDST16, Reloc.LO12_LDST32, Reloc.LO12_LDST64, Reloc.LO12_LDST128]

/** Calls of functions of the module that are not written yet: places, and whose. */
const calls = new Numbers()
const callees = new Numbers()
const REACH26 = 0x8000000

const X0 = 0
const X8 = 8
const X9 = 9
const MEMORY_BASE = 28
const INSTANCE = 27
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i)
const V0 = 32

function callee(op: number, index: number): void {
  calls.push(code.at)
  callees.push(index)
  word32(op)
}

function toSymbol(op: number, symbol: number): void {
  relocate(Reloc.BRANCH26, symbol, 0)
  word32(op)
}

function branch26(distance: number): number {
  if (distance < -REACH26 || distance >= REACH26)
    throw new CompileError('code of a module is larger than 128 MiB', {
      code: 'unsupported',
      hint: 'split the program into several modules (libraries)',
    })
  return (distance >> 2) & 0x3ffffff
}

/** `op` with 19 bits of distance at bit 5, and its opposite, in one bit. */
function jumpNear(op: number, opposite: number, label: number): void {
  const place = placeOf(label)
  if (place >= 0 ? place - code.at < -0x100000 : reach.far) {
    word32((op ^ opposite) | (2 << 5))
    return jump(label)
  }
  if (place >= 0) word32(op | ((((place - code.at) >> 2) & 0x7ffff) << 5))
  else {
    await_(label, BRANCH19, code.at)
    word32(op)
  }
}

function jump(label: number): void {
  const place = placeOf(label)
  if (place >= 0) word32(A64.B | branch26(place - code.at))
  else {
    await_(label, BRANCH26, code.at)
    word32(A64.B)
  }
}

function read32(at: number): number {
  const { bytes } = code
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}

/** adrp of a symbol's page. */
function page(d: number, symbol: number, addend: number): void {
  relocate(Reloc.PAGE21, symbol, addend)
  word32(A64.ADRP | d | 0)
}

function variable(op: number, kind: Kind, t: number, base: number, symbol: number, addend: number): void {
  page(base, symbol, addend)
  relocate(LO12[KIND_SCALE[kind]], symbol, addend)
  word32(op | 0x39000000 | (base << 5) | (t & 31))
}

/** `threaded`: the module starts threads. */
export function arm64({ threaded = false }: { threaded?: boolean } = {}): Assembler {
  return {
    intTemps: range(0, 14),
    floatTemps: [...range(V0, V0 + 7), ...range(V0 + 16, V0 + 29)],
    intSaved: range(19, threaded ? INSTANCE - 1 : INSTANCE),
    intPins: [...range(1, 7), 13, 14],
    floatPins: range(V0 + 16, V0 + 27),
    intArguments: range(0, 7),
    floatArguments: range(V0, V0 + 7),
    intResult: X0,
    floatResult: V0,
    callee: X8,
    intScratch: X16,
    floatScratch: V31,
    incoming: X9,
    memoryBase: MEMORY_BASE,
    instance: INSTANCE,
    foldsMemory: false,
    hasPopcount: true,
    hasRounding: true,

    begin() {
      calls.length = callees.length = 0
    },
    rewind() {
      while (calls.length > 0 && calls.values[calls.length - 1] >= code.at) {
        calls.length--
        callees.length--
      }
    },
    enter(saved, incoming) {
      beginPool()
      zeroTest.end = -1
      frame.enter(saved, incoming ? X9 : -1)
    },
    finish: frame.finish,
    frameSize: frame.frameSize,
    incomingOffset: frame.incomingOffset,
    leave: frame.leave,
    leaveTo(size, pop, outgoing, to) {
      frame.leaveBefore(size, pop, outgoing)
      if (to === -1) word32(A64.BR | (X8 << 5))
      else if (to >= 0) callee(A64.B, to)
      else toSymbol(A64.B, -2 - to)
    },

    move(kind, d, s) {
      if (kind <= I64) integer.move(I64, d, s)
      else float.move(kind, d, s)
    },
    constant(kind, d, lo, hi) {
      if (kind <= I64) integer.constant(kind, d, lo, hi)
      else float.constant(kind, d, lo, hi)
    },
    vector(d, bytes, at) {
      const [a, b, c, e] = [0, 4, 8, 12].map(
        (i) => bytes[at + i] | (bytes[at + i + 1] << 8) | (bytes[at + i + 2] << 16) | (bytes[at + i + 3] << 24),
      )
      float.vector(d, a, b, c, e)
    },
    loadFrame,
    storeFrame,
    storeFrameConstant(kind, offset, lo, hi) {
      const wide = kind & 1
      let register = ZR
      if (lo !== 0 || (wide && hi !== 0)) {
        register = X17
        integer.constant(wide, X17, lo, hi)
      }
      access.at(KIND_STORE[wide], KIND_SCALE[wide], register, SP, offset, X15)
    },
    frameAddress: (d, offset) => integer.addNumber(A64.ADD_IMMEDIATE, d, SP, offset, X17),
    loadSymbol: (kind, d, symbol, addend) => variable(KIND_LOAD[kind], kind, d, kind <= I64 ? d : X17, symbol, addend),
    storeSymbol: (kind, s, symbol, addend) => variable(KIND_STORE[kind], kind, s, X17, symbol, addend),
    symbolAddress,
    testSymbol(symbol, addend) {
      variable(KIND_LOAD[I64], I64, X17, X17, symbol, addend)
      return integer.compareConstant(I64, 1, X17, 0)
    },
    codeAddress(d, at) {
      const distance = at - code.at
      if (distance >= -0x100000 && distance < 0x100000) word32(adr(d, distance))
      else symbolAddress(d, unit.text, at)
    },
    placeAddress(d, symbol) {
      relocate(Reloc.MOVZ_G2, symbol, 0)
      half(A64.MOVZ, 1, d, 0, 2)
    },
    bump(d, bytes, symbol, label) {
      frame.calls.any = true
      symbolAddress(X17, symbol, 0)
      pair(A64.LDP, d, X15, X17, 0)
      if (bytes < 0) rrr(A64.ADD, 1, X16, X16, d)
      else immediate12(A64.ADD_IMMEDIATE, 1, X16, d, bytes)
      rrr(A64.SUBS, 1, ZR, X16, X15)
      jumpNear(A64.B_CONDITION | HI, 1, label)
      storeTo(I64, X16, X17, 0)
    },
    loadAt: loadFrom,
    storeAt: storeTo,
    follow(d, base) {
      access.at(KIND_LOAD[I32] ^ (3 << 22), 2, X17, base, 0, X15)
      rrr(A64.ADD, 1, d, base, X17)
    },

    alu: integer.alu,
    aluConstant: integer.aluConstant,
    aluFrame(op, w, d, a, offset) {
      loadFrame(w, X17, offset)
      integer.alu(op, w, d, a, X17)
    },
    shiftConstant: integer.shiftConstant,
    addShifted: integer.addShifted,
    shiftBy,
    divide,
    addWide,
    multiplyWide,
    compare: integer.compare,
    compareConstant: integer.compareConstant,
    compareAt(w, kind, base, offset, value) {
      loadFrom(w, X15, base, offset)
      return integer.compareConstant(w, kind, X15, value)
    },
    compareFrameConstant(w, kind, offset, value) {
      loadFrame(w, X15, offset)
      return integer.compareConstant(w, kind, X15, value)
    },
    negate: (condition) => condition ^ 1,
    set: integer.set,
    select(condition, kind, d, a, b) {
      if (kind <= I64) conditional(A64.CSEL, kind, d, a, b, condition)
      else float.select(condition, kind, d, a, b)
    },
    clz: (w, d, a) => rr(A64.CLZ, w, d, a),
    ctz: integer.ctz,
    popcount: float.popcount,
    zeroExtend: (d, a) => rrr(A64.ORR, 0, d, ZR, a),
    signExtend: integer.signExtend,

    float: float.float,
    floatFrame: () => unfolded(),
    floatConstant: () => unfolded(),
    floatUnary: float.floatUnary,
    floatCompare: float.floatCompare,
    convert: float.convert,
    converts: () => true,
    truncates: (opcode) => opcode < 0xac,
    truncate: float.truncate,
    hasSaturation: true,
    saturate: float.saturate,
    reinterpret: float.reinterpret,
    get vectors() {
      return vectorAssemblers().arm64
    },

    load: access.load,
    store: access.store,
    storesConstant: (_opcode, lo, hi) => lo === 0 && hi === 0,
    storeConstant: (opcode) => access.store(opcode, ZR),
    aluMemory: () => unfolded(),
    compareMemory: () => unfolded(),
    floatMemory: () => unfolded(),
    memoryAddress: access.memoryAddress,

    jump,
    jumpIf(condition, label) {
      if (condition < 2 && zeroTest.end === code.at) {
        // The comparison is the jump.
        code.at -= 4
        zeroTest.end = -1
        const { w, register } = zeroTest
        jumpNear((condition ? A64.CBNZ : A64.CBZ) | (w << 31) | register, 1 << 24, label)
      } else jumpNear(A64.B_CONDITION | condition, 1, label)
    },
    patch(kind, at, target) {
      const distance = target - at
      if (kind === BRANCH26) patch32(at, read32(at) | branch26(distance))
      else if (kind === ADR32) {
        patch32(at + 4, A64.MOVZ | ((distance & 0xffff) << 5) | X15)
        patch32(at + 8, A64.MOVK | (1 << 21) | ((distance >>> 16) << 5) | X15)
      } else if (distance >= 0x100000 || distance < -0x100000) throw new OutOfReach()
      else if (kind === BRANCH19) patch32(at, read32(at) | (((distance >> 2) & 0x7ffff) << 5))
      else patch32(at, adr(X17, distance))
    },
    jumpTable(register, table) {
      if (reach.far) {
        word32(adr(X17, 0))
        await_(table, ADR32, code.at - 4)
        code.at += 8
        rrr(A64.ADD, 1, X17, X17, X15)
      } else {
        await_(table, ADR21, code.at)
        code.at += 4
      }
      // ldrsw register, [x17, register, lsl 2]
      word32(0xb8a07800 | (register << 16) | (X17 << 5) | register)
      rrr(A64.ADD, 1, register, register, X17)
      word32(A64.BR | (register << 5))
    },
    callFunction(index) {
      frame.calls.any = true
      callee(A64.BL, index)
    },
    callSymbol(symbol) {
      frame.calls.any = true
      toSymbol(A64.BL, symbol)
    },
    jumpSymbol: (symbol) => toSymbol(A64.B, symbol),
    callRegister(register) {
      frame.calls.any = true
      word32(A64.BLR | (register << 5))
    },
    reserveOutgoing: (bytes) => integer.addNumber(A64.SUB_IMMEDIATE, SP, SP, bytes, X17),
    // There is nothing known to be gained.
    alignLoop() {},
    align(bytes) {
      // udf
      while (code.at & (bytes - 1)) word32(0)
    },
    end(functionAt) {
      for (let i = 0; i < calls.length; i++) {
        const at = calls.values[i]
        patch32(at, read32(at) | branch26(functionAt[callees.values[i]] - at))
      }
    },
  }
}

function unfolded(): never {
  throw new Error('arm64 has no operands in memory')
}

const adr = (d: number, distance: number): number =>
  A64.ADR | ((distance & 3) << 29) | (((distance >> 2) & 0x7ffff) << 5) | d

function symbolAddress(d: number, symbol: number, addend: number): void {
  page(d, symbol, addend)
  relocate(Reloc.LO12_ADD, symbol, addend)
  immediate12(A64.ADD_IMMEDIATE, 1, d, d, 0)
}
