/** Programs in MoonBit, whose compiler writes structures, arrays and casts: what they print stands beside their sources. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { toBytes } from '../spec/convert.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { levelsOf } from '../support/levels.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { installCorpus } from './install.ts'

const folder = fileURLToPath(new URL('moonbit/', import.meta.url))
const run = promisify(execFile)
const target = 'linux-x64'
const missing = canRun(target)
const skipped = missing ? ` (skipped: needs ${missing})` : ''

async function compiled(name: string): Promise<Uint8Array> {
  const modules = await installCorpus('moonbit/packages')
  const sources = ['prelude', name].map((source) => join(folder, `${source}.mbt`))
  const compiler = join(folder, 'compile.mjs')
  const file = await buildOnce(`moonbit-${await hashOf([compiler, ...sources])}`, `${name}.wasm`, async (draft) => {
    await run('node', [compiler, modules, join(draft, `${name}.wasm`), ...sources])
  })
  return readFile(file)
}

describe.skipIf(missing !== undefined)(`MoonBit's programs on ${target}${skipped}`, () => {
  let spectest: Uint8Array
  beforeAll(async () => {
    spectest = await toBytes({ kind: 'text', text: readFileSync(join(folder, 'spectest.wat'), 'utf8') })
  })

  describe.each(['trees', 'maps', 'strings', 'closures'])('%s', (name) => {
    test.each(levelsOf(target))('optimize %i', async (optimize) => {
      const modules = [{ name: 'spectest', bytes: spectest }]
      const program = await executableFrom(await compiled(name), target, { file: `${name}.wasm`, optimize, modules })
      const stdout = readFileSync(join(folder, `${name}.txt`), 'utf8')
      expect(await runExecutable(target, program)).toMatchObject({ code: 0, stdout, stderr: '' })
    })
  })
})
