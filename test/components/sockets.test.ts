/** wasi:sockets of WASI 0.2 on this machine, and names that a DNS server of the tests' own answers for. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Grants } from '../../compiler/index.ts'
import { executableOf } from '../support/compile-wat.ts'
import { componentOfC } from '../support/component.ts'
import { which } from '../support/tools.ts'
import { startNames, type Names } from './names.ts'
import { describeSockets, listening, shouting, SOCKETS } from './sockets-suite.ts'

describeSockets('linux-x64', 1)

const NEEDS = 'root, unshare and mount, to give a program a resolv.conf of its own'
const unshared = process.platform === 'linux' && process.getuid?.() === 0 && which('unshare') !== undefined

describe.skipIf(!unshared)(`names${unshared ? '' : ` (skipped: needs ${NEEDS})`}`, () => {
  let component: string
  let names: Names
  const folder = mkdtempSync(join(tmpdir(), 'wasm-exe-names-'))
  beforeAll(async () => {
    component = await componentOfC(SOCKETS)
    names = await startNames('127.0.0.77')
    writeFileSync(
      join(folder, 'resolv.conf'),
      '# a comment\nnameserver 127.0.0.77 ; another\noptions timeout:1 attempts:1\n',
    )
    writeFileSync(
      join(folder, 'hosts'),
      '127.0.0.1 localhost\n10.1.2.3  Inside.Test alias.test # inside\nfd00::5 inside.test\n',
    )
  })
  afterEach(() => names.reset())
  afterAll(() => {
    names.close()
    rmSync(folder, { recursive: true })
  })

  const MOUNT = `mount --bind ${folder}/resolv.conf /etc/resolv.conf && mount --bind ${folder}/hosts /etc/hosts && exec timeout 4 "$0" "$@"`
  const run = async (grants: Grants, ...args: string[]): Promise<string> => {
    const exe = await executableOf(component, 'linux-x64', { grants })
    const child = spawn('unshare', ['-m', 'sh', '-c', MOUNT, exe, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
    return said
  }

  test('a granted name has the addresses that the server of resolv.conf says', async () => {
    names.answers('a.test', { a: ['93.184.216.34', '93.184.216.35'], aaaa: ['2606:2800::1'] })
    const said = (await run({ resolve: ['a.test'] }, 'lookup', 'A.test.')).trim().split('\n')
    expect(said.toSorted()).toEqual(['2606:2800:0000:0000:0000:0000:0000:0001', '93.184.216.34', '93.184.216.35'])
  })

  test('a name that is not granted is denied, and nobody is asked', async () => {
    names.answers('b.test', { a: ['93.184.216.34'] })
    expect(await run({ resolve: ['a.test'], connect: ['c.test:1'] }, 'lookup', 'b.test')).toBe(
      'denied: access-denied\n',
    )
    expect(await run({ resolve: ['*.b.test'] }, 'lookup', 'b.test')).toBe('denied: access-denied\n')
    expect(await run({ resolve: ['*.test'] }, 'lookup', 'b.test.evil')).toBe('denied: access-denied\n')
    expect(names.asked).toEqual([])
    expect(await run({ resolve: ['*.test'] }, 'lookup', 'b.test')).toBe('93.184.216.34\n')
  })

  test('hosts comes before the server, with all names of a line', async () => {
    expect(await run({ resolve: ['*'] }, 'lookup', 'inside.test')).toBe(
      '10.1.2.3\nfd00:0000:0000:0000:0000:0000:0000:0005\n',
    )
    expect(await run({ resolve: ['*'] }, 'lookup', 'alias.test')).toBe('10.1.2.3\n')
    expect(names.asked).toEqual([])
  })

  test('a granted name opens no address of the inside that it has, unless that is granted', async () => {
    const port = await listening(shouting())
    names.answers('a.test', {
      a: ['127.0.0.1', '10.0.0.1', '192.168.0.1', '169.254.169.254', '0.0.0.0'],
      aaaa: ['::1', 'fd00::1', 'fe80::1'],
    })
    const said = await run({ connect: [`a.test:${port}`] }, 'lookup', 'a.test', String(port))
    expect(said.match(/: (.*)/g)).toEqual(
      [...Array(8).keys()].map(() => expect.stringMatching(/access-denied|invalid-argument/)),
    )
    expect(await run({ connect: [`a.test:${port}`, '127.0.0.1:*'] }, 'lookup', 'a.test', String(port))).toContain(
      '127.0.0.1: ok\n',
    )
    expect(await run({ connect: [`a.test:${port}`] }, 'lookup', 'localhost', String(port))).toBe(
      'denied: access-denied\n',
    )
  })

  test('mapped, translated and tunnelled addresses of version 4 are of the inside where theirs are', async () => {
    names.answers('a.test', { aaaa: ['::ffff:127.0.0.1', '64:ff9b::127.0.0.1', '2002:7f00:1::', '::127.0.0.1'] })
    const said = await run({ connect: ['a.test:80'] }, 'lookup', 'a.test', '80')
    expect(
      said
        .trim()
        .split('\n')
        .map((line) => line.split(': ')[1]),
    ).toEqual(['invalid-argument', 'access-denied', 'access-denied', 'access-denied'])
  })

  test('a granted name opens its public addresses, at the granted port alone, once it was looked up', async () => {
    // Nothing is there: whether the attempt was made is all that can be seen here.
    names.answers('a.test', { a: ['192.0.3.1'] })
    const grants = { connect: ['a.test:81'] }
    expect(await run(grants, 'connect', '192.0.3.1:81')).toBe('connect: access-denied\n')
    expect(await run(grants, 'lookup', 'a.test', '82')).toBe('192.0.3.1: access-denied\n')
    expect(await run(grants, 'lookup', 'a.test', '81')).toMatch(/^192\.0\.3\.1(?!: access-denied)/)
  })

  test('a name that stands for another has its addresses', async () => {
    names.answers('a.test', { cname: 'b.test', a: ['93.184.216.34'] })
    expect(await run({ resolve: ['a.test'] }, 'lookup', 'a.test')).toBe('93.184.216.34\n')
  })

  test('an answer that is too long for a datagram is asked for over TCP', async () => {
    const list = Array.from({ length: 30 }, (_, i) => `93.184.216.${i + 1}`)
    names.answers('a.test', { a: list, truncated: true })
    expect((await run({ resolve: ['a.test'] }, 'lookup', 'a.test')).trim().split('\n')).toEqual(list)
  })

  test('there is no such name; the server fails; it says nothing', async () => {
    const lookup = () => run({ resolve: ['*'] }, 'lookup', 'a.test')
    names.answers('a.test', { code: 3 })
    expect(await lookup()).toBe('failed: name-unresolvable\n')
    names.answers('a.test', { code: 2 })
    expect(await lookup()).toBe('failed: temporary-resolver-failure\n')
    names.answers('a.test', { code: 5 })
    expect(await lookup()).toBe('failed: permanent-resolver-failure\n')
    names.answers('a.test', { silent: true })
    expect(await lookup()).toBe('failed: temporary-resolver-failure\n')
    names.answers('a.test', {})
    expect(await lookup()).toBe('failed: name-unresolvable\n')
  })

  test('answers that are none are passed over: another number, another question, names that lead in a circle', async () => {
    for (const lie of ['number', 'question', 'circle', 'short', 'length', 'count'] as const) {
      names.answers('a.test', { a: ['93.184.216.34'], lie })
      expect([lie, await run({ resolve: ['*'] }, 'lookup', 'a.test')]).toEqual([
        lie,
        expect.stringMatching(/^failed: (temporary|permanent)-resolver-failure\n$|^93\.184\.216\.34\n$/),
      ])
    }
    names.answers('a.test', { a: ['93.184.216.34'], before: 'number' })
    expect(await run({ resolve: ['*'] }, 'lookup', 'a.test')).toBe('93.184.216.34\n')
  })

  test('what is no name is refused', async () => {
    const long = 'x'.repeat(64)
    for (const name of ['', 'a b', 'a..b', '.', '-.*', `${long}.test`, 'ä.test'])
      expect(await run({ resolve: ['*'] }, 'lookup', name)).toBe('denied: invalid-argument\n')
  })
})
