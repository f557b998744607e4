import { CompileError } from './errors.ts'
import type { Module } from './wasm/module.ts'
import { spawnsThreads } from './wasm/threads.ts'

/** Throws a CompileError where a module starts threads and is to become an object file. */
export function checkNoThreads(module: Module): void {
  if (!spawnsThreads(module)) return
  throw new CompileError('starts threads, which an object file for C programs cannot yet', {
    code: 'unsupported',
    hint: 'build an executable',
  })
}
