/**
 * Tail calls. One that cannot come back to its function by further tail calls is a call and a return; one of the function
 * itself is a jump. Where all functions that tail calls may lead back to are of one simple type, C compilers make them in
 * registers. For the others functions have a second form without parameters (see runtime/tail.h), whose arguments and
 * results lie in static memory, so that any of them can take another's place on the stack, whatever their types. The
 * ordinary form of such a function is a few lines around it.
 */
import type { Instruction } from '../wasm/instructions.ts'
import type { Func } from '../wasm/module.ts'
import type { FuncType, ValType } from '../wasm/types.ts'
import { indirectCallee, referenceCallee } from './calls.ts'
import { abandon, returnValues } from './control.ts'
import { settled, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handlers } from './handlers.ts'
import { BEFORE_CALL } from './memory.ts'
import type { Scope } from './scope.ts'
import { cType, prototype, resultStruct, zero } from './types.ts'

/** Where an argument or a result lies. */
const place = (type: ValType, index: number): string => `TAIL_VALUE(${cType(type)}, ${index})`

const store = (types: readonly ValType[], values: readonly string[]): string[] =>
  types.map((type, i) => `${place(type, i)} = ${values[i]};`)

/** Statements that return what a function in its second form gives. */
export function returnTail(results: readonly ValType[], values: readonly Value[]): string[] {
  return [
    ...store(
      results,
      values.map(({ text }) => text),
    ),
    'return NULL;',
  ]
}

/** The parameters of a function in its second form. */
export function tailParameters({ params }: FuncType): string[] {
  return params.map((type, i) => `${cType(type)} l${i} = ${place(type, i)};`)
}

const indented = (lines: readonly string[]): string => lines.map((line) => `    ${line}\n`).join('')

/** The ordinary form of a function that has the other one too. */
export function ordinaryForm(scope: Scope, { index, type }: Func, linkage: string): string {
  const name = scope.functions[index]
  const tail = scope.tailName(index)
  const { params, results } = type
  const nothing = results.length === 0 ? 'return;' : `return ${nothingOf(results)};`
  const lines = [
    `if (tail_asked((wasm_code)${name}, ${tail})) ${nothing}`,
    ...store(
      params,
      params.map((_, i) => `l${i}`),
    ),
    `tail_run(${tail});`,
    ...(results.length > 0 ? [`return ${collect(results)};`] : []),
  ]
  return `${linkage}${prototype(name, type, true)}\n{\n${indented(lines)}}\n`
}

/** A value of what a function returns that no one looks at. */
export function nothingOf(results: readonly ValType[]): string {
  return results.length > 1 ? `(${resultStruct(results)}){}` : zero(results[0])
}

function collect(results: readonly ValType[]): string {
  const places = results.map(place)
  return places.length > 1 ? `(${resultStruct(results)}){${places.join(', ')}}` : places[0]
}

/** The function in its second form that calls any function of a type, the one at `wasm_tail_code`. */
export function tailAdapter(scope: Scope, canonical: number): string {
  const { params, results } = scope.module.types[canonical]
  const call = `((${scope.functionType(canonical)})wasm_tail_code)(${params.map(place).join(', ')})`
  const values = results.length > 1 ? results.map((_, i) => `result._${i}`) : ['result']
  const lines = [
    results.length === 0
      ? `${call};`
      : `${results.length > 1 ? scope.results(results) : cType(results[0])} result = ${call};`,
    'wasm_tail next = tail_learned();',
    'if (next != NULL) TAIL_CALL(next);',
    ...store(results, values),
    'return NULL;',
  ]
  return `static __attribute__((unused)) void *${scope.adapterName(canonical)}(void)\n{\n${indented(lines)}}\n`
}

/** Goes back to the start of the function, with other arguments. */
function callSelf(w: FunctionWriter, args: readonly Value[]): void {
  const values = args.map((arg, i) => (arg.text === `l${i}` ? arg : w.settle(arg)))
  abandon(w)
  values.forEach(({ text }, i) => {
    if (text !== `l${i}`) w.line(`l${i} = ${text};`)
  })
  w.line(`goto ${w.startLabel()};`)
}

/** A call and a return. */
function callAndReturn(w: FunctionWriter, text: string, results: readonly ValType[]): void {
  if (results.length === 0) {
    w.line(`${text};`)
    returnValues(w, [])
  } else if (w.tailForm && results.length > 1) {
    w.line(`${w.scope.results([...results])} result = ${text};`)
    returnValues(
      w,
      results.map((type, i) => settled(`result._${i}`, type)),
    )
  } else if (results.length > 1) w.line(`return ${text};`)
  else returnValues(w, [settled(text, results[0])])
}

function pass(w: FunctionWriter, params: readonly ValType[], args: readonly Value[]): void {
  for (const line of store(
    params,
    args.map(({ text }) => text),
  ))
    w.line(line)
}

function returnCall(w: FunctionWriter, { index }: Instruction): void {
  const { scope, func } = w
  const callee = scope.module.funcs[index!]
  const { params, results } = callee.type
  const args = w.popMany(params.length)
  if (index === func.index) return callSelf(w, args)
  abandon(w)
  const text = `${scope.func(index!)}(${args.map((arg) => arg.text).join(', ')})`
  if (!scope.graph!.tailCallRecurs(func.index, index!)) return callAndReturn(w, text, results)
  if (w.tailCalls === 'registers') return w.line(`TAIL_RETURN ${text};`)
  pass(w, params, args)
  if (callee.import) callThrough(w, `(wasm_code)${scope.func(index!)}`, scope.canonical[callee.typeIndex])
  else w.line(`TAIL_CALL(${scope.tail(index!)});`)
}

function callThrough(w: FunctionWriter, code: string, canonical: number): void {
  w.line(`wasm_tail_code = ${code};`)
  w.line(`TAIL_CALL(${w.scope.adapter(canonical)});`)
}

/** Tail call of the function that `find` takes from the stack, after which only its arguments are left there. */
const returnCallOf =
  (find: (w: FunctionWriter, instruction: Instruction) => string) =>
  (w: FunctionWriter, instruction: Instruction): void => {
    const { scope } = w
    const canonical = scope.canonical[instruction.index!]
    const { params, results } = scope.module.types[canonical]
    w.settleBelow(BEFORE_CALL, params.length + 1)
    const code = w.variable('wasm_code', find(w, instruction))
    const args = w.popMany(params.length)
    abandon(w)
    const text = `((${scope.functionType(canonical)})${code})(${args.map((arg) => arg.text).join(', ')})`
    if (!scope.graph!.typeTailCallRecurs(w.func.index, instruction.index!)) return callAndReturn(w, text, results)
    if (w.tailCalls === 'registers') return w.line(`TAIL_RETURN ${text};`)
    pass(w, params, args)
    callThrough(w, code, canonical)
  }

export const tailCallHandlers: Handlers = {
  return_call: returnCall,
  return_call_indirect: returnCallOf(indirectCallee),
  return_call_ref: returnCallOf(referenceCallee),
}
