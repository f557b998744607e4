/** Loops that clang has unrolled for wasm do what they do natively, rolled up or not. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { zig } from '../support/tools.ts'

const dir = temporaryDirectory('loops')
const source = (name: string): string => join(import.meta.dirname, name)

describe.each(['linux-x64', 'linux-arm64'])('%s', (target) => {
  const missing = canRun(target)
  const skipped = missing ? ` (skipped: needs ${missing})` : ''
  test.skipIf(missing !== undefined).each([1, 2] as const)(`loops, level %i${skipped}`, async (optimize) => {
    const wasm = join(dir, `${target}-${optimize}.wasm`)
    await zig(['cc', '-target', 'wasm32-wasi', '-O2', '-s', source('loops.c'), '-o', wasm])
    const options = { file: 'loops.wasm', target, optimize, cacheDir: join(dir, 'cache') }
    const { path } = await createExecutable(readFileSync(wasm), options)
    const { stdout } = await runExecutable(target, path)
    expect(stdout).toBe(readFileSync(source('loops.txt'), 'utf8'))
  })
})
