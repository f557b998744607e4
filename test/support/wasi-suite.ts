import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { canRun, runExecutable } from './run-target.ts'
import { testCache } from './tools.ts'
import { differences } from './wasi-expectation.ts'
import { makeEmbedded, makeFixture, ownGrants, suiteEnvironment } from './wasi-fixture.ts'
import { buildProgram, buildSuite, readPrograms, type WasiProgram } from './wasi-programs.ts'

const notOnWindows = 'Windows has rules for names'

/** Where a need of a program (`needs:` in its comment) is not met, and why. */
const unmet: Record<string, Record<string, string>> = {
  symlinks: { 'win32-x64': 'wine 8 has no symbolic links' },
  'posix-unlink': { 'win32-x64': 'wine 8 keeps the name of an unlinked file that is open' },
  'access-time': { 'win32-x64': 'wine 8 changes the access time of a file that it opens' },
  'any-name': { 'win32-x64': notOnWindows, 'win32-arm64': notOnWindows },
}

/**
 * Defines the tests of one target: every program of `test/wasi/programs`, built for it and run. `build`: what makes an
 * executable.
 */
export function describeWasiSuite(target: string, build: Build = throughC): void {
  const missing = canRun(target)
  describe.skipIf(missing !== undefined)(`WASI on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
    const programs = readPrograms()
    let suite: string
    const alone = new Map<WasiProgram, string>()

    beforeAll(async () => {
      const granted = programs.filter((program) => program.grants === 'all')
      makeEmbedded()
      suite = await build(await buildSuite(granted), target, ownGrants.own)
      for (const program of programs)
        if (program.grants !== 'all')
          alone.set(program, await build(await buildProgram(program), target, ownGrants[program.grants]))
    })

    for (const program of programs) {
      const reason = program.needs.map((need) => unmet[need]?.[target]).find((text) => text !== undefined)
      test.skipIf(reason !== undefined)(
        `${program.name}: ${program.title}${reason ? ` (skipped: ${reason})` : ''}`,
        async () => {
          const fixture = makeFixture({ symlinks: target !== 'win32-x64' })
          try {
            const own = alone.get(program)
            const args = own === undefined ? [program.name, ...program.args] : program.args
            const { stdin } = program
            const options = { stdin, cwd: fixture.path, env: suiteEnvironment }
            const result = await runExecutable(target, own ?? suite, args, options)
            expect(differences(program, result).join('\n')).toBe('')
          } finally {
            fixture.remove()
          }
        },
      )
    }
  })
}

type Build = (wasm: string, target: string, given: object) => Promise<string>

async function throughC(wasm: string, target: string, given: object): Promise<string> {
  const options = { file: wasm, target, ...given, optimize: 1 as const, cacheDir: join(testCache, 'cache') }
  return (await createExecutable(await readFile(wasm), options)).path
}
