/**
 * WASI calls of a module beside which others run, as a library of a program or in a C program: they work on the memory of the
 * module that calls, while the runtime knows one memory at a time. So each call goes through a function that sets it.
 */
import type { ImportName, Module } from '../wasm/module.ts'
import type { FuncType } from '../wasm/types.ts'
import type { Scope } from './scope.ts'
import { isWasi, mangleModule, own, symbol } from './symbols.ts'
import { cType, prototype } from './types.ts'

/** The function that a module calls instead of one of WASI's. */
export const ownWasiCall = (caller: string, { module, name }: ImportName): string =>
  own(mangleModule(caller), symbol(module, name))

/** The memory that WASI's calls work on: for a module without one, which may not reach another's, an empty one. */
export function wasiMemory(scope: Scope): string {
  const { exports, memories } = scope.module
  if (memories.length === 0) return 'wasm_no_memory'
  return scope.memory(exports.find(({ kind, name }) => kind === 'memory' && name === 'memory')?.index ?? 0)
}

export const callsWasi = ({ funcs }: Module): boolean =>
  funcs.some(({ import: origin }) => origin !== undefined && isWasi(origin.module))

/** The C of all functions that the module calls instead of WASI's. */
export function ownWasiCalls(scope: Scope): string {
  const calls = new Map<string, string>()
  for (const { import: origin, type } of scope.module.funcs) {
    if (!origin || !isWasi(origin.module)) continue
    const name = ownWasiCall(scope.module.name, origin)
    calls.set(name, call(name, symbol(origin.module, origin.name), type, wasiMemory(scope)))
  }
  return [...calls.values()].join('\n')
}

function call(name: string, target: string, type: FuncType, memory: string): string {
  const args = type.params.map((_, i) => `l${i}`).join(', ')
  const [result] = type.results
  return `${prototype(target, type, false)};
${prototype(name, type, true)}
{
    struct wasm_memory *before = wasm_wasi_memory;
    wasm_wasi_memory = &${memory};
    ${result === undefined ? '' : `${cType(result)} result = `}${target}(${args});
    wasm_wasi_memory = before;
${result === undefined ? '' : '    return result;\n'}}
`
}
