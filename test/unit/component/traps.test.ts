import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TASK_TRAPS, TRAPS } from '../../../compiler/component/traps.ts'

test.each([
  ['traps.h', TRAPS],
  ['task-traps.h', TASK_TRAPS],
])('the runtime and the compiler number the reasons of traps alike: %s', (name, list) => {
  const header = readFileSync(new URL(`../../../runtime/component/${name}`, import.meta.url), 'utf8')
  expect([...header.matchAll(/^TRAP\(\w+, "(.*)"\)$/gm)].map(([, words]) => words)).toEqual(list)
})
