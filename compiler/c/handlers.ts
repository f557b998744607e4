/** Which function writes which instruction. Rows of the opcode table that are expressions need none of their own. */
import type { Instruction } from '../wasm/instructions.ts'
import { opcodes, type Opcode } from '../wasm/opcodes.ts'
import { atomicHandlers } from './atomics.ts'
import { callHandlers } from './calls.ts'
import { controlHandlers, STRUCTURE } from './control.ts'
import { exceptionHandlers } from './exceptions.ts'
import { apply } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import { memoryHandlers, memoryAccess } from './memory.ts'
import { numericHandlers } from './numeric.ts'
import { objectHandlers } from './objects.ts'
import { referenceHandlers } from './references.ts'
import { simdHandlers } from './simd.ts'
import { tailCallHandlers } from './tail-calls.ts'
import { tableHandlers } from './table.ts'
import { variableHandlers } from './variables.ts'

export type Handler = (w: FunctionWriter, instruction: Instruction) => void
export type Handlers = Record<string, Handler>

const special: Handlers = {
  ...controlHandlers,
  ...variableHandlers,
  ...numericHandlers,
  ...memoryHandlers,
  ...callHandlers,
  ...tableHandlers,
  ...simdHandlers,
  ...referenceHandlers,
  ...objectHandlers,
  ...atomicHandlers,
  ...exceptionHandlers,
  ...tailCallHandlers,
}

function operator(w: FunctionWriter, { op, offset }: Instruction): void {
  const operands = w.popMany(op.params!.length)
  w.push(apply(op, operands, op.traps ? w.site(offset) : ''))
}

function find(op: Opcode): Handler | undefined {
  const handler =
    special[op.name] ?? (op.imm === 'memarg' ? memoryAccess(op) : op.params && op.imm === '' ? operator : undefined)
  if (handler === undefined || STRUCTURE.has(op.name)) return handler
  return (w, instruction) => {
    if (!w.unreachable) handler(w, instruction)
  }
}

/** By {@link Opcode.id}; undefined where the generator does not know the instruction. */
export const handlers: readonly (Handler | undefined)[] = opcodes.map(find)
