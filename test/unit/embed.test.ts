import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { embedUnit } from '../../compiler/embed-unit.ts'
import { readEmbedded } from '../../compiler/embed.ts'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'wasm-exe-embed-'))
  mkdirSync(join(base, 'share/dir'), { recursive: true })
  writeFileSync(join(base, 'share/b.txt'), 'bb')
  writeFileSync(join(base, 'share/Z.txt'), 'z')
  writeFileSync(join(base, 'share/dir/a'), 'aaa')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

test('what was read is counted, and everything is named for those who watch', async () => {
  const { info, inputs } = await readEmbedded({ '/share': 'share', '/dir': join(base, 'share/dir') }, base)
  expect(info.map(({ guest, files, bytes }) => [guest, files, bytes])).toEqual([
    ['/share', 3, 6],
    ['/dir', 1, 3],
  ])
  expect(inputs.files).toContain(join(base, 'share/dir/a'))
  expect(inputs.directories).toContain(join(base, 'share/dir'))
})

test('the tables have the roots first, then each directory’s entries by their bytes', async () => {
  const unit = embedUnit('hello', await readEmbedded({ '/share': 'share' }, base))
  const rows = [...unit.code.matchAll(/^ {4}\{(.*)\},$/gm)].map(([, row]) => row)
  expect(rows).toEqual(['1, 3, 0, true', '7, 1, 1, false', '14, 2, 8, false', '4, 1, 16, true', '22, 3, 20, false'])
  expect(Buffer.from(unit.data[0].bytes).toString()).toBe('\0Z.txt\0zb.txt\0bbdir\0a\0aaa')
})

test('names and contents decide the hash, places and times do not', async () => {
  const hash = async (dir: string) => (await readEmbedded({ '/x': dir }, base)).info[0].integrity
  const first = await hash('share')
  mkdirSync(join(base, 'copy/dir'), { recursive: true })
  writeFileSync(join(base, 'copy/dir/a'), 'aaa')
  writeFileSync(join(base, 'copy/Z.txt'), 'z')
  writeFileSync(join(base, 'copy/b.txt'), 'bb')
  expect(await hash('copy')).toBe(first)
  writeFileSync(join(base, 'copy/b.txt'), 'bc')
  expect(await hash('copy')).not.toBe(first)
})

test('links are followed, but not into a directory that holds them', async () => {
  symlinkSync('b.txt', join(base, 'share/link'))
  expect((await readEmbedded({ '/x': 'share' }, base)).info[0].files).toBe(4)
  symlinkSync('..', join(base, 'share/dir/up'))
  await expect(readEmbedded({ '/x': 'share' }, base)).rejects.toThrow(/is a link to a directory that holds it/)
})

test.each([
  [{ '/x': 'missing' }, /there is no such directory/],
  [{ '/x': 'share/b.txt' }, /is a file/],
  [{ '': 'share' }, /empty guest path/],
  [{ '/x': '' }, /names no directory/],
  [['share'], /embed is no object/],
])('%j is an error', async (embed, message) => {
  await expect(readEmbedded(embed as never, base)).rejects.toThrow(message)
})

test('a directory may hold more files than a call takes arguments', () => {
  const children = Array.from({ length: 200_000 }, (_, i) => ({
    name: `f${i}`,
    bytes: new Uint8Array(1),
    children: [],
  }))
  const unit = embedUnit('m', {
    roots: [{ guest: '/', node: { name: '', children } }],
    info: [],
    inputs: { files: [], directories: [] },
  })
  expect(unit.code).toContain('{1, 200000, 0, true},')
})
