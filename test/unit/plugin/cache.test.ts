import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { namedFile } from '../../../src/cache.ts'
import { builtFile } from './built.ts'

const directory = mkdtempSync(join(tmpdir(), 'wasm-exe-cache-'))
afterAll(() => rmSync(directory, { recursive: true }))

test('a cached file under another name, asked for by many at a time', async () => {
  const path = join(directory, 'entry.bin')
  writeFileSync(path, 'content')
  const file = builtFile('hello', 'linux-x64', path)
  const names = await Promise.all(Array.from({ length: 20 }, () => namedFile(file, 'hello-linux-x64')))
  expect(new Set(names)).toEqual(new Set([join(directory, 'entry.bin.d/hello-linux-x64')]))
  expect(readFileSync(names[0], 'utf8')).toBe('content')
  expect(readdirSync(`${path}.d`)).toEqual(['hello-linux-x64'])
})

test('a file in the way', async () => {
  const path = join(directory, 'blocked.bin')
  writeFileSync(path, 'content')
  writeFileSync(`${path}.d`, 'in the way')
  const name = await namedFile(builtFile('hello', 'linux-x64', path), 'hello')
  expect(readFileSync(name, 'utf8')).toBe('content')
})

test('a name that is none', async () => {
  await expect(namedFile(builtFile('hello', 'linux-x64'), '')).rejects.toThrow('there is no name')
})

test('an entry that is gone', async () => {
  const file = builtFile('hello', 'linux-x64', join(directory, 'gone.bin'))
  await expect(namedFile(file, 'hello')).rejects.toThrow(/cannot put .*hello into the cache: ENOENT/)
})
