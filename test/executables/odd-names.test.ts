/** Names of directories and files that compilers, linkers and shells understand in their own ways. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { createExecutables, createObject } from '../../compiler/index.ts'
import { root as repository, which } from '../support/tools.ts'
import { helloWorld, temporaryDirectory } from './program.ts'

const root = temporaryDirectory('odd')
const windows = process.platform === 'win32'

const names: Record<string, string> = {
  'a percent sign, as Jenkins writes slashes': 'feature%2Fx',
  'a dash': '-rf',
  'an at sign': '@file',
  'all that a name of Windows may hold': "%%%%%% a b'c$(id)d#e&f;g,h=i@j[k]{l}~!^+` äß 日本 😀 e\u0301",
  ...(windows ? {} : { 'all that is left': 'a"b\\c*?|<d>:e\nf\tg\x01\x7f\\' }),
}

const hello = await helloWorld('odd\n')
const targets = ['linux-x64', 'darwin-arm64', 'win32-x64']

interface Built {
  integrity: string[]
  path: string
}

async function build(dir: string, options: Parameters<typeof createExecutables>[1] = {}): Promise<Built> {
  mkdirSync(dir, { recursive: true })
  const { executables } = await createExecutables(hello, {
    name: 'hello',
    cacheDir: join(dir, 'cache'),
    optimize: 2,
    targets,
    outFile: (target) => join(dir, 'out', target, basename(dir)),
    ...options,
  })
  return { integrity: executables.map(({ integrity }) => integrity), path: executables[0].path }
}

function run(path: string): string {
  return spawnSync(path, { encoding: 'utf8' }).stdout
}

const runsHere = process.platform === 'linux' && process.arch === 'x64'
let plain: Built
beforeAll(async () => {
  plain = await build(join(root, 'plain'))
})

test('all of them in the path of a cache, with lines for debuggers', async () => {
  await build(join(root, ...Object.values(names), 'debug'), { debug: true })
})

test('executables for debuggers on Linux and Windows tell nothing of the machine that built them', async () => {
  for (const target of ['linux-x64', 'win32-x64']) {
    const { path } = await build(join(root, 'told'), { debug: true, targets: [target] })
    const text = readFileSync(path, 'latin1')
    for (const place of [root, repository, homedir()]) expect(text).not.toContain(place)
  }
})

test.skipIf(which('cc') === undefined || windows)(
  "all of them in the path of a cache, for the system's compiler (skipped: needs cc)",
  async () => {
    const odd = join(root, ...Object.values(names), 'cc')
    const options = { toolchain: 'cc', targets: ['host'] }
    expect((await build(odd, options)).integrity).toEqual((await build(join(root, 'cc'), options)).integrity)
    await build(odd, { ...options, debug: true })
  },
)

test('all of them in the path of the cache, of the result and of temporary files', async () => {
  const dir = join(root, ...Object.values(names))
  mkdirSync(join(dir, 'tmp'), { recursive: true })
  vi.stubEnv('TMPDIR', join(dir, 'tmp'))
  const { integrity, path } = await build(dir)
  expect(integrity).toEqual(plain.integrity)
  if (runsHere) expect(run(path)).toBe('odd\n')
  const archive = join(dir, `${basename(dir)}.a`)
  await createObject(hello, { cacheDir: join(dir, 'cache'), target: 'linux-x64', outFile: archive })
  expect(readFileSync(archive).subarray(0, 7).toString()).toBe('!<arch>')
  vi.unstubAllEnvs()
})

test.each(Object.entries(names))('%s in the name of the module', async (_, name) => {
  const { path } = await build(join(root, 'module'), { name, file: `${name}.wasm`, targets: ['linux-x64'] })
  if (runsHere) expect(run(path)).toBe('odd\n')
})

test.skipIf(windows)('paths almost as long as the system lets them be', async () => {
  const dir = join(root, ...Array.from({ length: 15 }, () => 'long'.repeat(60)))
  expect((await build(dir)).integrity).toEqual(plain.integrity)
})

test.each([
  ['longer than a file name may be', 'x'.repeat(5000)],
  ['of many letters that C has not', 'ü'.repeat(300)],
  ['of a device of Windows', 'con.x'],
  ['of the current directory', '.'],
  ['of the directory above', '..'],
  ['of an option', '--version'],
  ['of the runtime', 'runtime-parts'],
  ['of the embedded files', 'embedded'],
])('a module with a name %s', async (_, name) => {
  const embed = { '/files': join(import.meta.dirname, 'modules') }
  const result = build(join(root, 'module'), {
    name,
    file: `${name}.wasm`,
    embed: existsSync(embed['/files']) ? embed : {},
    targets: ['linux-x64'],
    outFile: (target: string) => join(root, 'module', `out-${target}`),
  })
  const { path } = await result
  if (runsHere) expect(run(path)).toBe('odd\n')
})

test('libraries with names that are alike but for case or odd letters', async () => {
  const { assemble } = await import('../../compiler/wat.ts')
  const library = (value: number) =>
    assemble(
      `(module (memory 1) (data (i32.const 0) "${'x'.repeat(5000)}") (func (export "f") (result i32) (i32.const ${value})))`,
    )
  const modules = await Promise.all(
    ['a', 'A', 'ä', 'ö', `${'l'.repeat(300)}1`, `${'l'.repeat(300)}2`].map(async (name, i) => ({
      name,
      bytes: await library(1 << i),
    })),
  )
  const program = await assemble(`(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    ${modules.map(({ name }, i) => `(import "${name}" "f" (func $f${i} (result i32)))`).join('\n')}
    (memory (export "memory") 1)
    (func (export "_start") (call $exit ${modules.reduce((sum, _, i) => `(i32.add (call $f${i}) ${sum})`, '(i32.const 0)')})))`)
  const { executables } = await createExecutables(program, {
    name: 'program',
    cacheDir: join(root, 'libraries'),
    optimize: 2,
    modules,
    targets: ['linux-x64'],
  })
  if (runsHere) expect(spawnSync(executables[0].path).status).toBe(63)
})
