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
  const cacheDir = join(testCache, 'cache')
  return (await createExecutable(await readFile(wasm), { file: wasm, target, cacheDir, ...options })).path
}
