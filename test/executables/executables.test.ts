import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  TARGETS,
  backendOf,
  compile,
  createExecutable,
  createExecutables,
  findTarget,
  hasMachineCode,
  hostTarget,
  type Build,
  type Progress,
} from '../../compiler/index.ts'
import { integrity } from '../../compiler/compile.ts'
import { assemble } from '../../compiler/wat.ts'
import { levelsOf } from '../support/levels.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { helloWorld, temporaryDirectory } from './program.ts'
import { expectMode } from '../support/permissions.ts'

const dir = temporaryDirectory('executables')
const cacheDir = join(dir, 'cache')
const wasm = await helloWorld('Hello, Wasm!\n', 3)
const options = { file: 'src/hello.wasm', cacheDir }

describe.each([undefined, 2] as const)('every target, level %s', (optimize) => {
  const options = { file: 'src/hello.wasm', cacheDir: join(dir, `cache ${optimize}`), optimize }
  let build: Build
  test('is built by one call, and described', async () => {
    build = await createExecutables(wasm, { ...options, targets: ['all'], grants: { env: ['HOME'] } })
    expect(build.executables.map(({ target }) => target)).toEqual(TARGETS.map(({ name }) => name))
    expect(build.module).toMatchObject({
      name: 'hello',
      file: 'src/hello.wasm',
      size: wasm.length,
      integrity: integrity(wasm),
      imports: [
        { module: 'wasi_snapshot_preview1', name: 'fd_write', kind: 'func' },
        { module: 'wasi_snapshot_preview1', name: 'proc_exit', kind: 'func' },
      ],
      exports: [
        { name: 'memory', kind: 'memory' },
        { name: '_start', kind: 'func' },
      ],
    })
    expect(build.grants).toMatchObject({ dirs: [], env: [{ name: 'HOME', value: null }] })
    for (const executable of build.executables) {
      const level = optimize ?? (hasMachineCode(findTarget(executable.target)!) ? 1 : 2)
      expect(executable.optimize).toBe(level)
      expect(executable.backend).toBe(backendOf(level))
      expect(executable.toolchain.name).toBe(level === 1 ? 'unplugin-wasm-exe' : 'zig')
      const bytes = readFileSync(executable.path)
      expect(executable.size).toBe(bytes.length)
      expect(executable.integrity).toBe(integrity(bytes))
      expect(executable.fileName).toBe(executable.target.startsWith('win32') ? 'hello.exe' : 'hello')
      expect(executable.cached).toBe(false)
    }
  })

  test.each(TARGETS.map(({ name }) => name))('%s runs', async (target) => {
    const missing = canRun(target)
    if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
    const { path } = build.executables.find((executable) => executable.target === target)!
    expect(await runExecutable(target, path)).toMatchObject({ stdout: 'Hello, Wasm!\n', stderr: '', code: 3 })
  })

  test('gives the same bytes in another directory, with another cache', async () => {
    const other = join(dir, 'some where', 'else')
    mkdirSync(other, { recursive: true })
    const again = await createExecutables(wasm, {
      file: join(other, 'hello.wasm'),
      cacheDir: join(other, 'cache', String(optimize)),
      optimize,
      targets: ['all'],
      grants: { env: ['HOME'] },
      jobs: 1,
    })
    const hashes = (of: Build) => of.executables.map(({ target, integrity }) => `${target} ${integrity}`)
    expect(hashes(again)).toEqual(hashes(build))
  })

  test('comes from the cache the second time, without compiling', async () => {
    const steps: Progress[] = []
    const started = performance.now()
    const again = await createExecutables(wasm, {
      ...options,
      targets: ['all'],
      grants: { env: ['HOME'] },
      onProgress: (step) => steps.push(step),
    })
    expect(performance.now() - started).toBeLessThan(300)
    expect(steps).toEqual([])
    expect(again.executables.every(({ cached }) => cached)).toBe(true)
    expect(again.module).toEqual(build.module)
  })

  test('is linked again after its file in the cache was damaged', async () => {
    const { path, integrity: before } = build.executables[0]
    writeFileSync(path, 'damaged')
    const again = await createExecutables(wasm, { ...options, targets: ['linux-x64'], grants: { env: ['HOME'] } })
    expect(again.executables[0]).toMatchObject({ integrity: before, cached: false })
  })
})

describe('this machine', () => {
  const host = hostTarget()!
  const run = (path: string, args: string[] = []) => runExecutable(host.name, path, args)

  test('gets its file, executable and complete', async () => {
    const outFile = join(dir, 'out', `hello${host.ext}`)
    const built = await createExecutable(wasm, { ...options, outFile })
    expect(built).toMatchObject({ target: host.name, triple: host.triple, path: outFile })
    expectMode(outFile, 0o755)
    expect(readdirSync(join(dir, 'out'))).toEqual([`hello${host.ext}`])
    expect(await run(outFile)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 3 })
    const replaced = await createExecutable(await helloWorld('Again\n'), { ...options, outFile })
    expect(readFileSync(outFile).length).toBe(replaced.size)
    expect(await run(outFile)).toMatchObject({ stdout: 'Again\n', code: 0 })
  })

  test('a place that cannot be written is an error, and nothing is left there', async () => {
    const file = join(dir, 'file')
    writeFileSync(file, '')
    await expect(createExecutable(wasm, { ...options, outFile: join(file, 'hello') })).rejects.toThrow(
      /cannot write .*file\/hello: .*not a directory/,
    )
    mkdirSync(join(dir, 'taken', 'hello'), { recursive: true })
    await expect(createExecutable(wasm, { ...options, outFile: join(dir, 'taken', 'hello') })).rejects.toThrow(
      /cannot write .*taken\/hello: there is a directory of that name/,
    )
    expect(readdirSync(join(dir, 'taken'))).toEqual(['hello'])
  })

  test.each([1, 2, 3, 's'] as const)('works at level %s', async (optimize) => {
    const { path } = await createExecutable(wasm, { ...options, optimize })
    expect(await run(path)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 3 })
  })

  test.each([undefined, 2] as const)(
    'with a cpu x64 executables are others, and only they (level %s)',
    async (optimize) => {
      const targets = ['linux-x64', 'linux-arm64']
      const other = { ...options, targets, optimize, cacheDir: join(dir, `cpu ${optimize}`) }
      await createExecutables(wasm, other)
      const { executables } = await createExecutables(wasm, { ...other, cpu: 'x86-64-v2' })
      expect(executables.map(({ target, cached }) => [target, cached])).toEqual([
        ['linux-x64', false],
        ['linux-arm64', true],
      ])
      if (canRun('linux-x64') !== undefined) return
      expect(await runExecutable('linux-x64', executables[0].path)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 3 })
    },
  )

  test('with debug it keeps symbols', async () => {
    const { path, size } = await createExecutable(wasm, { ...options, debug: true })
    expect(size).toBeGreaterThan((await createExecutable(wasm, { ...options, optimize: 2 })).size)
    expect(readFileSync(path).includes('hello___start')).toBe(true)
    expect(await run(path)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 3 })
  })

  test.each(levelsOf(host.name))('a module that was compiled before is taken too, level %s', async (optimize) => {
    const compiled = await compile(wasm, { file: 'compiled.wasm' })
    expect(compiled.info.name).toBe('compiled')
    const { path } = await createExecutable(compiled, { cacheDir, optimize })
    expect(await run(path)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 3 })
  })

  test.each(levelsOf(host.name))('a file name of any characters gives a program, level %s', async (optimize) => {
    const { path, fileName } = await createExecutable(wasm, { cacheDir, optimize, file: 'dir/7 Zwerge — "ä"?_.wasm' })
    expect(fileName).toBe(`7 Zwerge — "ä"?_${host.ext}`)
    expect(await run(path)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 3 })
  })

  test('two builds of the same module at a time do the work once', async () => {
    const fresh = join(dir, 'fresh')
    const steps: Progress[] = []
    const onProgress = (step: Progress) => void steps.push(step)
    const build = () => createExecutable(wasm, { ...options, optimize: 2, cacheDir: fresh, onProgress })
    const [a, b] = await Promise.all([build(), build()])
    expect(a.path).toBe(b.path)
    expect(steps.filter(({ stage, cached }) => stage === 'compile' && !cached)).toHaveLength(3)
  })

  test('progress counts up to a total that is known from the start', async () => {
    const steps: Progress[] = []
    const onProgress = (step: Progress) => void steps.push(step)
    await createExecutable(await helloWorld('Progress\n'), { ...options, optimize: 2, onProgress })
    const compiling = steps.filter(({ stage }) => stage === 'compile')
    expect(compiling.map(({ done, total }) => `${done}/${total}`)).toEqual(['1/3', '2/3', '3/3'])
    expect(steps.map(({ stage }) => stage)).toEqual([
      'decode',
      'validate',
      'generate',
      ...Array(3).fill('compile'),
      'link',
    ])
  })

  test('a library is told what to do', async () => {
    const library = await assemble('(module (func (export "f")))')
    await expect(createExecutable(library, { ...options, file: 'lib.wasm' })).rejects.toThrow(/lib\.wasm.*no _start/)
  })
  test("toolchain 'cc' builds for no other machine", async () => {
    const other = host.name === 'win32-x64' ? 'win32-arm64' : 'win32-x64'
    await expect(createExecutable(wasm, { ...options, target: other, toolchain: 'cc' })).rejects.toThrow(
      new RegExp(`toolchain 'cc' builds for this machine only, not for ${other}`),
    )
  })
  test.skipIf(process.platform !== 'linux')("toolchain 'cc' builds the same program", async () => {
    const { path, toolchain } = await createExecutable(wasm, { ...options, toolchain: 'cc' })
    expect(['gcc', 'clang']).toContain(toolchain.name)
    expect(await run(path)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 3 })
  })
  test.skipIf(process.platform !== 'linux')("toolchain 'cc' takes immutable globals of every type", async () => {
    const bytes = await assemble(`(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1) (table 1 funcref) (elem (i32.const 0) $f) (func $f)
      (global $i i32 (i32.const 1)) (global $l i64 (i64.const 2)) (global $f f32 (f32.const 3.5)) (global $d f64 (f64.const nan:0x123))
      (global $v v128 (v128.const i32x4 4 30 6 7)) (global $zero (export "zero") v128 (v128.const i32x4 0 0 0 0))
      (global $p funcref (ref.func $f)) (global $null funcref (ref.null func)) (global $e externref (ref.null extern))
      (func (export "_start")
        (drop (global.get $f)) (drop (global.get $d)) (drop (i64x2.extract_lane 0 (global.get $zero)))
        (drop (ref.is_null (global.get $e))) (drop (ref.is_null (global.get $p)))
        (call $exit (i32.add (i32.add (global.get $i) (i32.wrap_i64 (global.get $l)))
          (i32.add (i32x4.extract_lane 1 (global.get $v)) (ref.is_null (global.get $null)))))))`)
    const { path } = await createExecutable(bytes, { ...options, toolchain: 'cc' })
    expect(await run(path)).toMatchObject({ stderr: '', code: 34 })
  })
})
