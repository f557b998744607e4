import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ALL_TARGETS } from '../../compiler/targets.ts'
import { cli, fixture } from './cli.ts'

const CC = '/usr/bin/gcc'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-cli-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

test.skipIf(!existsSync(CC))('object and header let a C program call the module', async () => {
  expect(await cli(['object', fixture('fib.wat'), '-o', 'fib.o'], { cwd })).toMatchObject({ code: 0 })
  expect(await cli(['header', fixture('fib.wat')], { cwd })).toMatchObject({ code: 0, stdout: 'fib.h\n' })
  const main = `
    #include <stdio.h>
    #include "fib.h"
    int main(void)
    {
        fib_instantiate();
        printf("%llu\\n", (unsigned long long)fib__fib(30));
        return 0;
    }`
  writeFileSync(join(cwd, 'main.c'), main)
  execFileSync(CC, ['main.c', 'fib.o', '-o', 'main'], { cwd })
  expect(execFileSync(join(cwd, 'main'), { encoding: 'utf8' })).toBe('832040\n')
})

test('header -o - writes to standard output', async () => {
  const { stdout } = await cli(['header', fixture('fib.wat'), '-o', '-'], { cwd })
  expect(stdout).toContain('uint64_t fib__fib(uint32_t')
  expect(readdirSync(cwd)).toEqual([])
})

test('objects of several targets carry the targets’ names', async () => {
  const args = ['object', fixture('fib.wat'), '-t', 'linux-x64,win32-arm64', '-o', 'lib/', '--json']
  const { objects } = JSON.parse((await cli(args, { cwd })).stdout) as { objects: { file: string; bytes: number }[] }
  expect(objects.map(({ file }) => file)).toEqual(['lib/fib-linux-x64.o', 'lib/fib-win32-arm64.obj'])
  for (const { file, bytes } of objects) expect(readFileSync(join(cwd, file)).length).toBe(bytes)
})

test('building a library as a program fails and says what to do', async () => {
  const { code, stderr } = await cli(['build', fixture('fib.wat')], { cwd })
  expect(code).toBe(1)
  expect(stderr).toMatch(/no _start[^]*wasm-exe object/)
})

test('inspect says what a module needs and what becomes of it', async () => {
  const { stdout } = await cli(['inspect', fixture('hello.wat')], { cwd })
  expect(stdout).toMatch(/implemented {2}wasi_snapshot_preview1\.fd_write {2}func/)
  expect(stdout).toContain('$main')
  expect(stdout).toContain('It is a program')
  expect((await cli(['inspect', fixture('import.wat')], { cwd })).stdout).toMatch(/not WASI {2}env\.foo/)
})

test('inspect names the proposals that a module uses', async () => {
  writeFileSync(join(cwd, 'shared.wat'), '(module (memory 1 1 shared))')
  const { code, stdout } = await cli(['inspect', 'shared.wat'], { cwd })
  expect(code).toBe(0)
  expect(stdout).toMatch(/threads {2}supported {2}first: a shared memory at 0xb/)
})

test('a proposal that cannot be compiled is refused by name', async () => {
  // Two types: a function, and its continuation.
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 2, 0x60, 0, 0, 0x5d, 0]
  writeFileSync(join(cwd, 'cont.wasm'), Uint8Array.from(bytes))
  for (const command of [['inspect'], ['build', '-o', 'cont']]) {
    const { code, stderr } = await cli([...command, 'cont.wasm'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/cont\.wasm: unsupported module at 0xe: .*proposal 'stack-switching'/)
  }
})

test('inspect --json gives the same as data', async () => {
  const { stdout } = await cli(['inspect', fixture('echo.wat'), '--json'], { cwd })
  const report = JSON.parse(stdout) as Record<string, unknown>
  expect(report).toMatchObject({
    imports: [
      { module: 'wasi_snapshot_preview1', name: 'fd_read', kind: 'func', status: 'implemented' },
      { module: 'wasi_snapshot_preview1', name: 'fd_write', kind: 'func', status: 'implemented' },
    ],
    memories: [{ min: 1, max: null, imported: false }],
    functions: { imported: 2, defined: 1 },
  })
})

test('targets lists them all', async () => {
  const { stdout } = await cli(['targets'], { cwd })
  for (const { name, triple } of ALL_TARGETS) expect(stdout).toMatch(new RegExp(`^${name} +${triple} `, 'm'))
  const { targets } = JSON.parse((await cli(['targets', '--json'], { cwd })).stdout) as { targets: { name: string }[] }
  expect(targets.map(({ name }) => name)).toEqual(ALL_TARGETS.map(({ name }) => name))
})

test('help and version', async () => {
  expect(await cli(['--help'], { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining('build') })
  expect(await cli(['build', '--help'], { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining('--dir') })
  expect((await cli(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(await cli([], { cwd })).toMatchObject({ code: 2 })
})
