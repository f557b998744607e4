import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createExecutable, type Optimize } from '../../compiler/index.ts'
import { root, testCache } from '../support/tools.ts'
import { buildSuite, readProgram } from '../support/wasi-programs.ts'

export const host = `${process.platform}-${process.arch}`

const folder = join(root, 'test/hostile/programs')

/**
 * The executable of all programs of `programs/`: its first argument names one of them. They see the directory it is started
 * in as `/`.
 */
export async function hostileSuite(target: string, optimize: Optimize): Promise<string> {
  const files = readdirSync(folder).toSorted()
  const wasm = await buildSuite(files.map((name) => readProgram(join(folder, name))))
  const grants = { dirs: { '/': '.' } }
  const options = { file: wasm, target, grants, optimize, cacheDir: join(testCache, 'cache') }
  return (await createExecutable(await readFile(wasm), options)).path
}

/** A fresh directory with the given directories in it, removed after the tests of the file. */
export function hostileDirectory(...directories: string[]): string {
  const path = mkdtempSync(join(tmpdir(), 'wasm-exe-hostile-'))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  for (const directory of directories) mkdirSync(join(path, directory), { recursive: true })
  return path
}
