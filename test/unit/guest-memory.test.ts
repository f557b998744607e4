/**
 * Threads change the guest's memory while a call looks at it, so calls copy what they decide by, once. The type of its places
 * (`struct guest_bytes`, which is never defined) keeps the runtime's code from reading through a pointer; this is about ways around.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../support/tools.ts'

const lines = ['wasi', 'platform'].flatMap((folder) =>
  readdirSync(join(root, 'runtime', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[ch]$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(root, 'runtime', folder, file), 'utf8')
      return text.split('\n').map((line) => ({ file: `${folder}/${file}`.replaceAll('\\', '/'), line: line.trim() }))
    }),
)

test('one function of WASI knows where the memory is', () => {
  const found = lines.filter(({ line }) => /wasm_wasi_memory|memory->base/.test(line))
  expect(new Set(found.map(({ file }) => file))).toEqual(new Set(['wasi/guest.h']))
})

test('no place in it becomes a pointer that can be read through', () => {
  expect(lines.filter(({ line }) => /struct guest_bytes \{/.test(line))).toEqual([])
  const cast = /\((?:const )?(?:u8|char|void) \*\)\s*(?:to|from|bytes|base|guest_\w+|\w+(?:\[\w+\])?\.base)\b/
  expect(lines.filter(({ line }) => cast.test(line)).map(({ file, line }) => `${file}: ${line}`)).toEqual([
    'platform/files.h: return (struct guest_bytes *)((u8 *)bytes + offset);',
  ])
})
