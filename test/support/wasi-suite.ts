import { beforeAll, describe, expect, test } from 'vitest'
import type { Optimize } from '../../compiler/index.ts'
import { executableOf } from './compile-wat.ts'
import { canRun, runExecutable } from './run-target.ts'
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

/** What else than modules the programs are built as. */
export interface SuiteForm {
  name?: string
  /** What it needs that is not here. */
  missing?: string
  /** The path of the other form. */
  convert?: (wasm: string) => Promise<string>
  /** Programs that do something else there, each with the reason. */
  leftOut?: ReadonlyMap<string, string>
}

/**
 * Defines the tests of one target at one level: every program of `test/wasi/programs`, built for it and run.
 */
export function describeWasiSuite(target: string, optimize: Optimize, form: SuiteForm = {}): void {
  const missing = canRun(target) ?? form.missing
  const what = form.name ?? 'WASI'
  const title = `${what} on ${target}, level ${optimize}${missing ? ` (skipped: needs ${missing})` : ''}`
  describe.skipIf(missing !== undefined)(title, () => {
    const build = async (wasm: string, given: object) =>
      executableOf((await form.convert?.(wasm)) ?? wasm, target, { ...given, optimize })
    const programs = readPrograms()
    const built = programs.filter(({ name }) => !form.leftOut?.has(name))
    let suite: string
    const alone = new Map<WasiProgram, string>()

    beforeAll(async () => {
      const granted = built.filter((program) => program.grants === 'all')
      makeEmbedded()
      suite = await build(await buildSuite(granted), ownGrants.own)
      for (const program of built)
        if (program.grants !== 'all')
          alone.set(program, await build(await buildProgram(program), ownGrants[program.grants]))
    })

    for (const program of programs) {
      const reason =
        form.leftOut?.get(program.name) ??
        program.needs.map((need) => unmet[need]?.[target]).find((text) => text !== undefined)
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
