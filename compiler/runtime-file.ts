import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CompileError } from './errors.ts'
import { findSources } from './sources.ts'
import type { TargetName } from './targets.ts'

/** The file in dist/runtime that holds the compiled runtime of a target. */
export const runtimeFile = (target: TargetName): string => `${target}.bin`

/** What was read: builds follow each other, and each asks for it more than once. */
const known = new Map<string, Promise<Uint8Array>>()

/** Reads the compiled runtime of a target from the package, for decodeRuntime. @throws CompileError if it is not there */
export async function readRuntime(target: TargetName): Promise<Uint8Array> {
  const path = join(dirname(findSources().runtime), 'dist', 'runtime', runtimeFile(target))
  let file = known.get(path)
  if (file === undefined) known.set(path, (file = read(path, target)))
  return file
}

function read(path: string, target: TargetName): Promise<Uint8Array> {
  return readFile(path).catch((cause) => {
    known.delete(path)
    throw new CompileError(`the compiled runtime for ${target} is missing (${path})`, {
      code: 'toolchain',
      hint: 'install the package again; in a checkout, run npm run build:runtime',
      cause,
    })
  })
}
