import { readFileSync, statSync } from 'node:fs'
import { createExecutables, DEFAULT_TARGETS, TARGET_NAMES } from '../compiler/index.ts'
import { helloNative, helloWasm, type Hello } from './hello.ts'
import { markdownTable, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { CACHE } from './tools.ts'

/** Bytes of hello on every target, and natively. */
export async function sizes(report: Report, settings: Settings): Promise<string> {
  report.sizes.hello = await sizesOf('hello', settings)
  report.sizes['hello-write'] = await sizesOf('hello-write', settings)
  const written = report.sizes['hello-write']
  const rows = Object.entries(report.sizes.hello).map(([name, size]) =>
    [name, size, written[name]].map((cell) => cell.toLocaleString('en')),
  )
  return ['## Sizes of hello from C', '', markdownTable(['file', 'by puts', 'by write'], rows)].join('\n')
}

async function sizesOf(program: Hello, settings: Settings): Promise<Record<string, number>> {
  const file = await helloWasm(program)
  const { executables } = await createExecutables(readFileSync(file), {
    file,
    targets: settings.targets ?? (settings.optimize === 1 ? DEFAULT_TARGETS : TARGET_NAMES),
    optimize: settings.optimize,
    cacheDir: CACHE,
  })
  return {
    wasm: statSync(file).size,
    ...Object.fromEntries(executables.map(({ target, size }) => [target, size])),
    'native, musl, static': statSync(await helloNative('musl', program)).size,
    'native, glibc, dynamic': statSync(await helloNative('gnu', program)).size,
  }
}
