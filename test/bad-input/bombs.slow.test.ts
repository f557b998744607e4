/** Large modules of many kinds as executables: C compilers, linkers and our own take them, and they run. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { generate } from '../../compiler/c/index.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { levelsOf } from '../support/levels.ts'
import { testCache } from '../support/tools.ts'
import { BOMBS } from './bombs.ts'

const folder = mkdtempSync(join(tmpdir(), 'bombs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const make = (kind: string, size: number): Uint8Array => BOMBS.find((bomb) => bomb.kind === kind)!.make(size)

test.each([
  ['data segments over each other', 100_000],
  ['element segments of a table that is written', 150_000],
  ['tags', 150_000],
  ['callers of a function that throws', 150_000],
  ['functions that each call the next', 150_000],
  ['exports of functions', 150_000],
  ['globals that are each the one before', 300_000],
  ['constants in a row', 300_000],
  ['operands below blocks', 300_000],
  ['operands below assignments', 300_000],
  ['operands below loads', 300_000],
])('%s, %i of them, become C', (kind, size) => {
  const module = decode(make(kind, size), { name: 'bomb' })
  validateModule(module)
  expect(generate(module, { file: 'bomb.wasm' }).chunks.length).toBeGreaterThan(0)
})

test.each([
  ['types of types of types', 100_000],
  ['functions', 30_000],
  ['functions that each call the next', 30_000],
  ['globals', 60_000],
  ['constant globals', 60_000],
  ['globals that are each the one before', 60_000],
  ['exports of one function', 30_000],
  ['exports of globals', 30_000],
  ['elements of a table that is written', 100_000],
  ['element segments of a table that is written', 30_000],
  ['data segments', 100_000],
  ['data segments far from each other', 100_000],
  ['data segments over each other', 100_000],
  ['passive data segments', 30_000],
  ['labels of a branch table', 65_520],
  ['constants in a row', 300_000],
  ['constants of constants', 300_000],
  ['offsets of data made of constants', 300_000],
  ['blocks in blocks', 30_000],
  ['ifs in ifs', 5000],
  ['loops in loops that are left', 5000],
])('%s, %i of them, become an executable', async (kind, size) => {
  const outFile = join(folder, 'bomb')
  for (const optimize of levelsOf('linux-x64')) {
    const options = { file: 'bomb.wasm', target: 'linux-x64', optimize, cacheDir: join(testCache, 'cache'), outFile }
    await createExecutable(make(kind, size), options)
    const { status, stderr } = spawnSync(outFile, { encoding: 'utf8' })
    expect({ optimize, status, stderr }).toEqual({ optimize, status: 0, stderr: '' })
  }
})
