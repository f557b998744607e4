import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createHeader, createObject, hostTarget } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { runExecutable } from '../support/run-target.ts'
import { root, which } from '../support/tools.ts'
import { KEEPER, keepers, keepersPrint, keepersSource } from './keepers.ts'
import { temporaryDirectory } from './program.ts'

const example = join(root, 'examples', 'c-host')
const dir = temporaryDirectory('objects')
cpSync(example, dir, { recursive: true })
const wasm = await assemble(readFileSync(join(example, 'fib.wat'), 'utf8'), { file: 'fib.wat' })
const expected = readFileSync(join(example, 'expected.txt'), 'utf8')
const options = { file: 'fib.wat', cacheDir: join(dir, 'cache') }
writeFileSync(join(dir, 'fib.h'), await createHeader(wasm, options))

const host = hostTarget()!.name
const build = (outFile: string, more: Parameters<typeof createObject>[1] = {}) =>
  createObject(wasm, { ...options, ...more, outFile: join(dir, outFile) })

describe('examples/c-host', () => {
  const systemCc = process.platform === 'win32' ? undefined : (which('cc') ?? which('gcc') ?? which('clang'))
  test.skipIf(systemCc === undefined).each(['fib.o', 'fib.a'])(
    'main.c and %s, linked by the system compiler',
    async (object) => {
      const built = await build(object)
      expect(built).toMatchObject({ target: host, fileName: object, path: join(dir, object) })
      execFileSync(systemCc!, ['-O1', '-Wall', '-Werror', 'main.c', object, '-o', 'main'], { cwd: dir })
      expect(await runExecutable(host, join(dir, 'main'))).toMatchObject({ stdout: expected, stderr: '', code: 0 })
    },
  )

  test.skipIf(systemCc === undefined)('an object made by the system compiler', async () => {
    await build('system.o', { toolchain: 'cc' })
    execFileSync(systemCc!, ['main.c', 'system.o', '-o', 'main-system'], { cwd: dir })
    expect((await runExecutable(host, join(dir, 'main-system'))).stdout).toBe(expected)
  })
})

test('two modules that call WASI in one program each work on their own memory', async (context) => {
  if (which('cc') === undefined) return context.skip('needs cc')
  for (const name of ['one', 'two']) {
    const text = `(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1) (data (i32.const 0) "\\10\\00\\00\\00\\04\\00\\00\\00") (data (i32.const 16) "${name}\\n")
      (func (export "print") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`
    await createObject(await assemble(text), {
      file: `${name}.wat`,
      cacheDir: options.cacheDir,
      outFile: join(dir, `${name}.o`),
    })
  }
  const main = `void one_instantiate(void), two_instantiate(void), one__print(void), two__print(void);
    int main(void) { one_instantiate(); two_instantiate(); one__print(); two__print(); one__print(); }`
  writeFileSync(join(dir, 'both.c'), main)
  execFileSync('cc', ['both.c', 'one.o', 'two.o', '-o', 'both'], { cwd: dir })
  expect(await runExecutable(host, join(dir, 'both'))).toMatchObject({ stdout: 'one\ntwo\none\n', code: 0 })
})

test('a memory is nowhere before its module is instantiated', async (context) => {
  if (which('cc') === undefined) return context.skip('needs cc')
  const early = `(module (import "late" "load" (func $load (param i32) (result i32))) (start $start)
    (func $start (drop (call $load (i32.const 0x500000)))))`
  const late = '(module (memory 1) (func (export "load") (param i32) (result i32) (i32.load offset=64 (local.get 0))))'
  for (const [name, text] of Object.entries({ early, late }))
    await createObject(await assemble(text), {
      file: `${name}.wat`,
      cacheDir: options.cacheDir,
      outFile: join(dir, `${name}.o`),
    })
  // Where addresses are not random, what lies there is the program's.
  const main = `#include <sys/mman.h>
    void early_instantiate(void), late_instantiate(void);
    int main(void) {
      mmap((void *)0x500000, 0x10000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
      early_instantiate(); late_instantiate();
    }`
  writeFileSync(join(dir, 'early.c'), main)
  execFileSync('cc', ['-D_GNU_SOURCE', 'early.c', 'early.o', 'late.o', '-o', 'early'], { cwd: dir })
  const { code } = await runExecutable(host, join(dir, 'early'))
  expect(code).not.toBe(0)
})

describe('what is imported of WASI is what the runtime defines', () => {
  test.each([
    ['with other results', '(func (param i32) (result funcref))', 'as (i32) -> (funcref), but it is (i32) -> (i32)'],
    ['with other parameters', '(func (param i64) (result i32))', 'as (i64) -> (i32)'],
    ['as a memory', '(memory 1)', 'fd_sync (memory)'],
    ['as a global', '(global (mut i64))', 'fd_sync (global)'],
  ])('%s', async (_, type, reason) => {
    const module = await assemble(`(module (import "wasi_snapshot_preview1" "fd_sync" ${type}))`)
    for (const format of ['object', 'archive'] as const) {
      const error = await createObject(module, { file: 'wasi.wat', cacheDir: options.cacheDir, format }).catch(
        (error) => error,
      )
      expect(error).toMatchObject({ code: 'imports', file: 'wasi.wat' })
      expect(error.reason).toContain(reason)
    }
  })
})

test('two modules in one program share one runtime', async (context) => {
  if (which('cc') === undefined) return context.skip('needs cc')
  const other = await assemble(
    '(module (memory 1) (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))',
  )
  await build('fib.o')
  await createObject(other, { file: 'other.wat', cacheDir: options.cacheDir, outFile: join(dir, 'other.o') })
  const main = `#include <stdio.h>
    #include "fib.h"
    void other_instantiate(void); uint32_t other__load(uint32_t);
    void host__report(uint32_t n, uint64_t value) { (void)n; (void)value; }
    int main(void) { fib_instantiate(); other_instantiate(); printf("%d %d\\n", (int)fib__fib(20), (int)other__load(8)); fflush(stdout); other__load(1u << 16); }`
  writeFileSync(join(dir, 'two.c'), main)
  execFileSync('cc', ['two.c', 'fib.o', 'other.o', '-o', 'two'], { cwd: dir })
  const result = await runExecutable(host, join(dir, 'two'))
  expect(result).toMatchObject({ stdout: '6765 0\n', code: 134 })
  expect(result.stderr).toMatch(
    /^wasm trap: out of bounds memory access\n {2}in func\[0\] \(other\.wat\+0x[0-9a-f]+\)\n$/,
  )
})

describe('memories of modules in one program lie where there is room', () => {
  test.each([
    ['.o', undefined],
    ['.a', undefined],
    ['.o', 'cc'],
  ])('as *%s of %s', async (ext, toolchain) => {
    if (which('cc') === undefined) return void console.warn('skipped: needs cc')
    const bytes = await assemble(KEEPER)
    for (const name of keepers)
      await createObject(bytes, {
        ...options,
        file: `${name}.wat`,
        toolchain,
        optimize: 2,
        outFile: join(dir, name + ext),
      })
    writeFileSync(join(dir, 'many.c'), keepersSource)
    execFileSync('cc', ['many.c', ...keepers.map((name) => name + ext), '-o', 'many'], { cwd: dir })
    expect(await runExecutable(host, join(dir, 'many'))).toMatchObject({ stdout: keepersPrint, stderr: '', code: 0 })
  })
})
