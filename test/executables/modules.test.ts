import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createExecutables, hostTarget, TARGETS, type Library, type TargetName } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { levelsOf } from '../support/levels.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { root } from '../support/tools.ts'
import { temporaryDirectory } from './program.ts'

const cacheDir = join(temporaryDirectory('modules'), 'cache')
const host = hostTarget()!.name

const read = async (name: string): Promise<Library> => {
  const text = readFileSync(join(root, 'test', 'executables', 'modules', `${name}.wat`), 'utf8')
  return { name, file: `${name}.wasm`, bytes: await assemble(text, { file: `${name}.wat` }) }
}
const [app, facade, math, catcher, thrower] = await Promise.all(
  ['app', 'facade', 'math', 'catcher', 'thrower'].map(read),
)
const options = { name: 'app', file: 'app.wasm', cacheDir }

const library = async (name: string, fields: string): Promise<Library> => ({
  name,
  file: `${name}.wasm`,
  bytes: await assemble(`(module ${fields})`),
})
/** What building a program of these modules fails with. */
async function failure(program: string, ...modules: Library[]): Promise<string> {
  const { bytes } = await library('main', program)
  const built = createExecutables(bytes, { cacheDir, name: 'main', file: 'main.wasm', modules })
  return built.then(
    () => 'built',
    (error: Error) => error.message,
  )
}
const START = '(func (export "_start"))'

describe('functions, globals, a table and memories of several modules', () => {
  const targets = [...new Set<TargetName>([host, 'linux-arm64'])]
  test.each(targets.flatMap((target) => levelsOf(target).map((level) => [target, level] as const)))(
    '%s, level %s',
    async (target, optimize) => {
      const missing = canRun(target)
      if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
      const { executables } = await createExecutables(app.bytes, {
        ...options,
        optimize,
        targets: [target],
        modules: [facade, math],
      })
      const result = await runExecutable(target, executables[0].path)
      expect(result).toMatchObject({ stdout: 'hello\nBCDEFH\n', stderr: '', code: 0 })
    },
  )

  test.each(levelsOf(host))('come from the cache until one of them changes, level %s', async (optimize) => {
    const modules = [facade, math]
    const cached = async (list: Library[]) => {
      const build = await createExecutables(app.bytes, { ...options, optimize, modules: list })
      return build.executables[0].cached
    }
    await cached(modules)
    expect(await cached(modules)).toBe(true)
    const text = readFileSync(join(root, 'test', 'executables', 'modules', 'math.wat'), 'utf8')
    const changed = { ...math, bytes: await assemble(text.replace('(i32.const 66)', '(i32.const 70)')) }
    expect(await cached([facade, changed])).toBe(false)
  })
})

describe('references in exceptions, functions by types of several groups, and tags that several modules catch', () => {
  test.for(TARGETS.flatMap(({ name }) => levelsOf(name).map((level) => [name, level] as const)))(
    '%s, level %s',
    async ([target, optimize], { skip }) => {
      const { executables } = await createExecutables(catcher.bytes, {
        cacheDir,
        name: 'catcher',
        file: 'catcher.wasm',
        optimize,
        targets: [target],
        modules: [{ ...thrower, name: 'lib' }],
      })
      if (canRun(target) !== undefined) skip(`needs ${canRun(target)}`)
      expect(await runExecutable(target, executables[0].path)).toMatchObject({ code: 77, stderr: '' })
    },
  )
})

describe.each(levelsOf(host))('level %s', (optimize) => {
  test('an exception passes from a library through a module that has none', async () => {
    const thrower = await library(
      'thrower',
      '(tag (export "t") (param i32)) (func (export "throw") (throw 0 (i32.const 7)))',
    )
    const between = await library(
      'between',
      '(import "thrower" "throw" (func $t)) (func (export "call") (call $t) unreachable)',
    )
    const { bytes } = await library(
      'main',
      `(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
       (import "between" "call" (func $call)) (import "thrower" "t" (tag $t (param i32)))
       (memory (export "memory") 1)
       (func (export "_start") (call $exit (try (result i32) (do (call $call) (i32.const 1)) (catch $t))))`,
    )
    const modules = [between, thrower]
    const { executables } = await createExecutables(bytes, {
      cacheDir,
      name: 'main',
      file: 'main.wasm',
      modules,
      optimize,
    })
    expect(await runExecutable(host, executables[0].path)).toMatchObject({ stderr: '', code: 7 })
  })

  describe('WASI calls work on the memory of the module that makes them', () => {
    const RANDOM = '(import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))'
    const EXIT = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))'
    const FILL = '(func (export "fill") (result i32) (call $random (i32.const 0) (i32.const 64)))'
    const ANY = '(i32.eqz (i64.eqz (i64.or (i64.load (i32.const 0)) (i64.load (i32.const 8)))))'
    const EFAULT = 21
    const settings = { cacheDir, name: 'main', file: 'main.wasm', optimize }
    test.each([
      ['a library without one', `${RANDOM} ${FILL} (func (export "any") (result i32) (i32.const 0))`, EFAULT],
      [
        'a library that does not export it',
        `${RANDOM} (memory 1) ${FILL} (func (export "any") (result i32) ${ANY})`,
        1,
      ],
    ])('%s', async (_, fields, code) => {
      const { bytes } = await library(
        'main',
        `${EXIT} (import "lib" "fill" (func $fill (result i32))) (import "lib" "any" (func $any (result i32)))
         (memory (export "memory") 1)
         (func (export "_start") (call $exit (i32.add (i32.add (call $fill) (call $any)) (i32.shl ${ANY} (i32.const 6)))))`,
      )
      const modules = [await library('lib', fields)]
      const { executables } = await createExecutables(bytes, { ...settings, modules })
      expect(await runExecutable(host, executables[0].path)).toMatchObject({ stderr: '', code })
    })
    test('a program without one', async () => {
      const { bytes } = await library(
        'main',
        `${EXIT} ${RANDOM} (import "lib" "any" (func $any (result i32)))
         (func (export "_start") (call $exit (i32.add (call $random (i32.const 0) (i32.const 64)) (call $any))))`,
      )
      const modules = [await library('lib', `(memory (export "memory") 1) (func (export "any") (result i32) ${ANY})`)]
      for (const linked of [modules, [...modules, await library('more', '(memory 1)')]]) {
        const { executables } = await createExecutables(bytes, { ...settings, modules: linked })
        expect(await runExecutable(host, executables[0].path)).toMatchObject({ stderr: '', code: EFAULT })
      }
    })
  })

  describe('tail calls between modules take no stack', () => {
    const COUNT = 20_000_000
    /** Calls back and forth, the library through its table; `more` are parameters that only one of the types has. */
    const rally = async (more: string): Promise<number> => {
      const table = await library(
        'table',
        `(type $ping (func (param i32) (result i32))) (table (export "table") 1 funcref)
         (func (export "pong") (param i32 ${more}) (result i32)
           (return_call_indirect (type $ping) (local.get 0) (i32.const 0)))`,
      )
      const zeros = more.split(' ').map((type) => (type ? `(${type}.const 0)` : ''))
      const { bytes } = await library(
        'main',
        `(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
         (import "table" "pong" (func $pong (param i32 ${more}) (result i32)))
         (import "table" "table" (table 1 funcref)) (elem (i32.const 0) $ping) (memory (export "memory") 1)
         (func $ping (param $n i32) (result i32)
           (if (i32.eqz (local.get $n)) (then (return (i32.const 42))))
           (return_call $pong (i32.sub (local.get $n) (i32.const 1)) ${zeros.join(' ')}))
         (func (export "_start") (call $exit (call $ping (i32.const ${COUNT}))))`,
      )
      const settings = { cacheDir, name: 'main', file: 'main.wasm', modules: [table], optimize }
      const { executables } = await createExecutables(bytes, settings)
      const { stderr, code } = await runExecutable(host, executables[0].path)
      expect(stderr).toBe('')
      return code
    }
    test('of functions of one type', async () => expect(await rally('')).toBe(42))
    test('of functions of several types', async () => expect(await rally('i64 f32 f64 i32 i32 i32 i32 i32')).toBe(42))
  })

  test('a tail call into another module passes its exception on', async () => {
    const thrower = await library(
      'thrower',
      `(tag (export "t") (param i32))
       (func (export "throw") (param i32) (result i32) (throw 0 (local.get 0)))`,
    )
    const { bytes } = await library(
      'main',
      `(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
       (import "thrower" "throw" (func $throw (param i32) (result i32))) (import "thrower" "t" (tag $t (param i32)))
       (memory (export "memory") 1)
       (func $on (param i32) (result i32) (return_call $throw (local.get 0)))
       (func (export "_start")
         (call $exit (try (result i32) (do (call $on (i32.const 9))) (catch $t))))`,
    )
    const modules = [thrower]
    const { executables } = await createExecutables(bytes, {
      cacheDir,
      name: 'main',
      file: 'main.wasm',
      modules,
      optimize,
    })
    expect(await runExecutable(host, executables[0].path)).toMatchObject({ stderr: '', code: 9 })
  })
})

describe('is an error that names the modules', () => {
  test('an import of another type', async () => {
    const message = await failure(
      `(import "lib" "f" (func (param i64))) ${START}`,
      await library('lib', '(func (export "f"))'),
    )
    expect(message).toMatch(/^main\.wasm.*: imports lib\.f \(func\), but what lib\.wasm exports does not fit/)
  })
  test('what a module does not export', async () => {
    const message = await failure(`(import "lib" "g" (func)) ${START}`, await library('lib', '(func (export "f"))'))
    expect(message).toMatch(/^main\.wasm.*: imports lib\.g \(func\), which lib\.wasm does not export/)
  })
  test('a module that is not there', async () => {
    const message = await failure(`(import "lib" "g" (func)) ${START}`, await library('other', ''))
    expect(message).toMatch(/main\.wasm.*lib\.g \(func\)[^]*--module lib=FILE/)
  })
  test('a circle', async () => {
    const a = await library('a', '(import "b" "f" (func)) (func (export "f"))')
    const b = await library('b', '(import "a" "f" (func)) (func (export "f"))')
    const message = await failure(`(import "a" "f" (func)) ${START}`, a, b)
    expect(message).toContain('in a circle: a → b → a')
  })
  test('a library that imports from the program', async () => {
    const message = await failure(`(func (export "f")) ${START}`, await library('lib', '(import "main" "f" (func))'))
    expect(message).toMatch(/^lib\.wasm: .*imports from main, the program/)
  })
  test.each(['wasi_snapshot_preview1', 'wasi_net', 'wasm:component'])(
    "a module named %s, as the runtime's",
    async (name) => {
      const message = await failure(START, await library(name, '(func (export "trap") (param i32 i32))'))
      expect(message).toContain(`is named ${name}, but these calls are the runtime's`)
    },
  )
  test('two modules of one name', async () => {
    expect(await failure(START, await library('lib', ''), await library('lib', ''))).toContain(
      'the second module named "lib"',
    )
  })
})

test.each(levelsOf(host))(
  'a function is of the type that it was defined with, however it is imported and referred to, level %s',
  async (optimize) => {
    const types = `(type $any (sub (func (result i32)))) (type $one (sub final $any (func (result i32))))
      (type $other (sub final $any (func (result i32) )))`
    const lib = await library('lib', `(rec ${types}) (func (export "one") (type $one) (i32.const 1))`)
    const facade = await library(
      'facade',
      `(rec ${types}) (import "lib" "one" (func $f (type $one))) (export "f" (func $f))`,
    )
    const test = (reference: string): string => `(call $is (ref.test (ref $one) ${reference}))
      (call $is (ref.test (ref $any) ${reference})) (call $is (i32.eqz (ref.test (ref $other) ${reference})))`
    const program = await library(
      'main',
      `(rec ${types}) (import "facade" "f" (func $f (type $any)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
      (table $constant funcref (elem $f $own)) (table $changes funcref (elem $f)) (elem $passive funcref (ref.func $f))
      (global $g funcref (ref.func $f))
      (func $own (type $one) (i32.const 2))
      (func $is (param i32) (if (i32.eqz (local.get 0)) (then unreachable)))
      (func (export "_start")
        ${test('(ref.func $f)')} ${test('(global.get $g)')} ${test('(table.get $changes (i32.const 0))')}
        (table.init $changes $passive (i32.const 0) (i32.const 0) (i32.const 1)) ${test('(table.get $changes (i32.const 0))')}
        (call $exit (i32.add
          (i32.mul (i32.const 10) (call_indirect $constant (type $one) (i32.const 0)))
          (i32.add (call_indirect $constant (type $any) (i32.const 0)) (call_indirect $changes (type $one) (i32.const 0))))))`,
    )
    const { executables } = await createExecutables(program.bytes, {
      cacheDir,
      name: 'main',
      file: 'main.wasm',
      modules: [lib, facade],
      optimize,
    })
    expect(await runExecutable(host, executables[0].path)).toMatchObject({ code: 12, stderr: '' })
  },
)
