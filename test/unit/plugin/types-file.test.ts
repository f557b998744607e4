import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { resolveOptions } from '../../../src/options.ts'
import { TypesFile } from '../../../src/types-file.ts'

const root = mkdtempSync(join(tmpdir(), 'wasm-exe-types-'))
afterAll(() => rmSync(root, { recursive: true }))

/** The types of a file's modules, in order. */
function typesOf(file: string): [name: string, type: string][] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/declare module ['"](.*)['"] \{\n\s+const \w+: (.*)\n/g)].map(([, name, type]) => [
    name,
    type.replace("import('unplugin-wasm-exe/browser').", ''),
  ])
}

test.each([
  ['./a.wasm?exe', "ExactProgram<'linux-x64'>"],
  ['../x/a.wat?exe', "ExactProgram<'linux-x64'>"],
  ['./a.wasm?optimize=2&exe', "ExactProgram<'linux-x64'>"],
  ['a/b.wasm?target=win32-x64,linux-arm64&optimize=2&exe', "ExactProgram<'linux-arm64' | 'win32-x64'>"],
  ['./a.wasm?target=host,win32-x64&exe', "ExactProgram<'win32-x64'>"],
  ['./a.wasm?target=host&exe', 'AnyProgram'],
  ['./a.wasm?href&target=host&exe', 'string'],
])('%s is %s', (source, type) => {
  const file = `${Math.random()}.d.ts`
  new TypesFile(file, root, resolveOptions({ targets: ['host', 'linux-x64'] })).note(source)
  expect(typesOf(file)[0]).toEqual([`*${source.slice(source.lastIndexOf('.', source.indexOf('?')))}`, type])
})

test('environments that have other targets: those that all have are promised', () => {
  const options = resolveOptions({
    targets: ['linux-x64', 'win32-x64'],
    environments: { ssr: { targets: 'linux-x64' } },
  })
  const types = new TypesFile('sides.d.ts', root, options)
  types.note('./a.wasm?exe')
  types.note('./a.wat?target=win32-x64&exe')
  expect(typesOf('sides.d.ts').slice(0, 2)).toEqual([
    ['*.wasm?exe', "Program<'linux-x64'>"],
    ['*.wat?target=win32-x64&exe', "ExactProgram<'win32-x64'>"],
  ])
})

test('imports of several builds, then those of any project, each once', () => {
  const options = resolveOptions({ targets: 'win32-x64' })
  new TypesFile('all.d.ts', root, options).note('./a.wasm?exe')
  const second = new TypesFile('all.d.ts', root, options)
  second.note('./b.wasm?debug&exe')
  second.note('./c.wasm?exe')
  const names = typesOf('all.d.ts').map(([name]) => name)
  expect(names.slice(0, 2)).toEqual(['*.wasm?debug&exe', '*.wasm?exe'])
  expect(names.slice(2)).toContain('*.wat?exe')
  expect(new Set(names).size).toBe(names.length)
})

test('what is no import of a program, or no name for a module, is left out', () => {
  const types = new TypesFile('none.d.ts', root, resolveOptions({}))
  for (const source of ['./a.js', './a.wasm', './a.wasm?url', './*.wasm?exe', './a.wasm?nonsense&exe'])
    types.note(source)
  expect(() => readFileSync(join(root, 'none.d.ts'))).toThrow('ENOENT')
})

test('a file of somebody else stays', () => {
  writeFileSync(join(root, 'env.d.ts'), 'declare const x: number\n')
  expect(() => new TypesFile('env.d.ts', root, resolveOptions({}))).toThrow(/env\.d\.ts is a file of somebody else/)
})
