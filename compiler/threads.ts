import { CompileError } from './errors.ts'
import type { Module } from './wasm/module.ts'
import { spawnsThreads } from './wasm/threads.ts'

/**
 * Throws a CompileError where a module starts threads that what it is built into cannot start.
 * @param form 'an object file for C programs'
 */
export function checkNoThreads(module: Module, form: string): void {
  if (!spawnsThreads(module)) return
  throw new CompileError(`starts threads, which ${form} cannot yet`, {
    code: 'unsupported',
    file: module.file,
    hint: 'make an executable of it alone, or build for wasm32-wasip1 rather than wasm32-wasip1-threads',
  })
}
