/** Archives for download: what is in them, that they keep the executable bit, and that equal files give equal bytes. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeArchive, writeChecksums } from '../../src/ship/archive.ts'
import { cli, fixture, type Result } from '../cli/cli.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { which } from '../support/tools.ts'
import { expectMode } from '../support/permissions.ts'

const dir = temporaryDirectory('archives')
const needs = (...tools: string[]): string =>
  tools.every((tool) => which(tool)) ? '' : ` (skipped: needs ${tools.join(' and ')})`

describe('wasm-exe build --archive', () => {
  let result: Result
  beforeAll(async () => {
    writeFileSync(join(dir, 'READ.md'), '# Hello\n')
    writeFileSync(join(dir, 'LICENSE'), 'free\n')
    const files = ['--readme', 'READ.md', '--license', 'LICENSE']
    const args = [
      'build',
      fixture('hello.wat'),
      '--archive',
      '-o',
      'out',
      '-t',
      'linux-x64,darwin-universal,win32-x64',
      '--json',
    ]
    result = await cli([...args, ...files], { cwd: dir })
  })

  test('prints what it wrote', () => {
    expect(result.code, result.stderr).toBe(0)
    const { executables } = JSON.parse(result.stdout) as {
      executables: { file: string; bytes: number; integrity: string }[]
    }
    expect(executables).toHaveLength(3)
    for (const { file, bytes, integrity } of executables) {
      const content = readFileSync(join(dir, file))
      expect(content.length).toBe(bytes)
      expect(integrity).toBe(`sha256-${createHash('sha256').update(content).digest('base64')}`)
    }
  })

  test('writes what each system opens, and the checksums', () => {
    expect(readdirSync(join(dir, 'out')).toSorted()).toEqual([
      'SHA256SUMS',
      'hello-darwin-universal.tar.gz',
      'hello-linux-x64.tar.gz',
      'hello-win32-x64.zip',
    ])
  })

  const noTar = needs('tar', 'sha256sum')
  test.skipIf(noTar)(`tar unpacks the program as it is to be started${noTar}`, () => {
    const out = join(dir, 'out')
    execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: out, stdio: 'pipe' })
    execFileSync('tar', ['-xzf', 'hello-linux-x64.tar.gz'], { cwd: out })
    const unpacked = join(out, 'hello-linux-x64')
    expect(readdirSync(unpacked).toSorted()).toEqual(['LICENSE', 'README.md', 'hello'])
    expectMode(join(unpacked, 'hello'), 0o755)
    expectMode(join(unpacked, 'LICENSE'), 0o644)
    expect(readFileSync(join(unpacked, 'README.md'), 'utf8')).toBe('# Hello\n')
    if (process.platform === 'linux' && process.arch === 'x64')
      expect(execFileSync(join(unpacked, 'hello'), { encoding: 'utf8' })).toBe('Hello, world!\n')
  })

  test('the .zip holds the executable by its Windows name', () => {
    const files = unzipSync(readFileSync(join(dir, 'out/hello-win32-x64.zip')))
    expect(Object.keys(files).toSorted()).toEqual(
      ['LICENSE', 'README.md', 'hello.exe'].map((name) => `hello-win32-x64/${name}`),
    )
    expect(Buffer.from(files['hello-win32-x64/hello.exe']).toString('latin1', 0, 2)).toBe('MZ')
  })

  test.each<[string, string[], string]>([
    ['a README without archives', ['--readme', 'x'], 'add --archive'],
    ['a README that is not there', ['--archive', '--readme', 'x'], 'readme: x cannot be read: there is no such file'],
  ])('%s is a usage error', async (_, args, says) => {
    const { code, stderr } = await cli(['build', fixture('hello.wat'), ...args], { cwd: dir })
    expect(stderr).toContain(says)
    expect(code).toBe(2)
  })
})

test('names that are a directory’s, or would end a line, stay what they are to nobody', async () => {
  const bytes = await makeArchive('..', 'win32-x64', Buffer.from('MZ'), {})
  expect(Object.keys(unzipSync(bytes))).toEqual(['_-win32-x64/_.exe'])
  for (const [name, plain] of [
    ['a"<>|*b', 'a_____b'],
    ['/etc/x', '_etc_x'],
    ['C:\\x', 'C__x'],
    ['hello\u202Egpj', 'hello_gpj'],
    ['CON', '_CON'],
    ['com1 .x', '_com1 .x'],
    ['lpt\u00B2', '_lpt\u00B2'],
    ['console', 'console'],
    ['приветствие 世界', 'приветствие 世界'],
  ])
    expect(Object.keys(unzipSync(await makeArchive(name, 'win32-x64', Buffer.from('MZ'), {})))).toEqual([
      `${plain}-win32-x64/${plain}.exe`,
    ])
  const out = mkdtempSync(join(dir, 'sums-'))
  const names = ['a\nb', 'a\\b', 'plain']
  await writeChecksums(
    out,
    names.map((path) => ({ path, bytes: Buffer.from(path) })),
  )
  expect(readFileSync(join(out, 'SHA256SUMS'), 'utf8')).toMatch(
    /^\\\w{64} {2}a\\nb\n\\\w{64} {2}a\\\\b\n\w{64} {2}plain\n$/,
  )
  // Such files there can be where there is this command.
  if (!which('sha256sum')) return
  for (const name of names) writeFileSync(join(out, name), name)
  execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: out, stdio: 'pipe' })
})

test.each(['linux-x64', 'win32-x64'] as const)(
  'an archive for %s is the same wherever and whenever it is made',
  async (target) => {
    const make = async (zone: string): Promise<string> => {
      process.env.TZ = zone
      const bytes = await makeArchive('hello', target, Buffer.from('program'.repeat(1000)), {
        LICENSE: Buffer.from('free'),
      })
      return createHash('sha256').update(bytes).digest('hex')
    }
    const before = process.env.TZ
    try {
      const first = await make('Asia/Tokyo')
      await new Promise((resolve) => setTimeout(resolve, 2100))
      expect(await make('America/Los_Angeles')).toBe(first)
    } finally {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
  },
)
