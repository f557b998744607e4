import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createHeader, createObject } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { root, zig } from '../support/tools.ts'
import { KEEPER, keepers, keepersPrint, keepersSource } from './keepers.ts'
import { temporaryDirectory } from './program.ts'

// Slow because Zig builds a libc for each target the first time.
test.each([
  ['linux-x64', 'x86_64-linux-gnu', 'fib.o'],
  ['linux-x64', 'x86_64-linux-musl', 'fib.a'],
  ['linux-arm64', 'aarch64-linux-musl', 'fib.o'],
  ['linux-riscv64', 'riscv64-linux-musl', 'fib.a'],
  ['win32-x64', 'x86_64-windows-gnu', 'fib.obj'],
  ['win32-x64', 'x86_64-windows-gnu', 'fib.a'],
] as const)('examples/c-host for %s, linked by zig cc -target %s with %s', async (target, triple, object) => {
  const dir = temporaryDirectory('c-host')
  const example = join(root, 'examples', 'c-host')
  cpSync(example, dir, { recursive: true })
  const wasm = await assemble(readFileSync(join(example, 'fib.wat'), 'utf8'), { file: 'fib.wat' })
  const options = { file: 'fib.wat', cacheDir: join(dir, 'cache') }
  writeFileSync(join(dir, 'fib.h'), await createHeader(wasm, options))
  await createObject(wasm, { ...options, target, outFile: join(dir, object) })
  const name = target.startsWith('win32') ? 'main.exe' : 'main'
  await zig(['cc', '-target', triple, 'main.c', object, '-o', name], dir)
  const missing = canRun(target)
  if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
  const { stdout } = await runExecutable(target, join(dir, name))
  expect(stdout.replaceAll('\r\n', '\n')).toBe(readFileSync(join(example, 'expected.txt'), 'utf8'))
})

test.each([
  ['linux-arm64', 'aarch64-linux-musl', '.o'],
  ['linux-riscv64', 'riscv64-linux-musl', '.o'],
  ['win32-x64', 'x86_64-windows-gnu', '.obj'],
  ['win32-arm64', 'aarch64-windows-gnu', '.obj'],
  ['darwin-x64', 'x86_64-macos', '.o'],
  ['darwin-arm64', 'aarch64-macos', '.o'],
] as const)(
  'two modules with memories in one program for %s, linked by zig cc -target %s',
  async (target, triple, ext) => {
    const dir = temporaryDirectory('keepers')
    const wasm = await assemble(KEEPER)
    const objects = keepers.map((name) => name + ext)
    for (const [i, name] of keepers.entries())
      await createObject(wasm, {
        file: `${name}.wat`,
        cacheDir: join(dir, 'cache'),
        target,
        optimize: 2,
        outFile: join(dir, objects[i]),
      })
    writeFileSync(join(dir, 'main.c'), keepersSource)
    const name = target.startsWith('win32') ? 'main.exe' : 'main'
    await zig(['cc', '-target', triple, 'main.c', ...objects, '-o', name], dir)
    const missing = canRun(target)
    // The loaders of test/loaders have no libc.
    if (missing !== undefined || /darwin|win32-arm64/.test(target)) return
    expect(await runExecutable(target, join(dir, name))).toMatchObject({ stdout: keepersPrint, code: 0 })
  },
)
