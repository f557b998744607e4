/** What is read from the cache is checked: whatever became of its files, the result is that of a fresh one. */
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createExecutables, createObject } from '../../compiler/index.ts'
import { helloWorld } from './program.ts'

const root = mkdtempSync(join(tmpdir(), 'wasm-exe-damaged-'))
afterAll(() => rmSync(root, { recursive: true }))
const fresh = join(root, 'fresh')
let count = 0

/** Integrity of the executables for two formats and of an archive, as read from what was written. */
async function build(cacheDir: string): Promise<{ files: string[]; cached: boolean[] }> {
  const out = join(root, `out-${count++}`)
  const wasm = await helloWorld()
  const { executables } = await createExecutables(wasm, {
    name: 'hello',
    cacheDir,
    optimize: 2,
    targets: ['linux-x64', 'win32-x64'],
    outFile: (target) => join(out, target),
  })
  await createObject(wasm, {
    name: 'hello',
    cacheDir,
    optimize: 2,
    target: 'linux-arm64',
    outFile: join(out, 'hello.a'),
  })
  const files = readdirSync(out).map((name) => readFileSync(join(out, name)).toString('base64'))
  return { files, cached: executables.map(({ cached }) => cached) }
}

let expected: string[]
beforeAll(async () => {
  expected = (await build(fresh)).files
})

const filesOf = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

const damages: Record<string, (path: string) => void> = {
  emptied: (path) => writeFileSync(path, ''),
  truncated: (path) => truncateSync(path, lstatSync(path).size >> 1),
  'of another byte': (path) => {
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1] ^= 0x10
    writeFileSync(path, bytes)
  },
  'replaced by odd JSON': (path) => writeFileSync(path, '{"size":"","integrity":null}'),
  'replaced by directories': (path) => {
    rmSync(path)
    mkdirSync(path)
  },
  'replaced by links': (path) => {
    rmSync(path)
    symlinkSync(process.execPath, path)
  },
}

/** Every kind of damage to all files; two kinds to some of them, so that others lead there. */
const cases = [
  ...Object.keys(damages).map((damage) => ['all files', damage] as const),
  ...['objects', 'records', 'executables'].flatMap((what) =>
    ['truncated', 'of another byte'].map((damage) => [what, damage] as const),
  ),
]
const wanted: Record<string, (path: string) => boolean> = {
  'all files': () => true,
  objects: (path) => path.includes('objects') && !path.endsWith('.json'),
  records: (path) => path.endsWith('.json'),
  executables: (path) => path.includes('executables'),
}

test.each(cases)('%s %s', async (what, damage) => {
  const cacheDir = join(root, `cache-${count++}`)
  cpSync(fresh, cacheDir, { recursive: true })
  const victims = filesOf(cacheDir).filter((path) => wanted[what](path) && lstatSync(path).size > 0)
  expect(victims.length).toBeGreaterThan(3)
  victims.forEach(damages[damage])
  // An executable that is well is not made anew.
  if (what === 'objects') rmSync(join(cacheDir, 'v2', 'executables'), { recursive: true })
  expect(await build(cacheDir)).toEqual({ files: expected, cached: [false, false] })
  expect(await build(cacheDir)).toEqual({ files: expected, cached: [true, true] })
})

test('a cache that lost the executable bit, as archives do', async () => {
  const cacheDir = join(root, `cache-${count++}`)
  cpSync(fresh, cacheDir, { recursive: true })
  for (const path of filesOf(cacheDir)) chmodSync(path, 0o644)
  const { executables } = await createExecutables(await helloWorld(), {
    name: 'hello',
    cacheDir,
    optimize: 2,
    targets: ['linux-x64'],
  })
  expect(executables[0].cached).toBe(true)
  if (process.platform !== 'win32') expect(lstatSync(executables[0].path).mode & 0o111).toBe(0o111)
})
