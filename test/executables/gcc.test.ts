/** What GCC takes for apart in memory is so: it is compared with machine code of our own, as functions that leave a number. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { hostTarget } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { runExecutable } from '../support/run-target.ts'
import { which } from '../support/tools.ts'

const cc = which('cc')
const isGcc = cc !== undefined && /Free Software Foundation/.test(execFileSync(cc, ['--version'], { encoding: 'utf8' }))

const value = '(i32.add (i32.load offset=1024 (local.get $i)) (i32.load offset=4024 (local.get $i)))'
const twoOn = '(br_if 0 (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 2))) (i32.const 256)))'
const again = '(br_if 0 (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))'

const behind = (at: number): string => `(i32.add (local.get $p) (i32.const ${at}))`

/** Bodies of a function of two parameters that a C compiler knows nothing of: 1,024 and 128. */
const BODIES = {
  'a constant address and one that may be it': `(loop
    (i32.store (i32.const 1024) (i32.add (local.get $i) (i32.const 1)))
    (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $p))))
    ${again})`,
  'stores at a constant address and by a pointer': `(loop
    (i32.store (i32.const 1024) (i32.add (i32.load (i32.const 1024)) (i32.const 3)))
    (i32.store (local.get $p) (i32.shl (i32.load (local.get $p)) (i32.const 1)))
    ${again}) (local.set $sum (i32.load (i32.const 1024)))`,
  'floats that overlap': `(loop
    (f64.store offset=16 (local.get $p) (f64.add (f64.load (local.get $p)) (f64.load offset=3000 (local.get $p))))
    (f64.store offset=20 (local.get $p) (f64.add (f64.load offset=4 (local.get $p)) (f64.load offset=3004 (local.get $p))))
    (local.set $p (i32.add (local.get $p) (i32.const 4)))
    ${again})`,
  'floats that overlap, unrolled': `(loop
    ${[0, 4, 8].map((at) => `(f64.store offset=8 ${behind(at)} (f64.load ${behind(at)}))`).join('\n')}
    (local.set $p (i32.add (local.get $p) (i32.const 12)))
    (br_if 0 (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 3))) (i32.mul (local.get $n) (i32.const 3)))))`,
  'integers that overlap': `(loop (i32.store offset=1028 (local.get $i) ${value}) ${twoOn})`,
  'integers that overlap, behind an if': `(loop
    (local.set $sum ${value})
    (if (i32.ge_u (local.get $sum) (i32.const 0x20000000)) (then (local.set $sum (i32.mul (local.get $sum) (i32.const 3)))))
    (i32.store offset=1028 (local.get $i) (local.get $sum))
    ${twoOn})`,
  'of a counter of 64 bits': `(loop
    (i64.store offset=1032 (i32.wrap_i64 (local.get $w)) (i64.add (i64.load offset=1024 (i32.wrap_i64 (local.get $w))) (i64.const 7)))
    (br_if 0 (i64.ne (local.tee $w (i64.add (local.get $w) (i64.const 4))) (i64.const 400))))`,
}

const moduleOf = (body: string): string => `(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 1)
  (func $run (param $p i32) (param $n i32) (result i32) (local $i i32) (local $sum i32) (local $w i64) ${body} (local.get $sum))
  (func (export "_start") (local $i i32) (local $h i32)
    (loop
      (local.set $h (i32.add (i32.mul (local.get $h) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store8 (local.get $i) (i32.and (i32.shr_u (local.get $h) (i32.const 24)) (i32.const 63)))
      (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8192))))
    (drop (call $args (i32.const 0) (i32.const 4)))
    (local.set $h (call $run
      (i32.shl (i32.load (i32.const 0)) (i32.const 10))
      (i32.shl (i32.load (i32.const 0)) (i32.const 7))))
    (loop
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (local.set $h (i32.add (i32.mul (local.get $h) (i32.const 31)) (i32.load8_u (local.get $i))))
      (br_if 0 (i32.gt_u (local.get $i) (i32.const 16))))
    (call $exit (i32.rem_u (local.get $h) (i32.const 126)))))`

const host = hostTarget()!

async function codeOf(body: string, options: object): Promise<number | null> {
  const wasm = await assemble(moduleOf(body))
  return (await runExecutable(host.name, await executableFrom(wasm, host.name, options))).code
}

describe.skipIf(!isGcc)('accesses', () => {
  test.each(Object.entries(BODIES))('%s', async (_, body) => {
    const expected = await codeOf(body, { optimize: 1 })
    expect(expected).toBeLessThan(126)
    for (const optimize of [2, 3, 's'])
      expect(await codeOf(body, { optimize, toolchain: 'cc' }), `level ${optimize}`).toBe(expected)
  })
})

test.skipIf(!isGcc || host.arch !== 'x64')('bytes of vectors where processors can choose them', async () => {
  const body = `(v128.store offset=1024 (i32.const 0)
    (i8x16.swizzle (v128.load (local.get $p)) (i8x16.shl (v128.load offset=16 (local.get $p)) (i32.const 1))))`
  const codes = ['baseline', 'x86-64-v2'].map((cpu) => codeOf(body, { optimize: 2, toolchain: 'cc', cpu }))
  expect(await Promise.all(codes)).toEqual(Array(2).fill(await codeOf(body, { optimize: 1 })))
})
