/** What wasi-threads asks of a module (its specification: one import, one export, a shared memory that is imported). */
import type { ImportName, Module } from './module.ts'

/** What each new thread is started with: its number and what thread-spawn was given. */
export const THREAD_ENTRY = 'wasi_thread_start'

export const isThreadSpawn = ({ module, name }: ImportName): boolean => module === 'wasi' && name === 'thread-spawn'

const known = new WeakMap<Module['funcs'], boolean>()

/** Whether the module starts threads. */
export function spawnsThreads({ funcs }: Module): boolean {
  let spawns = known.get(funcs)
  if (spawns === undefined) {
    spawns = funcs.some((func) => func.import && isThreadSpawn(func.import))
    known.set(funcs, spawns)
  }
  return spawns
}
