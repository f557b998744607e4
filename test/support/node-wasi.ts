import { fileURLToPath } from 'node:url'
import { collect, type RunOptions, type RunResult } from './run-target.ts'

const script = fileURLToPath(new URL('node-wasi.mjs', import.meta.url))

export interface NodeWasiOptions extends RunOptions {
  /** Guest path to host path. */
  dirs?: Record<string, string>
  /** The guest's environment, all of it. */
  guestEnv?: Record<string, string>
}

// V8's fast calls into node:wasi crash Node 20 when memory.grow starts a garbage collection below one.
const flags = ['--no-warnings', '--no-turbo-fast-api-calls']

/** Runs a WASI program with Node's own `node:wasi`: the peer that executables are compared with. */
export function runInNode(file: string, args: string[], options: NodeWasiOptions = {}): Promise<RunResult> {
  const program = JSON.stringify({ file, args, env: options.guestEnv, dirs: options.dirs })
  return collect(process.execPath, [...flags, script, program], options)
}
