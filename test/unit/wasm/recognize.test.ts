import { describe, expect, test } from 'vitest'
import { decode } from '../../../compiler/wasm/decode.ts'
import { calledAtStart, checkLibrary, checkProgram, checkWasiCalls } from '../../../compiler/wasm/recognize.ts'
import { assemble } from '../../../compiler/wat.ts'
import { errorOf, load } from './bytes.ts'

const program = async (fields: string): Promise<() => void> => {
  const module = load(await assemble(`(module ${fields})`))
  return () => checkProgram(module)
}
const START = '(func (export "_start"))'
const SPAWN = '(import "wasi" "thread-spawn" (func (param i32) (result i32)))'

describe('a program', () => {
  test.each([
    ['without imports', START],
    ['with WASI calls', `(import "wasi_snapshot_preview1" "proc_exit" (func (param i32))) ${START}`],
    [
      'with calls the runtime lacks',
      `(import "wasi_snapshot_preview1" "sock_shutdown" (func (param i32 i32) (result i32))) ${START}`,
    ],
    ['with WASI calls by their older name', `(import "wasi_unstable" "proc_exit" (func (param i32))) ${START}`],
    ['with a shared memory from outside and no threads', `(import "env" "memory" (memory 1 2 shared)) ${START}`],
    ['with a memory from outside', `(import "env" "memory" (memory 1)) ${START}`],
    ['with a table from outside', `(import "env" "__indirect_function_table" (table 1 funcref)) ${START}`],
    [
      "of Emscripten's that tells when its memory grows",
      `(import "env" "emscripten_notify_memory_growth" (func (param i32))) ${START}`,
    ],
    [
      "of AssemblyScript's that may abort",
      `(import "env" "abort" (func (param i32 i32 i32 i32))) (import "env" "seed" (func (result f64))) ${START}`,
    ],
  ])('%s is accepted', async (_, fields) => expect(await program(fields)).not.toThrow())

  test.each([
    ['wasm-bindgen', '__wbindgen_placeholder__', '__wbindgen_describe', 'wasm32-unknown-unknown'],
    ['wasm-bindgen', './hello_bg.js', '__wbg_log_1', 'wasm32-unknown-unknown'],
    ['wasm-bindgen', 'wbg', '__wbindgen_throw', 'wasm32-unknown-unknown'],
    ['Emscripten', 'env', 'emscripten_memcpy_js', 'wasi-sdk'],
    ['Emscripten', 'env', 'invoke_vii', 'wasi-sdk'],
    ['Emscripten', 'a', 'b', 'wasi-sdk'],
    ["Go's js target", 'gojs', 'runtime.wasmExit', 'GOOS=wasip1'],
    ["Go's js target", 'go', 'syscall/js.valueGet', 'GOOS=wasip1'],
    ['AssemblyScript', 'env', 'abort', '@assemblyscript/wasi-shim'],
    ['component for WASI 0.2', 'wasi:cli/stdout@0.2.0', 'get-stdout', 'wasm32-wasip1'],
    ['JS string builtins', 'wasm:js-string', 'length', 'wasm32-wasip1'],
    ['JS string builtins', 'wasm:text-decoder', 'decodeStringFromUTF8Array', 'wasm32-wasip1'],
    ['WASIX', 'wasix_32v1', 'fd_dup', 'wasm32-wasip1'],
    ['Emscripten', 'env', 'emscripten_notify_memory_growth', 'wasi-sdk'],
    ['threads from outside', 'wasi', 'thread-spawn', 'wasm32-wasip1-threads'],
  ])('of %s, importing %s.%s, is told how to build', async (maker, module, name, hint) => {
    const error = errorOf(await program(`(import "${module}" "${name}" (func)) ${START}`))
    expect(error).toMatchObject({ code: 'imports', file: 'dir/test.wasm' })
    expect(error.reason).toContain(maker)
    expect(error.reason).toContain(`${module}.${name}`)
    expect(error.hint).toContain(hint)
  })

  test.each([
    ['a table that holds no functions', '(import "env" "__indirect_function_table" (table 1 externref))'],
    ['a memory twice', '(import "env" "memory" (memory 1)) (import "env" "memory" (memory 1))'],
    ['a memory of another name', '(import "env" "mem" (memory 1))'],
    ['a global', '(import "env" "__memory_base" (global i32))'],
  ])('is not given %s', async (_, fields) => {
    expect(errorOf(await program(`${fields} ${START}`)).code).toBe('imports')
  })

  test.each([
    ['its own', '(memory 1)'],
    ['a second one', '(import "env" "memory" (memory 1 2 shared)) (memory 1)'],
    ['one that it is given', '(import "env" "memory" (memory 1))'],
  ])('that starts threads has no memory that is not shared: %s', async (_, memory) => {
    const entry = '(func (export "wasi_thread_start") (param i32 i32))'
    const error = errorOf(await program(`${SPAWN} ${memory} ${entry} ${START}`))
    expect(error).toMatchObject({ code: 'imports', reason: 'starts threads, but has a memory that is not shared' })
  })

  test('that imports anything else is told what is missing', async () => {
    const error = errorOf(
      await program(`(import "env" "foo" (func)) (import "env" "table" (table 1 funcref)) ${START}`),
    )
    expect(error.message).toContain('imports what is not there: env.foo (func), env.table (table)')
    expect(error.hint).toContain('wasm32-wasip1')
  })

  test('that imports a WASI call by a wrong name or type is told the right one', async () => {
    const wasi = (item: string): Promise<() => void> => program(`(import "wasi_snapshot_preview1" ${item}) ${START}`)
    expect(errorOf(await wasi('"fd_wriet" (func)')).reason).toMatch(/fd_wriet .* did you mean "fd_write"\?$/)
    expect(errorOf(await wasi('"fd_close" (func (param i64))')).reason).toContain(
      'as (i64) -> (), but it is (i32) -> (i32)',
    )
    const unstable = await program(`(import "wasi_unstable" "sock_accept" (func)) ${START}`)
    expect(errorOf(unstable).reason).toContain('wasi_unstable.sock_accept (func), which is no call')
    expect(errorOf(await wasi('"fd_close" (memory 1)')).reason).toContain('fd_close (memory)')
  })

  test('that imports calls for sockets, which components alone have, is refused as program, library and object', async () => {
    const module = load(await assemble(`(module (import "wasi_net" "socket" (func)) ${START})`))
    const checks = [checkProgram, (it: typeof module) => checkLibrary(it, new Set(['wasi_net'])), checkWasiCalls]
    for (const check of checks)
      expect(errorOf(() => check(module)).reason).toContain('wasi_net.socket (func), which is no call')
  })

  test.each([
    ['is a library', '(func (export "_initialize"))', 'is a library (a WASI reactor)'],
    [
      'only exports functions',
      '(func (export "add")) (func (export "sub"))',
      'has no _start to begin with; it exports add, sub',
    ],
    ['exports nothing', '', 'it exports no function'],
    ['has a _start with parameters', '(func (export "_start") (param i32))', 'exports _start as (i32) -> ()'],
    ['has a _start that is no function', '(memory (export "_start") 1)', 'exports _start as a memory'],
    [
      'has an _initialize that is no function',
      `(global (export "_initialize") i64 (i64.const 0)) ${START}`,
      'exports _initialize as a global',
    ],
    [
      'has an _initialize with parameters',
      `(func (export "_initialize") (param funcref)) ${START}`,
      'exports _initialize as (funcref) -> ()',
    ],
    [
      'runs threads with other parameters',
      `${SPAWN} (func (export "wasi_thread_start") (param i32 funcref)) ${START}`,
      'exports wasi_thread_start as (i32, funcref) -> (), not as a function (i32, i32) -> ()',
    ],
    [
      'runs a global as threads',
      `${SPAWN} (global (export "wasi_thread_start") i64 (i64.const 0)) ${START}`,
      'exports wasi_thread_start as a global',
    ],
  ])('that %s does not start', async (_, fields, reason) => {
    const error = errorOf(await program(fields))
    expect(error.code).toBe('no-start')
    expect(error.reason).toContain(reason)
  })
})

test.each([
  ['a global', '(global (export "_initialize") i64 (i64.const 0))'],
  ['a function with parameters', '(func (export "_initialize") (param funcref))'],
])('a library cannot be initialized by %s, and nothing calls it', async (_, fields) => {
  const module = load(await assemble(`(module ${fields} ${START})`))
  expect(errorOf(() => checkLibrary(module, new Set())).reason).toContain('exports _initialize as')
  expect(calledAtStart(module, false)).toEqual([])
  expect(calledAtStart(module, true)).toEqual(['_start'])
})

describe('a file that is no module is called what it is', () => {
  test.each([
    ['\0asm\x0d\0\x01\0', 'WebAssembly component', 'wasm32-wasip1 instead of wasm32-wasip2'],
    ['\x7fELF\x02\x01', 'ELF', 'wasm32-wasip1'],
    ['MZ\x90\0', 'Windows program', 'wasm32-wasip1'],
    ['\xcf\xfa\xed\xfe', 'macOS program', 'wasm32-wasip1'],
    ['!<arch>\n', 'static library', 'link it'],
    ['BC\xc0\xde', 'LLVM bitcode', 'link it'],
    ['\x1f\x8b\x08', 'gzip', 'gunzip'],
    ['PK\x03\x04', 'zip', 'unzip'],
    ['version https://git-lfs.github.com/spec/v1\noid', 'git-lfs', 'git lfs pull'],
    ['\n<!DOCTYPE html>', 'HTML', 'address'],
    ['(module)', 'WebAssembly text', '.wat'],
    [';; a comment\n(; another ;) (module)', 'WebAssembly text', '.wat'],
    ["import fs from 'fs'", 'JavaScript', '.wasm'],
    ['// glue\nvar Module', 'JavaScript', '.wasm'],
  ])('%j', (start, what, hint) => {
    const error = errorOf(() => decode(Buffer.from(start, 'latin1'), { name: 'x', file: 'x.wasm' }))
    expect(error).toMatchObject({ code: 'not-wasm', file: 'x.wasm' })
    expect(error.reason).toContain(what)
    expect(error.hint).toContain(hint)
  })

  test('without taking long over comments that never end', () => {
    const start = performance.now()
    for (const opening of ['(;;)', '/**/', '//\n']) {
      errorOf(() => decode(Buffer.from(opening.repeat(300) + '!'), { name: 'x' }))
    }
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
