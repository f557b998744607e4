/** Level 2: modules that are compiled once for several targets. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { ExecutablesOptions } from '../../compiler/executable.ts'
import { createExecutables, type Executable, type Progress } from '../../compiler/index.ts'
import { DEFAULT_TARGETS } from '../../compiler/targets.ts'
import { assemble } from '../../compiler/wat.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const dir = temporaryDirectory('shared')
const cacheDir = join(dir, 'cache')

/** More values than processors have registers. */
const places = Array.from({ length: 40 }, (_, i) => i)
const add = (terms: string[]): string => terms.reduce((sum, term) => `(i32.add ${sum} ${term})`)
const squared = (i: number): string => `(i32.mul (local.get $v${i}) (local.get $v${i}))`

/**
 * Prints what the library's memory, pages of data, moved and filled bytes, and functions that round give, then reads outside of
 * its memory. There is more data than Linux moves, and it does not begin with a page.
 */
const program = `(module $program
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "library" "letter" (func $letter (param i32) (result i32)))
  (type $round (func (param f64) (result f64)))
  (memory (export "memory") 8)
  (table funcref (elem $floor $ceil $nearest))
  (data (i32.const 0x10123) "${'abcdefgh'.repeat(0x6000)}")
  (func $floor (type $round) (f64.floor (local.get 0)))
  (func $ceil (type $round) (f64.ceil (local.get 0)))
  (func $nearest (type $round) (f64.nearest (local.get 0)))
  (func $sum (param $at i32) (result i32)
    ${places.map((i) => `(local $v${i} i32)`).join(' ')}
    ${places.map((i) => `(local.set $v${i} (i32.load (i32.add (local.get $at) (i32.const ${i * 4}))))`).join('\n')}
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 8)))
    (i32.xor ${add(places.map(squared))} ${add(places.map((i) => `(local.get $v${i})`))}))
  (func $put (param $at i32) (param $value i32)
    (i32.store8 (local.get $at) (local.get $value)))
  (func (export "_start") (local $i i32)
    (memory.copy (i32.const 0x101) (i32.const 0x2ff23) (i32.const 8))
    (memory.copy (i32.const 0x103) (i32.const 0x101) (i32.const 8))
    (memory.fill (i32.const 0x10b) (i32.const 0x7a) (i32.and (i32.load8_u (i32.const 0x10127)) (i32.const 5)))
    (call $put (i32.const 0x100) (call $letter (i32.const 1)))
    (loop $more
      (call $put (i32.add (i32.const 0x110) (local.get $i))
        (i32.add (i32.const 0x30) (i32.trunc_f64_s
          (call_indirect (type $round) (f64.add (f64.const 2.5) (f64.convert_i32_u (local.get $i))) (local.get $i)))))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
    (call $put (i32.const 0x113) (i32.add (i32.const 0x41) (i32.and (call $sum (i32.const 0x10123)) (i32.const 7))))
    (i32.store (i32.const 0) (i32.const 0x100))
    (i32.store (i32.const 4) (i32.const 0x14))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (drop (call $sum (i32.const 0x7fff0)))))`

const library = `(module
  (memory 1)
  (data (i32.const 0) "LM")
  (func (export "letter") (param i32) (result i32) (i32.load8_u (local.get 0))))`

let options: ExecutablesOptions
let wasm: Uint8Array
beforeAll(async () => {
  wasm = await assemble(program)
  const modules = [{ name: 'library', bytes: await assemble(library), file: 'library.wasm' }]
  options = { file: 'program.wasm', optimize: 2, modules, cacheDir, targets: DEFAULT_TARGETS }
})

/** Executables, and the units that were compiled for them. */
async function build(more: ExecutablesOptions = {}): Promise<[Executable[], Progress[]]> {
  const steps: Progress[] = []
  const onProgress = (step: Progress): void => void (step.stage === 'compile' && !step.cached && steps.push(step))
  const { executables } = await createExecutables(wasm, { ...options, ...more, onProgress })
  return [executables, steps]
}

describe('a program of two modules', () => {
  let executables: Executable[]
  test('is compiled three times for six targets', async () => {
    const [made, steps] = await build()
    executables = made
    const count = (name: string): number => steps.filter((step) => step.name === name).length
    expect(count('program')).toBe(3)
    expect(steps.filter(({ name }) => name.includes('library'))).toHaveLength(3)
    expect(steps.filter(({ name }) => name === 'runtime-parts').map(({ target }) => target)).toEqual(['linux-x64'])
  })

  test.each(DEFAULT_TARGETS)('runs and traps on %s', async (target) => {
    const missing = canRun(target)
    if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
    const { path } = executables.find((executable) => executable.target === target)!
    expect(await runExecutable(target, path)).toMatchObject({
      stdout: 'Mababcdefghzzzzz244A',
      stderr: expect.stringMatching(/^wasm trap: out of bounds memory access\n {2}in \$sum \(program\.wasm\+0x\w+\)/),
      code: 134,
    })
  })

  test('is not compiled again for one of them alone', async () => {
    const [made, steps] = await build({ targets: ['win32-x64'], grants: { env: ['HOME'] } })
    expect(made[0].cached).toBe(false)
    expect(steps).toEqual([])
  })

  test('is hardly larger than where each target is compiled by itself', async () => {
    vi.stubEnv('WASM_EXE_LINKER', 'theirs')
    const [alone] = await build().finally(() => vi.unstubAllEnvs())
    for (const [i, { target, size }] of executables.entries()) expect(size, target).toBeLessThan(alone[i].size + 4096)
  })
})

test('a level of x64 is compiled for each target of x64', async () => {
  const [executables, steps] = await build({ targets: ['win32-x64', 'win32-arm64'], cpu: 'x86-64-v2' })
  expect(executables).toHaveLength(2)
  expect(steps.filter(({ name }) => name === 'program').map(({ target }) => target)).toEqual(['win32-x64'])
})

test('vectors are compiled for macOS on x64 by itself, whose processors have more of them', async () => {
  const vectors = await assemble(`(module (memory 1) (func (export "_start")
    (v128.store (i32.const 0) (i8x16.swizzle (v128.load (i32.const 16)) (v128.load (i32.const 32))))))`)
  const targets = ['darwin-x64', 'win32-x64', 'darwin-arm64', 'win32-arm64'] as const
  const steps: Progress[] = []
  const onProgress = (step: Progress): void => void (step.stage === 'compile' && !step.cached && steps.push(step))
  await createExecutables(vectors, { file: 'vectors.wasm', optimize: 2, cacheDir, targets, onProgress })
  const compiled = steps.filter(({ name }) => name === 'vectors').map(({ target }) => target ?? 'several')
  expect(compiled.toSorted()).toEqual(['darwin-x64', 'several', 'several'])
})
