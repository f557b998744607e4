/** Leaves out of a module what a program does not call of it. */
import { decodeBody } from '../wasm/body.ts'
import type { ImportName, Module } from '../wasm/module.ts'
import type { FuncType } from '../wasm/types.ts'
import { FunctionBuilder, ModuleBuilder } from './builder.ts'

/** No locals, `unreachable`, `end`. */
const EMPTY_BODY = [0x00, 0x00, 0x0b]

/**
 * The module with exports of functions by these names only. Functions that nothing calls then do nothing, and imports that
 * nothing calls come from the second module instead of where they came from.
 */
export function trimModule(module: Module, used: ReadonlySet<string>): Module[] {
  const exports = module.exports.filter(({ kind, name }) => kind !== 'func' || used.has(name))
  const reached = reachable(
    module,
    exports.flatMap(({ kind, index }) => (kind === 'func' ? [index] : [])),
  )
  const nothing = new ModuleBuilder(`${module.name}.nothing`)
  const bytes = new Uint8Array(module.bytes.length + EMPTY_BODY.length)
  bytes.set(module.bytes)
  bytes.set(EMPTY_BODY, module.bytes.length)
  const body = { start: module.bytes.length, end: bytes.length }
  const stubs = new Map<FuncType, ImportName>()
  const stub = (type: FuncType): ImportName => {
    let found = stubs.get(type)
    if (found === undefined) {
      const index = nothing.define(type, new FunctionBuilder(type.params.length).op('unreachable'))
      found = nothing.export(`nothing${index.index}`, index)
      stubs.set(type, found)
    }
    return { module: found.module, name: found.name }
  }
  const funcs = module.funcs.map((func, index) => {
    if (reached[index]) return func
    return func.import ? { ...func, import: stub(func.type) } : { ...func, body }
  })
  const trimmed = { ...module, bytes, exports, funcs }
  return nothing.isEmpty ? [trimmed] : [nothing.finish(module.file), trimmed]
}

/** Functions that these, or tables and the start, lead to. */
function reachable(module: Module, roots: readonly number[]): Uint8Array {
  const reached = new Uint8Array(module.funcs.length)
  const waiting: number[] = []
  const reach = (index: number): void => {
    if (reached[index]) return
    reached[index] = 1
    waiting.push(index)
  }
  for (const index of roots) reach(index)
  if (module.start !== undefined) reach(module.start)
  for (const { items } of module.elements) {
    for (const item of items) {
      if (typeof item === 'number') reach(item)
      else for (const { op, index } of item) if (op.name === 'ref.func') reach(index!)
    }
  }
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const func = module.funcs[index]
    if (func.import) continue
    for (const { op, index: target } of decodeBody(module, func).instructions) if (CALLS.has(op.name)) reach(target!)
  }
  return reached
}

const CALLS: ReadonlySet<string> = new Set(['call', 'return_call', 'ref.func'])
