import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Optimize } from '../compiler/index.ts'
import { launch, type Launch } from './launch.ts'
import { tool } from './tools.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Makes the JavaScript that users have: what the measurements below start. */
export function buildPackage(): void {
  tool('npm', ['run', '-s', 'build'], {}, ROOT)
}

/**
 * `wasm-exe build`, in a process of its own, with a cache of its own.
 * @returns its time, and the most memory that it or a process it started had
 */
export async function buildByCommandLine(
  wasm: string,
  directory: string,
  targets: readonly string[],
  optimize?: Optimize,
): Promise<Launch> {
  const cli = join(ROOT, 'dist/src/cli/main.js')
  mkdirSync(directory, { recursive: true })
  const level = optimize === undefined ? [] : ['-O', String(optimize)]
  const options = ['--target', targets.join(), '--cache-dir', join(directory, 'cache'), ...level]
  const { wasmExe } = await launch(1, {
    wasmExe: [process.execPath, cli, 'build', wasm, '-o', `${directory}/`, ...options],
  })
  return wasmExe
}
