/**
 * WASI calls of a library that is linked into a program: they work on the memory of the module that calls, while the
 * runtime knows one memory at a time. So each call of a library goes through a function that sets it.
 */
import type { ImportName, Module } from '../wasm/module.ts'
import type { FuncType } from '../wasm/types.ts'
import { isWasi, symbol } from './symbols.ts'
import { cType, prototype } from './types.ts'

/** The module with WASI imports of its own, and the C that defines them; `memory` is the one they work on. */
export function ownWasiCalls(module: Module, memory: ImportName): { module: Module; code: string } {
  const calls = new Map<string, string>()
  const funcs = module.funcs.map((func) => {
    if (!func.import || !isWasi(func.import.module)) return func
    // No file name holds a NUL, so no other module has this name.
    const own = { module: `${module.name}\0${func.import.module}`, name: func.import.name }
    const name = symbol(own.module, own.name)
    calls.set(name, call(name, symbol(func.import.module, func.import.name), func.type))
    return { ...func, import: own }
  })
  if (calls.size === 0) return { module, code: '' }
  const place = symbol(memory.module, memory.name)
  const set = `extern struct wasm_memory ${place};\n#define OWN_MEMORY (&${place})\n`
  return { module: { ...module, funcs }, code: `#include "module.h"\n\n${set}\n${[...calls.values()].join('\n')}` }
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
