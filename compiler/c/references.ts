/** Instructions on references. */
import type { Instruction } from '../wasm/instructions.ts'
import { I32, ref } from '../wasm/types.ts'
import { functionReference } from './constant.ts'
import { jumpIf } from './control.ts'
import { BOOL, COMPOUND, expression, operand, settled, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handlers } from './handlers.ts'
import { BEFORE_CALL } from './memory.ts'
import { cType, nullReference } from './types.ts'

/** The member that is NULL in a null reference. */
const MEMBER: Record<string, string> = { funcref: '.code', exnref: '.tag', externref: '' }

/** C that is true for the null reference. */
export function isNull(value: Value): string {
  return `${operand(value)}${MEMBER[cType(value.type)]} == NULL`
}

/** Takes the uppermost operand as a variable; what lies below it and may trap has been evaluated then. */
export function takeReference(w: FunctionWriter): Value {
  w.settleBelow(BEFORE_CALL, 1)
  return w.settle(w.pop())
}

/** Traps where a reference is null. `trap` is the name of it without WASM_TRAP_. */
export function checkNotNull(w: FunctionWriter, value: Value, trap: string, offset: number): void {
  w.line(`if (UNLIKELY(${isNull(value)})) TRAP(${trap}, ${w.site(offset)});`)
}

function branchOnNull(w: FunctionWriter, { index }: Instruction): void {
  const value = takeReference(w)
  jumpIf(w, index!, isNull(value))
  w.push(value)
}

/** The label takes the reference along. */
function branchOnNonNull(w: FunctionWriter, { index }: Instruction): void {
  const value = takeReference(w)
  w.push(value)
  jumpIf(w, index!, `!(${isNull(value)})`)
  w.pop()
}

export const referenceHandlers: Handlers = {
  'ref.null': (w, { types }) => w.push(settled(nullReference(types![0]), types![0])),
  'ref.is_null': (w) => {
    const value = w.pop()
    w.push(expression(isNull(value), I32, BOOL | COMPOUND, [value]))
  },
  'ref.func': (w, { index }) => {
    const { typeIndex } = w.scope.module.funcs[index!]
    w.push(settled(functionReference(w.scope, index!), ref(typeIndex, false)))
  },
  'ref.as_non_null': (w, { offset }) => {
    const value = takeReference(w)
    checkNotNull(w, value, 'NULL_REFERENCE', offset)
    w.push(value)
  },
  br_on_null: branchOnNull,
  br_on_non_null: branchOnNonNull,
}
