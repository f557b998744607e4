/** Whether a call through a table finds out that the function is of another type: a program that may lie about it is out. */
import { describe, expect, test } from 'vitest'
import type { TargetName } from '../../compiler/index.ts'
import { allTargets, canRun } from '../support/run-target.ts'
import { alone, assemble, caller, expected, giver, host, pairs, run, testLinks, testObjects } from './type-pairs.ts'

describe.each(Object.entries(pairs))('%s', (_, pair) => {
  test('through a table that never changes', async () => {
    expect(await run(host, 0, alone(pair, 0))).toBe(expected(pair))
  })
  test('through a table that does', async () => expect(await run(host, 0, alone(pair, 1))).toBe(expected(pair)))
  test('between linked modules', async () => {
    const library = { name: 'caller', file: 'caller.wasm', bytes: await assemble(caller(pair)) }
    expect(await run(host, 0, giver(pair), library)).toBe(expected(pair))
  })
})

const [pair] = Object.values(pairs)
test.each([0, 1, 2, 3, 's'] as const)('at level %s', async (optimize) => {
  expect(await run(host, optimize, alone(pair, 0))).toBe(expected(pair))
  expect(await run(host, optimize, alone(pair, 1))).toBe(expected(pair))
})
test.each(allTargets as TargetName[])('for %s', async (target) => {
  const missing = canRun(target)
  if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
  expect(await run(target, 1, alone(pair, 1))).toBe(expected(pair))
})

// All others are in type-identity.slow.test.ts.
testObjects(['one hash for both', 'one type under two indices, of references'])
testLinks(['a function of references'])
