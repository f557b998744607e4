import { expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { levelsOf } from '../support/levels.ts'
import { allTargets, canRun, runExecutable } from '../support/run-target.ts'
import { temporaryDirectory } from './program.ts'

const dir = temporaryDirectory('data')

/** What memory begins as: large segments, with small ones in their first and last page, in that of both, and elsewhere. */
const segments: [target: number, size: number][] = [
  [8, 100],
  [65_600, 40],
  [70_001, 300_000],
  [370_500, 60],
  [375_000, 400_001],
  [900_000, 262_144],
  [1_165_000, 1],
]
const image = Buffer.alloc(20 * 65_536)
for (const [target, size] of segments) for (let i = 0; i < size; i++) image[target + i] = 1 + ((i * 7 + target) % 251)

/** A program that writes its whole memory, the iovec at 0 included. */
async function dump(): Promise<Uint8Array> {
  const escaped = (bytes: Uint8Array): string =>
    Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')
  const data = segments.map(
    ([target, size]) => `(data (i32.const ${target}) "${escaped(image.subarray(target, target + size))}")`,
  )
  return assemble(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") ${image.length / 65_536})
    ${data.join('\n')}
    (func (export "_start")
      (i32.store (i32.const 4) (i32.const ${image.length}))
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0)))))`)
}

const wasm = await dump()

for (const target of allTargets) {
  const missing = canRun(target)
  const title = `memory begins as its segments say on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`
  test.skipIf(missing !== undefined).each(levelsOf(target))(`${title}, level %s`, async (optimize) => {
    const { path } = await createExecutable(wasm, { target, optimize, file: 'dump.wasm', cacheDir: dir })
    const { stdoutBytes, code } = await runExecutable(target, path)
    expect(code).toBe(0)
    expect(stdoutBytes.length).toBe(image.length)
    expect(stdoutBytes.subarray(8).equals(image.subarray(8))).toBe(true)
  })
}
