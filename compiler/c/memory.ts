/** Loads, stores, and the instructions on whole memories. */
import type { Instruction } from '../wasm/instructions.ts'
import type { Opcode } from '../wasm/opcodes.ts'
import { unsignedLiteral } from './consts.ts'
import { expression, GLOBALS, LOADS, operand, SIZES, TRAPS, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handler, Handlers } from './handlers.ts'
import { isFixed, isUnchecked } from './memories.ts'
import { I32, I64, type ValType } from '../wasm/types.ts'

/** The effective address of a 32-bit memory: 33 bits, so that no wrap brings it back into memory. */
export function address(base: Value, { memarg }: Instruction): string {
  const { offset, wide } = memarg!
  if (base.literal !== undefined) return unsignedLiteral(BigInt.asUintN(32, BigInt(base.literal)) + BigInt(offset))
  if (BigInt(offset) === 0n) return base.text
  return `${wide ? '' : '(u64)'}${operand(base)} + ${unsignedLiteral(offset)}`
}

/** Anything that changes memory or leaves the function: pending loads come first. */
export const BEFORE_CALL = LOADS | TRAPS | GLOBALS | SIZES

/** The address of a memory. */
export const memoryPointer = (w: FunctionWriter, memory: number): string =>
  isFixed(w.scope.module, memory) ? 'WASM_MEMORY' : w.memoryBase(memory)

/** The place of an access, as a pointer. */
function place(w: FunctionWriter, base: Value, instruction: Instruction): string {
  const { memarg, offset, op } = instruction
  const { memory } = memarg!
  if (!isUnchecked(w.scope.module.memories[memory])) {
    const check = `${base.text}, ${unsignedLiteral(memarg!.offset)}, ${op.size!}, ${w.site(offset)}`
    return `memory_place(&${w.scope.memory(memory)}, ${check})`
  }
  const text = address(base, instruction)
  return `${memoryPointer(w, memory)} + ${text === base.text ? operand(base) : text}`
}

/** The start of the call that makes an access: `i32_load(l0 + 8u` or `i32_load_at(m1 + l0`. Its flags: {@link accessFlags}. */
export function access(w: FunctionWriter, base: Value, instruction: Instruction): string {
  const { op, memarg } = instruction
  const name = `${op.name.replaceAll('.', '_')}${w.keepsLoad() ? '_kept' : ''}`
  if (isFixed(w.scope.module, memarg!.memory)) return `${name}(${address(base, instruction)}`
  return `${name}_at(${place(w, base, instruction)}`
}

/** What an access may do. */
export const accessFlags = (w: FunctionWriter, { memarg }: Instruction): number =>
  isUnchecked(w.scope.module.memories[memarg!.memory]) ? LOADS : LOADS | TRAPS

/** Evaluates what is stored before a check of the place, which stands in the same expression. */
export const storedValue = (w: FunctionWriter, value: Value, instruction: Instruction): Value =>
  value.flags & (LOADS | TRAPS) && accessFlags(w, instruction) & TRAPS ? w.settle(value) : value

/** The handler of a plain load or store, which is called as its name. */
export function memoryAccess(op: Opcode): Handler {
  if (op.results!.length === 1) {
    const type = op.results![0]
    return (w, instruction) => {
      const base = w.pop()
      w.push(expression(`${access(w, base, instruction)})`, type, accessFlags(w, instruction), [base]))
    }
  }
  return (w, instruction) => {
    const [base, operand] = w.popMany(2)
    w.settleBelow(LOADS | TRAPS)
    const value = storedValue(w, operand, instruction)
    w.line(`${access(w, base, instruction)}, ${value.text});`)
  }
}

/** What sizes of a memory are counted in. */
const addressType = (w: FunctionWriter, memory: number): ValType =>
  w.scope.module.memories[memory].type.is64 ? I64 : I32

/** A bulk instruction: a call for its effect. */
const bulk =
  (count: number, text: (w: FunctionWriter, instruction: Instruction, operands: string) => string): Handler =>
  (w, instruction) => {
    const operands = w.popMany(count)
    w.settleBelow(BEFORE_CALL)
    w.line(`${text(w, instruction, operands.map((value) => value.text).join(', '))};`)
  }

export const memoryHandlers: Handlers = {
  'memory.size': (w, { index }) => {
    const type = addressType(w, index!)
    const pages = `${w.scope.memory(index!)}.pages`
    // Threads grow a shared one: what is read once decides.
    const read = w.scope.module.memories[index!].type.shared ? `__atomic_load_n(&${pages}, __ATOMIC_RELAXED)` : pages
    w.push(expression(`${type === I32 ? '(u32)' : ''}${read}`, type, SIZES, []))
  },
  'memory.grow': (w, { index }) => {
    const delta = w.pop()
    w.settleBelow(BEFORE_CALL)
    w.pushCall(`wasm_memory_grow(&${w.scope.memory(index!)}, ${delta.text})`, [addressType(w, index!)])
  },
  'memory.fill': bulk(
    3,
    (w, { index, offset }, operands) => `memory_fill(&${w.scope.memory(index!)}, ${operands}, ${w.site(offset)})`,
  ),
  'memory.copy': bulk(
    3,
    (w, { index, index2, offset }, operands) =>
      `memory_copy(&${w.scope.memory(index!)}, &${w.scope.memory(index2!)}, ${operands}, ${w.site(offset)})`,
  ),
  'memory.init': bulk(3, (w, { index, index2, offset }, operands) => {
    const data = w.scope.data(index!)
    return `memory_init(&${w.scope.memory(index2!)}, ${data}, ${w.scope.dataSize(index!)}, ${operands}, ${w.site(offset)})`
  }),
  'data.drop': (w, { index }) => {
    w.settleBelow(TRAPS | LOADS)
    w.scope.data(index!)
    w.line(`${w.scope.dataSize(index!)} = 0;`)
  },
}
