import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { Store, hashKey, openStore } from '../../compiler/store.ts'

const root = mkdtempSync(join(tmpdir(), 'wasm-exe-store-'))
afterAll(() => rmSync(root, { recursive: true }))
let store: Store
let count = 0
beforeEach(() => {
  store = new Store(join(root, String(count++)))
})
const files = () => readdirSync(store.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

test('produces once, then finds', async () => {
  let produced = 0
  const get = () =>
    store.get('objects', hashKey('a'), '.o', async (path) => {
      produced++
      await writeFile(path, 'a')
    })
  const paths = await Promise.all([get(), get(), get()])
  expect(new Set(paths).size).toBe(1)
  expect(await get()).toBe(paths[0])
  expect(produced).toBe(1)
  expect(readFileSync(paths[0], 'utf8')).toBe('a')
})

test('a failure leaves nothing, and the next one tries again', async () => {
  const key = hashKey('b')
  const fail = store.get('objects', key, '.o', async (path) => {
    await writeFile(path, 'half')
    throw new Error('broken')
  })
  const next = store.get('objects', key, '.o', (path) => writeFile(path, 'whole'))
  await expect(fail).rejects.toThrow('broken')
  expect(readFileSync(await next, 'utf8')).toBe('whole')
  expect(files()).toHaveLength(1)
})

test('one who is aborted does not wait for the work of another', async () => {
  const key = hashKey('c')
  let finish = () => {}
  const slow = store.get('objects', key, '.o', async (path) => {
    await new Promise<void>((resolve) => (finish = resolve))
    await writeFile(path, 'c')
  })
  const abort = new AbortController()
  const waiting = store.get('objects', key, '.o', (path) => writeFile(path, 'other'), abort.signal)
  setTimeout(() => abort.abort(new Error('enough')), 20)
  await expect(waiting).rejects.toThrow('enough')
  finish()
  expect(readFileSync(await slow, 'utf8')).toBe('c')
})

test('records that cannot be read count as absent', async () => {
  const key = hashKey('d')
  await store.writeRecord('modules', key, { size: 1 })
  expect(await store.readRecord('modules', key)).toEqual({ size: 1 })
  writeFileSync(store.path('modules', key, '.json'), '{"size":')
  expect(await store.readRecord('modules', key)).toBeUndefined()
})

test('pruning removes what was not used for longest, never what is new', async () => {
  const hours = (ago: number) => new Date(Date.now() - ago * 3_600_000)
  for (const [name, age] of [
    ['old', 30],
    ['older', 40],
    ['new', 0],
  ] as const) {
    const path = await store.get('objects', hashKey(name), '.o', (to) => writeFile(to, 'x'.repeat(100)))
    utimesSync(path, hours(age), hours(age))
  }
  const scratch = await store.scratch()
  utimesSync(scratch, hours(30), hours(30))
  const current = await store.scratch()
  expect(await store.prune(250)).toEqual({ removed: 1, bytes: 200 })
  expect(await store.find('objects', hashKey('older'), '.o')).toBeUndefined()
  expect(await store.find('objects', hashKey('old'), '.o')).toBeDefined()
  expect(await store.prune(0)).toMatchObject({ removed: 0 })
  expect(readdirSync(join(scratch, '..'))).toEqual([current.split('/').at(-1)])
})

test('a directory that cannot be made is an error with advice', () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  expect(() => new Store(join(file, 'cache'))).toThrow(/cannot write .*file\/cache: .*not a directory/)
})

test('keys keep their parts apart', () => {
  expect(hashKey('ab', 'c')).not.toBe(hashKey('a', 'bc'))
  expect(hashKey('ä')).toBe(hashKey(new TextEncoder().encode('ä')))
})

test('an empty file is no entry', async () => {
  const path = store.path('objects', hashKey('e'), '.o')
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, '')
  expect(await store.find('objects', hashKey('e'), '.o')).toBeUndefined()
})

test('the default is in the project around; where that cannot be written, with the user', () => {
  const project = join(root, 'project')
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  mkdirSync(join(project, 'packages', 'app'), { recursive: true })
  writeFileSync(join(project, 'package.json'), '{}')
  writeFileSync(join(project, 'packages', 'app', 'package.json'), '{}')
  vi.spyOn(process, 'cwd').mockReturnValue(join(project, 'packages', 'app'))
  expect(openStore().dir).toBe(join(project, 'node_modules', '.cache', 'unplugin-wasm-exe'))
  rmSync(join(project, 'node_modules', '.cache'), { recursive: true })
  writeFileSync(join(project, 'node_modules', '.cache'), 'in the way')
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'user'))
  vi.stubEnv('LOCALAPPDATA', join(root, 'user'))
  if (process.platform !== 'darwin') expect(openStore().dir).toBe(join(root, 'user', 'unplugin-wasm-exe'))
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})
