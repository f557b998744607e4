/** Ten thousand connections at once. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from '../executables/ports.ts'
import { executableOf } from '../support/compile-wat.ts'
import { componentOfC } from '../support/component.ts'
import { which } from '../support/tools.ts'
import { SOCKETS } from './sockets-suite.ts'
import { SOCKETS3 } from './sockets3-suite.ts'

const COUNT = 10_000
const missing = process.platform !== 'linux' || which('prlimit') === undefined || process.getuid?.() !== 0

const title = `a server has ${COUNT} connections at once, in few kilobytes each`

test.skipIf(missing).each([
  ['0.2', SOCKETS],
  ['0.3', SOCKETS3],
])(`WASI %s: ${title}${missing ? ' (skipped: needs root and prlimit)' : ''}`, async (_, program) => {
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const exe = await executableOf(await componentOfC(program), 'linux-x64', { grants: { listen: [address] } })
  const limit = `--nofile=${COUNT + 100}`
  const server = spawn('prlimit', [limit, exe, 'many', address, String(COUNT)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  server.stdout.setEncoding('utf8').on('data', (part: string) => (said += part))
  const ended = once(server, 'close')
  while (!said.includes('listen: ok')) await once(server.stdout, 'data')
  // A process of its own may have as many; this one has to share its limit with the tests' own files.
  spawn('prlimit', ['--pid', String(process.pid), `--nofile=${COUNT + 1000}`])
  const sockets: Socket[] = []
  while (sockets.length < COUNT) {
    const batch = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'))
    await Promise.all(batch.map((socket) => once(socket, 'connect')))
    sockets.push(...batch)
  }
  while (!said.includes('open')) await once(server.stdout, 'data')
  const [, resident] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))!
  expect(Number(resident)).toBeLessThan(2 * COUNT)
  const answers = sockets.map(async (socket, number) => {
    socket.write(`${number}`)
    const [data] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    return data.toString() === `${number}`
  })
  expect((await Promise.all(answers)).every(Boolean)).toBe(true)
  await ended
  expect(said).toBe('bind: ok\nlisten: ok\nopen\ndone\n')
})
