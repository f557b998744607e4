import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createExecutable, type Grants } from '../../compiler/index.ts'
import { root, testCache } from '../support/tools.ts'
import { buildProgram, readProgram } from '../support/wasi-programs.ts'

export const host = `${process.platform}-${process.arch}`

/** An executable of `programs/<name>.c`, which sees the directory it is started in as `/` unless other grants are given. */
export async function hostileProgram(
  name: string,
  grants: Grants = { dirs: { '/': '.' } },
  target = host,
): Promise<string> {
  const wasm = await buildProgram(readProgram(join(root, 'test/hostile/programs', `${name}.c`)))
  const options = { file: wasm, target, grants, optimize: 1 as const, cacheDir: join(testCache, 'cache') }
  return (await createExecutable(await readFile(wasm), options)).path
}

/** A fresh directory with the given directories in it, removed after the tests of the file. */
export function hostileDirectory(...directories: string[]): string {
  const path = mkdtempSync(join(tmpdir(), 'wasm-exe-hostile-'))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  for (const directory of directories) mkdirSync(join(path, directory), { recursive: true })
  return path
}
