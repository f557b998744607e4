/** Resources: who implements each, what drops it, and the functions that make, look at and drop handles. */
import { I32, I64, type FuncType as CoreFuncType } from '../wasm/types.ts'
import { writeTaskCall } from './async/calls.ts'
import type { Tasks } from './async/tasks.ts'
import { FunctionBuilder, type CoreItem, type ModuleBuilder } from './builder.ts'
import type { Callee, HandleFunctions, Instance, Side } from './sides.ts'
import { primitiveType, type FuncType, type Resource } from './types.ts'

interface Entry {
  owner: Instance
  dtor?: CoreItem
  /** The system has no destructor of what needs none. */
  isThere: boolean
}

export class Resources {
  readonly #handles: HandleFunctions
  readonly #tasks: Tasks
  readonly #numbers = new Map<Resource, number>()
  readonly #entries = new Map<Resource, Entry>()

  constructor(handles: HandleFunctions, tasks: Tasks) {
    this.#handles = handles
    this.#tasks = tasks
  }

  /** @param dtor what is called when its owner drops a handle */
  add(resource: Resource, owner: Instance, dtor?: CoreItem, isThere = true): void {
    this.#entries.set(resource, { owner, dtor, isThere })
  }

  /** The number that handles know it by. */
  numberOf(resource: Resource): number {
    let number = this.#numbers.get(resource)
    if (number === undefined) this.#numbers.set(resource, (number = this.#numbers.size + 1))
    return number
  }

  /** The instance that implements it. */
  ownerOf(resource: Resource): Instance | undefined {
    return this.#entries.get(resource)?.owner
  }

  destructorOf(resource: Resource): CoreItem | undefined {
    return this.#entries.get(resource)?.dtor
  }

  /** Writes a built-in. */
  write(
    module: ModuleBuilder,
    instance: Instance,
    kind: 'resource.new' | 'resource.rep' | 'resource.drop',
    resource: Resource,
  ): CoreItem {
    const code = new FunctionBuilder(1)
    const number = this.numberOf(resource)
    if (kind !== 'resource.rep') code.globalGet(module.global(instance.stays)).trapIf('cannot leave component instance')
    code.i32(instance.number).i32(number).get(0)
    const keep = (name: string, results: number[]): void => {
      code.call(module.function(this.#handles.item(name), { params: [I32, I32, I32], results }))
    }
    if (kind === 'resource.drop') {
      keep('handle_drop', [I64])
      this.#destroy(module, code, resource, instance)
    } else keep(kind === 'resource.new' ? 'handle_new' : 'handle_rep', [I32])
    const type: CoreFuncType = { params: [I32], results: kind === 'resource.drop' ? [] : [I32] }
    const index = module.define(type, code)
    return module.export(`${kind}${index.index}`, index)
  }

  /** Behind `handle_drop`, whose result says in its upper half whether the handle was the owner. */
  #destroy(module: ModuleBuilder, code: FunctionBuilder, resource: Resource, caller: Instance): void {
    const entry = this.#entries.get(resource)
    if (entry?.dtor === undefined || !entry.isThere) {
      code.op('drop')
      return
    }
    const { owner, dtor } = entry
    const dropped = code.local(I64)
    code.tee(dropped).i64(0xffffffffn).op('i64_gt_u').if()
    if (this.#handles.hasTasks && !owner.isHost) {
      const callee: Callee = { side: { instance: owner, encoding: 'utf8' }, func: dtor }
      const from: Side = { instance: caller, encoding: 'utf8' }
      const call = { module, type: DESTRUCTOR, caller: from, async: false, callee, drops: true, handles: this.#handles }
      code
        .get(dropped)
        .op('i32_wrap_i64')
        .call(writeTaskCall({ ...call, tasks: this.#tasks }))
        .op('end')
      return
    }
    const entering: Instance[] = []
    const inside = new Set<Instance>()
    for (let at: Instance | undefined = caller; at; at = at.parent) inside.add(at)
    for (let at: Instance | undefined = owner; at && !at.isHost; at = at.parent) if (!inside.has(at)) entering.push(at)
    for (const { entered } of entering)
      code
        .globalGet(module.global(entered))
        .trapIf('cannot enter component instance')
        .i32(1)
        .globalSet(module.global(entered))
    module.callInto(code, () => {
      code
        .get(dropped)
        .op('i32_wrap_i64')
        .call(module.function(dtor, { params: [I32], results: [] }))
    })
    for (const { entered } of entering) code.i32(0).globalSet(module.global(entered))
    code.op('end')
  }
}

/** What takes what stands for a resource. */
const DESTRUCTOR: FuncType = { kind: 'func', async: false, params: [{ name: 'rep', type: primitiveType('u32') }] }
