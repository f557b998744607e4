import { expect, test } from 'vitest'
import { Bundle } from '../../../src/adapters/bundle.ts'
import type { BuiltFile } from '../../../src/pipeline.ts'

const file = (integrity: string) => ({ name: 'x', path: integrity, integrity }) as BuiltFile

test('no program takes the place of another on a file system that takes their names for one', () => {
  const bundle = new Bundle()
  for (const name of ['hello-linux-x64', 'é'.normalize('NFC')]) bundle.claim(name, file('sha256-a'))
  for (const name of ['Hello-Linux-x64', './hello-linux-x64', 'É', 'é'.normalize('NFD')])
    expect(() => bundle.claim(name, file('sha256-b')), name).toThrow('two different executables want the name')
  expect(bundle.claim('HELLO-linux-x64', file('sha256-a'))).toBe('HELLO-linux-x64')
})
