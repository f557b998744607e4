import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { freePort } from '../support/network.ts'
import { canRun, startCommand } from '../support/run-target.ts'
import { root, zig } from '../support/tools.ts'
import { buildServer } from './serving.ts'

/** What `poll.c` prints where all is well. */
const expected = [
  'all kinds: f 13 g x error 8',
  'relative monotonic: c',
  'relative realtime: c',
  'absolute monotonic: c',
  'absolute realtime: c',
  'connect',
  'connected: l 0',
  'accepted: t',
  'send',
  'both came',
  'twice: s 3 i 5 s 5 s 3 s s',
  'received 3',
  'read 5',
  'end',
  'both came',
  'ended: i 0! s 0!',
  'received 0, read 0',
]

const flags = ['cc', '-target', 'x86_64-windows-gnu', '-nostdlib', '-O1', '-s', `-I${join(root, 'runtime')}`]

/** The program that gives another one a pipe of Windows. */
async function windowsPipe(): Promise<string> {
  const source = join(root, 'test/programs/windows-pipe.c')
  return buildOnce(`windows-pipe-${await hashOf([source])}`, 'pipe.exe', (draft) =>
    zig([...flags, source, '-lkernel32', '-lntdll', '-o', join(draft, 'pipe.exe')]),
  )
}

/** Runs `poll.c` on a target; the other side of its pipe and its connection does what it says. */
async function poll(target: string): Promise<string[]> {
  const cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-poll-'))
  writeFileSync(join(cwd, 'hello.txt'), 'Hello, file!\n')
  const port = await freePort()
  const { command, env } = await startCommand(target, await buildServer(target, port, 'poll'))
  if (target === 'win32-x64') command.splice(-1, 0, await windowsPipe())
  // A pipe of a shell: Node would make a socket.
  const child = spawn('sh', ['-c', 'cat | "$0" "$@"', ...command], { cwd, env, timeout: 60_000 })
  const errors = text(child.stderr)
  const lines: string[] = []
  let socket: Socket | undefined
  const actions: Record<string, () => void> = {
    connect: () => (socket = connect({ port, host: '127.0.0.1' }).on('error', () => {})),
    send: () => {
      socket?.write('abc')
      setTimeout(() => child.stdin.write('words'), 50)
    },
    end: () => {
      child.stdin.end()
      setTimeout(() => socket?.end(), 50)
    },
  }
  for await (const line of createInterface(child.stdout)) {
    lines.push(line)
    actions[line]?.()
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  rmSync(cwd, { recursive: true, force: true })
  return [...lines, ...(await errors).split('\n').filter((line) => line !== '')]
}

/** Where the loaders of `test/loaders` do not show what the system shows. */
const unmet: Record<string, string> = {
  'win32-arm64': 'a loader with sockets of Windows',
  'darwin-x64': 'a loader with recvmsg, and pipes that have a size',
  'darwin-arm64': 'a loader with recvmsg, and pipes that have a size',
}

/** Defines the test of poll_oneoff on what is ready at different times. */
export function describePolling(target: string): void {
  const missing = unmet[target] ?? canRun(target)
  const title = `${target} waits for sockets, pipes, files and clocks in one call`
  test.skipIf(missing !== undefined)(
    `${title}${missing === undefined ? '' : ` (skipped: needs ${missing})`}`,
    async () => expect(await poll(target)).toEqual(expected),
  )
}
