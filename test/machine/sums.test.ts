/**
 * Sums of three that one instruction computes wrap as sums of two do, and functions that need no frame return with none, with and
 * without saved registers, results on the stack, tail calls and traps.
 */
import { expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const equal = (type: string, value: string, expected: string): string =>
  `(if (${type}.ne ${value} (${type}.const ${expected})) (then unreachable))`

const source = `(module
  (memory (export "memory") 1)
  (func $scaled (param i32) (result i32) (i32.add (i32.shl (local.get 0) (i32.const 2)) (i32.const -8)))
  (func $scaled64 (param i64) (result i64) (i64.add (i64.shl (local.get 0) (i64.const 3)) (i64.const -2147483648)))
  (func $far64 (param i64) (result i64) (i64.add (i64.shl (local.get 0) (i64.const 3)) (i64.const 2147483648)))
  (func $all (param i32 i32) (result i32)
    (i32.add (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 3))) (i32.const 0x7fffffff)))
  (func $plain (param i64 i64) (result i64) (i64.add (i64.add (local.get 0) (local.get 1)) (i64.const 5)))
  ;; A loop, so that the shifted local is in a register; it is also what the sum is put into.
  (func $before (param i32 i32) (result i32)
    (loop
      (local.set 1 (i32.add (i32.add (local.get 0) (i32.const 32)) (i32.shl (local.get 1) (i32.const 2))))
      (br_if 0 (i32.lt_u (local.get 1) (i32.const 100))))
    (local.get 1))
  (func $saved (param i32 i32) (result i32) (local i32 i32 i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (local.get 0)))
      (local.set 3 (i32.xor (local.get 3) (local.get 2)))
      (local.set 4 (i32.sub (local.get 4) (local.get 3)))
      (local.set 5 (i32.mul (i32.add (local.get 5) (local.get 4)) (local.get 1)))
      (local.set 6 (i32.or (local.get 6) (local.get 5)))
      (local.set 7 (i32.add (local.get 7) (local.get 6)))
      (br_if 0 (i32.lt_u (local.get 2) (i32.const 3))))
    (i32.add (local.get 7) (i32.add (local.get 6) (i32.add (local.get 5) (i32.add (local.get 4) (local.get 3))))))
  (func $two (param i32) (result i32 i32) (local.get 0) (local.get 0))
  (func $tail (param i32 i32) (result i32) (return_call $saved (local.get 1) (local.get 0)))
  (func $stored (param i32) (i32.store (i32.const 0) (local.get 0)))
  (func $divided (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
  (func (export "_start")
    ${equal('i32', '(call $scaled (i32.const 0x40000001))', '-4')}
    ${equal('i32', '(call $scaled (i32.const 1))', '-4')}
    ${equal('i64', '(call $scaled64 (i64.const 0x2000000000000001))', '-2147483640')}
    ${equal('i64', '(call $far64 (i64.const 1))', '2147483656')}
    ${equal('i32', '(call $all (i32.const 0x80000000) (i32.const 0x20000001))', '7')}
    ${equal('i64', '(i64.extend_i32_u (call $all (i32.const 0x80000000) (i32.const 1)))', '7')}
    ${equal('i64', '(call $plain (i64.const -7) (i64.const 1))', '-1')}
    ${equal('i32', '(call $before (i32.const -31) (i32.const 1))', '341')}
    ${equal('i32', '(call $saved (i32.const 1) (i32.const 3))', '-85')}
    ${equal('i32', '(call $tail (i32.const 3) (i32.const 1))', '-85')}
    ${equal('i32', '(i32.add (call $two (i32.const 21)))', '42')}
    (call $stored (i32.const 5))
    ${equal('i32', '(i32.load (i32.const 0))', '5')}
    (drop (call $divided (i32.const 0)))))`

for (const target of ['linux-x64', 'darwin-x64', 'linux-arm64']) {
  const missing = canRun(target)
  test.skipIf(missing !== undefined)(
    `sums of three and no frames on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`,
    async () => {
      const file = await executableFrom(await assemble(source), target, { optimize: 1 })
      const result = await runExecutable(target, file, [])
      expect(result).toMatchObject({ code: 134, stdout: '' })
      expect(result.stderr).toMatch(/^wasm trap: integer divide by zero\n  in \$divided /)
    },
  )
}
