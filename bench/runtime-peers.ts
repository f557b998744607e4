/** Runtimes for servers, as peers where a machine has them: wasmtime and wasmer, which compile ahead of time too. */
import { versionOf } from './wasm2c.ts'
import { Unavailable } from './sources.ts'
import { tool } from './tools.ts'

export const RUNTIMES = ['wasmtime', 'wasmer'] as const
export type Runtime = (typeof RUNTIMES)[number]

export interface FoundRuntime {
  name: Runtime
  path: string
  /** '24.0.0'. */
  version: string
  /** Compiles a module, for this processor, to a file at `output`. */
  compile: (wasm: string, output: string) => void
  /** What runs a file so compiled; the program's arguments follow. */
  command: (compiled: string) => string[]
}

/** What follows `run`: wasmtime trusts no compiled file unasked. */
const RUN: Record<Runtime, readonly string[]> = { wasmtime: ['run', '--allow-precompiled'], wasmer: ['run'] }

/** The one that the environment variable WASMTIME or WASMER names, else that of the PATH. @throws Unavailable */
export function findRuntime(name: Runtime, env: NodeJS.ProcessEnv = process.env): FoundRuntime {
  const variable = name.toUpperCase()
  const named = env[variable]
  const path = named ?? name
  const printed = versionOf(path)
  if (printed === undefined)
    throw new Unavailable(
      named === undefined
        ? `${name} is not installed; ${variable}=PATH names one elsewhere`
        : `${variable}=${named} does not run`,
    )
  return {
    name,
    path,
    version: /\d[\w.+-]*/.exec(printed)?.[0] ?? printed,
    compile: (wasm, output) => tool(path, ['compile', wasm, '-o', output]),
    command: (compiled) => [path, ...RUN[name], compiled],
  }
}
