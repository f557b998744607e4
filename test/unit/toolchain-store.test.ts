import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defaultCacheDirs } from '../../compiler/cache-dirs.ts'
import { Store, hashKey, openStore, type StoredFile } from '../../compiler/store.ts'

const root = mkdtempSync(join(tmpdir(), 'wasm-exe-store-'))
afterAll(() => rmSync(root, { recursive: true }))
let store: Store
let count = 0
const needsRoot = process.getuid?.() === 0 ? '' : ' (skipped: needs root)'
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
  expect(new Set(paths.map(({ path }) => path)).size).toBe(1)
  expect(await get()).toEqual(paths[0])
  expect(produced).toBe(1)
  expect(readFileSync(paths[0].path, 'utf8')).toBe('a')
})

test('what was installed in a store is none of its records', async () => {
  const key = hashKey('installed')
  await store.writeRecord('modules', key, 'own')
  for (const place of ['v2', 'v2/modules', `v2/modules/${key.slice(0, 2)}`]) {
    const manifest = join(store.dir, place, 'package.json')
    writeFileSync(manifest, '{"name":"evil"}')
    expect(await store.readRecord('modules', key), place).toBeUndefined()
    rmSync(manifest)
    expect(await store.readRecord('modules', key)).toBe('own')
  }
})

test('a failure leaves nothing, and the next one tries again', async () => {
  const key = hashKey('b')
  const fail = store.get('objects', key, '.o', async (path) => {
    await writeFile(path, 'half')
    throw new Error('broken')
  })
  const next = store.get('objects', key, '.o', (path) => writeFile(path, 'whole'))
  await expect(fail).rejects.toThrow('broken')
  expect(readFileSync((await next).path, 'utf8')).toBe('whole')
  expect(files().map(({ name }) => name.replace(/.*\./, ''))).toEqual(expect.arrayContaining(['json', 'o']))
  expect(files()).toHaveLength(2)
})

test('one who is aborted does not wait for the work of another', async () => {
  const key = hashKey('c')
  let finish = () => {}
  const finished = new Promise<void>((resolve) => (finish = resolve))
  const slow = store.get('objects', key, '.o', async (path) => {
    await finished
    await writeFile(path, 'c')
  })
  const abort = new AbortController()
  const waiting = store.get('objects', key, '.o', (path) => writeFile(path, 'other'), abort.signal)
  setTimeout(() => abort.abort(new Error('enough')), 20)
  await expect(waiting).rejects.toThrow('enough')
  finish()
  expect(readFileSync((await slow).path, 'utf8')).toBe('c')
})

test('pruning removes what was not used for longest, never what is new', async () => {
  const hours = (ago: number) => new Date(Date.now() - ago * 3_600_000)
  for (const [name, age] of [
    ['old', 30],
    ['older', 40],
    ['new', 0],
  ] as const) {
    const { path } = await store.get('objects', hashKey(name), '.o', (to) => writeFile(to, name.repeat(1000)))
    for (const file of [path, store.path('objects', hashKey(name), '.json')]) utimesSync(file, hours(age), hours(age))
  }
  const scratch = await store.scratch()
  const cancelled = join(scratch, '..', 'cancelled')
  mkdirSync(cancelled)
  for (const dir of [scratch, cancelled]) utimesSync(dir, hours(30), hours(30))
  expect(await store.prune(7000)).toMatchObject({ removed: 1 })
  expect(await store.find('objects', hashKey('older'), '.o')).toBeUndefined()
  expect(await store.find('objects', hashKey('old'), '.o')).toBeDefined()
  expect(await store.prune(0)).toMatchObject({ removed: 0 })
  expect(readdirSync(join(scratch, '..'))).toEqual([basename(scratch)])
  await store.discard(scratch)
  expect(readdirSync(join(scratch, '..'))).toEqual([])
})

test('what a process left behind goes when another needs the place, what one may still use stays', async () => {
  const tmp = join(store.dir, 'v2', 'tmp')
  const gone = spawn(process.execPath, ['--version'])
  await once(gone, 'exit')
  const mine = basename(await store.scratch())
  const [, start, machine] = /^\d+-(\d*)-([\da-f]{16})-/.exec(mine)!
  const names = {
    gone: `${gone.pid}-${start}-${machine}-1`,
    goneButReused: `${process.pid}-${Number(start) + 1}-${machine}-2`,
    alive: `${process.pid}-${start}-${machine}-3`,
    elsewhere: `${gone.pid}-${start}-${'0'.repeat(16)}-4`,
    notOurs: 'failed',
  }
  for (const name of Object.values(names)) mkdirSync(join(tmp, name, 'deep'), { recursive: true })
  writeFileSync(join(tmp, names.gone, 'deep', 'x.c'), '')
  const next = basename(await store.scratch())
  const kept = [mine, next, names.alive, names.elsewhere, names.notOurs, ...(start === '' ? [names.goneButReused] : [])]
  expect(readdirSync(tmp).toSorted()).toEqual(kept.toSorted())
})

test('a directory that cannot be made is an error with advice', () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  expect(() => new Store(join(file, 'cache'))).toThrow(
    /cannot write .*file[\\/]cache: .*(?:not a directory|file already exists)/,
  )
})

test('keys keep their parts apart', () => {
  expect(hashKey('ab', 'c')).not.toBe(hashKey('a', 'bc'))
  expect(hashKey('ä')).toBe(hashKey(new TextEncoder().encode('ä')))
})

describe('what is not what was written is made anew', () => {
  const key = hashKey('entry')
  const contents = 'the object '.repeat(1000)
  const make = async (): Promise<StoredFile & { made: boolean }> => {
    let made = false
    const file = await store.get('objects', key, '.o', async (path) => {
      made = true
      await writeFile(path, contents)
    })
    return { ...file, made }
  }
  const flip = (path: string) => {
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1] ^= 1
    writeFileSync(path, bytes)
  }
  const damages: Record<string, (path: string) => void> = {
    empty: (path) => writeFileSync(path, ''),
    truncated: (path) => truncateSync(path, statSync(path).size - 1),
    longer: (path) => appendFileSync(path, '\n'),
    'another byte': flip,
    'something else': (path) => writeFileSync(path, '{"size":0,"sha256":"x"}'),
    'odd JSON': (path) => writeFileSync(path, 'null'),
    gone: (path) => rmSync(path),
    'a directory': (path) => {
      rmSync(path)
      mkdirSync(join(path, 'sub'), { recursive: true })
    },
    'a link to nothing': (path) => {
      rmSync(path)
      symlinkSync('nowhere', path)
    },
    'a link to the like': (path) => {
      renameSync(path, `${path}.moved`)
      symlinkSync(`${path}.moved`, path)
    },
    'a pipe': (path) => {
      rmSync(path)
      execFileSync('mkfifo', [path])
    },
    'the directory a file': (path) => {
      rmSync(dirname(path), { recursive: true })
      writeFileSync(dirname(path), '')
    },
    'the directory a link to nothing': (path) => {
      rmSync(dirname(path), { recursive: true })
      symlinkSync('nowhere', dirname(path))
    },
  }
  const cases = Object.entries(damages).filter(([name]) => process.platform !== 'win32' || !/link|pipe/.test(name))
  describe.each(['file', 'record'])('a %s', (what) => {
    test.each(cases)('%s', async (_, damage) => {
      const { path } = await make()
      damage(what === 'file' ? path : store.path('objects', key, '.json'))
      expect(await store.find('objects', key, '.o')).toBeUndefined()
      const again = await make()
      expect(again).toMatchObject({ path, made: true })
      expect(lstatSync(path).isFile()).toBe(true)
      expect(readFileSync(path, 'utf8')).toBe(contents)
      expect(await make()).toMatchObject({ path, made: false })
    })
  })

  test("another key's record", async () => {
    await make()
    const other = await store.get('objects', hashKey('other'), '.o', (path) => writeFile(path, 'other'))
    copyFileSync(store.path('objects', hashKey('other'), '.json'), store.path('objects', key, '.json'))
    expect(readFileSync(other.path, 'utf8')).toBe('other')
    expect(await make()).toMatchObject({ made: true })
  })

  test.each(['', '{"size":', 'null', '[]', '"x"', '\n', '\n{"size":1}'])('a record %j', async (text) => {
    await store.writeRecord('modules', key, { size: 1 })
    expect(await store.readRecord('modules', key)).toEqual({ size: 1 })
    writeFileSync(store.path('modules', key, '.json'), text)
    expect(await store.readRecord('modules', key)).toBeUndefined()
  })
})

describe('the default directory', () => {
  const cache = (dir: string) => join(dir, 'node_modules', '.cache', 'unplugin-wasm-exe')
  let project: string
  const write = (path: string, text = '') => {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  beforeEach(() => {
    project = join(root, `project-${count++}`)
    write('package.json', '{"name":"project"}')
    write('packages/app/package.json', '{"name":"app"}')
    write('packages/app/src/package.json', '{"type":"commonjs"}')
    vi.stubEnv('XDG_CACHE_HOME', join(root, 'user'))
    vi.stubEnv('LOCALAPPDATA', join(root, 'user'))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })
  const app = () => join(project, 'packages/app')
  const first = (...from: string[]) => defaultCacheDirs(from)[0]

  test('is in the package around, whatever is installed', () => {
    expect(first(join(app(), 'src/hello.wasm'))).toBe(cache(app()))
    write('node_modules/x/package.json', '{"name":"x"}')
    expect(first(join(app(), 'src/hello.wasm'))).toBe(cache(app()))
    write('packages/app/src/node_modules/y/package.json', '{"name":"y"}')
    expect(first(join(app(), 'src/hello.wasm'))).toBe(cache(app()))
  })

  test.each([
    ['package.json', '{"name":"project","workspaces":["packages/*"]}'],
    ['pnpm-workspace.yaml', 'packages: [packages/*]'],
    ['lerna.json', '{}'],
    ['rush.json', '{}'],
    ['nx.json', '{}'],
  ])('is one for all packages of a monorepo: %s', (name, text) => {
    write(name, text)
    write('node_modules/dep/package.json', '{"name":"dep"}')
    for (const path of [
      '.',
      'packages/app',
      'packages/app/src/hello.wasm',
      'packages/other/x',
      'node_modules/dep/x.wasm',
    ])
      expect(first(join(project, path))).toBe(cache(project))
  })

  test('ends where the repository does', () => {
    write('package.json', '{"workspaces":["packages/*"]}')
    write('packages/app/.git/HEAD')
    expect(first(join(app(), 'src'))).toBe(cache(app()))
  })

  test('is with the user where there is no project, no node_modules by choice, or no permission', () => {
    if (process.platform === 'darwin') return
    const user = join(root, 'user', 'unplugin-wasm-exe')
    expect(first(root)).toBe(user)
    vi.spyOn(process, 'cwd').mockReturnValue(app())
    expect(openStore().dir).toBe(cache(app()))
    rmSync(join(app(), 'node_modules', '.cache'), { recursive: true })
    write('packages/app/node_modules/.cache', 'in the way')
    expect(openStore().dir).toBe(user)
    write('.pnp.cjs')
    expect(first(app())).toBe(user)
  })

  test('is not what was installed, by whatever name', () => {
    vi.spyOn(process, 'cwd').mockReturnValue(app())
    for (const place of ['node_modules/.cache', 'node_modules/.cache/unplugin-wasm-exe']) {
      write(`packages/app/${place}/package.json`, '{"name":"evil"}')
      expect(openStore().dir).not.toContain(project)
      rmSync(join(app(), place, 'package.json'))
      expect(openStore().dir).toBe(cache(app()))
    }
  })

  test.skipIf(process.getuid === undefined)('is not where everybody can write', () => {
    vi.spyOn(process, 'cwd').mockReturnValue(app())
    const open = (path: string) => {
      mkdirSync(path, { recursive: true })
      chmodSync(path, 0o777)
      expect(openStore().dir).not.toContain(project)
      chmodSync(path, 0o775)
      expect(openStore().dir).toBe(cache(app()))
    }
    for (const path of ['', 'node_modules', 'node_modules/.cache', 'node_modules/.cache/unplugin-wasm-exe'])
      open(join(app(), path))
  })

  describe.skipIf(process.getuid?.() !== 0)(`is not another user’s${needsRoot}`, () => {
    const give = (path: string) => lchownSync(join(project, path), 65534, 65534)

    test.each([
      ['package.json', '{"workspaces":["packages/*"]}'],
      ['pnpm-workspace.yaml', 'packages: [packages/*]'],
    ])('who put a %s above the project', (name, text) => {
      write(name, text)
      give(name)
      expect(first(app())).toBe(cache(app()))
    })

    test('who put a link there', () => {
      symlinkSync('/etc/passwd', join(project, 'pnpm-workspace.yaml'))
      give('pnpm-workspace.yaml')
      expect(first(app())).toBe(cache(app()))
    })

    test('whose directory lies between', () => {
      write('pnpm-workspace.yaml')
      expect(first(app())).toBe(cache(project))
      give('packages')
      expect(first(app())).toBe(cache(app()))
      rmSync(join(app(), 'package.json'))
      give('packages/app')
      expect(first(join(app(), 'src'))).not.toContain(project)
    })

    test.each(['', '/node_modules', '/node_modules/.cache', '/node_modules/.cache/unplugin-wasm-exe'])(
      'who has made <project>%s',
      (path) => {
        vi.spyOn(process, 'cwd').mockReturnValue(app())
        mkdirSync(cache(app()), { recursive: true })
        expect(openStore().dir).toBe(cache(app()))
        give(`packages/app${path}`)
        expect(openStore().dir).not.toContain(project)
      },
    )
  })
})
