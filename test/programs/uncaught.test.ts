import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { levelsOf } from '../support/levels.ts'
import { runExecutable } from '../support/run-target.ts'

const dir = mkdtempSync(join(tmpdir(), 'uncaught-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const host = `${process.platform}-${process.arch}`
const thrower = '(func $thrower (param i32) (throw $t (local.get 0)))'

describe.each(levelsOf(host))('level %s', (optimize) => {
  const run = async (name: string, fields: string): Promise<{ code: number; stderr: string }> => {
    const wasm = await assemble(`(module (memory (export "memory") 1) (tag $t (param i32)) ${fields})`)
    const { path } = await createExecutable(wasm, {
      file: `${name}.wasm`,
      optimize,
      outFile: join(dir, `${name}-${optimize}`),
    })
    const { code, stderr } = await runExecutable(host, path, [])
    return { code, stderr: stderr.replace(/0x[0-9a-f]+/, '0x…') }
  }

  test('an exception that _start lets out is a trap, told where it was thrown', async () => {
    const { code, stderr } = await run('start', `${thrower} (func (export "_start") (call $thrower (i32.const 1)))`)
    expect({ code, stderr }).toEqual({
      code: 134,
      stderr: 'wasm trap: uncaught exception\n  in $thrower (start.wasm+0x…)\n',
    })
  })

  test('the start function likewise, before _start', async () => {
    const { code, stderr } = await run(
      'section',
      `${thrower} (func $main (call $thrower (i32.const 1))) (start $main) (func (export "_start") (unreachable))`,
    )
    expect({ code, stderr }).toEqual({
      code: 134,
      stderr: 'wasm trap: uncaught exception\n  in $thrower (section.wasm+0x…)\n',
    })
  })
})
