import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WASI_FUNCTIONS, WASI_MODULE } from '../../compiler/wasi.ts'
import { I64 } from '../../compiler/wasm/types.ts'

const directory = new URL('../../runtime/wasi/', import.meta.url)
const source = readdirSync(directory)
  .filter((file) => file.endsWith('.c'))
  .map((file) => readFileSync(new URL(file, directory), 'utf8'))
  .join('\n')

/** Calls that the runtime defines, with their parameters in C and their bodies. */
const defined = new Map(
  [...source.matchAll(new RegExp(`${WASI_MODULE}__(\\w+)\\(([^)]*)\\)\\s*\\{\\n([^]*?)\\n\\}`, 'g'))].map(
    ([, name, params, body]) => [name, { params, body }],
  ),
)

test('the runtime defines every call of the table and no other', () => {
  expect([...defined.keys()].toSorted()).toEqual([...WASI_FUNCTIONS.keys()].toSorted())
})

test.each([...WASI_FUNCTIONS.values()])('$name has the type that the runtime gives it', ({ name, type }) => {
  const params = defined
    .get(name)!
    .params.split(',')
    .map((text) => text.trim())
  const widths = params.filter((text) => text !== 'void').map((text) => (/^[ui]64 /.test(text) ? 64 : 32))
  expect(widths).toEqual(type.params.map((param) => (param === I64 ? 64 : 32)))
})

test.each([...WASI_FUNCTIONS.values()])('$name is marked as it answers', ({ name, implemented }) => {
  const body = defined
    .get(name)!
    .body.replaceAll(/\(void\)\w+;/g, '')
    .trim()
  expect(body !== 'return WASI_ENOSYS;').toBe(implemented)
})
