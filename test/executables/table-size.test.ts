/** A 64-bit table may declare any size: one whose bytes do not fit 64 bits must not start as a small table. */
import { expect, test } from 'vitest'
import { createExecutable, hostTarget, type Optimize } from '../../compiler/index.ts'
import { toBytes } from '../spec/convert.ts'
import { levelsOf } from '../support/levels.ts'
import { testCache } from '../support/tools.ts'
import { runExecutable } from '../support/run-target.ts'

const host = hostTarget()!.name
const outcome = async (bytes: Uint8Array, optimize: Optimize) => {
  const options = { cacheDir: testCache, file: 'table.wasm', target: host, optimize }
  const { code, stderr } = await runExecutable(host, (await createExecutable(bytes, options)).path)
  return { code, stderr }
}

test.each([
  ['funcref', '0x1000000000001000', '(ref.null func)'],
  ['externref', '0x2000000000002000', '(ref.null extern)'],
  ['exnref', '0x1000000000001000', '(ref.null exn)'],
  ['funcref', '0x100000000', '(ref.null func)'],
  ['funcref', '0xffffffffffffffff', '(ref.null func)'],
])('%s, %s elements', async (type, size, value) => {
  const text = `(module (table $t i64 ${size} ${type})
    (func (export "_start") (table.set $t (i64.const 0x100000) ${value}) (drop (table.get $t (i64.const 0x100000)))))`
  for (const level of levelsOf(host)) {
    const { code, stderr } = await outcome(await toBytes({ kind: 'text', text }), level)
    expect({ level, code }).toEqual({ level, code: 1 })
    expect(stderr).toMatch(/^wasm-exe: not enough memory for the program's table/)
  }
})
