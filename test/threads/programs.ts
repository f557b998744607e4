/** Builds the programs of this folder: modules for wasi-threads. */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createExecutable } from '../../compiler/index.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { wasmOf } from '../support/compile-wat.ts'
import { testCache, zig } from '../support/tools.ts'

const folder = fileURLToPath(new URL('programs', import.meta.url))
const MAX_MEMORY = 64 << 20

const c = [
  '-target',
  'wasm32-wasi',
  '-mcpu=generic+atomics+bulk_memory',
  '-Oz',
  '-s',
  '-g0',
  '-w',
  `-Wl,--shared-memory,--import-memory,--export-memory,--max-memory=${MAX_MEMORY}`,
]
const own = [
  '-target',
  'wasm32-wasi',
  '-mcpu',
  'generic+atomics+bulk_memory',
  '-OReleaseSmall',
  '-fstrip',
  '-fno-single-threaded',
  '--shared-memory',
  '--import-memory',
  '--export-memory',
  `--max-memory=${MAX_MEMORY}`,
  '--export=wasi_thread_start',
]

/** The module of a program in C or Zig; answers its path. */
async function compiled(source: string): Promise<string> {
  const file = join(folder, source)
  const isC = extname(source) === '.c'
  const key = await hashOf(isC ? [file, join(folder, 'spawn.h')] : [file], ...(isC ? c : own))
  const name = source.replace(/\.\w+$/, '.wasm')
  return buildOnce(`threads-${key}`, name, async (draft) => {
    const output = join(draft, name)
    await (isC
      ? zig(['cc', ...c, file, '-o', output], draft)
      : zig(['build-exe', ...own, file, `-femit-bin=${output}`], draft))
  })
}

/** An executable of a program; the directory that it is started in is granted. */
export async function executable(source: string, target: string, more: object = {}): Promise<string> {
  const file = await (extname(source) === '.wat' ? wasmOf(join(folder, source)) : compiled(source))
  const options = { file, target, grants: { dirs: { '/': '.' } }, cacheDir: join(testCache, 'cache'), ...more }
  return (await createExecutable(await readFile(file), options)).path
}
