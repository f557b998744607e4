/** C compilers move a load behind its loop where only the last one is used: the address is then as far as the loop went, and no trap was on the way. */
import { expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { runExecutable } from '../support/run-target.ts'

/** The product is 0, of which a C compiler finds out, and then needs the last load alone. */
const MODULE = `(module
  (memory (export "memory") 1 1)
  (func $last (param $p i32) (param $n i32) (param $zero i32) (result f32) (local $x f32) (local $i i32) (local $sum i32)
    (loop
      (local.set $x (f32.load (local.get $p)))
      (local.set $sum (i32.add (local.get $sum) (i32.mul (i32.reinterpret_f32 (local.get $x)) (local.get $zero))))
      (local.set $p (i32.add (local.get $p) (i32.const 0x6000)))
      (br_if 0 (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (i32.store (i32.const 0) (local.get $sum))
    (local.get $x))
  (func (export "_start") (local $none i32)
    (local.set $none (i32.load (i32.const 8)))
    (f32.store (i32.const 4) (call $last (local.get $none) (i32.add (i32.const 0x100000) (local.get $none)) (i32.const 0)))))`

test.each([2, 3, 's'] as const)('the address stays in the reservation at level %s', async (optimize) => {
  const { stderr } = await runExecutable(
    'linux-x64',
    await executableFrom(await assemble(MODULE), 'linux-x64', { optimize }),
  )
  expect(stderr).toContain('wasm trap: out of bounds memory access')
})
