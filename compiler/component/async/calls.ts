/**
 * Calls in programs with tasks: each is a task of the callee's. What is passed waits in the system's memory until the task
 * starts, and what it returns until it is with the caller (spec: CanonicalABI.md / canon lift, canon lower).
 */
import { F32, F64, I32, I64, type FuncType as CoreFuncType, type ValType as CoreValType } from '../../wasm/types.ts'
import { FunctionBuilder, type FunctionRef, type ModuleBuilder } from '../builder.ts'
import { CallMemory } from '../call-memory.ts'
import {
  flatten,
  flattenFunction,
  layoutOf,
  MAX_FLAT_PARAMS,
  recordLayout,
  type FlatFunction,
} from '../canonical-abi.ts'
import { ValueCopier } from '../copy-values.ts'
import type { Place } from '../places.ts'
import { isWithin, type Callee, type HandleFunctions, type Side } from '../sides.ts'
import type { FuncType, ValType } from '../types.ts'
import type { Tasks } from './tasks.ts'

/** Of `struct call` in runtime/component/async/tasks.h. */
const PASSED = 0
const RETURNED = 17 * 8
const FLAGS = { loweredAsync: 1, typeAsync: 2, liftedAsync: 4 }

const LOADS = new Map([
  [I32, 'i32_load'],
  [I64, 'i64_load'],
  [F32, 'f32_load'],
  [F64, 'f64_load'],
] as const)
const STORES = new Map([
  [I32, 'i32_store'],
  [I64, 'i64_store'],
  [F32, 'f32_store'],
  [F64, 'f64_store'],
] as const)

/** Whether what task.return gives, or a lifted function takes, lies in memory. */
export const usesMemory = (result: ValType | undefined): boolean =>
  result !== undefined && (result.summary.pointers || flatten(result).length > MAX_FLAT_PARAMS)

export interface TaskCall {
  module: ModuleBuilder
  type: FuncType
  caller: Side
  /** The caller goes on meanwhile. */
  async: boolean
  callee: Callee
  /** It drops a resource, which may be its own. */
  drops?: boolean
  handles: HandleFunctions
  tasks: Tasks
}

/** Writes the function by which `caller` calls a function of a type that `callee` is lifted to. */
export const writeTaskCall = (call: TaskCall): FunctionRef => new TaskCallWriter(call).write()

/** Reads and writes core values in the system's memory; the first local is an address there. */
export class SystemMemory {
  readonly #code: FunctionBuilder
  readonly #memory: number

  constructor(module: ModuleBuilder, code: FunctionBuilder, handles: HandleFunctions) {
    this.#code = code
    this.#memory = module.memory({ ...handles.item('memory'), kind: 'memory' })
  }

  load(type: CoreValType, address: number, offset: number): void {
    this.#code.get(address).access(LOADS.get(type as typeof I32)!, this.#memory, offset)
  }

  loadAll(types: readonly CoreValType[], address: number, offset: number): number[] {
    return types.map((type, i) => {
      const local = this.#code.local(type)
      this.load(type, address, offset + 8 * i)
      this.#code.set(local)
      return local
    })
  }

  storeAll(types: readonly CoreValType[], locals: readonly number[], address: number, offset: number): void {
    types.forEach((type, i) => {
      this.#code.get(address).get(locals[i])
      this.#code.access(STORES.get(type as typeof I32)!, this.#memory, offset + 8 * i)
    })
  }
}

class TaskCallWriter {
  readonly #call: TaskCall
  readonly #lowered: FlatFunction
  readonly #lifted: FlatFunction

  constructor(call: TaskCall) {
    this.#call = call
    const { async = false, callback } = call.callee
    this.#lowered = flattenFunction(call.type, 'lower', { async: call.async, callback: false })
    this.#lifted = flattenFunction(call.type, 'lift', { async, callback: callback !== undefined })
  }

  write(): FunctionRef {
    const { module, type, caller, callee, async, drops, handles, tasks } = this.#call
    const core = this.#lowered.type
    const code = new FunctionBuilder(core.params.length)
    const memory = new SystemMemory(module, code, handles)
    const [from, to] = [caller.instance, callee.side.instance]
    if (!from.isHost) code.globalGet(module.global(from.stays)).trapIf('cannot leave component instance')
    // What the specification allows between a component and its parts, the official scripts do not "for now".
    if (!from.isHost && !drops && (isWithin(from, to) || isWithin(to, from)))
      code.trap('cannot enter component instance')
    const flags =
      (async ? FLAGS.loweredAsync : 0) | (type.async ? FLAGS.typeAsync : 0) | (callee.async ? FLAGS.liftedAsync : 0)
    const call = code.local(I32)
    const item = (name: string, count: number, results: CoreValType[]): FunctionRef =>
      module.function(handles.item(name), { params: Array<CoreValType>(count).fill(I32), results })
    code
      .i32(from.number)
      .i32(to.number)
      .i32(flags)
      .call(item('call_new', 3, [I32]))
      .set(call)
    memory.storeAll(
      core.params,
      core.params.map((_, i) => i),
      call,
      PASSED,
    )
    const returns = tasks.returnsNumber(type.result, callee.side, usesMemory(type.result))
    code.get(call).i32(this.#writeStart()).i32(this.#writeResolve()).i32(this.#writeCallback()).i32(returns)
    code.call(item('call_run', 5, [I32]))
    if (async) return module.define(core, code)
    code.op('drop')
    const results = memory.loadAll(core.results, call, PASSED)
    code.get(call).call(item('call_done', 1, []))
    for (const local of results) code.get(local)
    return module.define(core, code)
  }

  /** What the task begins with: takes what was passed, and calls. */
  #writeStart(): number {
    const { module, callee, handles, tasks } = this.#call
    return tasks.writeCode(module, (code) => {
      const args = this.#takeArguments(code)
      const { results: types } = this.#lifted.type
      const results = types.map((type) => code.local(type))
      module.callInto(code, () => {
        for (const local of args) code.get(local)
        code.call(module.function(callee.func, this.#lifted.type))
        for (const local of results.toReversed()) code.set(local)
      })
      if (callee.async) {
        if (callee.callback) code.get(results[0])
        else code.i32(0)
        return
      }
      const task = (name: string): void => {
        code.get(0).call(module.function(handles.item(name), { params: [I32], results: [] }))
      }
      task('task_returns')
      this.#giveResult(code, types, results, this.#lifted.resultInMemory)
      task('task_returned')
      this.#cleanUp(code, types, results)
      code.i32(0)
    })
  }

  #cleanUp(code: FunctionBuilder, types: readonly CoreValType[], results: readonly number[]): void {
    const { module, callee, handles } = this.#call
    const { postReturn, side } = callee
    if (postReturn === undefined) return
    new CallMemory(module, code, [side], handles).staying(side, () => {
      module.callInto(code, () => {
        for (const local of results) code.get(local)
        code.call(module.function(postReturn, { params: [...types], results: [] }))
      })
    })
  }

  /** What moves the operands of task.return to the caller; 0 if there are none. */
  #writeResolve(): number {
    const { module, type, callee, handles, tasks } = this.#call
    if (!callee.async || type.result === undefined) return 0
    const flat = flatten(type.result)
    const inMemory = flat.length > MAX_FLAT_PARAMS
    const types = inMemory ? [I32] : flat
    return tasks.writeCode(module, (code) => {
      const locals = new SystemMemory(module, code, handles).loadAll(types, 0, RETURNED)
      this.#giveResult(code, types, locals, inMemory)
      code.i32(0)
    })
  }

  #writeCallback(): number {
    const { module, callee, handles, tasks } = this.#call
    const { callback } = callee
    if (callback === undefined) return 0
    return tasks.writeCode(module, (code) => {
      const memory = new SystemMemory(module, code, handles)
      const result = code.local(I32)
      module.callInto(code, () => {
        for (const offset of [0, 4, 8]) memory.load(I32, 0, offset)
        code.call(module.function(callback, { params: [I32, I32, I32], results: [I32] })).set(result)
      })
      code.get(result)
    })
  }

  // Values.

  #copier(code: FunctionBuilder, memory: CallMemory, from: Side, to: Side): ValueCopier {
    const { module, handles } = this.#call
    return new ValueCopier({ module, code, memory, from, to, handles })
  }

  #takeArguments(code: FunctionBuilder): number[] {
    const { module, type, caller, callee, handles } = this.#call
    const types = type.params.map((param) => param.type)
    const memory = new CallMemory(module, code, [caller, callee.side], handles)
    const values = this.#copier(code, memory, caller, callee.side)
    const core: CoreFuncType = this.#lowered.type
    const passed = new SystemMemory(module, code, handles).loadAll(core.params, 0, PASSED)
    const { size, alignment, offsets } = recordLayout(types)
    const from = (i: number, at: number): Place =>
      this.#lowered.paramsInMemory
        ? { kind: 'memory', side: caller, address: passed[0], offset: offsets[i] }
        : { kind: 'flat', locals: passed, types: core.params, at }
    if (this.#lowered.paramsInMemory) memory.checkRange(caller, passed[0], size, alignment)
    if (this.#lifted.paramsInMemory) {
      const address = memory.allocate(callee.side, size, alignment)
      types.forEach((item, i) =>
        values.copy(item, from(i, 0), { kind: 'memory', side: callee.side, address, offset: offsets[i] }),
      )
      return [address]
    }
    const flat = types.flatMap((item) => flatten(item))
    const locals = flat.map((item) => code.local(item))
    let at = 0
    types.forEach((item, i) => {
      values.copy(item, from(i, at), { kind: 'flat', locals, types: flat, at })
      at += flatten(item).length
    })
    return locals
  }

  /** @param inMemory the one local is a pointer */
  #giveResult(code: FunctionBuilder, types: readonly CoreValType[], locals: number[], inMemory: boolean): void {
    const { module, type, caller, callee, handles } = this.#call
    const { result } = type
    if (result === undefined) return
    const memory = new CallMemory(module, code, [caller, callee.side], handles)
    const values = this.#copier(code, memory, callee.side, caller)
    const { size, alignment } = layoutOf(result)
    if (inMemory) memory.checkRange(callee.side, locals[0], size, alignment)
    const from: Place = inMemory
      ? { kind: 'memory', side: callee.side, address: locals[0], offset: 0 }
      : { kind: 'flat', locals, types: [...types], at: 0 }
    const core = this.#lowered.type
    const system = new SystemMemory(module, code, handles)
    if (this.#lowered.resultInMemory) {
      const [address] = system.loadAll([I32], 0, PASSED + 8 * (core.params.length - 1))
      memory.checkRange(caller, address, size, alignment)
      values.copy(result, from, { kind: 'memory', side: caller, address, offset: 0 })
      return
    }
    const results = core.results.map((item) => code.local(item))
    values.copy(result, from, { kind: 'flat', locals: results, types: core.results, at: 0 })
    system.storeAll(core.results, results, 0, PASSED)
  }
}
