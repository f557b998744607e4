/**
 * Calls between components: a core function for each lowering of a lifted one, that moves the values from one memory to the
 * other (spec: component model, CanonicalABI.md / Lifting and Lowering).
 */
import type { FuncType as CoreFuncType, ValType as CoreValType } from '../wasm/types.ts'
import { FunctionBuilder, type FunctionRef, type ModuleBuilder } from './builder.ts'
import { CallMemory } from './call-memory.ts'
import { flatten, flattenFunction, layoutOf, recordLayout } from './canonical-abi.ts'
import { ValueCopier } from './copy-values.ts'
import type { Place } from './places.ts'
import { isWithin, type Callee, type HandleFunctions, type Instance, type Side } from './sides.ts'
import type { FuncType, ValType } from './types.ts'

/** Writes the function by which `caller` calls a function of a type that `callee` is lifted to. */
export function writeCall(
  module: ModuleBuilder,
  type: FuncType,
  caller: Side,
  callee: Callee,
  handles: HandleFunctions,
): FunctionRef {
  return new CallWriter(module, type, caller, callee, handles).write()
}

class CallWriter {
  readonly #module: ModuleBuilder
  readonly #type: FuncType
  readonly #caller: Side
  readonly #callee: Callee
  readonly #memory: CallMemory
  readonly #arguments: ValueCopier
  readonly #results: ValueCopier
  readonly #code: FunctionBuilder
  readonly #core: CoreFuncType

  constructor(module: ModuleBuilder, type: FuncType, caller: Side, callee: Callee, handles: HandleFunctions) {
    this.#module = module
    this.#type = type
    this.#caller = caller
    this.#callee = callee
    this.#core = flattenFunction(type, 'lower').type
    this.#code = new FunctionBuilder(this.#core.params.length)
    this.#memory = new CallMemory(module, this.#code, [caller, callee.side], handles)
    const options = { module, code: this.#code, memory: this.#memory, handles }
    this.#arguments = new ValueCopier({ ...options, from: caller, to: callee.side })
    this.#results = new ValueCopier({ ...options, from: callee.side, to: caller })
  }

  write(): FunctionRef {
    const { params, result } = this.#type
    const code = this.#code
    const { paramsInMemory, resultInMemory } = flattenFunction(this.#type, 'lower')
    const lifted = flattenFunction(this.#type, 'lift').type
    const borrows = params.some(({ type }) => type.summary.borrows)
    this.#guard()
    if (borrows) this.#arguments.handle('call_begin', [])
    const types = params.map((param) => param.type)
    const args = paramsInMemory ? this.#passInMemory(types) : this.#passFlat(types)
    this.#enter()
    const results = lifted.results.map((coreType) => code.local(coreType))
    this.#module.callInto(code, () => {
      for (const local of args) code.get(local)
      code.call(this.#module.function(this.#callee.func, lifted))
      for (const local of results.toReversed()) code.set(local)
    })
    this.#leave()
    const back = result === undefined ? [] : this.#takeResult(result, results, resultInMemory)
    this.#cleanUp(results, lifted.results)
    if (borrows) this.#arguments.handle('call_end', [])
    for (const local of back) code.get(local)
    return this.#module.define(this.#core, code)
  }

  // What a call may do, and when.

  #guard(): void {
    const { instance } = this.#caller
    if (instance.isHost) return
    this.#code.globalGet(this.#module.global(instance.stays)).trapIf('cannot leave component instance')
  }

  /** The callee and what it is part of, but for what the caller is in already. */
  #entering(): Instance[] {
    const inside = new Set<Instance>()
    for (let at: Instance | undefined = this.#caller.instance; at; at = at.parent) inside.add(at)
    const entering: Instance[] = []
    for (let at: Instance | undefined = this.#callee.side.instance; at; at = at.parent) {
      if (!inside.has(at) && !at.isHost) entering.push(at)
    }
    return entering
  }

  #enter(): void {
    // What the specification allows between a component and its parts, the official scripts do not "for now".
    const [from, to] = [this.#caller.instance, this.#callee.side.instance]
    if (!from.isHost && !to.isHost && (isWithin(from, to) || isWithin(to, from)))
      this.#code.trap('cannot enter component instance')
    for (const { entered } of this.#entering()) {
      const global = this.#module.global(entered)
      this.#code.globalGet(global).trapIf('cannot enter component instance').i32(1).globalSet(global)
    }
  }

  #leave(): void {
    for (const { entered } of this.#entering()) this.#code.i32(0).globalSet(this.#module.global(entered))
  }

  #cleanUp(results: readonly number[], types: readonly CoreValType[]): void {
    const { postReturn, side } = this.#callee
    if (postReturn === undefined) return
    this.#memory.staying(side, () => {
      this.#module.callInto(this.#code, () => {
        for (const local of results) this.#code.get(local)
        this.#code.call(this.#module.function(postReturn, { params: [...types], results: [] }))
      })
    })
  }

  // Parameters and results.

  #passFlat(types: readonly ValType[]): number[] {
    const from: Place = { kind: 'flat', locals: this.#core.params.map((_, i) => i), types: this.#core.params, at: 0 }
    const flat = types.flatMap((type) => flatten(type))
    const locals = flat.map((type) => this.#code.local(type))
    let at = 0
    for (const type of types) {
      this.#arguments.copy(type, { ...from, at }, { kind: 'flat', locals, types: flat, at })
      at += flatten(type).length
    }
    return locals
  }

  #passInMemory(types: readonly ValType[]): number[] {
    const { size, alignment, offsets } = recordLayout(types)
    this.#memory.checkRange(this.#caller, 0, size, alignment)
    const to = this.#memory.allocate(this.#callee.side, size, alignment)
    types.forEach((type, i) => {
      const offset = offsets[i]
      this.#arguments.copy(
        type,
        { kind: 'memory', side: this.#caller, address: 0, offset },
        { kind: 'memory', side: this.#callee.side, address: to, offset },
      )
    })
    return [to]
  }

  #takeResult(type: ValType, results: readonly number[], inMemory: boolean): number[] {
    const { size, alignment } = layoutOf(type)
    if (!inMemory) {
      const flat = flatten(type)
      const locals = flat.map((item) => this.#code.local(item))
      const from: Place = { kind: 'flat', locals: [...results], types: flat, at: 0 }
      this.#results.copy(type, from, { kind: 'flat', locals, types: flat, at: 0 })
      return locals
    }
    const place = this.#core.params.length - 1
    this.#memory.checkRange(this.#callee.side, results[0], size, alignment)
    this.#memory.checkRange(this.#caller, place, size, alignment)
    const from: Place = { kind: 'memory', side: this.#callee.side, address: results[0], offset: 0 }
    this.#results.copy(type, from, { kind: 'memory', side: this.#caller, address: place, offset: 0 })
    return []
  }
}
