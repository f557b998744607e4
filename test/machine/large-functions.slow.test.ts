import { expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

/** Code of more than a MiB, beyond which arm64's conditional jumps and literals do not reach: makes 127 of local 1 a 1. */
const LARGE = `local.get 1 ${'i32.popcnt '.repeat(90_000)} local.set 1`
/** In a body so long that its code is taken for large before it is written. */
const LONG = `${LARGE} ${'f64.const 1.1 drop '.repeat(12_000)}`

/**
 * Parameter 0 is the divisor, and how often the loop runs; 2 chooses a number, 3 whether the large part is skipped by a jump
 * if something is zero, 4 by one of a comparison. The result: the number, 1000 times the value of local 1, and 3.
 */
const program = (large: string): string => `(module
  (func $all (param i32 i32 i32 i32 i32) (result f64) (local f64 v128)
    i32.const 7
    local.get 0
    i32.div_u
    drop
    f64.const 9.75
    local.set 5
    loop
      block
        block
          block
            local.get 2
            br_table 0 1 2
          end
          f64.const 1.25
          local.set 5
          br 1
        end
        f64.const 2.2
        local.set 5
      end
      v128.const i32x4 1 2 3 4
      local.set 6
      block
        local.get 3
        br_if 0
        local.get 4
        i32.const 5
        i32.lt_s
        if
          ${large}
        else
          i32.const 2
          local.set 1
        end
      end
      local.get 0
      i32.const 1
      i32.sub
      local.tee 0
      br_if 0
    end
    local.get 5
    local.get 1
    i32.const 1000
    i32.mul
    f64.convert_i32_s
    f64.add
    local.get 6
    i32x4.extract_lane 2
    f64.convert_i32_s
    f64.add)
  (func $check (param $divisor i32) (param $number i32) (param $skip i32) (param $compared i32) (param $result f64)
    (if (f64.ne (call $all (local.get 0) (i32.const 127) (local.get 1) (local.get 2) (local.get 3)) (local.get 4))
      (then unreachable)))
  (func (export "_start")
    (call $check (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 4) (f64.const 1004.25))
    (call $check (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 4) (f64.const 1005.2))
    (call $check (i32.const 1) (i32.const 2) (i32.const 0) (i32.const 5) (f64.const 2012.75))
    (call $check (i32.const 2) (i32.const 9) (i32.const 1) (i32.const 4) (f64.const 127012.75))
    (call $check (i32.const 0) (i32.const 9) (i32.const 1) (i32.const 4) (f64.const 0))))`

for (const target of ['linux-x64', 'linux-arm64']) {
  const missing = canRun(target)
  test.skipIf(missing !== undefined).each([
    ['large', LARGE],
    ['long', LONG],
  ])(
    `jumps, literals and traps of %s functions on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`,
    async (_, large) => {
      const file = await executableFrom(await assemble(program(large)), target, { optimize: 1 })
      const result = await runExecutable(target, file, [])
      expect(result).toMatchObject({ code: 134, stdout: '' })
      expect(result.stderr).toMatch(/^wasm trap: integer divide by zero\n  in \$all /)
    },
  )
}
