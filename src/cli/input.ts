import { programName } from '../../compiler/module-info.ts'
import { readModule } from '../input.ts'
import { parseModule } from '../libraries.ts'
import { UsageError, type Arguments } from './command.ts'

export interface Input {
  /** The path as it was typed. */
  file: string
  /** The file's stem: names the program and its symbols. */
  name: string
  bytes: Uint8Array
}

/** Reads a module in either format. @throws CompileError */
export async function readInput(file: string): Promise<Input> {
  return { file, name: programName(file), bytes: await readModule(file, file) }
}

/** The libraries of a program: further files, named by their stems, and `--module NAME=FILE`. @throws UsageError, CompileError */
export async function readLibraries(args: Arguments): Promise<Input[]> {
  const named = (args.options.get('module') ?? []).map((text) => {
    const pair = parseModule(text)
    if (pair !== undefined) return { name: pair[0], file: pair[1] }
    throw new UsageError(
      `--module ${text} lacks a name or a file; write --module NAME=FILE, as in --module env=math.wasm`,
    )
  })
  const files = args.positionals.slice(1).map((file) => ({ name: undefined, file }))
  return Promise.all(
    [...files, ...named].map(async ({ name, file }) => {
      const input = await readInput(file)
      return { ...input, name: name ?? input.name }
    }),
  )
}
