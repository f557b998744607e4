/** Whether a call through a table finds out that the function is of another type: a program that may lie about it is out. */
import { describe, expect, test } from 'vitest'
import type { TargetName } from '../../compiler/index.ts'
import { levelsOf } from '../support/levels.ts'
import { allTargets, canRun } from '../support/run-target.ts'
import { alone, assemble, caller, expected, giver, host, pairs, run, testLinks, testObjects } from './type-pairs.ts'

const levels = levelsOf(host)

describe.each(Object.entries(pairs))('%s', (_, pair) => {
  test.each(levels)('through a table that never changes, level %s', async (level) => {
    expect(await run(host, level, alone(pair, 0))).toBe(expected(pair))
  })
  test.each(levels)('through a table that does, level %s', async (level) => {
    expect(await run(host, level, alone(pair, 1))).toBe(expected(pair))
  })
  test.each(levels)('between linked modules, level %s', async (level) => {
    const library = { name: 'caller', file: 'caller.wasm', bytes: await assemble(caller(pair)) }
    expect(await run(host, level, giver(pair), library)).toBe(expected(pair))
  })
})

const [pair] = Object.values(pairs)
test.each([1, 2, 3, 's'] as const)('at level %s', async (optimize) => {
  expect(await run(host, optimize, alone(pair, 0))).toBe(expected(pair))
  expect(await run(host, optimize, alone(pair, 1))).toBe(expected(pair))
})
test.each(allTargets as TargetName[])('for %s', async (target) => {
  const missing = canRun(target)
  if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
  for (const level of levelsOf(target)) expect(await run(target, level, alone(pair, 1))).toBe(expected(pair))
})

// All others are in type-identity.slow.test.ts.
testObjects(['one hash for both', 'one type under two indices, of references'])
testLinks(['a function of references', 'a function that nothing names but a table of a thousand'])
