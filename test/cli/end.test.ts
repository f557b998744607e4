/** Whatever ends a process that builds, its compilers end with it and its scratch files go. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixture } from './cli.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-end-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const compiler = pathToFileURL(join(import.meta.dirname, '../../dist/compiler/index.js')).href

/** A compiler that never ends, nor does what it starts; it notes both. */
function endless(): string {
  const path = join(cwd, 'zig')
  writeFileSync(
    path,
    `#!/bin/sh
if [ "$1" = version ]; then echo 0.16.0; exit; fi
trap '' INT TERM HUP
sleep 600 &
echo "$$ $!" >> '${join(cwd, 'pids')}'
wait
`,
  )
  chmodSync(path, 0o755)
  return path
}

/** Node that builds in a cache with an odd name, as a bundler does whose code knows nothing of signals. */
async function host(before = ''): Promise<{ child: ChildProcess; pids: number[]; scratch: () => string[] }> {
  const cacheDir = join(cwd, "a 'cache' $(x)%\n")
  const script = `
    import { readFileSync } from 'node:fs'
    import { assemble, createExecutables } from ${JSON.stringify(compiler)}
    ${before}
    const options = ${JSON.stringify({ cacheDir, toolchain: endless(), jobs: 2 })}
    const wasm = await assemble(readFileSync(${JSON.stringify(fixture('exit3.wat'))}, 'utf8'))
    await createExecutables(wasm, options)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore', detached: true })
  const pids = () =>
    existsSync(join(cwd, 'pids')) ? readFileSync(join(cwd, 'pids'), 'utf8').split(/\s/).filter(Boolean) : []
  while (pids().length < 4) await sleep(20)
  // On a busy machine a compiler may have begun before Node has come to tell who ends it.
  await sleep(1000)
  return { child, pids: pids().map(Number), scratch: () => readdirSync(join(cacheDir, 'v2', 'tmp')) }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

/** The code or signal a process ended with. */
const ended = async (child: ChildProcess) => {
  const [code, signal] = await once(child, 'exit')
  return signal ?? code
}

describe.skipIf(process.platform === 'win32')('a build', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('ends with %s', async (signal) => {
    const { child, pids, scratch } = await host()
    expect(pids.every(isAlive)).toBe(true)
    expect(scratch()).toHaveLength(1)
    const end = ended(child)
    child.kill(signal)
    expect(await end).toBe(signal)
    await expect.poll(() => pids.some(isAlive), { timeout: 10_000 }).toBe(false)
    await expect.poll(scratch, { timeout: 10_000 }).toEqual([])
  })

  test('ends with Ctrl-C, which a terminal sends to all processes of the group', async () => {
    const { child, pids, scratch } = await host()
    const end = ended(child)
    process.kill(-child.pid!, 'SIGINT')
    expect(await end).toBe('SIGINT')
    await expect.poll(() => pids.some(isAlive), { timeout: 10_000 }).toBe(false)
    await expect.poll(scratch, { timeout: 10_000 }).toEqual([])
  })

  test.each([
    ['leaves', 'process.exit(7)', 7],
    ['throws', "throw new Error('on purpose')", 1],
  ])('ends with a process that %s', async (_, action, code) => {
    const { child, pids, scratch } = await host(`process.on('SIGUSR2', () => { ${action} })`)
    const end = ended(child)
    child.kill('SIGUSR2')
    expect(await end).toBe(code)
    await expect.poll(() => pids.some(isAlive), { timeout: 10_000 }).toBe(false)
    await expect.poll(scratch, { timeout: 10_000 }).toEqual([])
  })

  test('goes on where the process handles the signal, and has no handler itself', async () => {
    const { child, pids, scratch } = await host(
      "process.on('SIGINT', () => process.exitCode = process.listenerCount('SIGINT') + 10 * process.listenerCount('SIGTERM'))",
    )
    const end = ended(child)
    child.kill('SIGINT')
    await sleep(300)
    expect(pids.every(isAlive)).toBe(true)
    expect(scratch()).toHaveLength(1)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    expect(await end).toBe(1)
  })
})
