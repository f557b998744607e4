import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseListen } from '../../compiler/listen.ts'
import { netRows, parseConnect, parseResolve } from '../../compiler/net.ts'
import { normalizeGrants } from '../../compiler/options.ts'
import { parseRequest, powers } from '../../src/request.ts'

describe('addresses', () => {
  test.each([
    ['127.0.0.1:8080', 'tcp://127.0.0.1:8080', [127, 0, 0, 1]],
    ['tcp://0.0.0.0:80', 'tcp://0.0.0.0:80', [0, 0, 0, 0]],
    ['udp://127.0.0.1:5353', 'udp://127.0.0.1:5353', [127, 0, 0, 1]],
    ['localhost:0', 'tcp://127.0.0.1:0', [127, 0, 0, 1]],
    ['[::]:1', 'tcp://[::]:1', Array(16).fill(0)],
    ['[::1]:8080', 'tcp://[::1]:8080', [...Array<number>(15).fill(0), 1]],
    ['[2001:db8::8:1]:443', 'tcp://[2001:db8::8:1]:443', [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 1]],
    ['[::ffff:10.1.2.3]:5', 'tcp://[::ffff:10.1.2.3]:5', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 1, 2, 3]],
  ])('%s', (given, text, bytes) => {
    expect(parseListen(given)).toEqual({
      text,
      port: Number(/\d+$/.exec(text)![0]),
      udp: text.startsWith('udp:'),
      bytes,
    })
  })
  test.each([
    '8080',
    ':8080',
    'example.org:80',
    '127.0.0.1',
    '127.0.0.1:70000',
    '::1:80',
    '[::1%lo]:80',
    '',
    5,
    'sctp://1.1.1.1:1',
  ])('%j is an error', (given) => {
    expect(() => parseListen(given)).toThrow(/is no address to listen at/)
  })
})

describe('what may be connected to', () => {
  test.each([
    ['API.Example.com:443', 'api.example.com:443'],
    ['*.example.com.:443', '*.example.com:443'],
    ['bücher.example:80', 'xn--bcher-kva.example:80'],
    ['tcp://10.0.0.0/8:*', 'tcp://10.0.0.0/8:*'],
    ['udp://[::1]:53', 'udp://[::1]:53'],
    ['[FD00::]/8:1', '[fd00::]/8:1'],
    ['localhost:5432', 'localhost:5432'],
    ['*:5432', '*:5432'],
    ['0.0.0.0/0:*', '0.0.0.0/0:*'],
  ])('%s', (given, text) => {
    expect(parseConnect(given).text).toBe(text)
    expect(parseConnect(text)).toEqual(parseConnect(given))
  })
  test.each([
    'example.com',
    ':80',
    'example.com:0',
    'example.com:00',
    'example.com:65536',
    '10.1.2.3/8:1',
    '10.0.0.0/33:1',
    '[::ffff:10.0.0.1]:80',
    '[::1/128]:80',
    '::1:80',
    '1.2.3:80',
    '127.1:80',
    '0x7f.1:80',
    'a.*.com:80',
    'a b.com:80',
    'user@host:80',
    'http://example.com:80',
    '',
    5,
  ])('%j is an error', (given) => {
    expect(() => parseConnect(given)).toThrow(/is nothing to connect to/)
  })
  test.each(['', 'a..b', 'example.com:80', '1.2.3.4', '*.*', 5])('%j is no name to look up', (given) => {
    expect(() => parseResolve(given)).toThrow(/is no name to look up/)
  })
  test('a name is looked up and connected to; localhost is this machine, too; any address goes with any name', () => {
    const rows = (connect: string) =>
      netRows(normalizeGrants({ connect: [connect] })).map(({ name, flags }) => [name, flags])
    expect(rows('a.test:1')).toEqual([['a.test', 32 + 3]])
    expect(rows('udp://a.test:*')).toEqual([['a.test', 32 + 4 + 2]])
    expect(rows('tcp://localhost:1')).toEqual([
      ['localhost', 32 + 1],
      [undefined, 1],
      [undefined, 8 + 1],
    ])
    expect(rows('*:1')).toEqual([
      [undefined, 16 + 3],
      ['*', 32],
    ])
  })
})

describe('arguments', () => {
  test.each([
    [undefined, { fixed: [], pass: true }],
    [['serve'], { fixed: ['serve'], pass: true }],
    [
      { fixed: ['serve'], pass: false },
      { fixed: ['serve'], pass: false },
    ],
    [{ pass: false }, { fixed: [], pass: false }],
  ])('%j', (args, normal) => {
    expect(normalizeGrants({ args }).args).toEqual(normal)
  })
  test.each(['serve', [1], null, { fixed: 'serve' }, { pass: 1 }, { fixd: [] }, ['a\0b']])('%j is an error', (args) => {
    expect(() => normalizeGrants({ args: args as never })).toThrow(/grants\.args/)
  })
})

describe('words of the query', () => {
  const options = (query: string) => parseRequest(`/src/cat.wasm?${query}&exe`)!.options
  test('are the words of the options', () => {
    expect(options('arg=serve&arg=%2Ddeep&listen=127.0.0.1:80').grants).toEqual({
      args: { fixed: ['serve', '-deep'], pass: true },
      listen: ['127.0.0.1:80'],
    })
    expect(options('args=fixed&arg=serve').grants!.args).toEqual({ fixed: ['serve'], pass: false })
    expect(options('arg=serve&args=fixed').grants!.args).toEqual({ fixed: ['serve'], pass: false })
  })
  test('connect and resolve count where the project says so alone', () => {
    expect(options('connect=a.test:443&connect=*:80&resolve=b.test').grants).toEqual({
      connect: ['a.test:443', '*:80'],
      resolve: ['b.test'],
    })
    expect(powers('/src/cat.wasm?connect=*:*&resolve=*&exe')).toEqual(['connect=*:*', 'resolve=*'])
  })
  test('embed starts at the module', () => {
    expect(options('embed=/share=./assets').embed).toEqual({ '/share': resolve('/src/assets') })
  })
  test.each(['args=none', 'listen=80', 'connect=a.test', 'resolve=', 'embed=/share', 'embed==./assets'])(
    '%s is an error',
    (query) => {
      expect(() => options(query)).toThrow()
    },
  )
})
