import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CompileError } from './errors.ts'
import { findSources } from './sources.ts'
import type { TargetName } from './targets.ts'

/** The file in dist/runtime that holds the compiled runtime of a target. */
export const runtimeFile = (target: TargetName): string => `${target}.bin`

/** Reads the compiled runtime of a target from the package, for decodeRuntime. @throws CompileError if it is not there */
export async function readRuntime(target: TargetName): Promise<Uint8Array> {
  const path = join(dirname(findSources().runtime), 'dist', 'runtime', runtimeFile(target))
  return await readFile(path).catch((cause) => {
    throw new CompileError(`the compiled runtime for ${target} is missing (${path})`, {
      code: 'toolchain',
      hint: 'install the package again; in a checkout, run npm run build:runtime',
      cause,
    })
  })
}
