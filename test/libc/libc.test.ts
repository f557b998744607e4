import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { executableOf, wasmOf } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { describeSource, TARGETS } from './describe-source.ts'
import { sources } from './sources.ts'

sources.forEach(describeSource)

test.for(TARGETS)('a trap in a routine names the function that it replaces on %s', async ([name], { skip }) => {
  if (canRun(name) !== undefined) skip(`needs ${canRun(name)}`)
  const wasm = await wasmOf(fileURLToPath(new URL('endless.wat', import.meta.url)))
  const { stderr, code } = await runExecutable(name, await executableOf(wasm, name))
  expect(stderr).toMatch(/^wasm trap: out of bounds memory access\n {2}in \$strlen \(endless\.wasm\+0x[0-9a-f]+\)\n$/)
  expect(code).toBe(134)
})
