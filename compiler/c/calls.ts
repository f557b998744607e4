/** Calls, direct and through tables. */
import type { Instruction } from '../wasm/instructions.ts'
import { unsignedLiteral } from './consts.ts'
import { LOADS, operand, TRAPS } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handlers } from './handlers.ts'
import { BEFORE_CALL } from './memory.ts'
import { checkNotNull, takeReference } from './references.ts'

function call(w: FunctionWriter, { index }: Instruction): void {
  const { type } = w.scope.module.funcs[index!]
  const args = w.popMany(type.params.length)
  w.settleBelow(BEFORE_CALL)
  w.pushCall(`${w.scope.func(index!)}(${args.map((arg) => arg.text).join(', ')})`, type.results)
}

/**
 * Through a constant table with an array for this type, only the bound is left to check: other entries of the array are
 * functions that trap. Through other tables `wasm_table_function` checks the bound and the type.
 */
function callIndirect(w: FunctionWriter, { index, index2, offset }: Instruction): void {
  const { scope } = w
  const canonical = scope.canonical[index!]
  const type = scope.module.types[canonical]
  const table = index2!
  const plan = scope.plans[table]
  w.settleBelow(BEFORE_CALL, type.params.length + 1)
  // The function is chosen by statements or operands that must not trap before the arguments do.
  w.settleBelow(LOADS | TRAPS, 1)
  let element = w.pop()
  const view = plan.kind === 'constant' && plan.views.has(canonical)
  if (view) {
    element = w.settle(element)
    const bound = unsignedLiteral(plan.entries.length)
    if (element.literal === undefined || Number(element.literal) >>> 0 >= plan.entries.length) {
      w.line(`if (UNLIKELY(${element.text} >= ${bound})) TRAP(UNDEFINED_ELEMENT, ${w.site(offset)});`)
    }
  }
  const args = w.popMany(type.params.length).map((arg) => arg.text).join(', ')
  if (view) {
    w.pushCall(`${scope.view(table, canonical)}[${element.text}](${args})`, type.results)
    return
  }
  const name = scope.table(table)
  const elements = plan.kind === 'constant' ? `${name}, ${unsignedLiteral(plan.entries.length)}` : `${name}.functions, ${name}.size`
  const code = `wasm_table_function(${elements}, ${element.text}, ${scope.typeId(canonical)}, ${w.site(offset)})`
  w.pushCall(`((${scope.functionType(canonical)})${code})(${args})`, type.results)
}

function callReference(w: FunctionWriter, { index, offset }: Instruction): void {
  const { scope } = w
  const canonical = scope.canonical[index!]
  const type = scope.module.types[canonical]
  w.settleBelow(BEFORE_CALL, type.params.length + 1)
  const reference = takeReference(w)
  const args = w.popMany(type.params.length).map((arg) => arg.text).join(', ')
  checkNotNull(w, reference, 'NULL_FUNCTION_REFERENCE', offset)
  w.pushCall(`((${scope.functionType(canonical)})${operand(reference)}.code)(${args})`, type.results)
}

export const callHandlers: Handlers = { call, call_indirect: callIndirect, call_ref: callReference }
