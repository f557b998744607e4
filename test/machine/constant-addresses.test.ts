/** An address that is known, and an offset: their sum has more than 32 bits, and is outside of every memory of 32 bits. */
import { describe, expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const ACCESSES = ['i32.load8_u', 'v128.store']
/** The last ones have bits where instructions of arm64 have other fields than the offset. */
const ADDRESSES: [address: number, offset: number][] = [
  [0, 0x7ffffff0],
  [0, 0x80000000],
  [16, 0xfffffff0],
  [0xfffffff0, 0xfffffff0],
  [0, 0x80404000],
  [0, 0x90c04000],
]

function program(access: string, address: number, offset: number): string {
  const at = `(i32.const ${address})`
  const instruction = access.includes('load')
    ? `(drop (${access} offset=${offset} ${at}))`
    : `(${access} offset=${offset} ${at} (v128.const i64x2 1 1))`
  return `(module (memory 1) (func (export "_start") ${instruction}))`
}

describe.each(['linux-x64', 'linux-arm64'].filter((target) => canRun(target) === undefined))('%s', (target) => {
  test.each(ADDRESSES)('%i and an offset of %i are outside', async (address, offset) => {
    for (const access of ACCESSES) {
      const file = await executableFrom(await assemble(program(access, address, offset)), target, { optimize: 1 })
      const { code, stderr } = await runExecutable(target, file, [])
      expect([access, code, stderr.split('\n')[0]]).toEqual([access, 134, 'wasm trap: out of bounds memory access'])
    }
  })

  test('what is stored there stays as it was', async () => {
    // As bits of an instruction: a load of 64 bits instead of the store of 32.
    const wat = `(module (memory 1)
      (func $f (param $p i32) (result i32) (local $x i32)
        (i64.store (i32.const 8) (i64.const 0x4141414100000000))
        (local.set $x (i32.mul (local.get $p) (i32.const 3)))
        (i32.store offset=0x80404004 (i32.const 0) (local.get $x))
        (i32.load (local.get $x)))
      (func (export "_start") (drop (call $f (i32.const 4)))))`
    const { code, stderr } = await runExecutable(
      target,
      await executableFrom(await assemble(wat), target, { optimize: 1 }),
      [],
    )
    expect([code, stderr.split('\n')[0]]).toEqual([134, 'wasm trap: out of bounds memory access'])
  })
})
