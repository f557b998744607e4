import { expect, test } from 'vitest'
import { plainChunkNames } from '../../../src/adapters/chunk-names.ts'

const chunk = (name: string, id: string) => ({ name, facadeModuleId: id, moduleIds: [id] })
const names = (chunkFileNames?: Parameters<typeof plainChunkNames>[0]['chunkFileNames']) =>
  plainChunkNames({ chunkFileNames }).chunkFileNames
const at = (query: string) => `/project/src/hello.wasm?${query}`

test.each([
  ['a directory', 'SECRET_env_TOKEN_exe', 'dir=/data=/home/me/SECRET&env=TOKEN&exe'],
  ['what stands behind the file’s name', 'hello.wasm_env_TOKEN_exe', 'env=TOKEN&exe'],
  ['a part of that, up to a dot', 'hello.wasm_connect_secret', 'connect=secret.example:443&exe'],
  ['a directory whose file is called index', 'SECRET', 'arg=/home/SECRET/index.html&exe'],
  ['a directory with a slash behind it', 'SECRET', 'exe&dir=/data=/home/SECRET/'],
  ['a directory of Windows', 'SECRET_exe', String.raw`dir=/data=C:\home\SECRET&exe`],
])('a chunk has no name after a query: %s', (_, name, query) => {
  expect(names()(chunk(name, at(query)))).toBe('hello-[hash].js')
  expect(names('assets/[name]-[hash].js')(chunk(name, at(query)))).toBe('assets/hello-[hash].js')
  const own = ({ name }: { name: string }) => `${name}/[name].js`
  expect(names(own)(chunk(name, at(query)))).toBe('hello/hello.js')
})

test('other names are those of the configuration', () => {
  const template = 'assets/[name]-[hash].js'
  expect(names(template)(chunk('vendor', at('dir=/data=./vendor&exe')))).toBe(template)
  expect(names(template)({ name: 'main' })).toBe(template)
})

test.each([
  ['src/hello.wasm_dir_/data_/home/SECRET_exe', '/project/src', 'src/hello.wasm'],
  // What leads up in a query goes up in the name.
  ['src/main', '/project/src', 'src/hello.wasm'],
  ['hello.wasm_dir_/data_/home/SECRET_exe', '/project/src', 'hello.wasm'],
  ['a b/src/hello.wasm', '/a b/src', 'a b/src/hello.wasm'],
])('a module that is preserved as %s is called after its file', (name, directory, expected) => {
  const { entryFileNames: nameOf } = plainChunkNames({ preserveModules: true })
  const query = 'dir=/data=/home/SECRET&exe'
  expect(nameOf!(chunk(name, `${directory}/hello.wasm?${query}`)).replace('[name]', name)).toBe(`${expected}.js`)
  expect(nameOf!(chunk('src/main', '/project/src/main.js'))).toBe('[name].js')
})

test('names of entries are left alone where modules are not preserved', () => {
  expect(plainChunkNames({ entryFileNames: 'x.js' })).not.toHaveProperty('entryFileNames')
})
