import type { SpawnOptionsWithoutStdio } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { pick, type NavigatorLike } from '../../../src/client/browser.ts'
import { resolve, spawn } from '../../../src/client/node.ts'
import type { AnyProgram, ProgramFile, TargetName } from '../../../src/program.ts'

const here = `${process.platform}-${process.arch}` as TargetName
const directory = mkdtempSync(join(tmpdir(), 'wasm-exe-client-'))
afterAll(() => rmSync(directory, { recursive: true }))

function program(files: Partial<Record<TargetName, Partial<ProgramFile>>>): AnyProgram {
  const targets = Object.entries(files).map(([target, file]) => {
    return [target, { target, triple: '', fileName: 'hello', url: '/hello', size: 1, integrity: '', ...file }]
  })
  return { name: 'hello', targets: Object.fromEntries(targets) as AnyProgram['targets'] }
}

function script(name: string, mode = 0o755): string {
  const path = join(directory, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, '#!/bin/sh\necho "hello $*"\n')
  chmodSync(path, mode)
  return path
}

describe('resolve', () => {
  const path = script('a b/hello')
  const url = pathToFileURL(path).href

  test('a file URL', () => expect(resolve(program({ [here]: { url } }))).toBe(path))
  test('the file beside a public URL', () => expect(resolve(program({ [here]: { file: url } }))).toBe(path))
  test('a target that is asked for', () => {
    expect(resolve(program({ 'win32-arm64': { url } }), { target: 'win32-arm64' })).toBe(path)
  })
  test('what an emulator runs', () => {
    expect(resolve(program({ 'win32-x64': { url } }), { target: 'win32-arm64' })).toBe(path)
    expect(resolve(program({ 'darwin-x64': { url } }), { target: 'darwin-arm64' })).toBe(path)
    for (const target of ['darwin-x64', 'darwin-arm64'] as const)
      expect(resolve(program({ 'darwin-universal': { url } }), { target })).toBe(path)
  })
  test("Electron's archives", () => {
    const unpacked = script('app.asar.unpacked/hello')
    const packed = pathToFileURL(unpacked.replace('.unpacked', '')).href
    expect(resolve(program({ [here]: { url: packed } }))).toBe(unpacked)
    const other = script('a b/my.tools.asar.unpacked/dist/hello')
    const inOther = pathToFileURL(other.replace('.unpacked', '')).href
    expect(resolve(program({ [here]: { url: inOther } }))).toBe(other)
  })
  test('what is in one of them alone', () => {
    // To Electron the file is there.
    const inside = pathToFileURL(script('packed.asar/hello')).href
    const { versions } = process
    vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...versions, electron: '40.0.0' })
    expect(() => resolve(program({ [here]: { url: inside } }))).toThrow(
      /hello is packed in .*packed\.asar.*\n.*asarUnpack/,
    )
    vi.restoreAllMocks()
    expect(resolve(program({ [here]: { url: inside } }))).toMatch(/packed\.asar.hello$/)
  })

  test.each<[string, AnyProgram, RegExp]>([
    [
      'not built',
      program({ 'linux-riscv64': { url } }),
      new RegExp(`hello was not built for ${here}, only for linux-riscv64\\n.*'${here}'`),
    ],
    ['a bundle for browsers', program({ [here]: {} }), /URL \/hello, which is no file\n.*build\.ssr/],
    ['a URL that is a path here too', program({ [here]: { url: path } }), /which is no file/],
    ['not there', program({ [here]: { url: `${url}x` } }), /is not at .*hellox\n.*deploy/],
  ])('%s', (_, program, message) => expect(() => resolve(program)).toThrow(message))

  test.each(['constructor', '__proto__'])('the target %s', (name) => {
    const target = name as TargetName
    expect(() => resolve(program({ [here]: { url } }), { target })).toThrow(`hello was not built for ${name}`)
  })
})

describe.skipIf(process.platform === 'win32')('spawn', () => {
  test('runs with arguments and options', async () => {
    const child = spawn(program({ [here]: { url: pathToFileURL(script('run')).href } }), ['a', 'b'])
    expect(await text(child.stdout)).toBe('hello a b\n')
  })

  test('runs through a shell, whatever is in the path', async () => {
    const url = pathToFileURL(script("a 'b; $(c) $d/run it")).href
    expect(await text(spawn(program({ [here]: { url } }), ['a', 'b'], { shell: true }).stdout)).toBe('hello a b\n')
  })

  test('calls the program by its name, whatever the file is called', async () => {
    const path = process.platform === 'linux' ? '/proc/self/cmdline' : undefined
    if (path === undefined) return
    const named = join(directory, '0a1b2c3d.bin')
    copyFileSync('/bin/cat', named)
    chmodSync(named, 0o755)
    const argv0 = async (options: SpawnOptionsWithoutStdio) =>
      (await text(spawn(program({ [here]: { url: pathToFileURL(named).href } }), [path], options).stdout)).split(
        '\0',
      )[0]
    expect(await argv0({})).toBe('hello')
    expect(await argv0({ argv0: 'chosen' })).toBe('chosen')
  })

  test('gives back a bit that was lost on the way', async () => {
    const path = script('lost', 0o644)
    const child = spawn(program({ [here]: { url: pathToFileURL(path).href } }), [], { stdio: 'ignore' })
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(statSync(path).mode & 0o111).toBe(0o111)
  })
})

const all = program(
  Object.fromEntries(
    ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'].map((name) => [name, {}]),
  ),
)

const hints = (platform: string, architecture?: string, bitness?: string, mobile = false): NavigatorLike => ({
  userAgent: '',
  userAgentData: { platform, mobile, getHighEntropyValues: async () => ({ architecture, bitness }) },
})
const agent = (userAgent: string, rest: Partial<NavigatorLike> = {}): NavigatorLike => ({ userAgent, ...rest })

const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15'

describe('pick', () => {
  test.each<[string, NavigatorLike, TargetName | undefined]>([
    ['Chromium on Windows', hints('Windows', 'x86', '64'), 'win32-x64'],
    ['Chromium on Windows for Arm', hints('Windows', 'arm', '64'), 'win32-arm64'],
    ['Chromium on 32-bit Windows', hints('Windows', 'x86', '32'), undefined],
    ['Chromium on a Mac', hints('macOS', 'arm', '64'), 'darwin-arm64'],
    ['Chromium on an Intel Mac', hints('macOS', 'x86', '64'), 'darwin-x64'],
    ['Chromium that hides the processor', hints('macOS'), 'darwin-arm64'],
    ['Chromium on Linux', hints('Linux', 'x86', '64'), 'linux-x64'],
    ['Chromium on Linux for Arm', hints('Linux', 'arm', '64'), 'linux-arm64'],
    ['Chromium on Android', hints('Android', '', '', true), undefined],
    ['Chrome OS', hints('Chrome OS', 'x86', '64'), undefined],
    [
      'Firefox on Windows',
      agent('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0'),
      'win32-x64',
    ],
    [
      'Firefox on 32-bit Windows',
      agent('Mozilla/5.0 (Windows NT 10.0; rv:115.0) Gecko/20100101 Firefox/115.0'),
      undefined,
    ],
    ['Firefox on Linux', agent('Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0'), 'linux-x64'],
    [
      'Firefox on Linux for Arm',
      agent('Mozilla/5.0 (X11; Linux aarch64; rv:150.0) Gecko/20100101 Firefox/150.0'),
      'linux-arm64',
    ],
    ['Safari on a Mac', agent(MAC, { maxTouchPoints: 0 }), 'darwin-arm64'],
    ['Safari on an iPad', agent(MAC, { maxTouchPoints: 5 }), undefined],
    ['Safari on an iPhone', agent('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148'), undefined],
    ['Firefox on Android', agent('Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0'), undefined],
    ['something else', agent('curl/8.0'), undefined],
  ])('%s', async (_, navigator, expected) => {
    expect((await pick(all, navigator))?.target).toBe(expected)
  })

  test('a file for both Macs is taken where there is none of its own, or nobody knows which Mac it is', async () => {
    const both = program({ 'darwin-universal': {}, 'darwin-arm64': {} })
    expect((await pick(both, hints('macOS', 'arm', '64')))?.target).toBe('darwin-arm64')
    expect((await pick(both, hints('macOS', 'x86', '64')))?.target).toBe('darwin-universal')
    expect((await pick(both, agent(MAC)))?.target).toBe('darwin-universal')
  })

  test('the second choice is what the system emulates', async () => {
    expect((await pick(program({ 'win32-x64': {} }), hints('Windows', 'arm', '64')))?.target).toBe('win32-x64')
    expect(await pick(program({ 'linux-x64': {} }), hints('Linux', 'arm', '64'))).toBeUndefined()
  })

  test('hints that are refused', async () => {
    const navigator = hints('Windows')
    navigator.userAgentData!.getHighEntropyValues = () => Promise.reject(new Error('refused'))
    expect((await pick(all, navigator))?.target).toBe('win32-x64')
  })
})
