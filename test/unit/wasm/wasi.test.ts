import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { I32, I64 } from '../../../compiler/wasm/types.ts'
import { WASI_MODULE, wasiCalls } from '../../../compiler/wasm/wasi.ts'

const runtime = new URL('../../../runtime/wasi/', import.meta.url)
const source = readdirSync(runtime)
  .filter((file) => file.endsWith('.c'))
  .map((file) => readFileSync(new URL(file, runtime), 'utf8'))
  .join('\n')

test('preview 1 has 46 calls', () => expect(wasiCalls.size).toBe(46))

test('only proc_exit returns nothing', () => {
  const silent = [...wasiCalls.values()].filter(({ type }) => type.results.length === 0)
  expect(silent.map(({ name }) => name)).toEqual(['proc_exit'])
})

test.each([...wasiCalls.values()])('the runtime defines $name with these parameters', ({ name, type }) => {
  const definition = new RegExp(`\\b${WASI_MODULE}__${name}\\(([^)]*)\\)\\s*\\{`).exec(source)
  expect(definition).not.toBeNull()
  const params = definition![1].split(',').map((param) => /\b[iu](32|64)\b/.exec(param)?.[1])
  const expected = type.params.map((param) => ({ [I32]: '32', [I64]: '64' })[param])
  expect(params.filter((param) => param !== undefined)).toEqual(expected)
})
