import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findTarget } from '../../compiler/targets.ts'
import { FINGERPRINTS } from '../../compiler/libc/table.ts'
import { executableOf, wasmOf } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { build } from './build.ts'
import { functionsOf, sources } from './sources.ts'

/** Rounds for each function: emulators are slower. */
const TARGETS: [target: string, rounds: number][] = [
  ['linux-x64', 20_000],
  ['linux-arm64', 2000],
  ['linux-riscv64', 2000],
]

describe.each(sources)('$title', (source) => {
  const skipped = source.missing === undefined ? '' : ` (skipped: needs ${source.missing})`

  test.skipIf(skipped)(`its functions are known${skipped}`, async () => {
    const functions = functionsOf(source, await source.module())
    expect(functions.length).toBeGreaterThan(5)
    for (const { fingerprint, routine } of functions) expect(FINGERPRINTS.get(fingerprint)).toBe(routine)
  })

  test.for(TARGETS)('the routines do what its functions do on %s', async ([name, rounds], { skip }) => {
    const missing = source.missing ?? canRun(name)
    if (missing !== undefined) skip(`needs ${missing}`)
    const { stdout, stderr, code } = await runExecutable(name, await build(source, findTarget(name)!, rounds))
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: 'done\n', code: 0 })
  })
})

test.for(TARGETS)('a trap in a routine names the function that it replaces on %s', async ([name], { skip }) => {
  if (canRun(name) !== undefined) skip(`needs ${canRun(name)}`)
  const wasm = await wasmOf(fileURLToPath(new URL('endless.wat', import.meta.url)))
  const { stderr, code } = await runExecutable(name, await executableOf(wasm, name))
  expect(stderr).toMatch(/^wasm trap: out of bounds memory access\n {2}in \$strlen \(endless\.wasm\+0x[0-9a-f]+\)\n$/)
  expect(code).toBe(134)
})
