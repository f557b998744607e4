/** The built-ins of tasks: what each asks of the system's side (spec: CanonicalABI.md / Canonical Definitions). */
import { CompileError } from '../../errors.ts'
import { I32, I64, type ValType as CoreValType } from '../../wasm/types.ts'
import { FunctionBuilder, type CoreItem, type ModuleBuilder } from '../builder.ts'
import { BUILTIN_TYPES } from '../builtins.ts'
import { CallMemory } from '../call-memory.ts'
import { flatten, layoutOf, MAX_FLAT_PARAMS } from '../canonical-abi.ts'
import { ValueCopier } from '../copy-values.ts'
import type { BuiltinOperands } from '../definitions.ts'
import { isNumber } from '../places.ts'
import type { HandleFunctions, Side } from '../sides.ts'
import type { ValType } from '../types.ts'
import { SystemMemory, usesMemory } from './calls.ts'
import type { Tasks } from './tasks.ts'

export interface Builtin {
  module: ModuleBuilder
  name: string
  operands: BuiltinOperands
  /** The instance, with what its options name. */
  side: Side
  /** Of an operation of a stream or future. */
  transfer?: Extract<ValType, { kind: 'stream' | 'future' }>
  /** Of task.return. */
  result?: ValType
  async: boolean
  table?: CoreItem
  handles: HandleFunctions
  tasks: Tasks
}

/** Numbers of events, which tell the ends of streams and futures too. */
const KINDS = { stream: { read: 2, write: 3 }, future: { read: 4, write: 5 } }

/** Which may be called while an instance may not leave. */
const FREE: ReadonlySet<string> = new Set(['context.get', 'context.set', 'backpressure.inc', 'backpressure.dec'])

/** Writes a built-in. @throws CompileError for those that are not compiled */
export function writeBuiltin(builtin: Builtin): CoreItem {
  const { name } = builtin
  if (name === 'task.return') return new BuiltinWriter(builtin, returnType(builtin.result)).taskReturn()
  if (name.startsWith('context.')) return new BuiltinWriter(builtin, contextType(name)).context()
  if (name.startsWith('error-context.')) {
    throw new CompileError(`the built-in ${name} is not compiled (proposal error-context)`, { code: 'unsupported' })
  }
  return new BuiltinWriter(builtin, BUILTIN_TYPES[name]).write()
}

const contextType = (name: string) =>
  name === 'context.get' ? { params: [], results: [I32] } : { params: [I32], results: [] }

function returnType(result: ValType | undefined) {
  const flat = result ? flatten(result) : []
  return { params: flat.length > MAX_FLAT_PARAMS ? [I32] : flat, results: [] }
}

class BuiltinWriter {
  readonly #builtin: Builtin
  readonly #type: { params: CoreValType[]; results: CoreValType[] }
  readonly #code: FunctionBuilder

  constructor(builtin: Builtin, type: { params: CoreValType[]; results: CoreValType[] }) {
    this.#builtin = builtin
    this.#type = type
    this.#code = new FunctionBuilder(type.params.length)
    const { module, side, name } = builtin
    if (FREE.has(name)) return
    this.#code.globalGet(module.global(side.instance.stays)).trapIf('cannot leave component instance')
  }

  #done(): CoreItem {
    const { module, name } = this.#builtin
    const index = module.define(this.#type, this.#code)
    return module.export(`${name}${index.index}`, index)
  }

  /** Calls a function of the system's side: numbers, then locals. */
  #ask(name: string, numbers: readonly number[], locals: readonly number[], results: CoreValType[] = []): void {
    const { module, handles } = this.#builtin
    for (const number of numbers) this.#code.i32(number)
    for (const local of locals) this.#code.get(local)
    const params = Array<CoreValType>(numbers.length + locals.length).fill(I32)
    this.#code.call(module.function(handles.item(name), { params, results }))
  }

  context(): CoreItem {
    const { name, side, operands } = this.#builtin
    const locals = name === 'context.set' ? [0] : []
    this.#ask(name.replace('.', '_'), [side.instance.number, operands.slot!], locals, this.#type.results)
    return this.#done()
  }

  taskReturn(): CoreItem {
    const { module, side, result, handles, tasks } = this.#builtin
    const { params } = this.#type
    const returns = tasks.returnsNumber(result, side, usesMemory(result))
    const place = this.#code.local(I32)
    this.#ask('task_return', [side.instance.number, returns], [], [I32])
    this.#code.set(place)
    const locals = params.map((_, i) => i)
    new SystemMemory(module, this.#code, handles).storeAll(params, locals, place, 0)
    this.#ask('task_return_values', [], [])
    return this.#done()
  }

  write(): CoreItem {
    const { name, side, operands, async } = this.#builtin
    const { number } = side.instance
    const [cancellable, waits] = [Number(operands.cancellable ?? false), Number(async)]
    const { results } = this.#type
    switch (name) {
      case 'task.cancel':
      case 'backpressure.inc':
      case 'backpressure.dec':
        this.#ask(name.replace('.', '_'), [number], [])
        break
      case 'subtask.cancel':
        this.#ask('subtask_cancel', [number, waits], [0], results)
        break
      case 'subtask.drop':
        this.#ask('subtask_drop', [number], [0])
        break
      case 'waitable-set.new':
        this.#ask('set_new', [number], [], results)
        break
      case 'waitable-set.drop':
        this.#ask('set_drop', [number], [0])
        break
      case 'waitable-set.wait':
      case 'waitable-set.poll':
        this.#waitForEvent(name === 'waitable-set.wait' ? 'set_wait' : 'set_poll', cancellable)
        break
      case 'waitable.join':
        this.#ask('waitable_join', [number], [0, 1])
        break
      default:
        if (name.startsWith('thread.')) this.#thread(name.slice('thread.'.length), cancellable)
        else this.#transfer()
    }
    return this.#done()
  }

  /** The event's code; what belongs to it goes to memory. */
  #waitForEvent(name: string, cancellable: number): void {
    const { module, side, handles } = this.#builtin
    const code = this.#code
    const event = code.local(I32)
    this.#ask(name, [side.instance.number, cancellable], [0], [I32])
    code.set(event)
    const memory = new CallMemory(module, code, [side], handles)
    memory.checkRange(side, 1, 8, 4)
    for (const [part, offset] of [
      ['event_index', 0],
      ['event_payload', 4],
    ] as const) {
      code.get(1)
      this.#ask(part, [], [], [I32])
      code.access('i32_store', memory.numberOf(side), offset)
    }
    code.get(event)
  }

  #thread(name: string, cancellable: number): void {
    const { side } = this.#builtin
    const { number } = side.instance
    switch (name) {
      case 'index':
        return this.#ask('thread_index', [], [], [I32])
      case 'new-indirect':
        return this.#ask('thread_new', [this.#threadStart()], [0, 1], [I32])
      case 'resume-later':
        return this.#ask('thread_resume_later', [number], [0])
      case 'suspend':
      case 'yield':
        return this.#ask(`thread_${name}`, [cancellable], [], [I32])
      default: {
        const yields = Number(name.startsWith('yield'))
        const ask = name.endsWith('promote') ? 'thread_promote' : 'thread_switch'
        return this.#ask(ask, [number, cancellable, yields], [0], [I32])
      }
    }
  }

  /** Calls a function of the table: both are in the thread's struct. */
  #threadStart(): number {
    const { module, table, tasks, handles } = this.#builtin
    return tasks.writeCode(module, (code) => {
      const part = (name: string): void => {
        code.get(0).call(module.function(handles.item(name), { params: [I32], results: [I32] }))
      }
      module.callInto(code, () => {
        part('thread_argument')
        part('thread_function')
        code.callIndirect(module.type({ params: [I32], results: [] }), module.table(table!))
      })
      code.i32(0)
    })
  }

  #transfer(): void {
    const { name, side, transfer, async, tasks } = this.#builtin
    const code = this.#code
    const { number } = side.instance
    const [, what] = name.split('.')
    const isFuture = transfer!.kind === 'future'
    const type = tasks.transferNumber(transfer!)
    const kinds = KINDS[transfer!.kind]
    const kind = what.endsWith('read') || what.endsWith('readable') ? kinds.read : kinds.write
    if (what === 'new') return this.#ask('end_new', [number, type, Number(isFuture)], [], [I64])
    if (what.startsWith('drop')) return this.#ask('end_drop', [number, kind, type], [0])
    if (what.startsWith('cancel')) return this.#ask('copy_cancel', [number, kind, type, Number(async)], [0], [I32])
    const { element } = transfer!
    const end = code.local(I32)
    this.#ask('copy_begin', [number, kind, type, Number(async)], [0], [I32])
    code.set(end)
    const count = code.local(I32)
    if (isFuture) code.i32(1).set(count)
    else code.get(2).set(count)
    if (element) this.#checkPlace(element, count)
    const site = element ? tasks.site(what as 'read' | 'write', element, side) : 0
    const mayShare = element === undefined || isNumber(element)
    code.get(end).i32(site)
    code.i32(element ? layoutOf(element).size : 0)
    code.i32(Number(async)).i32(Number(mayShare)).get(1).get(count)
    this.#ask7('copy_run')
  }

  #ask7(name: string): void {
    const { module, handles } = this.#builtin
    this.#code.call(module.function(handles.item(name), { params: Array<CoreValType>(7).fill(I32), results: [I32] }))
  }

  #checkPlace(element: ValType, count: number): void {
    const { module, side, handles } = this.#builtin
    const code = this.#code
    const memory = new CallMemory(module, code, [side], handles)
    code.get(count).if()
    new ValueCopier({ module, code, memory, from: side, to: side, handles }).checkElements(element, 1, count)
    code.op('end')
  }
}
