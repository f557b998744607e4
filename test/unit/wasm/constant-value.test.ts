import { expect, test } from 'vitest'
import { assemble } from '../../../compiler/wat.ts'
import { constantValue, type Integer } from '../../../compiler/wasm/constant-value.ts'
import { load } from './bytes.ts'

async function values(fields: string): Promise<(Integer | undefined)[]> {
  const module = load(await assemble(`(module ${fields})`))
  return module.globals.flatMap(({ init }) => (init ? [constantValue(module, init)] : []))
}

test.each<[string, Integer | undefined]>([
  ['i32 (i32.const -5)', -5],
  ['i32 (i32.add (i32.const 0x7fffffff) (i32.const 1))', -0x80000000],
  ['i32 (i32.sub (i32.const 1) (i32.const 3))', -2],
  ['i32 (i32.mul (i32.const 0x10001) (i32.const 0x10001))', 0x20001],
  ['i64 (i64.add (i64.const 0x7fffffffffffffff) (i64.const 1))', -(2n ** 63n)],
  ['i64 (i64.sub (i64.const 1) (i64.const 3))', -2n],
  ['i64 (i64.mul (i64.const 0x100000001) (i64.const 0x100000001))', 0x200000001n],
  ['f64 (f64.const 1)', undefined],
  ['funcref (ref.null func)', undefined],
])('%s', async (global, value) => expect(await values(`(global ${global})`)).toEqual([value]))

test('globals of the module are known, those of others and those that change are not', async () => {
  const globals = `(import "env" "base" (global i32)) (global i32 (i32.const 7)) (global i32 (global.get 1))
    (global i32 (i32.mul (global.get 2) (i32.const 6))) (global i32 (i32.add (global.get 0) (global.get 1)))
    (global (mut i32) (i32.const 1)) (global i32 (global.get 4))`
  expect(await values(globals)).toEqual([7, 7, 42, undefined, 1, undefined])
})
