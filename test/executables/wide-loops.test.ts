/** Loops that are compiled for AVX2 as well: the same results with and without it, and traps with the function's name. */
import { beforeAll, describe, expect, test } from 'vitest'
import { createExecutables } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { canRun, collect, runExecutable } from '../support/run-target.ts'
import { which } from '../support/tools.ts'
import { temporaryDirectory } from './program.ts'

const COUNT = 1003
/** Functions of a loop each: with a result, with none, with several, and over bytes. `digest` calls all of them. */
const FUNCTIONS = `
  (memory (export "memory") 1)
  (func $fill (param $p i32) (param $n i32) (local $i i32)
    (loop $next
      (f64.store (local.get $p) (f64.div (f64.convert_i32_s (local.get $i)) (f64.const 7)))
      (local.set $p (i32.add (local.get $p) (i32.const 8)))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))))
  (func $dot (param $p i32) (param $n i32) (result f64) (local $sum f64)
    (loop $next
      (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load (local.get $p)) (f64.load offset=8 (local.get $p)))))
      (local.set $p (i32.add (local.get $p) (i32.const 8)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func $range (param $p i32) (param $n i32) (result f64 f64) (local $least f64) (local $most f64)
    (loop $next
      (local.set $least (f64.min (local.get $least) (f64.sub (f64.const 1) (f64.load (local.get $p)))))
      (local.set $most (f64.max (local.get $most) (f64.load (local.get $p))))
      (local.set $p (i32.add (local.get $p) (i32.const 8)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $least) (local.get $most))
  (func $mix (param $p i32) (param $n i32)
    (loop $next
      (i32.store8 offset=20000 (local.get $p) (i32.add (i32.load8_u (local.get $p)) (i32.load8_u offset=1 (local.get $p))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func $sum (param $p i32) (param $n i32) (result i64) (local $sum i64)
    (loop $next
      (local.set $sum (i64.add (local.get $sum) (i64.load8_u (local.get $p))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func $digest (export "digest") (result i64)
    (call $fill (i32.const 0) (i32.const ${COUNT + 1}))
    (call $mix (i32.const 0) (i32.const ${8 * COUNT}))
    (i64.reinterpret_f64 (call $dot (i32.const 0) (i32.const ${COUNT})))
    (i64.xor (call $sum (i32.const 20000) (i32.const ${8 * COUNT})))
    (i64.xor (i64.reinterpret_f64 (f64.add (call $range (i32.const 0) (i32.const ${COUNT}))))))`

const EXIT = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))'

const instance = await WebAssembly.instantiate(await assemble(`(module ${FUNCTIONS})`))
const expected = (instance.instance.exports.digest as () => bigint)()

const cacheDir = temporaryDirectory('wide-loops')
const TARGETS = ['linux-x64', 'win32-x64', 'darwin-x64', 'linux-arm64'] as const
const QEMU = 'qemu-x86_64'

describe.each([2, 3] as const)('at level %d', (optimize) => {
  const build = async (name: string, text: string): Promise<Map<string, string>> => {
    const options = { name, file: `${name}.wat`, cacheDir, targets: TARGETS, optimize }
    const { executables } = await createExecutables(await assemble(text), options)
    return new Map(executables.map(({ target, path }) => [target, path]))
  }
  let computes: Map<string, string>
  let traps: Map<string, string>
  beforeAll(async () => {
    const start = `(call $exit (select (i32.const 42) (i32.const 1) (i64.eq (call $digest) (i64.const ${expected}))))`
    computes = await build('computes', `(module ${EXIT} ${FUNCTIONS} (func (export "_start") ${start}))`)
    traps = await build(
      'traps',
      `(module ${FUNCTIONS} (func (export "_start")
      (drop (call $digest)) (drop (call $dot (i32.const 0) (i32.const 100000)))))`,
    )
  })

  test.for(TARGETS)('on %s', async (target, { skip }) => {
    const missing = canRun(target)
    if (missing !== undefined) skip(`needs ${missing}`)
    expect(await runExecutable(target, computes.get(target)!)).toMatchObject({ stderr: '', code: 42 })
    const { stderr, code } = await runExecutable(target, traps.get(target)!)
    expect({ stderr, code }).toEqual({ stderr: expect.stringMatching(OUT_OF_BOUNDS), code: 134 })
  })

  test.for(['Nehalem', 'max'])('on the processor %s', async (processor, { skip }) => {
    if (which(QEMU) === undefined) skip(`needs ${QEMU} on the PATH`)
    const run = (path: string) => collect(QEMU, ['-cpu', processor, path], {})
    expect(await run(computes.get('linux-x64')!)).toMatchObject({ stderr: '', code: 42 })
    const { stderr, code } = await run(traps.get('linux-x64')!)
    expect({ stderr, code }).toEqual({ stderr: expect.stringMatching(OUT_OF_BOUNDS), code: 134 })
    // What is for AVX2 is a function of its own, so that its name is known.
    if (processor === 'max') expect(stderr).toContain('in $dot (')
  })
})

const OUT_OF_BOUNDS = /^wasm trap: out of bounds memory access\n {2}in (\$dot \(|.* or a function inlined into it)/
