import { execFile } from 'node:child_process'
import { mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { findToolchain } from '../../compiler/toolchain/index.ts'
import { EXAMPLES, type Example } from './list.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const BUILD = join(HERE, 'build')
/** Zig builds its own wasi-libc once, which takes half a minute; kept beside other caches. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/unplugin-wasm-exe', import.meta.url))

const COMMANDS: Record<Example['language'], readonly string[]> = {
  C: ['cc', '-target', 'wasm32-wasi', '-Oz', '-s', '-Wall', '-Wextra'],
  Zig: ['build-exe', '-target', 'wasm32-wasi', '-O', 'ReleaseSmall', '-fstrip'],
}

/** Path of an example's wasm file. */
export function wasmPath(example: Example): string {
  return join(BUILD, `${example.name}.wasm`)
}

/** Compiles the examples to WebAssembly where the source is newer; needs nothing but the npm packages. */
export async function buildPrograms(log: (line: string) => void = () => {}): Promise<void> {
  const stale: Example[] = []
  for (const example of EXAMPLES) {
    if ((await modified(wasmPath(example))) <= (await modified(join(HERE, example.source)))) stale.push(example)
  }
  if (stale.length === 0) return
  const { info } = await findToolchain({ cacheDir: CACHE })
  log('compiling the example programs to wasm32-wasi (the first time takes half a minute)')
  await mkdir(BUILD, { recursive: true })
  for (const example of stale) await compile(example, info.path)
}

async function compile(example: Example, zig: string): Promise<void> {
  const temporary = join(BUILD, `${example.name}.${process.pid}.wasm`)
  const output = example.language === 'Zig' ? [`-femit-bin=${temporary}`] : ['-o', temporary]
  await promisify(execFile)(zig, [...COMMANDS[example.language], example.source, ...output], {
    cwd: HERE,
    env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: join(CACHE, 'zig'), ZIG_LOCAL_CACHE_DIR: join(CACHE, 'zig') },
  })
  await rename(temporary, wasmPath(example))
}

/** Milliseconds since 1970, 0 for a file that is not there. */
async function modified(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildPrograms(console.log)
