import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { CompileError } from '../../compiler/errors.ts'
import { createExecutable } from '../../compiler/executable.ts'
import type { CommandDefinition } from './command.ts'
import { readLibraries, readInput } from './input.ts'
import {
  COMPILE_OPTIONS,
  GRANT_OPTIONS,
  MODULE_OPTIONS,
  compileOptions,
  embedOptions,
  grantOptions,
  limitOptions,
} from './options.ts'
import type { Signals } from './signals.ts'

export const run: CommandDefinition = {
  usage: 'run FILE.wasm [options] [-- ARGUMENTS]',
  files: 1,
  passthrough: true,
  options: { ...MODULE_OPTIONS, ...GRANT_OPTIONS, ...COMPILE_OPTIONS },
  examples: ['wasm-exe run hello.wasm', 'wasm-exe run cat.wasm --dir /=. -- /notes.txt'],
  async run(args, { output, signals }) {
    const options = {
      ...compileOptions(args),
      ...limitOptions(args),
      grants: grantOptions(args, (text) => output.warn(text)),
      embed: embedOptions(args),
    }
    const input = await readInput(args.positionals[0])
    const { path } = await createExecutable(input.bytes, {
      ...options,
      file: input.file,
      name: input.name,
      modules: await readLibraries(args),
      target: 'host',
      signal: signals.abort,
    })
    return execute(path, input.name, args.rest, signals)
  },
}

/** The program's exit code; 128 + number for a signal, as shells say it. @throws Interrupted */
function execute(path: string, name: string, args: readonly string[], signals: Signals): Promise<number> {
  return new Promise((resolve, reject) => {
    // A terminal sends Ctrl-C to the program as well: no program for WASI handles signals, so twice does no harm.
    signals.handTo((signal) => child.kill(signal))
    const child = spawn(path, args, { stdio: 'inherit', argv0: name })
    child.on('error', (cause) => {
      reject(new CompileError(`cannot start ${path}: ${cause.message}`, { code: 'run', cause }))
    })
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal as NodeJS.Signals]))
  })
}
