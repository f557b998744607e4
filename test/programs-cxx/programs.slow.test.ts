import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { executableOf } from '../support/compile-wat.ts'
import { levelsOf } from '../support/levels.ts'
import { allTargets, canRun, runExecutable } from '../support/run-target.ts'
import { differences } from '../support/wasi-expectation.ts'
import { buildSuite, missing, programOf, type Form } from './toolchain.ts'

const folder = fileURLToPath(new URL('programs', import.meta.url))
const files = readdirSync(folder)
  .toSorted()
  .map((name) => join(folder, name))

const targets = process.env.WASI_TARGETS?.split(',') ?? allTargets
const forms: Form[] = ['legacy', 'exnref']

for (const target of targets)
  for (const [form, optimize] of forms.flatMap((name) => levelsOf(target).map((level) => [name, level] as const))) {
    const lacking = missing ?? canRun(target)
    const title = `exceptions (${form}) on ${target}, level ${optimize}${lacking ? ` (skipped: needs ${lacking})` : ''}`
    describe.skipIf(lacking !== undefined)(title, () => {
      let suite: string
      beforeAll(async () => {
        suite = await executableOf(await buildSuite(files, form), target, { optimize })
      })
      for (const program of files.map(programOf))
        test(`${program.name}: ${program.title}`, async () => {
          const result = await runExecutable(target, suite, [program.name])
          expect(differences(program, result).join('\n')).toBe('')
        })
    })
  }
