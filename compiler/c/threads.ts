/**
 * Modules that start threads (wasi-threads). Each thread is an instance of its own, but for the memory: what an instance
 * changes elsewhere is thread-local in C.
 */
import { CompileError } from '../errors.ts'
import { spawnsThreads, THREAD_ENTRY } from '../wasm/threads.ts'
import type { Scope } from './scope.ts'

/** Stands before the C type of what each thread has of its own. */
export const threadLocal = (scope: Scope): string => (spawnsThreads(scope.module) ? 'WASM_THREAD_LOCAL ' : '')

/** The function that instantiates a module: `shared` is done once, `own` for each thread. */
export function instantiate(scope: Scope, shared: readonly string[], own: readonly string[]): string {
  const { module, symbol } = scope
  const body = (lines: readonly string[]): string => `{\n${lines.map((line) => `    ${line}\n`).join('')}}\n`
  const register = `wasm_module_register(&${symbol}_module);`
  if (!spawnsThreads(module)) return `void ${symbol}_instantiate(void)\n${body([register, ...shared, ...own])}`
  const entry = module.exports.find(({ kind, name }) => kind === 'func' && name === THREAD_ENTRY)
  if (!entry) throw new CompileError(`starts threads, but exports no ${THREAD_ENTRY}`, { code: 'imports' })
  const each = scope.own('instantiate_thread')
  const code = `const struct wasm_thread_code wasm_thread_code = {${each}, ${scope.func(entry.index)}};`
  return `WASM_THREADS

static void ${each}(void)
${body(own)}
${code}

void ${symbol}_instantiate(void)
${body([register, ...shared, `${each}();`])}`
}
