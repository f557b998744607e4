import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, fixture } from './cli.ts'

let cwd: string
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-cli-'))
  mkdirSync(join(cwd, 'assets'))
  writeFileSync(join(cwd, 'assets/a.txt'), 'aaa')
  const given = ['--dir', '/=.:ro', '--env', 'LANG=C', '--arg=-v', '--args', 'fixed', '--listen', 'localhost:8080']
  const args = ['build', fixture('args.wat'), '-o', 'out/', '--target', 'linux-x64,darwin-arm64,win32-x64', ...given]
  for (const level of [[], ['-O', '2', '-o', 'c/']]) {
    const { code, stderr } = await cli([...args, '--embed', '/share=assets', ...level], { cwd })
    if (code !== 0) throw new Error(stderr)
  }
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const names = ['args-linux-x64', 'args-darwin-arm64', 'args-win32-x64.exe']

test.each([...names.map((name) => `out/${name}`), ...names.map((name) => `c/${name}`)])(
  '%s says what it is granted',
  async (file) => {
    const isOurs = file.startsWith('out/')
    const { stdout } = await cli(['inspect', file, '--json'], { cwd })
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      name: 'args',
      grants: {
        dirs: [{ guest: '/', host: '.', readOnly: true }],
        env: [{ name: 'LANG', value: 'C' }],
        args: { fixed: ['-v'], pass: false },
        listen: ['tcp://127.0.0.1:8080'],
        connect: [],
        resolve: [],
      },
      embedded: [{ guest: '/share', files: 1, bytes: 3 }],
      backend: isOurs ? 'machine' : 'c',
      toolchain: { name: isOurs ? 'unplugin-wasm-exe' : 'zig' },
      optimize: isOurs ? 1 : 2,
    })
    const text = await cli(['inspect', file], { cwd })
    expect(text.stdout).toMatch(isOurs ? /by unplugin-wasm-exe .*, optimize 1\n/ : /through C by zig .*, optimize 2\n/)
    expect(text.stdout).toMatch(/arguments {2}"-v"\n {2}directory {2}\/ = \., read-only\n/)
    expect(text.stdout).toContain('listen     tcp://127.0.0.1:8080')
  },
)

test('an executable of somebody else is refused, a damaged one too', async () => {
  writeFileSync(join(cwd, 'cut'), readFileSync(join(cwd, 'out/args-linux-x64')).subarray(0, 200))
  for (const file of [process.execPath, 'cut']) {
    const { code, stderr } = await cli(['inspect', file], { cwd })
    expect(code).toBe(1)
    expect(stderr).toContain('is no executable of wasm-exe')
  }
})

describe('what a foreign file says about itself', () => {
  /** An executable whose section holds another text. */
  const forge = (name: string, text: string): void => {
    const bytes = readFileSync(join(cwd, 'out/args-linux-x64'))
    const start = bytes.indexOf('{"name":"args"')
    const end = bytes.indexOf(0, start)
    expect(text.length).toBeLessThanOrEqual(end - start)
    bytes.fill(' ', start, end).write(text, start)
    writeFileSync(join(cwd, name), bytes)
  }
  const usual = { name: 'x', wasm: { bytes: 1, integrity: '' }, imports: {}, toolchain: { name: 'z', version: '1' } }
  const whole = (changes: object) => JSON.stringify({ ...usual, ...changes })

  test.each([
    ['null', 'it is no object'],
    ['[]', 'it is no object'],
    ['"text"', 'it is no object'],
    ['{}', 'name is no string'],
    [whole({ name: 1 }), 'name is no string'],
    [whole({ wasm: null }), 'wasm is no object'],
    [whole({ imports: [] }), 'imports is no object'],
    [whole({ imports: { m: 'f' } }), 'imports["m"] is no list'],
    [whole({ grants: null }), 'grants is no object'],
    [whole({ grants: { dirs: {} } }), 'grants.dirs is no list'],
    [whole({ grants: { dirs: [null] } }), 'grants.dirs[0] is no object'],
    [whole({ grants: { dirs: [{ guest: '/' }] } }), 'grants.dirs[0].host is no string'],
    [whole({ grants: { args: { fixed: [1] } } }), 'grants.args.fixed[0] is no string'],
    [whole({ grants: { env: [{ name: 'A', value: 1 }] } }), 'grants.env[0].value is no string'],
    [whole({ embedded: [{ guest: '/', files: -1 }] }), 'embedded[0].files is no number of things'],
    [whole({ optimize: 9 }), 'optimize is no one of 0, 1, 2, 3, s'],
    [whole({ version: 2 }), 'it is of the format 2, which a newer version of wasm-exe writes'],
  ])('%s: %s', async (text, message) => {
    forge('forged', text)
    const { code, stderr, stdout } = await cli(['inspect', 'forged'], { cwd })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(
      `wasm-exe: forged: is no executable of wasm-exe: in what it says about itself, ${message}\n`,
    )
  })

  test('cannot hide what it is granted', async () => {
    const hiding = 'x\x1b[1A\x1b[2K\r\n\u202e\u009b2K'
    const info = whole({
      name: hiding,
      imports: { [hiding]: [hiding] },
      grants: { dirs: [{ guest: '/', host: `/${hiding}`, readOnly: false }], env: [{ name: hiding, value: null }] },
    })
    // JSON has these characters as they are, but for the first 32.
    forge('hiding', info)
    for (const flags of [[], ['--json']]) {
      const { code, stdout } = await cli(['inspect', 'hiding', ...flags], { cwd })
      expect(code).toBe(0)
      expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    }
    const { stdout } = await cli(['inspect', 'hiding'], { cwd })
    expect(stdout).toMatch(/^ {2}directory {2}\/ = \/x\\u\{1b\}\[1A/m)
    expect(JSON.parse((await cli(['inspect', 'hiding', '--json'], { cwd })).stdout)).toMatchObject({ name: hiding })
  })

  test('nor a command of no size make it read for ever', async () => {
    const bytes = readFileSync(join(cwd, 'out/args-darwin-arm64'))
    bytes.writeUInt32LE(0xffffffff, 0x10)
    bytes.writeUInt32LE(0, 0x24)
    writeFileSync(join(cwd, 'endless'), bytes)
    expect((await cli(['inspect', 'endless'], { cwd })).stderr).toContain('it is damaged')
  })

  test('nor commands that share sections make it read each of them many times', async () => {
    const commands = 10_000
    const bytes = Buffer.alloc(32 + 72 * commands + 80 * commands)
    bytes.writeUInt32LE(0xfeedfacf, 0)
    bytes.writeUInt32LE(commands, 0x10)
    for (let i = 0; i < commands; i++) {
      bytes.writeUInt32LE(0x19, 32 + 72 * i)
      bytes.writeUInt32LE(72, 36 + 72 * i)
      bytes.writeUInt32LE(commands, 32 + 72 * i + 64)
    }
    writeFileSync(join(cwd, 'shared'), bytes)
    expect((await cli(['inspect', 'shared'], { cwd })).stderr).toContain('it is damaged')
  })
})

test('what a module is made of is shown, and does nothing to a terminal', async () => {
  const wat = '(module (import "a\\1b[2K\\0a" "b\\c2\\9b" (func)) (func (export "c\\e2\\80\\ae")))'
  writeFileSync(join(cwd, 'names.wat'), wat)
  for (const args of [
    ['inspect', 'names.wat'],
    ['inspect', 'names.wat', '--json'],
    ['build', 'names.wat'],
    ['header', 'names.wat', '-o', '-'],
  ]) {
    const { stdout, stderr } = await cli(args, { cwd })
    expect(stdout + stderr, args.join(' ')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    expect(stdout + stderr, args.join(' ')).not.toMatch(/a.{0,8}\[2K\n/)
  }
})

test.each([
  [['--args', 'none'], /--args none is not one of pass, fixed/],
  [['--embed', '/share'], /write --embed GUEST=HOST/],
  [['--embed', '/share=missing'], /there is no such directory/],
  [['--listen', '8080'], /"8080" is no address to listen at/],
  [['--dir', '/x=.', '--embed', '/x=assets'], /both a granted and an embedded directory/],
])('%j is explained', async (args, message) => {
  const { code, stderr } = await cli(['build', fixture('args.wat'), ...args], { cwd })
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
})
