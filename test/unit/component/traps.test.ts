import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TRAPS } from '../../../compiler/component/traps.ts'

test('the runtime and the compiler number the reasons of traps alike', () => {
  const header = readFileSync(new URL('../../../runtime/component/traps.h', import.meta.url), 'utf8')
  expect([...header.matchAll(/^TRAP\(\w+, "(.*)"\)$/gm)].map(([, words]) => words)).toEqual(TRAPS)
})
