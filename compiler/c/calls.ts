/** Calls, direct and through tables. */
import type { Instruction } from '../wasm/instructions.ts'
import type { ValType } from '../wasm/types.ts'
import { unsignedLiteral } from './consts.ts'
import { checkThrown } from './exceptions.ts'
import { LOADS, operand, TRAPS, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handlers } from './handlers.ts'
import { BEFORE_CALL } from './memory.ts'
import { checkNotNull, takeReference } from './references.ts'

/** Pushes the results of a call, after a look for an exception that it may have left. */
function finishCall(w: FunctionWriter, text: string, results: ValType[], mayThrow: boolean): void {
  w.pushCall(text, results)
  w.keepResults(results)
  if (mayThrow) checkThrown(w)
}

const list = (args: readonly Value[]): string => args.map(({ text }) => text).join(', ')

function call(w: FunctionWriter, { index }: Instruction): void {
  const { type } = w.scope.module.funcs[index!]
  const args = w.popMany(type.params.length)
  w.settleBelow(BEFORE_CALL)
  finishCall(w, `${w.callee(index!)}(${list(args)})`, type.results, w.scope.mayThrow(index!))
}

/**
 * Through a constant table with an array for this type, only the bound is left to check: other entries of the array are
 * functions that trap. Through other tables `wasm_table_function` checks the bound and the type.
 */
function callIndirect(w: FunctionWriter, instruction: Instruction): void {
  const { index, index2, offset } = instruction
  const { scope } = w
  const canonical = scope.canonical[index!]
  const { params, results } = scope.module.types[canonical]
  const table = index2!
  const plan = scope.plans[table]
  const view = plan.kind === 'constant' && plan.views.has(canonical) && !scope.module.types[canonical].open
  if (!view) return callThrough(w, instruction, indirectCallee)
  w.settleBelow(BEFORE_CALL, params.length + 1)
  // The function is chosen by statements that must not trap before the arguments do.
  w.settleBelow(LOADS | TRAPS, 1)
  const element = w.settle(w.pop())
  const bound = unsignedLiteral(plan.entries.length)
  if (element.literal === undefined || Number(element.literal) >>> 0 >= plan.entries.length) {
    w.line(`if (UNLIKELY(${element.text} >= ${bound})) TRAP(UNDEFINED_ELEMENT, ${w.site(offset)});`)
  }
  const args = w.popMany(params.length)
  finishCall(
    w,
    `${scope.view(table, canonical)}[${element.text}](${list(args)})`,
    results,
    scope.typeMayThrow(canonical),
  )
}

/** A call of the function that `find` takes from the stack, after which its arguments are left there. */
function callThrough(
  w: FunctionWriter,
  instruction: Instruction,
  find: (w: FunctionWriter, instruction: Instruction) => string,
): void {
  const { scope } = w
  const canonical = scope.canonical[instruction.index!]
  const { params, results } = scope.module.types[canonical]
  w.settleBelow(BEFORE_CALL, params.length + 1)
  const code = find(w, instruction)
  const args = w.popMany(params.length)
  const text = `((${scope.functionType(canonical)})${code})(${list(args)})`
  finishCall(w, text, results, scope.typeMayThrow(canonical))
}

/** The code of a function in a table, whose index is taken from the stack. */
export function indirectCallee(w: FunctionWriter, { index, index2, offset }: Instruction): string {
  const { scope } = w
  const plan = scope.plans[index2!]
  // Operands of what chooses the function must not trap before the arguments do.
  w.settleBelow(LOADS | TRAPS, 1)
  const element = w.pop()
  const name = scope.table(index2!)
  const elements =
    plan.kind === 'constant' ? `${name}, ${unsignedLiteral(plan.entries.length)}` : `${name}.functions, ${name}.size`
  const type = scope.canonical[index!]
  const identity = scope.typeId(type)
  if (scope.module.types[type].open)
    return `gc_table_function(${elements}, ${element.text}, ${identity}, ${scope.depth(type)}, ${w.site(offset)})`
  return `wasm_table_function(${elements}, ${element.text}, ${identity}, ${w.site(offset)})`
}

/** The code of a function whose reference is taken from the stack. */
export function referenceCallee(w: FunctionWriter, { offset }: Instruction): string {
  const reference = takeReference(w)
  checkNotNull(w, reference, 'NULL_FUNCTION_REFERENCE', offset)
  return `${operand(reference)}.code`
}

export const callHandlers: Handlers = {
  call,
  call_indirect: callIndirect,
  call_ref: (w, instruction) => callThrough(w, instruction, referenceCallee),
}
