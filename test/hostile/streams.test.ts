import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { executableOf, wasmOf } from '../support/compile-wat.ts'
import { allTargets, canRun, collect, startCommand } from '../support/run-target.ts'
import { levelsOf } from '../support/levels.ts'
import { root, which } from '../support/tools.ts'
import { host, hostileDirectory, hostileSuite } from './hostile-programs.ts'

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe.each(levelsOf(host))('level %s', (optimize) => {
  describe.skipIf(process.platform === 'win32')('streams', () => {
    test('signals during reads and writes lose nothing', async () => {
      const child = spawn(await hostileSuite(host, optimize), ['echo'], { stdio: ['pipe', 'pipe', 'pipe'] })
      const bytes = randomBytes(8 << 20)
      const output = buffer(child.stdout)
      const errors = text(child.stderr)
      let signals = 0
      const ended = once(child, 'close')
      const signalling = (async () => {
        for (; child.exitCode === null && child.signalCode === null; signals += 4) {
          for (const signal of ['SIGWINCH', 'SIGSTOP', 'SIGCHLD', 'SIGCONT'] as const) child.kill(signal)
          await sleep(1)
        }
      })()
      // In bursts, so that the program waits on both sides.
      for (let at = 0; at < bytes.length; at += 1 << 18) {
        if (!child.stdin.write(bytes.subarray(at, at + (1 << 18)))) await once(child.stdin, 'drain')
        await sleep(2)
      }
      child.stdin.end()
      const [code] = await ended
      await signalling
      expect({ code, errors: await errors }).toEqual({ code: 0, errors: `${bytes.length} bytes\n` })
      expect(sha(await output)).toBe(sha(bytes))
      expect(signals).toBeGreaterThan(100)
    })

    test('a broken pipe is EPIPE, not the end of the program', async () => {
      const child = spawn(await hostileSuite(host, optimize), ['echo'], { stdio: ['pipe', 'pipe', 'pipe'] })
      const errors = text(child.stderr)
      child.stdout.destroy()
      child.stdin.on('error', () => {})
      child.stdin.end(Buffer.alloc(1 << 20))
      const [code, signal] = await once(child, 'close')
      expect({ code, signal, errors: await errors }).toEqual({ code: 1, signal: null, errors: 'write: EPIPE\n' })
    })

    test('closed standard streams are EBADF', async () => {
      const cwd = hostileDirectory()
      const result = await collect('sh', ['-c', 'exec "$0" closed <&- >&- 2>&-', await hostileSuite(host, optimize)], {
        cwd,
      })
      expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' })
      expect(readFileSync(join(cwd, 'log'), 'utf8')).toBe('alive')
    })

    test.each(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'] as const)(
      '%s from outside ends the program',
      async (name) => {
        const child = spawn(await hostileSuite(host, optimize), ['echo'], { stdio: ['pipe', 'pipe', 'pipe'] })
        const errors = text(child.stderr)
        child.stdin.write('x')
        // The handlers of faults are there.
        await once(child.stdout, 'data')
        child.kill(name)
        const [code, signal] = await once(child, 'close')
        expect({ code, signal, errors: await errors }).toEqual({ code: null, signal: name, errors: '' })
      },
    )

    test.skipIf(which('mkfifo') === undefined)(
      `a named pipe without a writer is at its end${which('mkfifo') ? '' : ' (skipped: needs mkfifo)'}`,
      async () => {
        const cwd = hostileDirectory()
        execFileSync('mkfifo', [join(cwd, 'fifo')])
        expect(await collect(await hostileSuite(host, optimize), ['fifo'], { cwd })).toMatchObject({
          code: 0,
          stdout: '',
          stderr: '',
        })
      },
    )
  })

  describe('SIGSEGV from outside', () => {
    const others = allTargets.filter((name) => !name.startsWith('win32') && name !== host)
    for (const target of others.filter((name) => levelsOf(name).includes(optimize))) {
      const missing = canRun(target)
      test.skipIf(missing !== undefined)(
        `ends the program on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`,
        async () => {
          const wasm = await wasmOf(join(root, 'test/hostile/echo.wat'))
          const { command, env } = await startCommand(target, await executableOf(wasm, target, { optimize }))
          const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'], env })
          const errors = text(child.stderr)
          child.stdin.write('x')
          await once(child.stdout, 'data')
          child.kill('SIGSEGV')
          const [code, signal] = await once(child, 'close')
          expect({ code, signal }).toEqual({ code: null, signal: 'SIGSEGV' })
          expect(await errors).not.toMatch(/wasm-exe:|wasm trap/)
        },
      )
    }
  })
})
