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
  const parts = new StartParts(scope)
  const body = (lines: readonly string[]): string => `{\n${parts.split(lines).map(indented).join('')}}\n`
  const register = `wasm_module_register(&${symbol}_module);`
  if (!spawnsThreads(module)) {
    const all = body([register, ...shared, ...own])
    return `${parts.text}void ${symbol}_instantiate(void)\n${all}`
  }
  const entry = module.exports.find(({ kind, name }) => kind === 'func' && name === THREAD_ENTRY)
  if (!entry) throw new CompileError(`starts threads, but exports no ${THREAD_ENTRY}`, { code: 'imports' })
  const each = scope.own('instantiate_thread')
  const code = `const struct wasm_thread_code wasm_thread_code = {${each}, ${scope.func(entry.index)}};`
  const eachBody = body(own)
  const once = body([register, ...shared, `${each}();`])
  return `WASM_THREADS

${parts.text}static void ${each}(void)
${eachBody}
${code}

void ${symbol}_instantiate(void)
${once}`
}

const indented = (line: string): string => `    ${line}\n`

/** Statements of one function: the time of C compilers grows faster than their number. */
const MAX_STATEMENTS = 500

/** Functions that a long instantiation is cut into. */
class StartParts {
  /** Their definitions. */
  text = ''
  readonly #scope: Scope
  #count = 0

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** The statements, or calls of functions that hold them. */
  split(lines: readonly string[]): readonly string[] {
    if (lines.length <= MAX_STATEMENTS) return lines
    const calls: string[] = []
    for (let i = 0; i < lines.length; i += MAX_STATEMENTS) {
      const name = this.#scope.own(`start${this.#count++}`)
      this.text += `static WASM_COLD void ${name}(void)\n{\n${lines
        .slice(i, i + MAX_STATEMENTS)
        .map(indented)
        .join('')}}\n\n`
      calls.push(`${name}();`)
    }
    return this.split(calls)
  }
}
