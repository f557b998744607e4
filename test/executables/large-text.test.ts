/** The C of modules of 8 MB and more lies in files while they are built. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compile, createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { temporaryDirectory } from './program.ts'

const FUNCTIONS = 8
const STORES = 1500

/** Eight functions of 15 KB and one that rounds, in several chunks; and data that makes the module large. */
function large(): string {
  const stores = (first: number) =>
    Array.from({ length: STORES }, (_, i) => `(i32.store (i32.const ${16 * i}) (i32.const ${first + i}))`).join('')
  const functions = Array.from({ length: FUNCTIONS }, (_, i) => `(func $f${i} ${stores(1000 * i)})`)
  return `(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 160)
    (data (i32.const 0x100000) "${'x'.repeat(8 << 20)}")
    (func $round (param f64) (result i32) (i32.trunc_f64_s (f64.ceil (local.get 0))))
    ${functions.join('\n')}
    (func (export "_start")
      ${functions.map((_, i) => `(call $f${i})`).join('')}
      (call $exit (i32.add (call $round (f64.const 0.5)) (i32.load8_u offset=0x100000 (i32.const 7))))))`
}

test('a large module is what it is with its C in memory', async () => {
  const bytes = await assemble(large())
  const cacheDir = temporaryDirectory('large-text')
  const options = { file: 'large.wasm', target: 'linux-x64', optimize: 2 } as const
  const filed = await createExecutable(bytes, { ...options, cacheDir })
  const compiled = await compile(bytes, { file: 'large.wasm' })
  expect(compiled.code.chunks.length).toBeGreaterThan(2)
  // Its objects are those of the text in memory: for other grants only what says so is compiled.
  const made: string[] = []
  await createExecutable(compiled, {
    ...options,
    cacheDir,
    grants: { env: ['HOME'] },
    onProgress: ({ stage, name, cached }) => void (stage === 'compile' && !cached && made.push(name)),
  })
  expect(made).toEqual(['large.config'])
  // Nothing of it stays.
  expect(readdirSync(join(cacheDir, 'v2/tmp'))).toEqual([])
  if (canRun('linux-x64') === undefined)
    expect(await runExecutable('linux-x64', filed.path)).toMatchObject({ code: 1 + 'x'.charCodeAt(0) })
})
