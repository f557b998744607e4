import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildRuntime } from '../../scripts/build-runtime.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { root } from '../support/tools.ts'

const dir = temporaryDirectory('runtime-all')

test('the runtimes of all targets in dist are what the sources give', async () => {
  await buildRuntime(dir)
  const published = join(root, 'dist', 'runtime')
  expect(readdirSync(dir).sort()).toEqual(readdirSync(published).sort())
  for (const name of readdirSync(dir))
    expect(readFileSync(join(dir, name)).equals(readFileSync(join(published, name))), name).toBe(true)
})
