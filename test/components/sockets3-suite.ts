/** wasi:sockets of WASI 0.3: a program in C, what it is granted, and peers of Node. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Grants, Optimize } from '../../compiler/index.ts'
import { freePort } from '../executables/ports.ts'
import { executableOf } from '../support/compile-wat.ts'
import { componentOfC } from '../support/component.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { listening, shouting, startProgram } from './sockets-suite.ts'

export const SOCKETS3 = 'test/components/programs/sockets3.c'

/** Defines the tests of one target at one level. */
export function describeSockets3(target: string, optimize: Optimize): void {
  const missing = canRun(target)
  const title = `sockets of WASI 0.3 on ${target}, level ${optimize}${missing ? ` (skipped: needs ${missing})` : ''}`
  describe.skipIf(missing !== undefined)(title, () => {
    let component: string
    beforeAll(async () => {
      component = await componentOfC(SOCKETS3)
    })

    const program = (grants: Grants) => executableOf(component, target, { optimize, grants })
    const run = async (grants: Grants, ...args: string[]): Promise<string> => {
      const { stdout, stderr, code } = await runExecutable(target, await program(grants), args, { timeout: 50_000 })
      expect([stderr, code]).toEqual(['', 0])
      return stdout
    }
    const start = async (grants: Grants, ready: string, ...args: string[]) =>
      startProgram(target, await program(grants), ready, args)

    test('a client says all in a stream, hears the rest in another, and has each of them once', async () => {
      const address = `127.0.0.1:${await listening(shouting())}`
      expect(await run({ connect: [address] }, 'client', address, 'hello')).toBe(
        'connect: ok\nsent: ok\nHELLO\nreceived: ok\nsent again: invalid-state\nreceived again: invalid-state\n',
      )
    })

    test('connections are a stream; what one of them brings goes back, stream into stream', async () => {
      const port = await freePort()
      const address = `127.0.0.1:${port}`
      const server = await start({ listen: [address] }, 'port:', 'serve', address, '2')
      for (const sent of [Buffer.from('one'), Buffer.alloc(2 ** 20, 'much')]) {
        const socket = connect(port, '127.0.0.1')
        socket.end(sent)
        expect((await buffer(socket)).equals(sent)).toBe(true)
      }
      await server.ended
      expect(server.said.text).toBe(`bind: ok\nlisten: ok\nport: ${port}\n${'sent: ok\nreceived: ok\n'.repeat(2)}`)
    })

    test('nothing is granted: all is denied when it is called', async () => {
      const port = await listening(shouting())
      expect(await run({}, 'connect', `127.0.0.1:${port}`)).toBe('connect: access-denied\n')
      expect(await run({}, 'bind', '127.0.0.1:0')).toBe('bind: access-denied\n')
      expect(await run({}, 'bind', '0.0.0.0:0')).toBe('bind: access-denied\n')
      expect(await run({}, 'lookup', 'localhost')).toBe('failed: access-denied\n')
      expect(await run({}, 'udp-connected', `127.0.0.1:${port}`, 'x')).toBe(
        'receive: invalid-state\nsend: invalid-argument\nconnect: access-denied\n',
      )
      expect(await run({}, 'udp-client', `127.0.0.1:${port}`, 'x')).toBe(
        'receive: invalid-state\nsend: invalid-argument\nsend: access-denied\n',
      )
    })

    test('an address opens itself alone', async () => {
      const port = await listening(shouting())
      const only = async (grant: string) => run({ connect: [grant] }, 'connect', `127.0.0.1:${port}`)
      expect(await only(`127.0.0.0/8:*`)).toBe('connect: ok\n')
      expect(await only(`127.0.0.1:${port - 1}`)).toBe('connect: access-denied\n')
      expect(await only(`udp://127.0.0.1:${port}`)).toBe('connect: access-denied\n')
    })

    test('version 6', async () => {
      const address = `[::1]:${await listening(shouting(), '::1')}`
      expect(await run({ connect: [address] }, 'client', address, 'six')).toContain('connect: ok\nsent: ok\nSIX\n')
    })

    test('a refused connection', async () => {
      const address = `127.0.0.1:${await freePort()}`
      expect(await run({ connect: [address] }, 'connect', address)).toBe('connect: connection-refused\n')
    })

    const noReset = target === 'win32-x64'
    const titled = `a connection that is reset is told in the future of its stream${noReset ? ' (skipped: wine 8 reports its end)' : ''}`
    test.skipIf(noReset)(titled, async () => {
      const resetting = createServer((socket) => void setTimeout(300).then(() => socket.resetAndDestroy()))
      const address = `127.0.0.1:${await listening(resetting)}`
      expect(await run({ connect: [address] }, 'hear', address)).toBe('connect: ok\nreceived: connection-reset\n')
    })

    test('saying something to who does not listen any more is told in the future of its stream', async () => {
      const leaving = createServer((socket) => void socket.once('data', () => socket.resetAndDestroy()))
      const address = `127.0.0.1:${await listening(leaving)}`
      expect(await run({ connect: [address] }, 'flood', address)).toMatch(
        /^connect: ok\nsent: connection-(broken|reset|aborted)\n$/,
      )
    })

    test('what is not wanted any more is dropped, and what is said goes on', async () => {
      let heard: Promise<Buffer> | undefined
      const talking = createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('error', () => {})
        heard = buffer(socket)
        socket.write('much to say')
      })
      const address = `127.0.0.1:${await listening(talking)}`
      expect(await run({ connect: [address] }, 'half', address, 'no more')).toBe(
        'connect: ok\nreceived: ok\nsent: ok\n',
      )
      expect((await heard)?.toString()).toBe('no more')
    })

    test('an address that is taken cannot be had again; waiting for a connection can be ended', async () => {
      const address = `127.0.0.1:${await freePort()}`
      expect(await run({ listen: [address] }, 'in-use', address)).toBe(
        'bind: ok\nlisten: ok\nagain: address-in-use\nwaits\ncancelled\n',
      )
    })

    test('writing waits where the other side does not read, and can be ended', async () => {
      const silent = createServer((socket) => void socket.pause().on('error', () => {}))
      const address = `127.0.0.1:${await listening(silent)}`
      expect(await run({ connect: [address] }, 'fill', address)).toBe('connect: ok\nfull\ncancelled\n')
    })

    test('each call needs the state of the socket that it is for', async () => {
      expect(await run({ connect: ['*:80'] }, 'state')).toMatchInlineSnapshot(`
        "send: invalid-state
        receive: invalid-state
        local: invalid-state
        remote: invalid-state
        does not listen
        backlog of 0: invalid-argument
        connect to no address: invalid-argument
        connect to the other version: invalid-argument
        connect to a mapped address: invalid-argument
        bind: ok
        bind again: invalid-state
        listen where nothing is granted: access-denied
        listen unbound: access-denied
        "
      `)
    })

    test('options are what they were set to', async () => {
      expect(await run({}, 'options')).toBe('keep-alive on\nhops of 0: invalid-argument\nhops: 42\nbuffer: 32768\n')
    })

    test('addresses are names of themselves, as far as names are granted', async () => {
      expect(await run({}, 'lookup', '192.0.2.1')).toBe('192.0.2.1\n')
      expect(await run({}, 'lookup', '2001:db8::7')).toBe('8193 3512 0 0 0 0 0 7\n')
      expect(await run({ resolve: ['localhost'] }, 'lookup', 'localhost')).toMatch(/^127\.0\.0\.1$/m)
      expect(await run({ resolve: ['*'] }, 'lookup', 'a b')).toBe('failed: invalid-argument\n')
    })

    test('datagrams: a server answers whoever sent it one', async () => {
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
      const grants = { connect: [`udp://${address}`] }
      const before = 'receive: invalid-state\nsend: invalid-argument\n'
      expect(await run(grants, 'udp-client', address, 'hello')).toBe(
        `${before}send: ok\nhello yourself\ndisconnect: invalid-state\n`,
      )
      expect(await run(grants, 'udp-connected', address, 'hello')).toBe(
        `${before}connect: ok\nsend: ok\nhello yourself\ndisconnect: ok\n`,
      )
    })

    test('datagrams: two who wait at one socket have one each', async () => {
      const port = await freePort()
      const address = `127.0.0.1:${port}`
      const server = await start({ listen: [`udp://${address}`] }, 'ready', 'udp-two', address)
      const peer = createSocket('udp4')
      onTestFinished(() => void peer.close())
      for (const told of ['one\n', 'one\none\n']) {
        peer.send('word', port, '127.0.0.1')
        while (!server.said.text.includes(told)) await setTimeout(10)
      }
      await server.ended
      expect(server.said.text).toBe('ready\none\none\n')
    })

    test('datagrams: a wait that was ended takes none', async () => {
      const port = await freePort()
      const address = `127.0.0.1:${port}`
      const server = await start({ listen: [`udp://${address}`] }, 'ready', 'udp-cancel', address)
      const peer = createSocket('udp4')
      onTestFinished(() => void peer.close())
      peer.send('one', port, '127.0.0.1')
      await server.ended
      expect(server.said.text).toBe('cancelled\nready\none\n')
    })
  })
}
