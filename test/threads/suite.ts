import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Optimize } from '../../compiler/index.ts'
import { canRun, runExecutable, type RunResult } from '../support/run-target.ts'
import { executable } from './programs.ts'

const scratch = mkdtempSync(join(tmpdir(), 'threads-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Defines the tests of one target at one level. */
export function describeThreads(target: string, optimize: Optimize): void {
  const missing = canRun(target)
  const run = async (source: string, options: { reply?: [string, string] } = {}): Promise<Partial<RunResult>> => {
    const cwd = mkdtempSync(join(scratch, 'run-'))
    const { code, stdout, stderr } = await runExecutable(target, await executable(source, target, { optimize }), [], {
      cwd,
      ...options,
    })
    return { code, stdout: stdout.replaceAll('\r', ''), stderr: stderr.replaceAll('\r', '') }
  }

  const title = `threads on ${target}, level ${optimize}${missing ? ` (skipped: needs ${missing})` : ''}`
  describe.skipIf(missing !== undefined)(title, () => {
    test('share a memory and have globals and tables of their own', async () => {
      expect(await run('count.wat')).toEqual({ code: 0, stdout: 'threads: 01000000\n', stderr: '' })
    })

    test('need not be started by a program that is built for them', async () => {
      expect(await run('hello.c')).toEqual({ code: 0, stdout: 'hello from a threads build: 5\n', stderr: '' })
    })

    test('end together when one traps', async () => {
      const { code, stderr } = await run('trap.wat')
      expect(code).toBe(134)
      expect(stderr).toMatch(/^wasm trap: unreachable\n {2}in func\[2\] \(trap\.wasm\+0x[0-9a-f]+\)\n$/)
    })

    test('throw exceptions and make tail calls, each with values of its own', async () => {
      const { code, stderr } = await run('exceptions.wat')
      expect(code).toBe(134)
      expect(stderr).toMatch(/^wasm trap: uncaught exception\n {2}in func\[6\] \(exceptions\.wasm\+0x[0-9a-f]+\)\n$/)
    })

    test('open, write, read, list and close files at once', async () => {
      expect(await run('files.c')).toEqual({ code: 0, stdout: '0 failures, 0 files left\n', stderr: '' })
    })

    test('read the file that a number stands for, whatever is closed and opened meanwhile', async () => {
      expect(await run('renumber.c')).toEqual({ code: 0, stdout: '0 failures\n', stderr: '' })
    })

    test('make calls while others wait for input, which may even be closed', async () => {
      const stdout = 'others go on\nread x: 0, polled: 0, failures: 0\n'
      expect(await run('waits.c', { reply: ['others go on', 'x'] })).toEqual({ code: 0, stdout, stderr: '' })
    })

    test('are those of Zig: mutex, condition, thread-local variables, join', async () => {
      expect(await run('queue.zig')).toEqual({ code: 0, stdout: '2668667000\n', stderr: '' })
    })
  })
}
