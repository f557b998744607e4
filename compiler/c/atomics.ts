/** Atomic instructions: their place is checked for alignment, the access is a call of their name. */
import type { Instruction } from '../wasm/instructions.ts'
import { opcodes } from '../wasm/opcodes.ts'
import { unsignedLiteral } from './consts.ts'
import { LOADS, TRAPS, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handlers } from './handlers.ts'
import { address, BEFORE_CALL, memoryPointer } from './memory.ts'
import { isUnchecked } from './memories.ts'

/** `checked`: bounds too, for what is not accessed by the module's own code. */
function place(w: FunctionWriter, base: Value, instruction: Instruction, checked: boolean): string {
  const { memarg, offset, op } = instruction
  const { memory } = memarg!
  const rest = `${op.size!}, ${w.site(offset)})`
  if (checked || !isUnchecked(w.scope.module.memories[memory])) {
    const index = `${base.text}, ${unsignedLiteral(memarg!.offset)}`
    return `atomic_place_checked(&${w.scope.memory(memory)}, ${index}, ${rest}`
  }
  return `atomic_place(${memoryPointer(w, memory)}, ${address(base, instruction)}, ${rest}`
}

function access(w: FunctionWriter, instruction: Instruction): void {
  const { op, memarg } = instruction
  const waits = op.name.startsWith('memory.')
  const [base, ...values] = w.popMany(op.params!.length)
  w.settleBelow(BEFORE_CALL)
  // Operands of one call are evaluated in any order: what may trap or fault comes before it.
  const operands = values.map((value) => (value.flags & (LOADS | TRAPS) ? w.settle(value).text : value.text))
  const shared = waits ? [`${w.scope.module.memories[memarg!.memory].type.shared ? 1 : 0}`] : []
  const args = [...shared, place(w, base, instruction, waits), ...operands]
  if (op.name.includes('.wait')) args.push(w.site(instruction.offset))
  w.pushCall(`${op.name.replaceAll('.', '_')}(${args.join(', ')})`, op.results!)
}

export const atomicHandlers: Handlers = {
  'atomic.fence': (w) => {
    w.settleBelow(BEFORE_CALL)
    w.line('__atomic_thread_fence(__ATOMIC_SEQ_CST);')
  },
}
for (const op of opcodes) if (op.feature === 'threads' && op.imm === 'memarg') atomicHandlers[op.name] = access
