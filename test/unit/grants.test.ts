import { describe, expect, test } from 'vitest'
import { parseListen } from '../../compiler/listen.ts'
import { normalizeGrants } from '../../compiler/options.ts'
import { parseRequest } from '../../src/request.ts'

describe('addresses', () => {
  test.each([
    ['127.0.0.1:8080', 'tcp://127.0.0.1:8080', [127, 0, 0, 1]],
    ['tcp://0.0.0.0:80', 'tcp://0.0.0.0:80', [0, 0, 0, 0]],
    ['localhost:0', 'tcp://127.0.0.1:0', [127, 0, 0, 1]],
    ['[::]:1', 'tcp://[::]:1', Array(16).fill(0)],
    ['[::1]:8080', 'tcp://[::1]:8080', [...Array<number>(15).fill(0), 1]],
    ['[2001:db8::8:1]:443', 'tcp://[2001:db8::8:1]:443', [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 1]],
    ['[::ffff:10.1.2.3]:5', 'tcp://[::ffff:10.1.2.3]:5', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 1, 2, 3]],
  ])('%s', (given, text, bytes) => {
    expect(parseListen(given)).toEqual({ text, port: Number(/\d+$/.exec(text)![0]), bytes })
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
    'udp://1.1.1.1:1',
  ])('%j is an error', (given) => {
    expect(() => parseListen(given)).toThrow(/is no address to listen at/)
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
  test('embed starts at the module', () => {
    expect(options('embed=/share=./assets').embed).toEqual({ '/share': '/src/assets' })
  })
  test.each(['args=none', 'listen=80', 'embed=/share', 'embed==./assets'])('%s is an error', (query) => {
    expect(() => options(query)).toThrow()
  })
})
