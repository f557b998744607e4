/** Locals, globals, and what only moves values. */
import type { Instruction } from '../wasm/instructions.ts'
import type { Handlers } from './handlers.ts'
import { COMPOUND, expression, GLOBALS, LOADS, operand, settled, TRAPS, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'

const readLocal = (w: FunctionWriter, index: number): Value => ({
  text: w.readLocal(index),
  type: w.localType(index),
  flags: 0,
  reads: [index],
  cost: 1,
})

function select(w: FunctionWriter, { types }: Instruction): void {
  // Both operands are evaluated, also the one that is not taken.
  w.settleBelow(LOADS | TRAPS)
  const [a, b, condition] = w.popMany(3)
  const text = `${condition.flags & COMPOUND ? `(${condition.text})` : condition.text} ? ${operand(a)} : ${operand(b)}`
  // What is known of one operand's type is not of the other's.
  w.push(expression(text, types?.[0] ?? a.type, COMPOUND, [a, b, condition]))
}

export const variableHandlers: Handlers = {
  'local.get': (w, { index }) => w.push(readLocal(w, index!)),
  'local.set': (w, { index }) => w.assignLocal(index!, w.pop()),
  'local.tee': (w, { index }) => {
    w.assignLocal(index!, w.pop())
    w.push(readLocal(w, index!))
  },
  'global.get': (w, { index }) => {
    const { type } = w.scope.module.globals[index!]
    const value = settled(w.scope.global(index!), type.type)
    w.scope.reads(index!, w.func.index)
    w.push(type.mutable ? { ...value, flags: GLOBALS } : value)
  },
  'global.set': (w, { index }) => {
    const value = w.pop()
    w.settleBelow(GLOBALS | LOADS | TRAPS)
    w.line(`${w.scope.global(index!)} = ${w.last(value)};`)
  },
  drop: (w) => w.discard(w.pop()),
  select,
}
