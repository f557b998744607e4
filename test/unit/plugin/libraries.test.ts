import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { assemble } from '../../../compiler/index.ts'
import { moduleFiles, readLibraries } from '../../../src/libraries.ts'

const directory = mkdtempSync(join(tmpdir(), 'wasm-exe-libraries-'))
afterAll(() => rmSync(directory, { recursive: true }))

const imports = (...names: string[]) => `(module ${names.map((name) => `(import "${name}" "f" (func))`).join(' ')})`
for (const [name, text] of Object.entries({ a: imports('b', 'env'), b: imports('a'), c: imports(), broken: '(module' }))
  writeFileSync(join(directory, `${name}.wat`), text)
const modules = { a: 'a.wat', b: './b.wat', c: 'c.wat', broken: 'broken.wat', lost: 'lost.wasm' }

async function read(...names: string[]): Promise<{ name: string; file?: string }[]> {
  const program = { bytes: await assemble(imports(...names)), file: 'app.wasm' }
  const display = (file: string) => file.slice(directory.length + 1)
  return readLibraries(program, moduleFiles(modules, directory), { display })
}

describe('of the modules that options name, a program gets', () => {
  test.each([
    [[], []],
    [['wasi_snapshot_preview1', 'env'], []],
    [['c'], ['c']],
    [
      ['a', 'c'],
      ['a', 'b', 'c'],
    ],
  ])('importing from %j: %j', async (names, libraries) => {
    expect((await read(...names)).map(({ name }) => name)).toEqual(libraries)
  })
})

describe('errors name the file and the option', () => {
  test.each([
    ['lost', /^lost\.wasm: cannot be read: there is no such file\n.*modules\["lost"\].*module=/],
    ['broken', /^broken\.wat:1:1: is not closed/],
  ])('%s', async (name, message) => {
    await expect(read(name)).rejects.toThrow(message)
  })
})
