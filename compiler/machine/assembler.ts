/**
 * The line between what is the same for all processors and what is not.
 *
 * **Neutral** (this folder): one pass over a function's bytes and a virtual stack (`stack.ts`). An operand is a register, a
 * constant, a local in its pinned register or its home in the frame, or a slot of the frame. Where paths join, everything is
 * in its slot or pinned, pins never move, so branches are bare jumps. The neutral part decides what is computed into which
 * register and calls the assembler, which knows encodings and nothing of WebAssembly's stack.
 *
 * **A target** (`x64/`, `arm64/`) is one {@link Assembler}: facts about registers, and functions that write one operation each.
 * They take three operands, d = a op b, and must work for any d, also one that is a or b. They may use the scratch registers,
 * which are never allocated, and write nothing else. Flags live only from a comparison to the jump, select or set that takes
 * its condition; between them only moves, loads and stores are written, which must leave the flags alone while `flagsLive`.
 *
 * Registers: integer ones are 0..31, those of floats and vectors 32..63. A register with an i32 has zeros in its upper half.
 * Kinds (`types.ts`): I32 0, I64 1, F32 2, F64 3, V128 4; an integer operation's `w` is I32 or I64.
 *
 * The frame, from the stack pointer upward: the outgoing area (arguments of calls beyond those in registers, then what they
 * return beyond the first result), homes of locals, slots of operands. Offsets count from the stack pointer, which does not
 * move in a function. Then come saved registers and return address, and above them the function's incoming area: its
 * arguments beyond those in registers (16 bytes rounded up; **the callee pops them**, so that a tail call may need more or
 * fewer than its function), then the place for results beyond the first. Wasm code and C share the order of arguments in
 * registers; C's caller pops, and C returns one result at most.
 *
 * What a processor must do in its own way, with fixed registers or several operands, is a function that pops its operands
 * and pushes its result itself: `divide`, `shiftBy`, `addWide`.
 */
import type { Kind } from './types.ts'
import type { VectorAssembler } from './vectors.ts'

/** Integer operations of two operands. */
export const ADD = 0
export const SUB = 1
export const AND = 2
export const OR = 3
export const XOR = 4
export const MUL = 5
/** Shifts, in the order of WebAssembly's opcodes. */
export const SHL = 0
export const SHR_S = 1
export const SHR_U = 2
export const ROTL = 3
export const ROTR = 4
/** Floating-point operations of two operands, in that order too. */
export const FADD = 0
export const FSUB = 1
export const FMUL = 2
export const FDIV = 3
export const FMIN = 4
export const FMAX = 5
export const FCOPYSIGN = 6
/** And of one: abs neg ceil floor trunc nearest sqrt. */
export const FABS = 0
export const FNEG = 1
export const FCEIL = 2
export const FFLOOR = 3
export const FTRUNC = 4
export const FNEAREST = 5
export const FSQRT = 6
/** Comparisons of integers, in the order of WebAssembly's opcodes; of floats: eq ne lt gt le ge from 0. */
export const EQ = 0
export const NE = 1
export const LT_S = 2
export const LT_U = 3
export const GT_S = 4
export const GT_U = 5
export const LE_S = 6
export const LE_U = 7
export const GE_S = 8
export const GE_U = 9

/** The memory operand of the next load or store. Its address is base + index + disp, with 64 bits. */
export const memory = {
  /** A register that holds the memory's address; -1: the memory at the address of {@link MachineOptions.memoryAt}. */
  base: -1,
  /** A register with a zero-extended index, or -1. */
  index: -1,
  /** Up to 2^33. */
  disp: 0,
}

/** A target's own number for a condition that a comparison left in the flags. */
export type Condition = number

export interface Assembler {
  // Facts

  /** Registers that are allocated freely and lost in calls, in the order of preference. Pinned ones are taken out. */
  readonly intTemps: readonly number[]
  readonly floatTemps: readonly number[]
  /** Registers that calls keep: for locals; used ones are saved by the function. */
  readonly intSaved: readonly number[]
  /** Registers lost in calls that may hold locals, saved and restored around calls. Float ones first come, first served. */
  readonly intPins: readonly number[]
  readonly floatPins: readonly number[]
  /** Of arguments, in their order; the first results are in `intResult` or `floatResult`. */
  readonly intArguments: readonly number[]
  readonly floatArguments: readonly number[]
  readonly intResult: number
  readonly floatResult: number
  /** Of the function that an indirect call calls: no argument, a temp. */
  readonly callee: number
  readonly intScratch: number
  readonly floatScratch: number
  /** Where the incoming area begins, once {@link enter} has been written, until the first instruction. No argument. */
  readonly incoming: number
  /** Saved like others by functions that access a memory at `memoryBase`; -1 where displacements reach it. */
  readonly memoryBase: number
  /** Of modules that start threads: the address of what the thread has of its own. No other use is made of it there. */
  readonly instance: number
  /** Which integer operations take a memory or frame operand as b: x64. Others get it loaded. */
  readonly foldsMemory: boolean
  /** Instructions that the processor has: else a function of the runtime is called. */
  readonly hasPopcount: boolean
  readonly hasRounding: boolean

  // Functions

  begin(): void
  /** Code from `code.at` on was thrown away: so is what was noted of it. */
  rewind(): void
  /**
   * Saves registers and makes the frame; `incoming`: sets that register. The frame's size comes with {@link finish}: so many bytes and
   * what operands take.
   */
  enter(saved: readonly number[], incoming: boolean, bytes: number): void
  /** After the body and all of its ends: writes the size into what {@link enter} left open, or code that probes a large frame. */
  finish(frame: number): void
  /** The size of a frame: what the function needs, as the stack's alignment wants it. */
  frameSize(bytes: number): number
  /** Frame offset of the incoming area. */
  incomingOffset(frame: number): number
  /** Restores and returns; pops the function's arguments on the stack. */
  leave(frame: number, pop: number): void
  /**
   * Restores, moves `outgoing` bytes of arguments to where an incoming area of `pop` bytes was (so that it ends where that
   * ended), and jumps: to a function, to the register `callee` (-1), or to symbol -2 - `callee`.
   */
  leaveTo(frame: number, pop: number, outgoing: number, callee: number): void

  // Moves

  move(kind: Kind, d: number, s: number): void
  constant(kind: Kind, d: number, lo: number, hi: number): void
  /** 16 bytes of the module's bytes. */
  vector(d: number, bytes: Uint8Array, at: number): void
  loadFrame(kind: Kind, d: number, offset: number): void
  storeFrame(kind: Kind, s: number, offset: number): void
  storeFrameConstant(kind: Kind, offset: number, lo: number, hi: number): void
  frameAddress(d: number, offset: number): void
  /** A variable of the object, by symbol and addend. */
  loadSymbol(kind: Kind, d: number, symbol: number, addend: number): void
  storeSymbol(kind: Kind, s: number, symbol: number, addend: number): void
  symbolAddress(d: number, symbol: number, addend: number): void
  /** Zero, of 8 bytes? Sets the condition "is not zero". */
  testSymbol(symbol: number, addend: number): Condition
  /** A place in the text section that is known already. */
  codeAddress(d: number, at: number): void
  /** An absolute symbol whose value has nothing but bits 32 to 47. Where displacements are what memories are found by, there is none. */
  placeAddress?(d: number, symbol: number): void
  /**
   * Of the collector's variables at a symbol the first is d, and then d and `bytes` (-1: as many as the scratch register says; else
   * below 4096). Jumps if that is beyond the second one. Code there may make a call.
   */
  bump(d: number, bytes: number, symbol: number, label: number): void
  /** At the address in a register. */
  loadAt(kind: Kind, d: number, base: number, offset: number): void
  storeAt(kind: Kind, s: number, base: number, offset: number): void
  /** d = base + the sign-extended 32 bits at base. */
  follow(d: number, base: number): void

  // Integers

  alu(op: number, w: number, d: number, a: number, b: number): void
  /** A sign-extended constant. */
  aluConstant(op: number, w: number, d: number, a: number, value: number): void
  aluFrame(op: number, w: number, d: number, a: number, offset: number): void
  shiftConstant(op: number, w: number, d: number, a: number, count: number): void
  /** d = a + (b << count), for a count of 1 to 3. */
  addShifted(w: number, d: number, a: number, b: number, count: number): void
  /** d = a + (b << count) + value, for a count of 0 to 3; without an a, where that is -1. Where it is one instruction. */
  addThree?(w: number, d: number, a: number, b: number, count: number, value: number): void
  /** Pops a count and a value. */
  shiftBy(op: number, w: number): void
  /** Pops divisor and dividend; ops: div_s div_u rem_s rem_u. */
  divide(op: number, w: number): void
  /** Pops two numbers of 128 bits, the upper halves last, and pushes their sum (ADD) or difference (SUB). */
  addWide(op: number): void
  /** Pops two numbers, and pushes the halves of their product of 128 bits. */
  multiplyWide(signed: boolean): void
  compare(w: number, kind: number, a: number, b: number): Condition
  compareConstant(w: number, kind: number, a: number, value: number): Condition
  /** With what is in the image or the frame, at base + offset. */
  compareAt(w: number, kind: number, base: number, offset: number, value: number): Condition
  compareFrameConstant(w: number, kind: number, offset: number, value: number): Condition
  negate(condition: Condition): Condition
  /** d = 1 or 0. */
  set(condition: Condition, d: number): void
  /** d = condition ? a : b; d may be a. */
  select(condition: Condition, kind: Kind, d: number, a: number, b: number): void
  clz(w: number, d: number, a: number): void
  ctz(w: number, d: number, a: number): void
  popcount(w: number, d: number, a: number): void
  /** Clears the upper half. */
  zeroExtend(d: number, a: number): void
  /** i32.extend8_s (0xc0) to i64.extend32_s (0xc4), and i64.extend_i32_s (0xac). */
  signExtend(opcode: number, d: number, a: number): void

  // Floating point

  float(op: number, kind: Kind, d: number, a: number, b: number): void
  /** The first four of them. */
  floatFrame(op: number, kind: Kind, d: number, a: number, offset: number): void
  floatConstant(op: number, kind: Kind, d: number, a: number, lo: number, hi: number): void
  floatUnary(op: number, kind: Kind, d: number, a: number): void
  floatCompare(kind: Kind, op: number, a: number, b: number): Condition
  /** Conversions without a trap, by opcode: 0xb2..0xbb but f32.convert_i64_u and f64.convert_i64_u where `converts` says no. */
  convert(opcode: number, d: number, a: number): void
  converts(opcode: number): boolean
  /** Which of the conversions 0xa8..0xb1 that trap, by opcode, {@link truncate} writes. */
  truncates(opcode: number): boolean
  /** It may call trapIf. */
  truncate(opcode: number, d: number, a: number): void
  /** Whether {@link saturate} writes the conversions that saturate: i32.trunc_sat_f32_s (0) to i64.trunc_sat_f64_u (7). */
  readonly hasSaturation: boolean
  saturate(sub: number, d: number, a: number): void
  /** 0xbc..0xbf */
  reinterpret(opcode: number, d: number, a: number): void

  readonly vectors: VectorAssembler

  // Memory: the operand is in `memory`. Opcodes are WebAssembly's plain ones, and v128.load and v128.store (see below).

  load(opcode: number, d: number): void
  store(opcode: number, s: number): void
  /** Whether {@link storeConstant} can: else the constant must be in a register. */
  storesConstant(opcode: number, lo: number, hi: number): boolean
  storeConstant(opcode: number, lo: number, hi: number): void
  aluMemory(op: number, w: number, d: number, a: number): void
  compareMemory(w: number, kind: number, a: number): Condition
  floatMemory(op: number, kind: Kind, d: number, a: number): void
  /** Its address. */
  memoryAddress(d: number): void

  // Jumps and calls

  jump(label: number): void
  jumpIf(condition: Condition, label: number): void
  patch(kind: number, at: number, target: number): void
  /** Jumps to one of the places of a table of distances from itself, at a label; the register is lost. */
  jumpTable(register: number, table: number): void
  /** A function of the module that has code; those behind are patched at the end. */
  callFunction(index: number): void
  callSymbol(symbol: number): void
  jumpSymbol(symbol: number): void
  callRegister(register: number): void
  /** Behind a call that popped arguments: the frame is as before. */
  reserveOutgoing(bytes: number): void
  /** Between functions. */
  align(bytes: number): void
  /** Before a loop without others in it, of so many bytes of the module. */
  alignLoop(bytes: number): void
  /** What the module's functions share (calls to later functions, constants): after the last one. */
  end(functionAt: Int32Array): void
}

/** What {@link Assembler.load} and store take for v128. */
export const V128_LOAD = 0x100
export const V128_STORE = 0x101

/** The assembler of the module that is being generated. */
export const target: { asm: Assembler } = { asm: undefined as unknown as Assembler }

/** A condition is in the flags: moves must not touch them. */
export const flags = { live: false }
