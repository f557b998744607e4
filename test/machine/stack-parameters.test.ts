import { describe, expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const repeat = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')

/** A function without calls whose loop uses `used` (so that they are pinned), and which returns parameter `result`. */
function leaf(kinds: readonly string[], used: readonly number[], result: number): string {
  const value = (l: number): string => `(${kinds[l]}.const ${l + 3})`
  const step = (l: number): string =>
    `(local.set ${l} (${kinds[l]}.add (local.get ${l}) (${kinds[l]}.const 1))) (local.set ${l} (${kinds[l]}.sub (local.get ${l}) (${kinds[l]}.const 1)))`
  const counter = kinds.length
  return `(module
    (func $f (param ${kinds.join(' ')}) (result ${kinds[result]}) (local i64)
      (loop ${used.map(step).join(' ')}
        (local.set ${counter} (i64.add (local.get ${counter}) (i64.const 1)))
        (br_if 0 (i64.lt_u (local.get ${counter}) (i64.const 5))))
      (local.get ${result}))
    (func (export "_start")
      (if (${kinds[result]}.ne (call $f ${repeat(kinds.length, value)}) ${value(result)}) (then unreachable))))`
}

const integers = Array.from({ length: 9 }, () => 'i64')
const doubles = ['i64', 'i64', ...Array.from({ length: 10 }, () => 'f64')]

/** The stack arguments are a value, a local that is in no register, the same value; later ones are in all other registers. */
function crowded(inRegisters: number): string {
  const pinned = Array.from(
    { length: 9 },
    (_, i) => `(local.set ${i + 3} (i64.add (local.get ${i + 3}) (i64.const 1)))`,
  )
  const sum = Array.from({ length: 16 }, (_, l) => `(i64.mul (local.get ${l}) (i64.const ${l + 1})) (i64.add)`)
  const later = Array.from({ length: 7 }, (_, i) =>
    i < inRegisters ? `(i64.add (local.get 0) (i64.const ${i}))` : `(i64.const ${i + 1})`,
  )
  return `(module
    (global $sum (mut i64) (i64.const 0))
    (func $f (param ${repeat(16, () => 'i64')}) (i64.const 0) ${sum.join(' ')} (global.set $sum))
    (func $v (export "v") (param i64) (local ${repeat(12, () => 'i64')})
      (loop ${repeat(2, () => pinned.join(' '))} (br_if 0 (i64.lt_u (local.get 3) (i64.const 9))))
      (local.set 2 (local.get 3))
      (loop $l ${repeat(6, () => '(i64.const 1)')}
        (local.tee 1 (i64.mul (local.get 0) (i64.const 5))) (local.get 2) (local.get 1) ${later.join(' ')} (call $f)))
    (func (export "_start") (call $v (i64.const 1))
      (if (i64.ne (global.get $sum) (i64.const ${21 + 5 * 7 + 10 * 8 + 5 * 9 + 10 + 22 + 36 + 52 + 70 + 90 + 112})) (then unreachable))))`
}

const runs = ['linux-x64', 'linux-arm64'].filter((target) => canRun(target) === undefined)

describe.each(runs)('%s', (target) => {
  test.each([
    ['a parameter in a register is pinned', integers, [0], 6],
    ['several are', integers, [0, 1, 2, 3], 8],
    ['one on the stack is, and the next is read after it', integers, [6], 7],
    ['all are', integers, [0, 1, 2, 3, 4, 5, 6, 7, 8], 8],
    ['floats are on the stack, an integer is pinned', doubles, [0], 10],
    ['floats are on the stack, all are pinned', doubles, [0, 1, 2, 9, 10, 11], 11],
  ] as const)('parameters on the stack of a function without calls: %s', async (_, kinds, used, result) => {
    const file = await executableFrom(await assemble(leaf(kinds, used, result)), target, { optimize: 1 })
    expect(await runExecutable(target, file, [])).toMatchObject({ code: 0, stderr: '' })
  })
  test.each([2, 3, 4, 5, 6, 7])(
    'an argument on the stack comes from no register while %i others are held',
    async (held) => {
      const file = await executableFrom(await assemble(crowded(held)), target, { optimize: 1 })
      expect(await runExecutable(target, file, [])).toMatchObject({ code: 0, stderr: '' })
    },
  )
})
