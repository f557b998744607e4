/**
 * Jumps over little of the module's code are written as short ones, and frames of few locals as small ones. Where the machine code is
 * longer than they reach, the function is written again, after what it called and which constants it has was noted once.
 */
import { expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

/** 42 bytes that become more than 127. */
const divisions = '(local.set 1 (i32.div_s (local.get 1) (local.get 2)))'.repeat(6)
/** Operands that wait in the frame for a call. */
const waiting = (count: number): string =>
  `${'(i64.load (local.get 3)) '.repeat(count)} (call $none) ${'i64.add '.repeat(count - 1)}`

const source = `(module
  (memory (export "memory") 1)
  (data (i32.const 8) "\\01")
  (func $none)
  (func $over (param i32 i32 i32) (result i32) (local f64)
    (local.set 3 (f64.const 2.5))
    (call $none)
    (block (br_if 0 (local.get 0)) ${divisions})
    (if (local.get 0) (then ${divisions}) (else (local.set 1 (i32.add (local.get 1) (i32.const 1)))))
    (block (br_if 0 (f64.ne (f64.convert_i32_s (local.get 0)) (f64.const 0))) ${divisions})
    (call $none)
    (i32.add (local.get 1) (i32.trunc_f64_s (f64.mul (local.get 3) (f64.const 4.4)))))
  (func $wait (param i32 i32 i32 i32) (result i64)
    (block (br_if 0 (local.get 0)) (local.set 3 (i32.const 8)))
    ${waiting(30)})
  (func $check (param i32 i32 i32)
    (if (i32.ne (call $over (local.get 0) (local.get 1) (i32.const 3)) (local.get 2)) (then unreachable)))
  (func (export "_start")
    ;; 3^12 / 3^6 + 1, / 3^6, + 11; and 3^12 / 3^6 + 11.
    (call $check (i32.const 0) (i32.const 531441) (i32.const 12))
    (call $check (i32.const 1) (i32.const 531441) (i32.const 740))
    (if (i64.ne (call $wait (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) (i64.const 30)) (then unreachable))
    (if (i64.ne (call $wait (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)) (i64.const 0)) (then unreachable))
    ;; By zero: the trap of the first division is named.
    (drop (call $over (i32.const 0) (i32.const 1) (i32.const 0)))))`

for (const target of ['linux-x64', 'darwin-x64', 'linux-arm64']) {
  const missing = canRun(target)
  test.skipIf(missing !== undefined)(
    `what short jumps and small frames do not reach on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`,
    async () => {
      const file = await executableFrom(await assemble(source), target, { optimize: 1 })
      const result = await runExecutable(target, file, [])
      expect(result).toMatchObject({ code: 134, stdout: '' })
      expect(result.stderr).toMatch(/^wasm trap: integer divide by zero\n  in \$over /)
    },
  )
}
