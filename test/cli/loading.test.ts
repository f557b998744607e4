import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { root } from '../support/tools.ts'
import { cli, fixture } from './cli.ts'

let cwd: string
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-loading-'))
  writeFileSync(join(cwd, 'hello.wasm'), await assemble(readFileSync(fixture('hello.wat')), { file: 'hello.wat' }))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

/** Notes each module's code that Node loads, a line each: the length and a name. */
const HOOK = `
  import { appendFileSync } from 'node:fs'
  export async function load(url, context, next) {
    const loaded = await next(url, context)
    if (loaded.source) appendFileSync(process.env.LOADED, String(loaded.source).length + ' ' + url + '\\n')
    return loaded
  }`
const REGISTER = `
  import { register } from 'node:module'
  register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(HOOK))})`

/** Of each file of dist, the modules that it was made of, as `npm run build` noted them. */
const CHUNKS = JSON.parse(readFileSync(join(root, 'node_modules/.cache/chunks.json'), 'utf8')) as Record<
  string,
  string[]
>

/** What a command loads: the modules of ours, and how much it is. */
async function loads(...args: string[]): Promise<{ modules: string[]; files: number; bytes: number }> {
  writeFileSync(join(cwd, 'register.mjs'), REGISTER)
  const list = join(cwd, 'loaded.txt')
  writeFileSync(list, '')
  const options = `--import ${pathToFileURL(join(cwd, 'register.mjs')).href}`
  const result = await cli(args, { cwd, env: { NODE_OPTIONS: options, LOADED: list } })
  expect(result).toMatchObject({ code: 0 })
  const rows = readFileSync(list, 'utf8')
    .split('\n')
    .filter((row) => row !== '' && !row.endsWith('register.mjs') && !row.includes(' data:'))
  const bytes = rows.reduce((sum, row) => sum + Number.parseInt(row, 10), 0)
  const loaded = rows.map((row) => fileURLToPath(row.slice(row.indexOf(' ') + 1)))
  const modules = loaded.flatMap((file) => CHUNKS[relative(join(root, 'dist'), file)] ?? [])
  return { modules, files: rows.length, bytes }
}

const BUILD = ['build', 'hello.wasm', '-t', 'linux-x64,win32-arm64', '-o', 'out/', '--cache-dir', 'cache']

const GENERATOR = 'compiler/machine/index.ts'
/** What few builds need. */
const OTHERS =
  /^compiler\/(?:text|component\/(?!preamble)|toolchain\/zig|image\/read)|^compiler\/c-|^compiler\/c\/index|^src\/(?:ship|dev|adapters)/

test('building a module loads the generator, and nothing of what other inputs, levels and commands need', async () => {
  const { modules, files, bytes } = await loads(...BUILD)
  expect(modules).toContain(GENERATOR)
  expect(modules.filter((name) => OTHERS.test(name))).toEqual([])
  expect(files).toBeLessThanOrEqual(10)
  expect(bytes).toBeLessThan(560_000)
})

test('what was built before is found without the generator', async () => {
  const first = await loads(...BUILD)
  const again = await loads(...BUILD)
  expect(again.modules).not.toContain(GENERATOR)
  expect(again.bytes).toBeLessThan(first.bytes - 250_000)
})

test('what is left out elsewhere is loaded where it is wanted', async () => {
  const { modules } = await loads('build', fixture('hello.wat'), '-o', 'hello', '--cache-dir', 'cache')
  expect(modules.filter((name) => OTHERS.test(name))).not.toEqual([])
})

test('the version is said without the compiler', async () => {
  const { files, bytes } = await loads('--version')
  expect(files).toBeLessThanOrEqual(3)
  expect(bytes).toBeLessThan(15_000)
})
