import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { generate } from '../../compiler/c/index.ts'
import { decodeStages } from '../../compiler/compile.ts'
import { createExecutables, type Build } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { allTargets, canRun, runExecutable } from '../support/run-target.ts'
import { temporaryDirectory } from './program.ts'

const cacheDir = temporaryDirectory('chunks')
const file = 'chunked.wasm'
const text = readFileSync(new URL('modules/chunked.wat', import.meta.url), 'utf8')

/** As a module of several times 32 KiB is built: in units that the linker brings together. */
describe('a module whose functions are in a chunk each', () => {
  let build: Build
  test('is built for all targets', async () => {
    const decoded = await decodeStages(await assemble(text), { file, name: 'chunked' }, {})
    const code = generate(decoded.module, { file, chunkBytes: 1 })
    expect(code.chunks.map(({ functions }) => functions)).toEqual([1, 1, 1, 1, 1, 1, 0])
    build = await createExecutables({ ...decoded, code, debug: false }, { targets: ['all'], cacheDir, optimize: 2 })
    expect(build.executables).toHaveLength(allTargets.length)
  })

  for (const target of allTargets) {
    const missing = canRun(target)
    const title = `runs, and traps where it should, on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`
    test.skipIf(missing !== undefined)(title, async () => {
      const { path } = build.executables.find((executable) => executable.target === target)!
      const [fault, division] = [await runExecutable(target, path), await runExecutable(target, path, ['more'])]
      expect(fault).toMatchObject({ stdout: 'data:C\n', code: 134 })
      expect(fault.stderr).toMatch(/^wasm trap: out of bounds memory access\n  in \$load_far \(chunked\.wasm\+0x/)
      expect(division).toMatchObject({ stdout: 'data:C\n', code: 134 })
      expect(division.stderr).toMatch(/^wasm trap: integer divide by zero\n  in \$divide \(chunked\.wasm\+0x/)
    })
  }
})
