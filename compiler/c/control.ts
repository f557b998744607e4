/**
 * Structured control. Blocks and loops become labels and gotos without braces, so that their nesting costs nothing; `if`
 * keeps its braces. Values that leave a block by a branch go through variables of the block.
 */
import type { Instruction } from '../wasm/instructions.ts'
import type { ValType } from '../wasm/types.ts'
import { BOOL, LOADS, operand, settled, TRAPS, type Value } from './expression.ts'
import type { Try } from './exceptions.ts'
import type { FunctionWriter } from './function.ts'
import type { Handlers } from './handlers.ts'
import { computedGoto, interprets } from './computed-goto.ts'
import { dispatchAt, shortcut, type Dispatch } from './dispatch.ts'
import { returnTail } from './tail-calls.ts'
import { cType } from './types.ts'

export interface Frame {
  kind: 'function' | 'block' | 'loop' | 'if' | 'else'
  label: string
  results: readonly ValType[]
  /** Types of the operands of a branch to it: parameters of a loop, results of anything else. */
  branchTypes: readonly ValType[]
  /** C variables that branches assign. */
  variables: string[]
  /** Of the operand stack below it. */
  height: number
  /** Some branch goes to it. */
  targeted: boolean
  /** Whether the code before it was reachable. */
  reachable: boolean
  /** Operands of an `if`, again for its `else`. */
  params?: Value[]
  /** Braces open outside of it. */
  depth: number
  /** Line reserved for the declaration of its variables. */
  slot: number
  /** Line reserved for a loop's label. */
  start: number
  /** An `if` too deep for braces: the label of its else branch. */
  elseLabel?: string
  /** The then branch of an `if` reached its end. */
  thenReachable?: boolean
  /** Of a loop that does nothing first but branch on a local. */
  dispatch?: Dispatch
  handler?: Try
  /** The innermost frame around it whose handler guards it; 0 if there is none. */
  guard: number
  /** Writes what stands at the end of the block. */
  beforeEnd?: () => void
}

/** C compilers limit the nesting of braces to 256; deeper ones become gotos. */
const MAX_BRACES = 60

function open(w: FunctionWriter, kind: Frame['kind'], instruction: Instruction): Frame {
  const { params, results } = instruction.block!
  const around = w.frames.length - 1
  const frame: Frame = {
    kind,
    label: '',
    results,
    branchTypes: kind === 'loop' ? params : results,
    variables: [],
    height: 0,
    targeted: false,
    reachable: !w.unreachable,
    depth: w.depth,
    slot: -1,
    start: -1,
    guard: w.frames[around].handler?.guarding ? around : w.frames[around].guard,
  }
  w.frames.push(frame)
  if (w.unreachable) return frame
  const id = w.newLabel()
  frame.label = `L${id}`
  frame.height = w.stack.length - params.length
  frame.variables = frame.branchTypes.map((_, i) => (frame.branchTypes.length > 1 ? `b${id}_${i}` : `b${id}`))
  return frame
}

/** Declares the variables of a block that turned out to need them. */
function declare(w: FunctionWriter, frame: Frame): void {
  const indent = '    '.repeat(Math.min(frame.depth, 12))
  w.fill(frame.slot, frame.variables.map((name, i) => `${indent}${cType(frame.branchTypes[i])} ${name};`).join('\n'))
}

export function openBlock(w: FunctionWriter, instruction: Instruction): Frame {
  const frame = open(w, 'block', instruction)
  if (w.unreachable) return frame
  w.settleAll()
  frame.slot = w.reserve()
  return frame
}

function loop(w: FunctionWriter, instruction: Instruction): void {
  const frame = open(w, 'loop', instruction)
  if (w.unreachable) return
  w.settleAll()
  const params = w.popMany(frame.branchTypes.length)
  params.forEach((value, i) => w.line(`${cType(value.type)} ${frame.variables[i]} = ${value.text};`))
  frame.start = w.reserve()
  if (w.overlaps(instruction)) w.line('WASM_OVERLAPPING;')
  // Copies, since a branch back assigns the variables one by one, of values of which less may be known.
  frame.branchTypes.forEach((type, i) => w.push(w.define(frame.variables[i], type)))
}

function beginIf(w: FunctionWriter, instruction: Instruction): void {
  const condition = w.unreachable ? undefined : w.pop()
  const frame = open(w, 'if', instruction)
  if (condition === undefined) return
  w.settleAll()
  frame.params = w.stack.slice(frame.height)
  frame.slot = w.reserve()
  if (w.depth < MAX_BRACES) {
    w.line(`if (${w.hinted(condition.text)}) {`)
    w.depth++
  } else {
    frame.elseLabel = `${frame.label}_else`
    w.line(`if (!(${w.hinted(condition.text)})) goto ${frame.elseLabel};`)
  }
}

/** Assigns the results of a branch that falls through to the end of the block. */
export function leave(w: FunctionWriter, frame: Frame): void {
  if (w.unreachable) return
  assign(w, frame, w.popMany(frame.results.length))
}

function beginElse(w: FunctionWriter): void {
  const frame = w.frames.at(-1)!
  frame.kind = 'else'
  if (!frame.reachable) return
  frame.thenReachable = !w.unreachable
  leave(w, frame)
  if (frame.elseLabel === undefined) {
    w.depth--
    w.line('} else {')
    w.depth++
  } else {
    if (!w.unreachable) {
      frame.targeted = true
      w.line(`goto ${frame.label};`)
    }
    w.label(`${frame.elseLabel}:;`)
  }
  w.truncate(frame.height)
  w.stack.push(...frame.params!)
  w.unreachable = false
}

export function end(w: FunctionWriter): void {
  const frame = w.frames.at(-1)!
  frame.beforeEnd?.()
  if (frame.reachable && frame.kind === 'if' && frame.elseLabel !== undefined) beginElse(w)
  w.frames.pop()
  if (!frame.reachable) return
  if (frame.kind === 'function') return endFunction(w, frame)
  if (frame.kind === 'loop') {
    if (frame.targeted) w.fill(frame.start, `${indentLabel(frame.depth)}${frame.label}:;`)
    if (w.unreachable) w.truncate(frame.height)
    return
  }
  if (frame.kind === 'block' && !frame.targeted) {
    if (w.unreachable) w.truncate(frame.height)
    return
  }
  const fallsThrough = !w.unreachable
  leave(w, frame)
  let reachable = fallsThrough || frame.targeted || frame.thenReachable === true
  if (frame.kind === 'if') {
    // Without an else branch the parameters are the results.
    reachable = true
    if (frame.results.length > 0) {
      w.depth--
      w.line('} else {')
      w.depth++
      assign(w, frame, frame.params!)
    }
  }
  if (frame.kind !== 'block' && frame.elseLabel === undefined) {
    w.depth--
    w.line('}')
  }
  if (frame.targeted) w.label(`${frame.label}:;`)
  w.truncate(frame.height)
  w.unreachable = !reachable
  if (!reachable) return
  declare(w, frame)
  frame.results.forEach((type, i) => w.stack.push(settled(frame.variables[i], type)))
}

const indentLabel = (depth: number): string => '    '.repeat(Math.min(depth, 12) - 1)

function endFunction(w: FunctionWriter, frame: Frame): void {
  if (w.unreachable) return
  if (frame.results.length > 0 || w.tailForm) returnValues(w, w.popMany(frame.results.length))
}

export function returnValues(w: FunctionWriter, values: Value[]): void {
  if (w.tailForm) returnTail(w.type.results, values).forEach((line) => w.line(line))
  else if (values.length === 0) w.line('return;')
  else if (values.length === 1) w.line(`return ${w.last(values[0])};`)
  else w.line(`return (${w.scope.results(w.type.results)}){${values.map((value) => value.text).join(', ')}};`)
}

function assign(w: FunctionWriter, frame: Frame, values: readonly Value[]): void {
  values.forEach((value, i) => {
    const text = values.length === 1 ? w.last(value) : value.text
    if (text !== frame.variables[i]) w.line(`${frame.variables[i]} = ${text};`)
  })
}

export const target = (w: FunctionWriter, label: number): Frame => w.frames[w.frames.length - 1 - label]

/** Writes a jump that takes `values` along. */
export function jump(w: FunctionWriter, frame: Frame, values: Value[]): void {
  if (frame.kind === 'function') return returnValues(w, values)
  frame.targeted = true
  assign(w, frame, values)
  w.line(`goto ${frame.label};`)
}

/** Evaluates, for their traps, the values that a jump away leaves behind. Those below the block stay for what follows it. */
export function abandon(w: FunctionWriter): void {
  for (const value of w.popMany(w.stack.length - w.frames.at(-1)!.height)) w.discard(value)
  w.unreachable = true
}

function br(w: FunctionWriter, instruction: Instruction): void {
  const frame = target(w, instruction.index!)
  const values = w.popMany(frame.branchTypes.length)
  abandon(w)
  jump(w, shortcut(w, frame) ?? frame, values)
}

function brIf(w: FunctionWriter, instruction: Instruction): void {
  w.settleBelow(LOADS | TRAPS, 1)
  if (target(w, instruction.index!).branchTypes.length > 0) w.settleBelow(LOADS | TRAPS)
  jumpIf(w, instruction.index!, w.hinted(w.pop().text))
}

/** Writes a branch on a condition, C that has no effects. What the label takes stays on the stack, as variables. */
export function jumpIf(w: FunctionWriter, label: number, test: string): void {
  const frame = target(w, label)
  const count = frame.branchTypes.length
  for (let i = w.stack.length - count; i < w.stack.length; i++) w.settleAt(i)
  if (count === 0) {
    w.line(`if (${test}) ${frame.kind === 'function' ? w.leaveStatement() : `goto ${frame.label};`}`)
    frame.targeted = true
    return
  }
  w.line(`if (${test}) {`)
  w.depth++
  jump(w, frame, w.stack.slice(w.stack.length - count))
  w.depth--
  w.line('}')
}

/** Cases of the same target stand together; consecutive ones as a range. */
function brTable(w: FunctionWriter, instruction: Instruction): void {
  const labels = instruction.labels!
  const otherwise = labels.at(-1)!
  const frame = target(w, otherwise)
  const count = frame.branchTypes.length
  if (count > 0) w.settleBelow(LOADS | TRAPS)
  let index = w.pop()
  const values = w.popMany(count).map((value) => w.settle(value))
  const dispatch = dispatchAt(w, labels)
  if (dispatch !== undefined) dispatch.loop.dispatch = dispatch
  abandon(w)
  if (labels.length === 1) {
    w.discard(index)
    return jump(w, frame, values)
  }
  const interpreter = dispatch === undefined && interprets(w, labels)
  if (interpreter) {
    index = w.settle(index)
    w.line('#ifdef WASM_FOR_SPEED')
    computedGoto(w, labels, index.text)
    w.line('#else')
  }
  w.line(`switch (${index.flags & BOOL ? operand(index) : index.text}) {`)
  const cases = new Map<number, string[]>()
  for (let i = 0; i < labels.length - 1;) {
    let to = i
    while (to + 1 < labels.length - 1 && labels[to + 1] === labels[i]) to++
    if (labels[i] !== otherwise) {
      const list = cases.get(labels[i]) ?? []
      if (list.length === 0) cases.set(labels[i], list)
      list.push(to > i ? `case ${i} ... ${to}:` : `case ${i}:`)
    }
    i = to + 1
  }
  for (const [label, list] of cases) {
    for (let i = 0; i < list.length; i += 8) w.line(list.slice(i, i + 8).join(' '))
    w.depth++
    jump(w, target(w, label), values)
    w.depth--
  }
  w.line('default:')
  w.depth++
  jump(w, frame, values)
  w.depth--
  w.line('}')
  if (interpreter) w.line('#endif')
}

function unreachable(w: FunctionWriter, instruction: Instruction): void {
  abandon(w)
  w.line(`TRAP(UNREACHABLE, ${w.site(instruction.offset)});`)
}

/** Evaluates what may trap before the function is left. */
function leaveFunction(w: FunctionWriter): void {
  const values = w.popMany(w.type.results.length)
  abandon(w)
  returnValues(w, values)
}

export const controlHandlers: Handlers = {
  unreachable,
  nop: () => {},
  block: openBlock,
  loop,
  if: beginIf,
  else: beginElse,
  end,
  br,
  br_if: brIf,
  br_table: brTable,
  return: leaveFunction,
}

/** Handled in unreachable code too, since blocks must be counted. */
export const STRUCTURE: ReadonlySet<string> = new Set([
  'block',
  'loop',
  'if',
  'else',
  'end',
  'try_table',
  'try',
  'catch',
  'catch_all',
  'delegate',
])
