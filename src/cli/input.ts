import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { CompileError } from '../../compiler/index.ts'
import { UsageError, type Arguments } from './command.ts'

export interface Input {
  /** The path as it was typed. */
  file: string
  /** The file's stem: names the program and its symbols. */
  name: string
  bytes: Uint8Array
}

/** Reads a module; text format (`.wat`) is assembled on the way. @throws CompileError */
export async function readModule(file: string): Promise<Input> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new CompileError(reason(cause), { code: 'input', file, cause })
  })
  const name = basename(file, extname(file))
  if (extname(file).toLowerCase() !== '.wat') return { file, name, bytes }
  const { assemble } = await import('../../compiler/wat.ts')
  return { file, name, bytes: await assemble(bytes.toString('utf8'), { file }) }
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file'
  if (error.code === 'EISDIR') return 'it is a directory'
  return `cannot be read: ${error.message}`
}

/** The libraries of a program: further files, named by their stems, and `--module NAME=FILE`. @throws UsageError, CompileError */
export async function readLibraries(args: Arguments): Promise<Input[]> {
  const named = (args.options.get('module') ?? []).map((text) => {
    const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? []
    if (file !== undefined) return { name, file }
    throw new UsageError(
      `--module ${text} lacks a name or a file; write --module NAME=FILE, as in --module env=math.wasm`,
    )
  })
  const files = args.positionals.slice(1).map((file) => ({ name: undefined, file }))
  return Promise.all(
    [...files, ...named].map(async ({ name, file }) => {
      const input = await readModule(file)
      return { ...input, name: name ?? input.name }
    }),
  )
}
