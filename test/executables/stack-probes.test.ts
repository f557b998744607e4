/** Frames of C that are larger than a page touch every page on the way: none jumps over the guard below the stack. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { TARGETS } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

/** A function whose frame holds so many results of another call of itself. */
const recursive = (results: number): string => `(module
  (memory (export "memory") 1)
  (func $f (result ${'i64 '.repeat(results)}) (call $f))
  (func (export "_start") (call $f) ${'(drop) '.repeat(results)}))`

/** More than a page of them. */
const MANY = 1000

/** What touches a page: movq $0, (%rsp); str xzr, [sp]. */
const TOUCH: Record<string, Buffer> = {
  x64: Buffer.from('48c7042400000000', 'hex'),
  arm64: Buffer.from('ff0300f9', 'hex'),
}

function count(file: Buffer, bytes: Buffer): number {
  let found = 0
  for (let at = file.indexOf(bytes); at >= 0; at = file.indexOf(bytes, at + 1)) found++
  return found
}

const build = async (target: string, results: number): Promise<string> =>
  executableFrom(await assemble(recursive(results)), target, { file: 'frames.wasm', optimize: 2 })

describe.each(TARGETS.filter(({ arch }) => arch in TOUCH))('$name', ({ name, arch }) => {
  test('code with large frames touches pages that other code does not', async () => {
    const [large, small] = (await Promise.all([build(name, MANY), build(name, 1)])).map((path) => readFileSync(path))
    expect(count(large, TOUCH[arch])).toBeGreaterThan(count(small, TOUCH[arch]))
  })

  // Wine 8 may have no room to tell of a fault in, where Windows keeps some: code that moves its stack pointer on is ended without a word.
  const missing = name.startsWith('win32') ? 'Windows' : canRun(name)
  test.skipIf(missing !== undefined)(
    `the end of the stack is found${missing ? ` (skipped: needs ${missing})` : ''}`,
    async () => {
      const { code, stderr } = await runExecutable(name, await build(name, MANY))
      expect(stderr).toMatch(/^wasm trap: call stack exhausted\r?\n/)
      expect(code).toBe(134)
    },
  )
})
