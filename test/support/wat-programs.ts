import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { executableOf, wasmOf } from './compile-wat.ts'
import { canRun, runExecutable } from './run-target.ts'

const folder = fileURLToPath(new URL('../programs', import.meta.url))
const sources = readdirSync(folder).filter((name) => name.endsWith('.wat') && name !== 'traps.wat')

/** Defines the tests of one target: every other .wat of `test/programs` ends with 0; another code names the failed check. */
export function describeWatPrograms(target: string, levels: (0 | 2)[]): void {
  const missing = canRun(target)
  describe.skipIf(missing !== undefined)(
    `programs on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`,
    () => {
      for (const source of sources)
        for (const optimize of levels)
          test(`${basename(source, '.wat')}, optimize ${optimize}`, async () => {
            const file = await executableOf(await wasmOf(join(folder, source)), target, { optimize })
            const { code, stdout, stderr } = await runExecutable(target, file, [], { timeout: 200_000 })
            expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
          })
    },
  )
}
