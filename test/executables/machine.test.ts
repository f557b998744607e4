/** Level 1: machine code of our own, for which no compiler is looked for. */
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  createExecutable,
  createExecutables,
  createObject,
  findTarget,
  hasMachineCode,
  hostTarget,
  TARGET_NAMES,
  type ExecutableOptions,
} from '../../compiler/index.ts'
import { integrity } from '../../compiler/compile.ts'
import { assemble } from '../../compiler/wat.ts'
import { readExecutableInfo } from '../../src/executable-info.ts'
import { connectTo, freePort } from '../support/network.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { helloWorld, temporaryDirectory } from './program.ts'

const dir = temporaryDirectory('machine')
const cacheDir = join(dir, 'cache')
const host = hostTarget()!
const targets = TARGET_NAMES.filter((name) => hasMachineCode(findTarget(name)!))
const wasm = await helloWorld('Hello, Wasm!\n', 3)
const options = { file: 'src/hello.wasm', cacheDir, optimize: 1 } as const

beforeEach(() => void vi.stubEnv('ZIG', join(dir, 'nowhere')))
afterEach(() => void vi.unstubAllEnvs())

test('builds for all targets without a compiler, and says so', async () => {
  const build = await createExecutables(wasm, { ...options, targets, toolchain: join(dir, 'nowhere') })
  const made = { backend: 'machine', optimize: 1, toolchain: { name: 'unplugin-wasm-exe' } }
  for (const executable of build.executables) {
    const { target, path, size, integrity: hash, cached } = executable
    expect(executable).toMatchObject(made)
    const bytes = readFileSync(path)
    expect({ size, hash, cached }).toEqual({ size: bytes.length, hash: integrity(bytes), cached: false })
    const info = readExecutableInfo(path, bytes)
    expect(info).toMatchObject({ name: 'hello', backend: 'machine', optimize: 1, wasm: { integrity: integrity(wasm) } })
    expect(info.imports).toEqual({ wasi_snapshot_preview1: ['fd_write', 'proc_exit'] })
    const missing = canRun(target)
    if (missing !== undefined) console.warn(`${target} not run: needs ${missing}`)
    else expect(await runExecutable(target, path)).toMatchObject({ stdout: 'Hello, Wasm!\n', stderr: '', code: 3 })
  }
})

test('the same bytes elsewhere, for one target as for all, at level 0, and where nobody chose one', async () => {
  const hashes = async (
    name: string,
    more: ExecutableOptions & { targets: readonly string[] },
  ): Promise<Record<string, string>> => {
    const { executables } = await createExecutables(wasm, { ...options, cacheDir: join(dir, name), ...more })
    return Object.fromEntries(executables.map((executable) => [executable.target, executable.integrity]))
  }
  const all = await hashes('all', { targets })
  expect(await hashes('else where', { targets, file: join(dir, 'hello.wasm'), optimize: 0 })).toEqual(all)
  expect(await hashes('default', { targets, optimize: undefined })).toEqual(all)
  for (const target of targets) expect(await hashes(target, { targets: [target] })).toEqual({ [target]: all[target] })
})

test('comes from the cache the second time', async () => {
  const cached = async (): Promise<boolean> =>
    (await createExecutable(wasm, { ...options, cacheDir: join(dir, 'again') })).cached
  expect([await cached(), await cached()]).toEqual([false, true])
})

test('several programs at a time do not disturb each other', async () => {
  const texts = Array.from({ length: 4 }, (_, i) => `${i}\n`.repeat(50))
  const files = texts.map(async (text, i) => {
    const bytes = await helloWorld(text)
    return (await createExecutable(bytes, { ...options, file: `p${i}.wasm` })).path
  })
  for (const [i, file] of (await Promise.all(files)).entries())
    expect(await runExecutable(host.name, file)).toMatchObject({ stdout: texts[i] })
})

test('a build that is given up ends, and the next one goes on', async () => {
  const functions = Array.from({ length: 3000 }, () => `(func (param i32) (result i32) ${'(local.get 0) '.repeat(1)})`)
  const many = await assemble(`(module ${functions.join('\n')} (memory (export "memory") 1) (func (export "_start")))`)
  const controller = new AbortController()
  const building = createExecutable(many, { ...options, signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(building).rejects.toThrow('enough')
  expect((await createExecutable(many, options)).size).toBeGreaterThan(0)
})

describe('where nobody chose a level', () => {
  const given = { file: 'src/hello.wasm', cacheDir }
  test('a target that only C compilers build for goes through C, and no other does', async () => {
    vi.unstubAllEnvs()
    const { executables } = await createExecutables(wasm, { ...given, targets: ['linux-x64', 'linux-riscv64'] })
    expect(executables.map(({ target, backend, optimize }) => [target, backend, optimize])).toEqual([
      ['linux-x64', 'machine', 1],
      ['linux-riscv64', 'c', 2],
    ])
    const [alone] = (await createExecutables(wasm, { ...options, targets: ['linux-x64'] })).executables
    expect(executables[0].integrity).toBe(alone.integrity)
  })
  // $ZIG names nothing: whoever looks for a compiler fails.
  test.each<[object]>([
    [{ targets: ['linux-x64', 'linux-riscv64'] }],
    [{ debug: true }],
    [{ cpu: 'x86-64-v3', targets: ['linux-x64'] }],
    [{ launcher: 'ccache' }],
    [{ toolchain: 'zig' }],
  ])('%j looks for a C compiler', async (more) => {
    const file = join(dir, 'never')
    const building = createExecutables(wasm, { ...given, ...more, outFile: () => file })
    await expect(building).rejects.toThrow(/ZIG names .*nowhere/)
    expect(existsSync(file)).toBe(false)
  })
  test('so does an object file', async () => {
    await expect(createObject(wasm, given)).rejects.toThrow(/ZIG names .*nowhere/)
  })
})

describe('what it lacks is refused by name', () => {
  test('a processor', async () => {
    await expect(createExecutables(wasm, { ...options, targets: ['linux-x64', 'linux-riscv64'] })).rejects.toThrow(
      'optimize: 1 does not build for linux-riscv64\n  set optimize to 2',
    )
  })
  test('lines for debuggers', async () => {
    await expect(createExecutable(wasm, { ...options, debug: true })).rejects.toThrow(
      /debuggers\n {2}set optimize to 2/,
    )
  })
  test.each([0, 1] as const)('object files, at level %s', async (optimize) => {
    await expect(createObject(wasm, { ...options, optimize })).rejects.toThrow(
      `optimize: ${optimize} makes no object files for C programs\n  set optimize to 2`,
    )
  })
})

test('a module is refused in the same words as on the way through C', async () => {
  vi.unstubAllEnvs()
  const START = '(func (export "_start"))'
  const WASI = 'wasi_snapshot_preview1'
  const library = { name: 'lib', file: 'lib.wasm', bytes: await assemble('(module (func (export "f")))') }
  const rows: [text: string, name?: string, modules?: (typeof library)[]][] = [
    ['(module)'],
    ['(module (func (export "_start") (param i32)))'],
    [`(module (import "env" "f" (func)) ${START})`],
    [`(module (import "${WASI}" "fd_writ" (func)) ${START})`],
    [`(module (import "${WASI}" "fd_write" (func)) ${START})`],
    [`(module (func (export "fd_write")) ${START})`, WASI],
    [`(module (import "env" "seed" (func (result f64))) (func (export "seed")) ${START})`, 'env'],
    [`(module (import "lib" "g" (func)) ${START})`, 'main', [library]],
    [`(module (import "lib" "f" (func (param i32))) ${START})`, 'main', [library]],
    [`(module (import "lib" "f" (func)) ${START})`, 'main', [library, library]],
  ]
  for (const [text, name = 'main', modules] of rows) {
    const bytes = await assemble(text)
    const message = async (optimize: 1 | 2): Promise<string> =>
      createExecutable(bytes, { cacheDir, name, file: `${name}.wasm`, modules, optimize }).then(
        () => 'built',
        (error: Error) => error.message,
      )
    const said = await message(1)
    expect(said).not.toBe('built')
    expect(said).toBe(await message(2))
  }
})

describe('a program that is given something', () => {
  test.each(targets)('arguments, variables, a directory and embedded files on %s', async (target) => {
    const missing = canRun(target)
    if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
    const place = join(dir, `given-${target}`)
    mkdirSync(join(place, 'assets'), { recursive: true })
    writeFileSync(join(place, 'assets', 'a.txt'), 'embedded')
    writeFileSync(join(place, 'b.txt'), 'granted')
    const program = await assemble(GIVEN)
    const { path } = await createExecutable(program, {
      ...options,
      file: 'given.wasm',
      target,
      grants: { dirs: { '/dir': '.' }, env: ['GIVEN=value'], args: ['fixed'] },
      embed: { '/share': join(place, 'assets') },
    })
    const result = await runExecutable(target, path, ['more'], { cwd: place })
    expect(result.stderr).toBe('')
    // The first is the file's name.
    expect(result.stdout.split('\0').slice(1)).toEqual(['fixed', 'more', 'GIVEN=value', 'granted', 'embedded'])
  })

  test('an address to take connections at', async () => {
    const port = await freePort()
    const grants = { listen: [`127.0.0.1:${port}`] }
    const { path } = await createExecutable(await assemble(ACCEPT), { ...options, file: 'accept.wasm', grants })
    const running = runExecutable(host.name, path)
    const socket = await connectTo(port)
    let received = ''
    const ended = once(socket, 'end')
    socket.on('data', (chunk) => (received += String(chunk)))
    expect(await running).toMatchObject({ code: 0, stderr: '' })
    await ended
    expect(received).toBe('connected')
    socket.destroy()
  })
})

const WASI_IMPORT = (name: string, params: string): string =>
  `(import "wasi_snapshot_preview1" "${name}" (func $${name} (param ${params}) (result i32)))`

/** Prints arguments, variables, and a file of each of two directories: descriptors 3 (granted) and 4 (embedded). */
const GIVEN = `(module
  ${WASI_IMPORT('args_sizes_get', 'i32 i32')} ${WASI_IMPORT('args_get', 'i32 i32')}
  ${WASI_IMPORT('environ_sizes_get', 'i32 i32')} ${WASI_IMPORT('environ_get', 'i32 i32')}
  ${WASI_IMPORT('fd_write', 'i32 i32 i32 i32')} ${WASI_IMPORT('fd_read', 'i32 i32 i32 i32')}
  ${WASI_IMPORT('path_open', 'i32 i32 i32 i32 i32 i64 i64 i32 i32')}
  (memory (export "memory") 1)
  (data (i32.const 32) "a.txtb.txt")
  (func $print (param $at i32) (param $size i32)
    (i32.store (i32.const 0) (local.get $at)) (i32.store (i32.const 4) (local.get $size))
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable)))
  (func $show (param $fd i32) (param $name i32)
    (if (call $path_open (local.get $fd) (i32.const 0) (local.get $name) (i32.const 5) (i32.const 0)
      (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 16)) (then unreachable))
    (i32.store (i32.const 0) (i32.const 4096)) (i32.store (i32.const 4) (i32.const 100))
    (if (call $fd_read (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
    (call $print (i32.const 4096) (i32.load (i32.const 8))))
  (func (export "_start")
    (drop (call $args_sizes_get (i32.const 16) (i32.const 20))) (drop (call $args_get (i32.const 64) (i32.const 1024)))
    (call $print (i32.const 1024) (i32.load (i32.const 20)))
    (drop (call $environ_sizes_get (i32.const 16) (i32.const 20))) (drop (call $environ_get (i32.const 64) (i32.const 1024)))
    (call $print (i32.const 1024) (i32.load (i32.const 20)))
    (call $show (i32.const 3) (i32.const 37))
    (call $print (i32.const 24) (i32.const 1))
    (call $show (i32.const 4) (i32.const 32))))`

const ACCEPT = `(module
  ${WASI_IMPORT('sock_accept', 'i32 i32 i32')} ${WASI_IMPORT('fd_write', 'i32 i32 i32 i32')}
  (memory (export "memory") 1)
  (data (i32.const 32) "connected")
  (func (export "_start")
    (if (call $sock_accept (i32.const 3) (i32.const 0) (i32.const 16)) (then unreachable))
    (i32.store (i32.const 0) (i32.const 32)) (i32.store (i32.const 4) (i32.const 9))
    (if (call $fd_write (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))))`
