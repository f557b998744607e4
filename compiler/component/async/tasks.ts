/**
 * What a program with tasks has for its whole: functions that the system's side (runtime/component/async) calls by number, and
 * that move what streams carry from each side that writes to each that reads.
 */
import { I32, type FuncType } from '../../wasm/types.ts'
import { FunctionBuilder, ModuleBuilder, type CoreItem } from '../builder.ts'
import { CallMemory } from '../call-memory.ts'
import { layoutOf } from '../canonical-abi.ts'
import { ValueCopier } from '../copy-values.ts'
import { checkLimit } from '../limits.ts'
import { valueText } from '../signature.ts'
import type { HandleFunctions, Instance, Side } from '../sides.ts'
import { primitiveType, type ValType } from '../types.ts'
import { CLI_RESULT, DIRECTORY_ENTRY, FILE_RESULT, SOCKET_RESULT } from './system-types.ts'

/** The module of these functions: the runtime knows its `run` (runtime/wasi/component.c). */
export const TASKS_MODULE = 'wasm:tasks'

/** What is called by number: takes an address in the system's memory. */
const CODE: FuncType = { params: [I32], results: [I32] }

/** A place where elements of a type are read or written. */
interface Site {
  number: number
  element: ValType
  /** Equal for equal types. */
  text: string
  side: Side
}

export class Tasks {
  readonly #handles: HandleFunctions
  readonly #codes: CoreItem[] = []
  readonly #numbers = new Map<string, number>()
  readonly #sites = { read: new Map<string, Site>(), write: new Map<string, Site>() }

  constructor(handles: HandleFunctions) {
    this.#handles = handles
  }

  /**
   * Where the system itself reads and writes: the first places, in the order that runtime/component/async/pumps.c knows.
   * @param socket the type of handles to connections that come, where the system has them
   */
  addSystem(side: Side, socket: ValType | undefined): void {
    const bytes = primitiveType('u8')
    this.site('read', bytes, side)
    for (const type of [bytes, CLI_RESULT, FILE_RESULT, DIRECTORY_ENTRY, SOCKET_RESULT]) this.site('write', type, side)
    if (socket) this.site('write', socket, side)
  }

  /** The number by which a function of type (i32) -> (i32) is called. */
  code(item: CoreItem): number {
    return this.#codes.push(item)
  }

  /** Writes such a function. */
  writeCode(module: ModuleBuilder, write: (code: FunctionBuilder) => void): number {
    const code = new FunctionBuilder(1)
    write(code)
    const index = module.define(CODE, code)
    return this.code(module.export(`code${index.index}`, index))
  }

  /** The same for equal texts, from 1 on. */
  #number(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) this.#numbers.set(text, (number = this.#numbers.size + 1))
    return number
  }

  #text(type: ValType): string {
    return valueText(type, (resource) => `${this.#handles.resourceNumber(resource)}`)
  }

  transferNumber(type: ValType): number {
    return this.#number(this.#text(type))
  }

  /** What task.return says of the result, and what the task it returns from was lifted with. */
  returnsNumber(result: ValType | undefined, { memory, encoding }: Side, usesMemory: boolean): number {
    const place = usesMemory && memory ? `${memory.module}\0${memory.name}` : ''
    return this.#number(`returns ${result ? this.#text(result) : ''}\0${encoding}\0${place}`)
  }

  /** The number of a place where elements are read or written. */
  site(kind: 'read' | 'write', element: ValType, side: Side): number {
    const { instance, memory, realloc, encoding } = side
    const items = [memory, realloc].map((item) => (item ? [item.module, item.name] : []))
    const text = this.#text(element)
    const key = JSON.stringify([text, instance.number, encoding, items])
    const sites = this.#sites[kind]
    let site = sites.get(key)
    if (site === undefined) sites.set(key, (site = { number: sites.size + 1, element, text, side }))
    return site.number
  }

  /** The modules that stand before all others of the component, behind the system's side. */
  finish(instances: readonly Instance[], throws: boolean): ModuleBuilder[] {
    const tasks = new ModuleBuilder(TASKS_MODULE, throws)
    tasks.export('call', this.#dispatch(tasks))
    tasks.export('copy', this.#copy(tasks))
    const nothing: FuncType = { params: [], results: [] }
    const run = new FunctionBuilder(0).call(tasks.function(this.#handles.item('thread_run'), nothing))
    tasks.export('run', tasks.define(nothing, run))
    const parents = instances.flatMap(({ number, parent }) => (parent ? [[number, parent.number]] : []))
    if (parents.length > 0) {
      const start = new FunctionBuilder(0)
      const tell = tasks.function(this.#handles.item('instance_parent'), { params: [I32, I32], results: [] })
      for (const [number, parent] of parents) start.i32(number).i32(parent).call(tell)
      tasks.startWith(start)
    }
    return [tasks]
  }

  /** (number, argument) -> result */
  #dispatch(module: ModuleBuilder) {
    const code = new FunctionBuilder(2)
    const choose = (from: number, to: number): void => {
      if (to - from === 1) {
        code.get(1).call(module.function(this.#codes[from], CODE)).op('return')
        return
      }
      const middle = (from + to) >> 1
      code
        .get(0)
        .i32(middle + 1)
        .op('i32_lt_u')
        .if()
      choose(from, middle)
      code.op('end')
      choose(middle, to)
    }
    if (this.#codes.length > 0) choose(0, this.#codes.length)
    code.op('unreachable')
    return module.define({ params: [I32, I32], results: [I32] }, code)
  }

  /** (writer's site, reader's site, from, to, count) */
  #copy(module: ModuleBuilder) {
    const code = new FunctionBuilder(5)
    const readers = new Map<string, Site[]>()
    for (const reader of this.#sites.read.values()) {
      const alike = readers.get(reader.text)
      if (alike) alike.push(reader)
      else readers.set(reader.text, [reader])
    }
    const when = (local: number, number: number, write: () => void): void => {
      code.get(local).i32(number).op('i32_eq').if()
      write()
      code.op('end')
    }
    let pairs = 0
    for (const writer of this.#sites.write.values()) {
      const partners = readers.get(writer.text) ?? []
      checkLimit('pairs of memories that streams connect', (pairs += partners.length), 0)
      when(0, writer.number, () => {
        for (const reader of partners) when(1, reader.number, () => this.#move(module, code, writer, reader))
      })
    }
    return module.define({ params: [I32, I32, I32, I32, I32], results: [] }, code)
  }

  #move(module: ModuleBuilder, code: FunctionBuilder, { element, side: from }: Site, { side: to }: Site): void {
    const memory = new CallMemory(module, code, [from, to], this.#handles)
    const values = new ValueCopier({ module, code, memory, from, to, handles: this.#handles })
    const bytes = code.local(I32)
    code.get(4).i32(layoutOf(element).size).op('i32_mul').set(bytes)
    values.copyElements(element, { address: 2, count: 4, bytes, place: 3 })
  }
}
