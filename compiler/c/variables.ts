/** Locals, globals, and what only moves values. */
import type { Handlers } from './handlers.ts'
import { COMPOUND, expression, GLOBALS, LOADS, operand, settled, TRAPS, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'

function setLocal(w: FunctionWriter, index: number): void {
  const value = w.pop()
  w.settleReaders(index)
  const name = w.local(index)
  const text = w.last(value)
  if (text !== name) w.line(`${name} = ${text};`)
}

const readLocal = (w: FunctionWriter, index: number): Value => ({
  text: w.local(index), type: w.localTypes[index], flags: 0, reads: [index], cost: 1,
})

function select(w: FunctionWriter): void {
  // Both operands are evaluated, also the one that is not taken.
  w.settleBelow(LOADS | TRAPS)
  const [a, b, condition] = w.popMany(3)
  const text = `${condition.flags & COMPOUND ? `(${condition.text})` : condition.text} ? ${operand(a)} : ${operand(b)}`
  w.push(expression(text, a.type, COMPOUND, [a, b, condition]))
}

export const variableHandlers: Handlers = {
  'local.get': (w, { index }) => w.push(readLocal(w, index!)),
  'local.set': (w, { index }) => setLocal(w, index!),
  'local.tee': (w, { index }) => {
    setLocal(w, index!)
    w.push(readLocal(w, index!))
  },
  'global.get': (w, { index }) => {
    const { type } = w.scope.module.globals[index!]
    const value = settled(w.scope.global(index!), type.type)
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

