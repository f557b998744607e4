/** Accesses at the edges of memories do what they do on V8, and trap where they trap there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { root } from '../support/tools.ts'
import { accessModules, CASES } from './accesses.ts'
import { installTools, missing, type Tools } from './tools.ts'

/** Targets and levels, with how many modules of which seeds on. */
const RUNS = [
  ['linux-x64', 1, 20],
  ['linux-arm64', 1, 2],
  ['linux-x64', 2, 6],
] as const

describe.skipIf(missing !== undefined)(`accesses at edges${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'accesses-'))
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))
  let tools: Tools
  beforeAll(async () => {
    tools = await installTools()
  })

  for (const [target, optimize, count] of RUNS.filter(([name]) => canRun(name) === undefined))
    test.each(Array.from({ length: count }, (_, i) => i + 1))(`${target}, level ${optimize}, seed %i`, async (seed) => {
      const { text, wholePages } = accessModules(seed)
      const file = join(scratch, 'whole-pages.wasm')
      await writeFile(file, await assemble(wholePages))
      const peer = join(root, 'test/fuzz/accesses-peer.mjs')
      const expected: string[] = JSON.parse(await tools.node(peer, [file, String(CASES)]))
      const path = await executableFrom(await assemble(text), target, { file: 'accesses.wasm', optimize })
      const actual: string[] = []
      for (let number = 0; number < CASES; number++) {
        const { code, stdoutBytes } = await runExecutable(target, path, [], { stdin: Uint8Array.of(number, 0, 0, 0) })
        actual.push(code === 134 ? '' : `${stdoutBytes.toString('hex')}${code || ''}`)
      }
      expect(actual).toEqual(expected)
    })
})
