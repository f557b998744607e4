import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CompileError,
  compile,
  createExecutable,
  createExecutables,
  type ExecutableOptions,
} from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { testCache } from '../support/tools.ts'
import { webAssembly } from '../support/webassembly.ts'
import { badModules } from './modules.ts'

const folder = mkdtempSync(join(tmpdir(), 'bad-input-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cacheDir = join(testCache, 'cache')
const outFile = join(folder, 'program')

/** The error of a build that has to fail and leave nothing behind. */
async function failure(bytes: Uint8Array, options: object = {}): Promise<CompileError> {
  const error: unknown = await createExecutable(bytes, { file: 'src/bad.wasm', cacheDir, outFile, ...options }).then(
    () => new Error('it was built'),
    (thrown: unknown) => thrown,
  )
  expect(readdirSync(folder)).toEqual([])
  if (!(error instanceof CompileError)) throw error
  return error
}

let hello: Uint8Array
beforeAll(async () => {
  hello = await assemble(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (table 2 funcref) (global $g (mut i32) (i32.const 7))
    (data (i32.const 0) "\\08\\00\\00\\00\\06\\00\\00\\00hello\\n") (elem (i32.const 0) $start $start)
    (func $start (export "_start") (local i64 f64)
      (block (loop (br_if 1 (global.get $g)) (br 0)))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))`)
})

describe('a module that is no program', () => {
  test.each(badModules)('$title', async ({ wat, says }) => {
    const error = await failure(typeof wat === 'string' ? await assemble(wat) : wat)
    expect(error.message).toMatch(/^src\/bad\.wasm[:+]/)
    for (const pattern of says) expect(error.message).toMatch(pattern)
    expect(error.hint ?? '', `"${error.message}" says no next step`).not.toBe('')
  })
})

describe('damaged bytes', () => {
  test('cut off anywhere', async () => {
    for (let length = 0; length < hello.length; length++) {
      const cut = hello.slice(0, length)
      // Cut off between two sections, what is left may be a module, and even a program.
      const whole = webAssembly.validate(cut)
      const error = await compile(cut, { file: 'cut.wasm' }).catch((thrown: Error) => thrown)
      expect(error instanceof CompileError, `the first ${length} bytes`).toBe(!whole)
      if (error instanceof CompileError) expect(error.message).toMatch(/^cut\.wasm: malformed module/)
    }
  })

  test('changed at random: an error with its place, or an executable', async () => {
    let seed = 0x2545f491
    const random = (limit: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return Math.floor((seed / 2 ** 32) * limit)
    }
    let refused = 0
    for (let round = 0; round < 400; round++) {
      const bytes = hello.slice()
      for (let change = 0; change <= random(3); change++) bytes[8 + random(bytes.length - 8)] = random(256)
      try {
        await compile(bytes, { file: 'random.wasm' })
      } catch (error) {
        refused++
        expect(error, String((error as Error).stack)).toBeInstanceOf(CompileError)
        expect((error as CompileError).message).toMatch(/^random\.wasm/)
      }
    }
    expect(refused).toBeGreaterThan(200)
  })

  test('nothing but noise', async () => {
    for (const size of [1, 4, 8, 100, 10_000]) {
      const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 2654435761) >>> 13)
      expect((await failure(bytes)).message).toMatch(/^src\/bad\.wasm/)
    }
  })
})

describe('options', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown target', { target: 'linux-x86' }, /unknown target "linux-x86".*linux-x64[^]*darwin-arm64/],
    ['an unknown level', { optimize: 9 }, /optimi[sz]/],
    ['a toolchain that is not there', { toolchain: '/no/such/zig' }, /\/no\/such\/zig/],
    ['a grant without a guest path', { grants: { dirs: { '': '.' } } }, /grants/],
    ['a grant that is no path', { grants: { dirs: { '/': 7 } } }, /grants|dirs/],
    ['an environment variable without a name', { grants: { env: ['=x'] } }, /=x/],
    ['an unknown kind of grant', { grants: { directories: {} } }, /directories/],
    ['an output below a file', { outFile: '/dev/null/program' }, /\/dev\/null/],
  ])('%s', async (_, options, says) => {
    const error = await failure(hello, options)
    expect(error.message).toMatch(says)
  })

  test('no target at all', async () => {
    const built = createExecutables(hello, { targets: [], cacheDir } satisfies ExecutableOptions & {
      targets: string[]
    })
    await expect(built).rejects.toThrow(/no target/)
  })
})

test('a build that was cancelled before it began', async () => {
  const signal = AbortSignal.abort(new Error('changed my mind'))
  await expect(createExecutable(hello, { outFile, signal, cacheDir: join(folder, 'cache') })).rejects.toThrow(
    'changed my mind',
  )
  expect(readdirSync(folder).filter((name) => name !== 'cache')).toEqual([])
  rmSync(join(folder, 'cache'), { recursive: true, force: true })
})
