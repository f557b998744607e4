/** wasi:sockets of WASI 0.2: a program in C, what it is granted, and peers of Node. */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Grants, Optimize } from '../../compiler/index.ts'
import { freePort } from '../executables/ports.ts'
import { executableOf } from '../support/compile-wat.ts'
import { componentOfC } from '../support/component.ts'
import { canRun, runExecutable, startCommand } from '../support/run-target.ts'

export const SOCKETS = 'test/components/programs/sockets.c'

export const listening = async (server: Server, host = '127.0.0.1'): Promise<number> => {
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** Answers in capitals, once all was said. */
export const shouting = (): Server =>
  createServer({ allowHalfOpen: true }, (socket: Socket) => {
    let said = ''
    socket.on('error', () => {})
    socket.setEncoding('utf8').on('data', (part: string) => (said += part))
    socket.on('end', () => socket.end(said.toUpperCase()))
  })

/** A program that runs on, and what it has said when it said `ready`. */
export async function startProgram(target: string, executable: string, ready: string, args: string[]) {
  const { command, env } = await startCommand(target, executable)
  const child = spawn(command[0], [...command.slice(1), ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { text: '' }
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said.text += part))
  const ended = once(child, 'close')
  while (!said.text.includes(ready)) await Promise.race([once(child.stdout, 'data'), ended])
  return { said, ended }
}

/** Defines the tests of one target at one level. */
export function describeSockets(target: string, optimize: Optimize): void {
  const missing = canRun(target)
  const title = `sockets on ${target}, level ${optimize}${missing ? ` (skipped: needs ${missing})` : ''}`
  describe.skipIf(missing !== undefined)(title, () => {
    let component: string
    beforeAll(async () => {
      component = await componentOfC(SOCKETS)
    })

    const program = (grants: Grants) => executableOf(component, target, { optimize, grants })
    const run = async (grants: Grants, ...args: string[]): Promise<string> => {
      const { stdout, stderr, code } = await runExecutable(target, await program(grants), args, { timeout: 50_000 })
      expect([stderr, code]).toEqual(['', 0])
      return stdout
    }
    const start = async (grants: Grants, ready: string, ...args: string[]) =>
      startProgram(target, await program(grants), ready, args)

    test('a client connects, says all that it has to say, and hears the rest', async () => {
      const port = await listening(shouting())
      const address = `127.0.0.1:${port}`
      expect(await run({ connect: [address] }, 'client', address, 'hello')).toBe(
        'connect: ok\nshutdown: ok\nHELLO\nwriting then: closed\n',
      )
    })

    test('a server takes one connection after the other, at the address that it is granted', async () => {
      const port = await freePort()
      const address = `127.0.0.1:${port}`
      const server = await start({ listen: [address] }, 'port:', 'serve', address, '2')
      for (const word of ['one', 'two']) {
        const socket = connect(port, '127.0.0.1')
        socket.end(word)
        expect(await text(socket)).toBe(word)
      }
      await server.ended
      expect(server.said.text).toBe(`bind: ok\nlisten: ok\nport: ${port}\nserved\n`)
    })

    test('nothing is granted: connecting, binding, listening and looking up are denied when they are called', async () => {
      const port = await listening(shouting())
      expect(await run({}, 'connect', `127.0.0.1:${port}`)).toBe('connect: access-denied\n')
      expect(await run({}, 'bind', '127.0.0.1:0')).toBe('bind: access-denied\n')
      expect(await run({}, 'bind', '0.0.0.0:0')).toBe('bind: access-denied\n')
      expect(await run({}, 'lookup', 'localhost')).toBe('denied: access-denied\n')
      expect(await run({}, 'udp-client', `127.0.0.1:${port}`, 'x')).toBe('bind: access-denied\nstream: invalid-state\n')
    })

    test('an address opens itself alone: no other port, no neighbour, not the other protocol', async () => {
      const port = await listening(shouting())
      const only = async (grant: string) => run({ connect: [grant] }, 'connect', `127.0.0.1:${port}`)
      expect(await only(`127.0.0.1:${port}`)).toBe('connect: ok\n')
      expect(await only('127.0.0.0/8:*')).toBe('connect: ok\n')
      expect(await only(`*:${port}`)).toBe('connect: ok\n')
      expect(await only(`localhost:${port}`)).toBe('connect: ok\n')
      expect(await only(`127.0.0.1:${port - 1}`)).toBe('connect: access-denied\n')
      expect(await only(`127.0.0.2/31:*`)).toBe('connect: access-denied\n')
      expect(await only(`udp://127.0.0.1:${port}`)).toBe('connect: access-denied\n')
      expect(await only(`[::1]:${port}`)).toBe('connect: access-denied\n')
    })

    test('version 6 has addresses and prefixes of its own', async () => {
      const port = await listening(shouting(), '::1')
      const address = `[::1]:${port}`
      expect(await run({ connect: [address] }, 'connect', address)).toBe('connect: ok\n')
      expect(await run({ connect: ['[::]/127:*'] }, 'connect', address)).toBe('connect: ok\n')
      expect(await run({ connect: ['[fd00::]/8:*', '127.0.0.1:*'] }, 'connect', address)).toBe(
        'connect: access-denied\n',
      )
    })

    test('a refused connection is told when it is finished', async () => {
      const address = `127.0.0.1:${await freePort()}`
      expect(await run({ connect: [address] }, 'connect', address)).toBe('connect: connection-refused\n')
    })

    test('an address that is taken cannot be had again; nobody has connected to the first', async () => {
      const address = `127.0.0.1:${await freePort()}`
      expect(await run({ listen: [address] }, 'in-use', address)).toBe(
        'bind: ok\nlisten: ok\nagain: address-in-use\naccept: would-block\n',
      )
    })

    test('writing stops where the other side does not read: check-write allows nothing, and the stream is not ready', async () => {
      const silent = createServer((socket) => void socket.pause().on('error', () => {}))
      const address = `127.0.0.1:${await listening(silent)}`
      expect(await run({ connect: [address] }, 'fill', address)).toBe('connect: ok\nfull\nwaits\n')
    })

    test('each call needs the state of the socket that it is for', async () => {
      expect(await run({ connect: ['*:80'] }, 'state')).toMatchInlineSnapshot(`
        "finish-bind: not-in-progress
        finish-connect: not-in-progress
        listen unbound: invalid-state
        accept: invalid-state
        shutdown: invalid-state
        local-address: invalid-state
        remote-address: invalid-state
        connect to no address: invalid-argument
        connect to the other version: invalid-argument
        connect to a mapped address: invalid-argument
        bind: ok
        bind again: invalid-state
        listen where nothing is granted: access-denied
        "
      `)
    })

    const noTimes = target === 'win32-x64'
    const titled = `options are what they were set to, times rounded up to seconds${noTimes ? ' (skipped: wine 8 has no times of keep-alive)' : ''}`
    test.skipIf(noTimes)(titled, async () => {
      expect(await run({}, 'options')).toMatchInlineSnapshot(`
        "keep-alive on
        idle of 0: invalid-argument
        idle: 91000000000
        interval: 7000000000
        count: 5
        hops of 0: invalid-argument
        hops: 42
        buffer: 32768
        "
      `)
    })

    test('datagrams: a server answers whoever sent it one, and nobody else', async () => {
      const port = await freePort()
      const address = `127.0.0.1:${port}`
      const server = await start({ listen: [`udp://${address}`] }, 'ready', 'udp-server', address, '2')
      const peer = createSocket('udp4')
      onTestFinished(() => void peer.close())
      for (const word of ['one', 'two']) {
        peer.send(word, port, '127.0.0.1')
        const [answer] = (await once(peer, 'message')) as [Buffer]
        expect(answer.toString()).toBe(word)
      }
      await server.ended
      expect(server.said.text).toBe('bind: ok\nready\nanswer: ok\nanswer: ok\n')
    })

    test('datagrams: a socket that comes after another one answers nobody who sent to that', async () => {
      const address = `127.0.0.1:${await freePort()}`
      const server = await start({ listen: [`udp://${address}`] }, 'ready', 'udp-again', address)
      const peer = createSocket('udp4')
      onTestFinished(() => void peer.close())
      peer.send('one', Number(address.split(':')[1]), '127.0.0.1')
      await server.ended
      expect(server.said.text).toBe('bind: ok\nready\nanswer: ok\nbind: ok\nanswer: access-denied\n')
    })

    test('datagrams: what comes from elsewhere than where a client may send to is not for it', async () => {
      const [peer, stranger] = [createSocket('udp4').bind(0, '127.0.0.1'), createSocket('udp4')]
      await once(peer, 'listening')
      onTestFinished(() => void (peer.close(), stranger.close()))
      peer.on('message', (data, from) => {
        stranger.send('lies', from.port, from.address, () =>
          peer.send(`${data.toString()} yourself`, from.port, from.address),
        )
      })
      const address = `127.0.0.1:${peer.address().port}`
      for (const way of ['udp-client', 'udp-connected'])
        expect(await run({ connect: [`udp://${address}`] }, way, address, 'hello')).toMatch(
          /^bind: ok\n(send: ok\n)hello yourself\n$/,
        )
      expect(await run({ connect: [`tcp://${address}`, 'udp://10.0.0.1:9'] }, 'udp-client', address, 'hello')).toBe(
        'bind: ok\nsend: access-denied\n',
      )
    })
  })
}
