/** Loads, stores, and the instructions on whole memories. */
import type { Instruction } from '../wasm/instructions.ts'
import type { Opcode } from '../wasm/opcodes.ts'
import { unsignedLiteral } from './consts.ts'
import { expression, GLOBALS, LOADS, operand, SIZES, TRAPS, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handler, Handlers } from './handlers.ts'
import { I32 } from '../wasm/types.ts'

/** The effective address: 33 bits, so that no wrap brings it back into memory. */
export function address(base: Value, { memarg }: Instruction): string {
  const { offset } = memarg!
  if (base.literal !== undefined) return unsignedLiteral(BigInt.asUintN(32, BigInt(base.literal)) + BigInt(offset))
  if (BigInt(offset) === 0n) return base.text
  return `(u64)${operand(base)} + ${unsignedLiteral(offset)}`
}

/** Anything that changes memory or leaves the function: pending loads come first. */
export const BEFORE_CALL = LOADS | TRAPS | GLOBALS | SIZES

/** The handler of a plain load or store, which is called as its name. */
export function memoryAccess(op: Opcode): Handler {
  const name = op.name.replaceAll('.', '_')
  if (op.results!.length === 1) {
    const type = op.results![0]
    return (w, instruction) => {
      const base = w.pop()
      w.push(expression(`${name}(${address(base, instruction)})`, type, LOADS, [base]))
    }
  }
  return (w, instruction) => {
    const [base, value] = w.popMany(2)
    w.settleBelow(LOADS | TRAPS)
    w.line(`${name}(${address(base, instruction)}, ${value.text});`)
  }
}

/** A bulk instruction: a call for its effect. */
const bulk =
  (count: number, text: (w: FunctionWriter, instruction: Instruction, operands: string) => string): Handler =>
  (w, instruction) => {
    const operands = w.popMany(count)
    w.settleBelow(BEFORE_CALL)
    w.line(`${text(w, instruction, operands.map((value) => value.text).join(', '))};`)
  }

export const memoryHandlers: Handlers = {
  'memory.size': (w, { index }) => w.push(expression(`(u32)${w.scope.memory(index ?? 0)}.pages`, I32, SIZES, [])),
  'memory.grow': (w, { index }) => {
    const delta = w.pop()
    w.settleBelow(BEFORE_CALL)
    w.pushCall(`wasm_memory_grow(&${w.scope.memory(index ?? 0)}, ${delta.text})`, [I32])
  },
  'memory.fill': bulk(
    3,
    (w, { index, offset }, operands) => `memory_fill(&${w.scope.memory(index ?? 0)}, ${operands}, ${w.site(offset)})`,
  ),
  'memory.copy': bulk(
    3,
    (w, { index, index2, offset }, operands) =>
      `memory_copy(&${w.scope.memory(index ?? 0)}, &${w.scope.memory(index2 ?? 0)}, ${operands}, ${w.site(offset)})`,
  ),
  'memory.init': bulk(3, (w, { index, index2, offset }, operands) => {
    const data = w.scope.data(index!)
    return `memory_init(&${w.scope.memory(index2 ?? 0)}, ${data}, ${data}_size, ${operands}, ${w.site(offset)})`
  }),
  'data.drop': (w, { index }) => {
    w.settleBelow(TRAPS | LOADS)
    w.line(`${w.scope.data(index!)}_size = 0;`)
  },
}
