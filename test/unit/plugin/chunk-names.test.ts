import { expect, test } from 'vitest'
import { plainChunkNames } from '../../../src/adapters/chunk-names.ts'

const chunk = (name: string, id: string) => ({ name, facadeModuleId: id, moduleIds: [id] })
const at = (query: string) => `/project/src/hello.wasm?${query}`

test.each([
  ['a directory', 'SECRET_env_TOKEN_exe', 'dir=/data=/home/me/SECRET&env=TOKEN&exe'],
  ['what stands behind the file’s name', 'hello.wasm_env_TOKEN_exe', 'env=TOKEN&exe'],
  ['a part of that, up to a dot', 'hello.wasm_connect_secret', 'connect=secret.example:443&exe'],
])('a chunk has no name after a query: %s', (_, name, query) => {
  expect(plainChunkNames()(chunk(name, at(query)))).toBe('hello-[hash].js')
  expect(plainChunkNames('assets/[name]-[hash].js')(chunk(name, at(query)))).toBe('assets/hello-[hash].js')
  const own = ({ name }: { name: string }) => `${name}/[name].js`
  expect(plainChunkNames(own)(chunk(name, at(query)))).toBe('hello/hello.js')
})

test('other names are those of the configuration', () => {
  const template = 'assets/[name]-[hash].js'
  expect(plainChunkNames(template)(chunk('vendor', at('dir=/data=./vendor&exe')))).toBe(template)
  expect(plainChunkNames(template)({ name: 'main' })).toBe(template)
})
