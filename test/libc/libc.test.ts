import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { executableOf, wasmOf } from '../support/compile-wat.ts'
import { levelsOf } from '../support/levels.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { describeSource, TARGETS } from './describe-source.ts'
import { sources } from './sources.ts'

sources.forEach(describeSource)

test.for(TARGETS)('a trap in a routine names the function that it replaces on %s', async ([name], { skip }) => {
  if (canRun(name) !== undefined) skip(`needs ${canRun(name)}`)
  const wasm = await wasmOf(fileURLToPath(new URL('endless.wat', import.meta.url)))
  const trap = 'wasm trap: out of bounds memory access\n  in '
  if (levelsOf(name).includes(1)) {
    const exact = await runExecutable(name, await executableOf(wasm, name, { optimize: 1 }))
    expect(exact.stderr).toBe(`${trap}$strlen (endless.wasm+0x36)\n`)
    expect(exact.code).toBe(134)
  }
  // There it is a part of the only function that calls it.
  const inlined = await runExecutable(name, await executableOf(wasm, name, { optimize: 2 }))
  expect(inlined.stderr).toBe(`${trap}$main (endless.wasm+0x5e) or a function inlined into it\n`)
  expect(inlined.code).toBe(134)
})
