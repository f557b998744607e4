import { readFileSync, statSync } from 'node:fs'
import { createExecutables, TARGET_NAMES } from '../compiler/index.ts'
import { helloNative, helloWasm } from './hello.ts'
import { markdownTable, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { CACHE } from './tools.ts'

/** Bytes of hello on every target, and natively. */
export async function sizes(report: Report, settings: Settings): Promise<string> {
  const file = await helloWasm()
  const { executables } = await createExecutables(readFileSync(file), {
    file,
    targets: settings.targets ?? TARGET_NAMES,
    optimize: settings.optimize,
    cacheDir: CACHE,
  })
  const bytes = {
    wasm: statSync(file).size,
    ...Object.fromEntries(executables.map(({ target, size }) => [target, size])),
    'native, musl, static': statSync(await helloNative('musl')).size,
    'native, glibc, dynamic': statSync(await helloNative('gnu')).size,
  }
  report.sizes.hello = bytes
  const rows = Object.entries(bytes).map(([name, size]) => [name, size.toLocaleString('en')])
  return ['## Sizes of hello from C', '', markdownTable(['file', 'bytes'], rows)].join('\n')
}
