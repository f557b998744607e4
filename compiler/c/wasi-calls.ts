/**
 * WASI calls of a library that is linked into a program: they work on the memory of the module that calls, while the
 * runtime knows one memory at a time. So each call of a library goes through a function that sets it.
 */
import type { ImportName, Module } from '../wasm/module.ts'
import type { FuncType } from '../wasm/types.ts'
import { isWasi, mangleModule, own, symbol } from './symbols.ts'
import { cType, prototype } from './types.ts'

/** The function that a library calls instead of one of WASI's. */
export const ownWasiCall = (library: string, { module, name }: ImportName): string =>
  own(mangleModule(library), symbol(module, name))

/** The C of all that the module calls, '' if it calls none; `memory` is the one they work on. */
export function ownWasiCalls(module: Module, memory: ImportName): string {
  const calls = new Map<string, string>()
  for (const { import: origin, type } of module.funcs) {
    if (!origin || !isWasi(origin.module)) continue
    const name = ownWasiCall(module.name, origin)
    calls.set(name, call(name, symbol(origin.module, origin.name), type))
  }
  if (calls.size === 0) return ''
  const place = symbol(memory.module, memory.name)
  const set = `extern struct wasm_memory ${place};\n#define OWN_MEMORY (&${place})\n`
  return `#include "module.h"\n\n${set}\n${[...calls.values()].join('\n')}`
}

function call(name: string, target: string, type: FuncType): string {
  const args = type.params.map((_, i) => `l${i}`).join(', ')
  const [result] = type.results
  return `${prototype(target, type, false)};
${prototype(name, type, true)}
{
    struct wasm_memory *before = wasm_wasi_memory;
    wasm_wasi_memory = OWN_MEMORY;
    ${result === undefined ? '' : `${cType(result)} result = `}${target}(${args});
    wasm_wasi_memory = before;
${result === undefined ? '' : '    return result;\n'}}
`
}
