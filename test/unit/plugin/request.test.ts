import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hostTarget } from '../../../compiler/index.ts'
import { resolveOptions } from '../../../src/options.ts'
import { mergeOptions, parseRequest, isRequest, withForm, withTarget } from '../../../src/request.ts'

const host = hostTarget()!.name

describe('which ids are requests', () => {
  test.each([
    ['./hello.wasm?exe', true],
    ['./hello.wat?exe', true],
    ['/abs/dir.v2/hello.wasm?target=host&exe', true],
    ['./hello.wasm?exe&target=host', true],
    ['./hello.wasm?import&exe', true],
    ['C:/x/hello.wasm?exe', true],
    ['./hello.wasm', false],
    ['./hello.wasm?init', false],
    ['./hello.wasm?url', false],
    ['./hello.wasm?executable', false],
    ['./hello.wasm?fileName=exe', false],
    ['./hello.wasm?aexe', false],
    ['./&exe/hello.wasm?a', false],
    ['./hello.js?exe', false],
    ['./hello.wasm.js?exe', false],
  ])('%s: %s', (id, expected) => {
    expect(isRequest(id)).toBe(expected)
    expect(parseRequest(id) !== undefined).toBe(expected)
  })
})

test.each(['./hello.wasm?a.wat?exe', './hello.wasm?a&\n&exe=1'])('%j is a request that says something wrong', (id) => {
  expect(isRequest(id)).toBe(true)
  expect(() => parseRequest(id)).toThrow()
})

describe('words', () => {
  test.each([
    ['exe', {}],
    ['target=linux-x64&exe', { targets: ['linux-x64'] }],
    ['target=win32-x64,linux-x64,linux-x64&exe', { targets: ['linux-x64', 'win32-x64'] }],
    ['targets=host&exe', { targets: [host] }],
    ['optimize=s&exe', { optimize: 's' }],
    ['optimize=3&exe', { optimize: 3 }],
    ['cpu=x86-64-v3&exe', { cpu: 'x86-64-v3' }],
    ['heapMax=64M&exe', { heapMax: 2 ** 26 }],
    ['debug&exe', { debug: true }],
    ['debug=false&exe', { debug: false }],
    ['dir=/data=./data&exe', { grants: { dirs: { '/data': { host: './data', readOnly: false } } } }],
    [
      'dir=/=.:ro&dir=/tmp&exe',
      {
        grants: { dirs: { '/': { host: '.', readOnly: true }, '/tmp': { host: '/tmp', readOnly: false } } },
      },
    ],
    ['env=HOME&env=LANG=C%26D&exe', { grants: { env: ['HOME', 'LANG=C&D'] } }],
    [
      'module=env=../lib/a.wasm&module=math=./m.wat&exe',
      { modules: { env: resolve('/lib/a.wasm'), math: resolve('/src/m.wat') } },
    ],
    ['fileName=bin/[name]-[triple][ext]&exe', { fileName: 'bin/[name]-[triple][ext]' }],
    ['t=1700000000000&import&exe', {}],
  ])('?%s', (query, options) => {
    expect(parseRequest(`/src/hello.wasm?${query}`)).toEqual({
      file: '/src/hello.wasm',
      query: `?${query}`,
      form: 'program',
      options,
    })
  })

  test('forms', () => {
    expect(parseRequest('a.wasm?target=host&href&exe')?.form).toBe('href')
    expect(parseRequest('a.wasm?target=host&href=file&exe')?.form).toBe('file')
  })
})

describe('errors name the file, the word and what to write', () => {
  test.each([
    ['targt=host&exe', /a\.wasm\?targt=host&exe: unknown word "targt" in the query; did you mean "target"\?/],
    ['target=linux-x46&exe', /unknown target "linux-x46"; did you mean "linux-x64"\?/],
    ['target=&exe', /no target was given/],
    ['optimize=9&exe', /unknown optimization level "9"/],
    ['debug=yes&exe', /debug=yes is not true or false/],
    ['dir=/data=.&dir=/data=./other&exe', /dir=\/data stands twice in the query/],
    ['embed=/a=.&embed=/a=./b&exe', /embed=\/a stands twice/],
    ['module=m=./a.wat&module=m=./b.wat&exe', /module=m stands twice/],
    ['dir==x&exe', /dir==x lacks a path/],
    ['module=./math.wasm&exe', /module=\.\/math\.wasm lacks a name or a file\n.*module=NAME=FILE/],
    ['env==x&exe', /grants\.env: "=x" is no variable/],
    ['fileName=x&exe', /gives every target the same name/],
    ['fileName=../[target]&exe', /leads out of the output directory/],
    ['fileName=[targt]&exe', /unknown placeholder \[targt\]; did you mean "\[target\]"\?/],
    ['href=x&exe', /href=x is no form of a URL/],
    ['exe=1', /the word exe takes no value/],
    ['env=%zz&exe', /not percent-encoded/],
    ['constructor&exe', /unknown word "constructor"/],
    ['arg=a?b&exe', /the query has another "\?", which begins or ends one\n.*write %3F/],
    ['dir=/=/&t=.wat?exe', /the query has another "\?"/],
    ['arg=a#b&exe', /the query has another "#".*\n.*write %23/],
    ['arg=a#\n&exe', /the query has another "#"/],
    ['x\n&exe', /the query has another "\\n".*\n.*write %0A/],
    ['di\u200br=/=/&exe', /the query has another "\\u\{200b\}"/],
    ['\0&exe', /write %00/],
  ])('?%s', (query, message) => {
    expect(() => parseRequest(`a.wasm?${query}`)).toThrow(message)
  })
})

test('the query wins over the options, word by word', () => {
  const { program } = resolveOptions({
    targets: ['all'],
    debug: true,
    optimize: 3,
    grants: { dirs: { '/': '.' }, env: ['HOME'] },
  })
  const merged = mergeOptions(program, parseRequest('a.wasm?target=linux-x64&env=LANG&exe')!)
  expect(merged).toMatchObject({
    targets: ['linux-x64'],
    debug: true,
    optimize: 3,
    grants: { dirs: { '/': '.' }, env: ['LANG'] },
  })
})

test('href needs one target, from the query or the options', () => {
  const six = resolveOptions().program
  const one = resolveOptions({ targets: 'host' }).program
  const request = parseRequest('a.wasm?href&exe')!
  expect(mergeOptions(one, request).targets).toEqual([host])
  expect(() => mergeOptions(six, request)).toThrow(/a\.wasm\?href&exe: .*there are 6 targets/)
})

test('another form of the same request', () => {
  expect(withForm('./a.wasm?target=host&exe', 'href')).toBe('./a.wasm?target=host&href&exe')
  expect(withForm('./a.wasm?exe&target=host', 'file')).toBe('./a.wasm?target=host&href=file&exe')
  expect(withForm('./a.wasm?target=host&href&exe', 'file')).toBe('./a.wasm?target=host&href=file&exe')
})

test('a program’s id becomes that of one of its executables', () => {
  expect(withTarget('./a.wasm?exe', 'linux-x64')).toBe('./a.wasm?target=linux-x64&exe')
  expect(withTarget('./a.wasm?targets=all&href=file&debug&exe', 'win32-x64')).toBe(
    './a.wasm?debug&target=win32-x64&exe',
  )
})
