/** Modules of WASI preview 1 as components of 0.2, through the adapter that the component tools bring. */
import { $init, tools } from '../../node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.js'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildOnce, hashOf } from './build-once.ts'

/** The npm package that has the adapter, of which nothing else is needed. */
const PACKAGE = '@bytecodealliance/jco@1.15.4'
const FILE = 'package/lib/wasi_snapshot_preview1.command.wasm'

/** The path of the adapter: $WASI_ADAPTER, or the one that npm has; undefined where neither is there. */
export async function findAdapter(): Promise<string | undefined> {
  const { WASI_ADAPTER } = process.env
  if (WASI_ADAPTER !== undefined) return existsSync(WASI_ADAPTER) ? WASI_ADAPTER : undefined
  const run = promisify(execFile)
  return buildOnce('adapter-1.15.4', 'adapter.wasm', async (cwd) => {
    await run('npm', ['pack', '--silent', PACKAGE], { cwd, timeout: 120_000 })
    await run('tar', ['-xzf', 'bytecodealliance-jco-1.15.4.tgz', FILE], { cwd })
    await rename(join(cwd, FILE), join(cwd, 'adapter.wasm'))
  }).catch(() => undefined)
}

/** The bytes of a component from its text. */
export async function parseComponent(text: string): Promise<Uint8Array> {
  await $init
  return tools.parse(text)
}

/** A command of WASI 0.2 that prints a line. */
export const helloComponent = async (): Promise<Uint8Array> =>
  parseComponent(await readFile(join(import.meta.dirname, '../components/hello.wat'), 'utf8'))

/** Said where there is none. */
export const NEEDS_ADAPTER = `the command adapter of preview 1 (npm's ${PACKAGE}, or a path in WASI_ADAPTER)`

/** A module of preview 1 as a component: the path of one for the path of the other. */
export async function componentOf(wasm: string, adapter: string): Promise<string> {
  const key = await hashOf([wasm, adapter])
  return buildOnce(`component-${key}`, 'component.wasm', async (folder) => {
    await $init
    const bytes = tools.componentNew(readFileSync(wasm), [['wasi_snapshot_preview1', await readFile(adapter)]])
    await writeFile(join(folder, 'component.wasm'), bytes)
  })
}
