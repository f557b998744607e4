/** On all targets, by the C compiler's own linker, by another compiler, and in a C program: a minute and a half. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createObject, TARGETS } from '../../compiler/index.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { zig } from '../support/tools.ts'
import { expectMany, expectedSum, manyFunctions } from './many-functions.ts'
import { temporaryDirectory } from './program.ts'

const cacheDir = temporaryDirectory('many-functions-slow')

test.each(TARGETS.map(({ name }) => name))('tables of thousands of functions on %s', (target) =>
  expectMany(target, { cacheDir }),
)

// With what debuggers read, each target is compiled by itself and linked by Zig.
test.each(['linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'])('… with debug on %s', (target) =>
  expectMany(target, { cacheDir, debug: true }),
)

test('… by the system’s compiler', () => expectMany('linux-x64', { cacheDir, toolchain: 'cc' }))

test.each([
  ['linux-x64', 'x86_64-linux-musl', '.o', ['-static']],
  ['linux-x64', 'x86_64-linux-gnu', '.o', ['-pie']],
  ['darwin-arm64', 'aarch64-macos', '.o', []],
  ['win32-x64', 'x86_64-windows-gnu', '.obj', []],
] as const)('… in a C program for %s, linked by zig cc -target %s', async (target, triple, ext, flags) => {
  const dir = temporaryDirectory('many-functions-object')
  await createObject(manyFunctions, { file: 'many.wat', target, cacheDir, outFile: join(dir, `many${ext}`) })
  const source = '#include <stdio.h>\nvoid many_instantiate(void); int many__sum(void);\n'
  writeFileSync(join(dir, 'main.c'), `${source}int main(void) { many_instantiate(); printf("%d", many__sum()); }\n`)
  await zig(['cc', '-target', triple, ...flags, 'main.c', `many${ext}`, '-o', 'main.exe'], dir)
  const missing = canRun(target)
  if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
  // The loaders of test/loaders have no libc.
  if (target.startsWith('darwin')) return
  expect((await runExecutable(target, join(dir, 'main.exe'))).stdout).toBe(String(expectedSum))
})
