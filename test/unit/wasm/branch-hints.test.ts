import { expect, test } from 'vitest'
import { assemble } from '../../../compiler/wat.ts'
import { branchHints } from '../../../compiler/wasm/branch-hints.ts'
import { decodeBody } from '../../../compiler/wasm/body.ts'
import { load, section, SECTION, string, wasm } from './bytes.ts'

const NAME = string('metadata.code.branch_hint')

test('hints are known by the offsets of their branches', async () => {
  const module = load(
    await assemble(`(module (import "env" "f" (func)) (func) (func (param i32)
      local.get 0 (@metadata.code.branch_hint "\\00") if end
      block local.get 0 (@metadata.code.branch_hint "\\01") br_if 0 end))`),
  )
  expect(branchHints(module, 1).size).toBe(0)
  const { body } = module.funcs[2]
  const hinted = decodeBody(module, module.funcs[2]).instructions.flatMap(({ op, offset }) => {
    const hint = branchHints(module, 2).get(offset - body!.start)
    return hint === undefined ? [] : [[op.name, hint]]
  })
  expect(hinted).toEqual([
    ['if', false],
    ['br_if', true],
  ])
})

test.each<[string, number[][]]>([
  ['cut off', [[1, 0, 1, 1]]],
  ['of two bytes', [[1, 0, 1, 1, 2, 0, 0]]],
  ['neither 0 nor 1', [[1, 0, 1, 1, 1, 2]]],
  ['with bytes behind', [[1, 0, 1, 1, 1, 0, 0]]],
  [
    'given twice',
    [
      [1, 0, 1, 1, 1, 0],
      [1, 0, 1, 1, 1, 1],
    ],
  ],
])('hints that are %s are none, and no error', (_, contents) => {
  const module = load(wasm(...contents.map((bytes) => section(SECTION.custom, ...NAME, ...bytes))))
  expect(branchHints(module, 0).size).toBe(0)
})
