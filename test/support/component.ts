/** Modules of WASI preview 1 as components of 0.2, through the adapter that the component tools bring. */
import { $init, tools } from '../../node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.js'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { buildOnce, hashOf } from './build-once.ts'
import { zig } from './tools.ts'

/** Of the npm package that has the adapter, of which nothing else is needed. */
const RELEASE = '1.15.4'
const FILE = 'package/lib/wasi_snapshot_preview1.command.wasm'

/** The path of the adapter: $WASI_ADAPTER, or the one that npm has; undefined where neither is there. */
export async function findAdapter(): Promise<string | undefined> {
  const { WASI_ADAPTER } = process.env
  if (WASI_ADAPTER !== undefined) return existsSync(WASI_ADAPTER) ? WASI_ADAPTER : undefined
  return fetchAdapter(RELEASE)
}

/** The adapter of a release of jco, from npm. */
export async function fetchAdapter(release: string): Promise<string | undefined> {
  const run = promisify(execFile)
  return buildOnce(`adapter-${release}`, 'adapter.wasm', async (cwd) => {
    await run('npm', ['pack', '--silent', `@bytecodealliance/jco@${release}`], { cwd, timeout: 120_000 })
    await run('tar', ['-xzf', `bytecodealliance-jco-${release}.tgz`, FILE], { cwd })
    await rename(join(cwd, FILE), join(cwd, 'adapter.wasm'))
  }).catch(() => undefined)
}

/** An adapter that does the same by other code. */
export async function otherAdapter(adapter: string): Promise<string> {
  return buildOnce(`adapter-other-${await hashOf([adapter])}`, 'adapter.wasm', async (folder) => {
    await $init
    const text = tools.print(await readFile(adapter))
    const other = text.replaceAll(/^ +\(func .*\n(?: +\(local .*\n)*(?= +[a-z])/gm, (head) => `${head}nop\n`)
    await writeFile(join(folder, 'adapter.wasm'), tools.parse(other))
  })
}

/** The bytes of a component from its text. */
export async function parseComponent(text: string): Promise<Uint8Array> {
  await $init
  return tools.parse(text)
}

/** The text of a component. */
export async function printComponent(bytes: Uint8Array): Promise<string> {
  await $init
  return tools.print(bytes)
}

/** A command of WASI 0.2 that prints a line. */
export const helloComponent = async (): Promise<Uint8Array> =>
  parseComponent(await readFile(join(import.meta.dirname, '../components/hello.wat'), 'utf8'))

/** Said where there is none. */
export const NEEDS_ADAPTER = `the command adapter of preview 1 (npm's @bytecodealliance/jco@${RELEASE}, or a path in WASI_ADAPTER)`

/** A module of preview 1 as a component: the path of one for the path of the other. */
export async function componentOf(wasm: string, adapter: string): Promise<string> {
  const key = await hashOf([wasm, adapter])
  return buildOnce(`component-${key}`, 'component.wasm', async (folder) => {
    await $init
    const bytes = tools.componentNew(readFileSync(wasm), [['wasi_snapshot_preview1', await readFile(adapter)]])
    await writeFile(join(folder, 'component.wasm'), bytes)
  })
}

/** A program in C that imports WASI 0.2 itself, as a component of the world `program` of the .wit file beside it. */
export async function componentOfC(source: string): Promise<string> {
  const [folder, wit] = [dirname(source), source.replace(/c$/, 'wit')]
  const name = basename(source, '.c')
  const headers = readdirSync(folder).filter((file) => file.endsWith('.h'))
  const key = await hashOf([source, wit, ...headers.map((file) => join(folder, file))])
  return buildOnce(`component-${name}-${key}`, `${name}.wasm`, async (draft) => {
    const core = join(draft, 'core.wasm')
    const flags = ['-target', 'wasm32-freestanding', '-O2', '-ffreestanding', '-nostdlib', '-Wall', '-Wextra']
    await zig(['cc', ...flags, '-Wno-incompatible-library-redeclaration', '-Wl,--no-entry', source, '-o', core])
    await $init
    const binary = tools.componentEmbed({
      binary: readFileSync(core),
      witSource: await readFile(wit, 'utf8'),
      world: 'program',
      stringEncoding: 'utf8',
    })
    await writeFile(join(draft, `${name}.wasm`), tools.componentNew(binary, undefined))
  })
}
