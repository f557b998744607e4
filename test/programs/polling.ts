import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Optimize } from '../../compiler/index.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { levelsOf } from '../support/levels.ts'
import { freePort } from '../support/network.ts'
import { canRun, startCommand } from '../support/run-target.ts'
import { root, zig } from '../support/tools.ts'
import { follow } from './following.ts'
import { buildServer } from './serving.ts'

/** What `poll.c` prints where all is well. */
export const polled = [
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

async function poll(target: string, optimize: Optimize): Promise<string[]> {
  const port = await freePort()
  const { command, env } = await startCommand(target, await buildServer(target, port, optimize, 'poll'))
  if (target === 'win32-x64') command.splice(-1, 0, await windowsPipe())
  return follow(command, env, port)
}

/** Defines the test of poll_oneoff on what is ready at different times. */
export function describePolling(target: string): void {
  const missing = canRun(target)
  const title = `${target} waits for sockets, pipes, files and clocks in one call`
  test.skipIf(missing !== undefined).each(levelsOf(target))(
    `${title}, level %s${missing === undefined ? '' : ` (skipped: needs ${missing})`}`,
    async (optimize) => expect(await poll(target, optimize)).toEqual(polled),
  )
}
