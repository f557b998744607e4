import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createExecutables, TARGET_NAMES } from '../../compiler/index.ts'
import { helloWorld, temporaryDirectory } from './program.ts'

const dir = temporaryDirectory('embed')
const targets = TARGET_NAMES
const wasm = await helloWorld()

/** Builds with an empty cache, from a copy of the same files at another place and time. */
async function build(name: string, optimize?: 2): Promise<string[]> {
  mkdirSync(join(dir, name, 'assets/sub'), { recursive: true })
  for (const file of ['a.txt', 'sub/b.txt']) writeFileSync(join(dir, name, 'assets', file), file)
  const embed = { '/share': join(dir, name, 'assets') }
  const options = { targets, embed, file: 'hello.wasm', cacheDir: join(dir, name, 'cache'), optimize }
  const { executables, embedded } = await createExecutables(wasm, options)
  expect(embedded).toMatchObject([{ guest: '/share', files: 2, bytes: 14 }])
  return executables.map(({ integrity }) => integrity)
}

test.each([undefined, 2] as const)(
  'equal files give equal executables, wherever they are (level %s)',
  async (level) => {
    expect(await build(`first ${level}`, level)).toEqual(await build(`second ${level}`, level))
  },
)
