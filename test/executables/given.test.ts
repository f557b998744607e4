/** What toolchains leave to whoever runs their modules, beside WASI. */
import { describe, expect, test } from 'vitest'
import { compile, createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { levelsOf } from '../support/levels.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { testCache } from '../support/tools.ts'
import { join } from 'node:path'

const host = `${process.platform}-${process.arch}`
const WRITE = '(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))'
/** Prints the bytes at an address. */
const PRINT = `(func $print (param $at i32) (param $size i32)
  (i32.store (i32.const 0) (local.get $at)) (i32.store (i32.const 4) (local.get $size))
  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))`
/** As AssemblyScript has strings. */
const string = (text: string): string =>
  [...Buffer.from(Uint32Array.of(text.length * 2).buffer), ...Buffer.from(text, 'utf16le')]
    .map((byte) => `\\${byte.toString(16).padStart(2, '0')}`)
    .join('')

for (const target of [host, 'win32-x64'].filter((name, at, all) => all.indexOf(name) === at)) {
  const missing = canRun(target)
  const title = `given on ${target}${missing ? ` (skipped: needs ${missing})` : ''}, level`
  describe.skipIf(missing !== undefined).each(levelsOf(target))(`${title} %s`, (optimize) => {
    const options = { target, optimize, cacheDir: join(testCache, 'cache'), file: 'given.wasm' } as const
    const bytesOf = (fields: string) => assemble(`(module ${fields})`, { file: 'given.wat' })
    const run = async (fields: string) => {
      const { path } = await createExecutable(await bytesOf(fields), options)
      const { code, stdout, stderr } = await runExecutable(target, path)
      return { code, stdout, stderr: stderr.replaceAll('\r', '') }
    }

    test('a memory, which the program grows, and whose data it prints', async () => {
      const fields = (
        memory: string,
      ): string => `${WRITE} (import "env" "memory" (memory ${memory})) (export "memory" (memory 0))
        (data (i32.const 16) "hello\\0a") ${PRINT}
        (func (export "_start")
          (if (i32.ne (memory.grow (i32.const 1)) (i32.const 1)) (then unreachable))
          (i32.store8 (i32.const 0x1ffff) (i32.const 1))
          (call $print (i32.const 16) (i32.const 6)))`
      expect(await run(fields('1 4'))).toEqual({ code: 0, stdout: 'hello\n', stderr: '' })
      expect(await run(fields('1 4 shared'))).toEqual({ code: 0, stdout: 'hello\n', stderr: '' })
    })

    test('the same of a module that was compiled before it was known what becomes of it', async () => {
      const fields = `${WRITE} (import "env" "memory" (memory 1)) (export "memory" (memory 0))
        (data (i32.const 16) "hello\\0a") ${PRINT} (func (export "_start") (call $print (i32.const 16) (i32.const 6)))`
      const { path } = await createExecutable(await compile(await bytesOf(fields), { file: 'given.wasm' }), options)
      expect(await runExecutable(target, path)).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' })
    })

    test('functions that references lead to', async () => {
      const fields = `(import "env" "abort" (func $abort (param i32 i32 i32 i32)))
        (import "env" "seed" (func $seed (result f64))) (memory (export "memory") 1)
        (type $number (func (result f64)))
        (table $t 4 10 funcref) (elem (i32.const 0) func $abort $seed) (global $kept (mut funcref) (ref.func $seed))
        (func (export "_start")
          (table.set $t (i32.const 2) (global.get $kept))
          (if (f64.lt (call_indirect $t (type $number) (i32.const 1)) (f64.const 0)) (then unreachable))
          (if (f64.lt (call_indirect $t (type $number) (i32.const 2)) (f64.const 0)) (then unreachable))
          (if (ref.is_null (ref.func $abort)) (then unreachable)))`
      expect(await run(fields)).toEqual({ code: 0, stdout: '', stderr: '' })
    })

    test('a table of functions', async () => {
      const fields = `(import "env" "__indirect_function_table" (table 2 funcref))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (elem (i32.const 1) func $exit) (memory (export "memory") 1)
        (func (export "_start") (call_indirect (param i32) (i32.const 7) (i32.const 1)))`
      expect(await run(fields)).toEqual({ code: 7, stdout: '', stderr: '' })
    })

    test('Emscripten tells of growth', async () => {
      const fields = `(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "env" "emscripten_notify_memory_growth" (func $notify (param i32))) (memory (export "memory") 1 4)
        (func (export "_start") (drop (memory.grow (i32.const 1))) (call $notify (i32.const 0)) (call $exit (memory.size)))`
      expect(await run(fields)).toEqual({ code: 2, stdout: '', stderr: '' })
    })

    test('AssemblyScript aborts with a message, in which nothing speaks to a terminal', async () => {
      const fields = (message: string, at: number): string => `
        (import "env" "abort" (func $abort (param i32 i32 i32 i32))) (memory (export "memory") 1)
        (data (i32.const 1024) "${string(message)}") (data (i32.const 4096) "${string('assembly/index.ts')}")
        (func (export "_start") (call $abort (i32.const ${at}) (i32.const 4100) (i32.const 12) (i32.const 3)))`
      expect(await run(fields('Größe 𝄞\u001b[2J', 1028))).toEqual({
        code: 255,
        stdout: '',
        stderr: 'abort: Größe 𝄞?[2J in assembly/index.ts(12:3)\n',
      })
      for (const nowhere of [0, 3, 0x10002, -4]) {
        const { code, stderr } = await run(fields('', nowhere))
        expect({ code, stderr }).toEqual({ code: 255, stderr: 'abort:  in assembly/index.ts(12:3)\n' })
      }
    })

    test("AssemblyScript's random numbers begin with another one each time", async () => {
      const fields = `${WRITE} (import "env" "seed" (func $seed (result f64))) (memory (export "memory") 1) ${PRINT}
        (func (export "_start") (i64.store (i32.const 16) (i64.or (i64.const 0x0101010101010101)
          (i64.and (i64.const 0x3e3e3e3e3e3e3e3e) (i64.trunc_f64_u (call $seed))))) (call $print (i32.const 16) (i32.const 8)))`
      const [a, b] = [await run(fields), await run(fields)]
      expect(a.code).toBe(0)
      expect(a.stdout).not.toBe(b.stdout)
    })
  })
}
