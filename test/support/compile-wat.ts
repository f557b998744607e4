import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { buildOnce, hashOf } from './build-once.ts'
import { testCache } from './tools.ts'

/** Translates a .wat file; answers the path of the .wasm, which has the same stem. */
export async function wasmOf(wat: string): Promise<string> {
  const name = `${basename(wat, '.wat')}.wasm`
  return buildOnce(`wat-${await hashOf([wat])}`, name, async (draft) => {
    await writeFile(join(draft, name), await assemble(await readFile(wat, 'utf8'), { file: wat }))
  })
}

/** Builds an executable without grants in the tests' cache; answers its path. */
export async function executableOf(wasm: string, target: string, options: object = {}): Promise<string> {
  return executableFrom(await readFile(wasm), target, { file: wasm, ...options })
}

/** The same of a module's bytes. */
export async function executableFrom(wasm: Uint8Array, target: string, options: object = {}): Promise<string> {
  return (await createExecutable(wasm, { target, cacheDir: join(testCache, 'cache'), ...options })).path
}
