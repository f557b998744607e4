/**
 * Exceptions, both the current instructions and the older ones. Nothing unwinds the stack: a function that throws says so
 * in `wasm_exception` and returns; after each call that may throw the caller looks there, and goes to the handler of the
 * innermost `try` or returns in turn. Handlers are written behind the code they guard.
 */
import type { Catch, Instruction } from '../wasm/instructions.ts'
import { EXNREF, type ValType } from '../wasm/types.ts'
import { abandon, end, jump, leave, openBlock, target, type Frame } from './control.ts'
import { settled, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handlers } from './handlers.ts'
import type { Scope } from './scope.ts'
import { checkNotNull, takeReference } from './references.ts'
import { cType, valueOffsets } from './types.ts'

/** The handler of a block. */
export interface Try {
  label: string
  /** The code it guards is being written, not its handlers. */
  guarding: boolean
  /** Some exception goes to it. */
  targeted: boolean
  /** Of the older form: where its open catch sends exceptions of other tags. */
  next?: string
  clauses: number
  catchesAll: boolean
  /** Line reserved in the open catch for a reference to what was caught, and its name. */
  slot: number
  caught?: string
}

/** The handler of an exception in the frame `from` (an index); undefined outside of all. */
function handlerOf(w: FunctionWriter, from: number): Try | undefined {
  const { handler, guard } = w.frames[from]
  return handler?.guarding ? handler : w.frames[guard].handler
}

/** The statement that takes the exception from there to its handler. */
function propagate(w: FunctionWriter, from = w.frames.length - 1): string {
  const handler = handlerOf(w, from)
  if (handler === undefined) return w.leaveStatement()
  handler.targeted = true
  return `goto ${handler.label};`
}

/** Looks for an exception after a call. Where the function is about to return it is for its caller to look. */
export function checkThrown(w: FunctionWriter): void {
  if (!returnsNext(w)) w.line(`if (THROWN) ${propagate(w)}`)
}

/** Whether nothing but the return comes next, outside of all `try`: operations without effect on a result no one will use. */
function returnsNext(w: FunctionWriter): boolean {
  if (w.tailForm) return false
  let inner = w.frames.length - 1
  for (const { op } of w.following()) {
    if (op.name === 'return') return handlerOf(w, inner) === undefined
    if (op.name === 'end') {
      if (w.frames[inner].handler?.guarding) return false
      if (inner-- === 0) return true
    } else if (!EFFECTLESS.has(op.name) && !(op.results && op.imm === '' && !op.traps)) return false
  }
  return false
}

const EFFECTLESS = new Set(['local.get', 'drop', 'i32.const', 'i64.const', 'f32.const', 'f64.const'])

function tagType(w: FunctionWriter, tag: number): ValType[] {
  return w.scope.module.tags[tag].type.params
}

/** The values of the exception that was caught, where they lie. */
function caughtValues(w: FunctionWriter, tag: number): Value[] {
  const types = tagType(w, tag)
  const { offsets } = valueOffsets(types)
  return types.map((type, i) => settled(`EXCEPTION_VALUE(${cType(type)}, ${offsets[i]})`, type))
}

function throwTag(w: FunctionWriter, { index, offset }: Instruction): void {
  const values = w.popMany(tagType(w, index!).length)
  abandon(w)
  caughtValues(w, index!).forEach((place, i) => w.line(`${place.text} = ${values[i].text};`))
  w.line(`exception_throw(&${w.scope.tag(index!)}, ${w.site(offset)});`)
  w.line(propagate(w))
}

function throwReference(w: FunctionWriter, { offset }: Instruction): void {
  const reference = takeReference(w)
  abandon(w)
  checkNotNull(w, reference, 'NULL_EXCEPTION_REFERENCE', offset)
  w.line(`exception_throw_reference(${reference.text});`)
  w.line(propagate(w))
}

function open(w: FunctionWriter, instruction: Instruction): Frame | undefined {
  const frame = openBlock(w, instruction)
  if (w.unreachable) return undefined
  frame.handler = {
    label: `${frame.label}_catch`,
    guarding: true,
    targeted: false,
    clauses: 0,
    catchesAll: false,
    slot: -1,
  }
  return frame
}

/** Ends code that goes on behind the block. */
function leaveBlock(w: FunctionWriter, frame: Frame): void {
  if (!w.unreachable) {
    leave(w, frame)
    frame.targeted = true
    w.line(`goto ${frame.label};`)
  }
  w.truncate(frame.height)
  w.unreachable = true
}

/** Ends the guarded code and begins the handler. What follows is unreachable if nothing throws. */
function beginHandler(w: FunctionWriter, frame: Frame): void {
  const handler = frame.handler!
  leaveBlock(w, frame)
  handler.guarding = false
  if (!handler.targeted) return
  w.label(`${handler.label}:;`)
  w.unreachable = false
}

// The current form: clauses are branches.

function tryTable(w: FunctionWriter, instruction: Instruction): void {
  const frame = open(w, instruction)
  if (frame) frame.beforeEnd = () => dispatch(w, frame, instruction.catches!)
}

function dispatch(w: FunctionWriter, frame: Frame, catches: readonly Catch[]): void {
  if (!frame.handler!.targeted) return
  beginHandler(w, frame)
  const catchesAll = catches.findIndex(({ tag }) => tag === undefined)
  for (const clause of catchesAll < 0 ? catches : catches.slice(0, catchesAll)) {
    w.line(`if (wasm_exception.tag == &${w.scope.tag(clause.tag!)}) {`)
    w.depth++
    branch(w, clause)
    w.depth--
    w.line('}')
  }
  if (catchesAll < 0) w.line(propagate(w))
  else branch(w, catches[catchesAll])
  w.unreachable = true
}

function branch(w: FunctionWriter, { tag, ref, label }: Catch): void {
  const values = tag === undefined ? [] : caughtValues(w, tag)
  if (ref) values.push(w.define('exception_reference()', EXNREF))
  w.line('wasm_exception.tag = NULL;')
  // Labels are counted outside of the block, whose frame is still there.
  jump(w, target(w, label + 1), values)
}

// The older form: handlers are blocks.

function legacyTry(w: FunctionWriter, instruction: Instruction): void {
  const frame = open(w, instruction)
  if (frame) frame.beforeEnd = () => endCatches(w, frame)
}

/** Ends the catch that is open; an exception of another tag goes on to what is written next. */
function endCatch(w: FunctionWriter, frame: Frame): void {
  const handler = frame.handler!
  leaveBlock(w, frame)
  if (handler.next === undefined) return
  w.label(`${handler.next}:;`)
  handler.next = undefined
  w.unreachable = false
}

function beginCatch(w: FunctionWriter, { index }: Instruction): void {
  const frame = w.frames.at(-1)!
  const handler = frame.handler
  if (!frame.reachable || !handler) return
  if (handler.guarding) beginHandler(w, frame)
  else endCatch(w, frame)
  if (w.unreachable) return
  const clause = handler.clauses++
  handler.catchesAll = index === undefined
  if (index !== undefined) {
    handler.next = `${handler.label}${clause}`
    w.line(`if (wasm_exception.tag != &${w.scope.tag(index)}) goto ${handler.next};`)
  }
  handler.caught = `${frame.label.replace('L', 'x')}_${clause}`
  handler.slot = w.reserve()
  if (index !== undefined) for (const value of caughtValues(w, index)) w.push(w.define(value.text, value.type))
  w.line('wasm_exception.tag = NULL;')
}

/** What no clause catches goes on to the next handler outside. */
function endCatches(w: FunctionWriter, frame: Frame): void {
  const handler = frame.handler!
  if (handler.guarding) {
    if (!handler.targeted) return
    beginHandler(w, frame)
  } else endCatch(w, frame)
  if (!w.unreachable) w.line(propagate(w))
  w.unreachable = true
}

function rethrow(w: FunctionWriter, { index }: Instruction): void {
  const frame = target(w, index!)
  const { slot, caught } = frame.handler!
  abandon(w)
  w.fill(slot, `${'    '.repeat(Math.min(frame.depth, 12))}exnref ${caught} = exception_reference();`)
  w.line(`exception_throw_reference(${caught});`)
  w.line(propagate(w))
}

/** Exceptions go where they would if they were thrown at another block around the `try`. */
function delegate(w: FunctionWriter, instruction: Instruction): void {
  const frame = w.frames.at(-1)!
  if (frame.reachable && frame.handler) {
    frame.beforeEnd = undefined
    if (frame.handler.targeted) {
      beginHandler(w, frame)
      w.line(propagate(w, w.frames.length - 2 - instruction.index!))
      w.unreachable = true
    }
  }
  end(w)
}

/** Definitions of the module's tags, and of what C programs ask after a call. */
export function exceptionDefinitions(scope: Scope, hidden: string): string[] {
  const { module } = scope
  const tags = module.tags.flatMap((tag, i) => {
    if (tag.import) return []
    const { size } = valueOffsets(tag.type.params)
    return [`${scope.isExported('tag', i) ? '' : hidden}const struct wasm_tag ${scope.tags[i]} = {${size}};\n`]
  })
  if (module.tags.length === 0) return []
  return [
    ...tags,
    `u32 ${scope.symbol}_exception(void)\n{\n    u32 thrown = wasm_exception.tag != NULL;\n    wasm_exception.tag = NULL;\n    return thrown;\n}\n`,
  ]
}

export const exceptionHandlers: Handlers = {
  throw: throwTag,
  throw_ref: throwReference,
  try_table: tryTable,
  try: legacyTry,
  catch: beginCatch,
  catch_all: beginCatch,
  delegate,
  rethrow,
}
