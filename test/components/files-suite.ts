/** wasi:filesystem, wasi:clocks and the streams of wasi:cli in WASI 0.3: programs in C that import them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Optimize } from '../../compiler/index.ts'
import { executableOf } from '../support/compile-wat.ts'
import { componentOfC } from '../support/component.ts'
import { canRun, runExecutable, startCommand } from '../support/run-target.ts'

/** Defines the tests of one target at one level. */
export function describeFiles(target: string, optimize: Optimize): void {
  const missing = canRun(target)
  const title = `WASI 0.3 on ${target}, level ${optimize}${missing ? ` (skipped: needs ${missing})` : ''}`
  describe.skipIf(missing !== undefined)(title, () => {
    test('each call does what it says, and errors have their names', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'component-files-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const component = await componentOfC('test/components/programs/files.c')
      const executable = await executableOf(component, target, { optimize, grants: { dirs: { '/': '.' } } })
      const { stdout, stderr, code } = await runExecutable(target, executable, [], { cwd: folder })
      expect([stderr, code]).toEqual(['', 0])
      expect(stdout).toMatchInlineSnapshot(`
        "directories: 1
        / type: 2
        a.txt: error 6
        missing: error 19
        ../out: error 30
        write: 0
        append: 0
        write: 0
        Hello, files
        and more
        read: 0
        files
        and more
        read: 0
        read: 0
        flags: 3
        type: 5
        size: 22
        set-size: 0
        set-times: 0
        size: 5
        accessed: 1000
        modified: 2000
        before 1970: error 29
        sync: 0
        same: 1
        same: 0
        hash: 1
        create-directory: 0
        rename: 0
        c.txt: 5
        list: 0
        list: error 23
        read: error 13
        write: error 30
        readlink: error 11
        remove-directory: error 24
        unlink: 0
        remove-directory: 0
        "
      `)
      expect(readdirSync(folder)).toEqual([])
    })

    test('a stream of the system’s may go into another one of its', async () => {
      const component = await componentOfC('test/components/programs/cat.c')
      const stdin = 'What is read is written.\n'.repeat(20_000)
      const result = await runExecutable(target, await executableOf(component, target, { optimize }), [], { stdin })
      expect([result.stderr, result.code]).toEqual(['', 0])
      expect(result.stdout === stdin).toBe(true)
    })

    test('as many waits as there are are waited for at once', async () => {
      const component = await componentOfC('test/components/programs/waits.c')
      const { stderr, code } = await runExecutable(target, await executableOf(component, target, { optimize }), [])
      expect([stderr, code]).toEqual(['', 0])
    })

    const noPolling = target.startsWith('win32')
    const titled = `what nobody reads keeps nobody from going on${noPolling ? ' (skipped: Windows does not say whether a pipe has room)' : ''}`
    test.skipIf(noPolling)(titled, async () => {
      const component = await componentOfC('test/components/programs/pipe.c')
      const { command, env } = await startCommand(target, await executableOf(component, target, { optimize }))
      const child = spawn(command[0], command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] })
      onTestFinished(() => void child.kill('SIGKILL'))
      const closed = once(child, 'close')
      let said = ''
      child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part))
      while (!said.includes('goes on\n')) await once(child.stderr, 'data')
      const written = await text(child.stdout)
      const expected = 'abcdefghijklmnopqrstuvwxyz'.repeat(2 ** 16).slice(0, 2 ** 20)
      expect([written.length, written === expected]).toEqual([2 ** 20, true])
      expect(await closed).toEqual([0, null])
    })
  })
}
