import { CompileError } from './errors.ts'
import type { Target } from './targets.ts'
import type { Module } from './wasm/module.ts'
import { spawnsThreads } from './wasm/threads.ts'

const hint = 'choose targets of Linux and Windows, or build for wasm32-wasip1 rather than wasm32-wasip1-threads'

/** Throws a CompileError where a module starts threads that the runtime cannot start on one of the targets. */
export function checkThreads(module: Module, targets: readonly Target[], form: 'executable' | 'object'): void {
  if (!spawnsThreads(module)) return
  if (form === 'object') {
    throw new CompileError('starts threads, which an object file for C programs cannot yet', {
      code: 'unsupported',
      hint: 'build an executable',
    })
  }
  const refused = targets.filter(({ platform }) => platform === 'darwin').map(({ name }) => name)
  if (refused.length > 0) {
    throw new CompileError(`starts threads, which is not supported yet for ${refused.join(', ')}`, {
      code: 'unsupported',
      hint,
    })
  }
}
