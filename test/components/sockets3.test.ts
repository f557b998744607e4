/** wasi:sockets of WASI 0.3 on this machine, and what becomes of connections that there is no room for. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../executables/ports.ts'
import { executableOf } from '../support/compile-wat.ts'
import { componentOfC } from '../support/component.ts'
import { which } from '../support/tools.ts'
import { describeSockets3, SOCKETS3 } from './sockets3-suite.ts'

describeSockets3('linux-x64', 1)

const missing = process.platform !== 'linux' || which('prlimit') === undefined || process.getuid?.() !== 0

test.skipIf(missing)(
  `a connection that there is no descriptor for waits until there is one${missing ? ' (skipped: needs root and prlimit)' : ''}`,
  async () => {
    const port = await freePort()
    const address = `127.0.0.1:${port}`
    const exe = await executableOf(await componentOfC(SOCKETS3), 'linux-x64', { grants: { listen: [address] } })
    // The standard streams, the socket that listens, and one more: a connection, or what watches.
    const server = spawn('prlimit', ['--nofile=5:9', exe, 'many', address, '2'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void server.kill('SIGKILL'))
    let said = ''
    server.stdout.setEncoding('utf8').on('data', (part: string) => (said += part))
    const ended = once(server, 'close')
    while (!said.includes('listen: ok')) await once(server.stdout, 'data')
    const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    await setTimeout(200)
    expect(said).toBe('bind: ok\nlisten: ok\n')
    execFileSync('prlimit', ['--pid', String(server.pid), '--nofile=9:9'])
    while (!said.includes('open')) await once(server.stdout, 'data')
    const answers = sockets.map((socket, number) => (socket.write(`${number}`), text(socket)))
    expect(await Promise.all(answers)).toEqual(['0', '1'])
    await ended
  },
)
