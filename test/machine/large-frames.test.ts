/** Frames of many pages, which recursion stacks up to the end: wherever the stack lies, that end is found. */
import { describe, expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const OPERANDS = 120_000

/** Functions that call themselves for ever. */
const FRAMES = {
  'of arguments': `(func $f (param ${'i32 '.repeat(1000)})
    (call $f ${Array.from({ length: 1000 }, (_, i) => `(local.get ${i})`).join(' ')}))
    (func (export "_start") (call $f ${'(i32.const 1) '.repeat(1000)}))`,
  'of operands, larger than the address of a stack that lies low': `(func $one (result i64) (i64.const 1))
    (func $f (export "_start") ${'(call $one) '.repeat(OPERANDS)} (call $f) ${'(drop) '.repeat(OPERANDS)})`,
}

for (const target of ['linux-x64', 'linux-arm64', 'win32-x64'] as const) {
  const missing = canRun(target)
  describe.skipIf(missing !== undefined)(
    `large frames, ${target}${missing ? ` (skipped: needs ${missing})` : ''}`,
    () => {
      test.each(Object.entries(FRAMES))('%s', async (_, functions) => {
        const wasm = await assemble(`(module (memory (export "memory") 1) ${functions})`)
        const path = await executableFrom(wasm, target, { file: 'frames.wasm', optimize: 1 })
        const { code, stderr } = await runExecutable(target, path)
        expect(code).toBe(134)
        expect(stderr).toMatch(/^wasm trap: call stack exhausted\r?\n/)
      })
    },
  )
}
