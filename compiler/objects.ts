/** Objects that are collected, where they cannot be. */
import { CompileError } from './errors.ts'
import type { Module } from './wasm/module.ts'
import { usesObjects } from './wasm/objects.ts'

/** The collector looks at the stack that the runtime makes for executables. `form` names what it does not know. */
export function checkNoObjects(module: Module, form: string): void {
  if (!usesObjects(module)) return
  throw new CompileError(`uses garbage collection (proposal 'gc'), which ${form} cannot yet`, {
    code: 'unsupported',
    file: module.file,
    offset: module.features.get('gc')?.offset,
    hint: 'make an executable of it, or choose a toolchain that brings its own memory management',
  })
}
