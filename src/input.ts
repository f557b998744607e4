import { stat } from 'node:fs/promises'
import { CompileError } from '../compiler/errors.ts'
import { readAny, type ReadFile } from '../compiler/read-file.ts'

/**
 * The bytes of a module; text format (`.wat`) is assembled on the way.
 * @param name the file as messages show it
 * @param how what to do where it cannot be read; what reads it
 * @throws CompileError
 */
export async function readModule(
  file: string,
  name: string,
  { hint, read = readAny }: { hint?: string; read?: ReadFile } = {},
): Promise<Uint8Array> {
  const bytes = await read(file).catch(async (cause: NodeJS.ErrnoException) => {
    if (cause instanceof CompileError) throw cause
    throw new CompileError(`cannot be read: ${await reason(file, cause)}`, { code: 'input', file: name, hint, cause })
  })
  if (!/\.wat$/i.test(file)) return bytes
  const { assemble } = await import('../compiler/wat.ts')
  return assemble(bytes, { file: name })
}

async function reason(file: string, error: NodeJS.ErrnoException): Promise<string> {
  if (error.code === 'ENOENT') return 'there is no such file'
  const isDirectory = await stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  return isDirectory ? 'it is a directory' : error.message
}
