/** Components whose functions wait for each other: the same on every system. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createExecutable, type TargetName } from '../../compiler/index.ts'
import { parseComponent } from '../support/component.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const tasks = readFileSync(new URL('tasks.wat', import.meta.url), 'utf8')

const echo = readFileSync(new URL('echo.wat', import.meta.url), 'utf8')

/** Ways in which it ends. */
const TRAPS: [why: string, text: string][] = [
  [
    'call stack exhausted',
    tasks.replace('(local.get $n) (i32.const 2)) (then (return', '(local.get $n) (i32.const 0)) (then (return'),
  ],
  [
    'deadlock detected: event loop cannot make further progress',
    tasks.replace('(local.set $left (i32.const 2))', '(local.set $left (i32.const 3))'),
  ],
  ['unsupported callback code', tasks.replace('(then (return (i32.const 1)))', '(then (return (i32.const 3)))')],
  ['async-lifted export failed to produce a result', tasks.replace('(call $return (global.get $sum))', '')],
]

export function describeTasks(target: TargetName, optimize: 1 | 2): void {
  const missing = canRun(target)
  describe.skipIf(missing !== undefined)(`tasks on ${target}, level ${optimize}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'component-tasks-'))
    afterAll(() => rmSync(folder, { recursive: true, force: true }))
    const run = async (text: string, stdin = '') => {
      const outFile = join(folder, 'program.exe')
      await createExecutable(await parseComponent(text), { file: 'program.wasm', target, optimize, outFile })
      return runExecutable(target, outFile, [], { stdin })
    }
    test('wait for each other, and go on where they were', async () => {
      expect(await run(tasks)).toMatchObject({ code: 0, stderr: '' })
    })
    test('read, write and wait for what the system has', async () => {
      const text = 'What is read in parts is written in parts.\n'.repeat(5000)
      expect(await run(echo, text)).toMatchObject({ code: 0, stderr: '', stdout: text })
    })
    test.each(TRAPS)('trap: %s', async (why, text) => {
      const { code, stderr } = await run(text)
      expect(stderr).toContain(`wasm trap: ${why}\n`)
      expect(code).toBe(134)
    })
  })
}
