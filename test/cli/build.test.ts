import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hostTarget } from '../../compiler/target-selection.ts'
import { cli, finished, fixture, start } from './cli.ts'
import { expectMode } from '../support/permissions.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-cli-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

test('builds one executable to exactly the file that -o names', async () => {
  const host = hostTarget()!
  // Windows runs what is called so, and nothing else.
  const name = `greet.v1${host.ext}`
  const { code, stdout } = await cli(['build', fixture('hello.wat'), '-o', name, '--target', host.name], { cwd })
  expect(code).toBe(0)
  expect(stdout).toMatch(new RegExp(`^${name} +${host.name} +[\\d.]+ KB`))
  expect(readdirSync(cwd)).toEqual([name])
  expect(execFileSync(join(cwd, name), { encoding: 'utf8' })).toBe('Hello, world!\n')
})

test('counts what a program runs, and builds it with that', async () => {
  expect(await cli(['build', fixture('hello.wat'), '-o', 'counts', '--profile-generate'], { cwd })).toMatchObject({
    code: 0,
  })
  execFileSync(join(cwd, 'counts'), { cwd })
  const { stdout } = await cli(['inspect', 'counts'], { cwd })
  expect(stdout).toMatch(/^ {2}writes +hello\.profile in the current directory: what it counts$/m)
  const args = ['build', fixture('hello.wat'), '-o', 'greet', '--profile-use', 'hello.profile']
  expect(await cli(args, { cwd })).toMatchObject({ code: 0 })
  expect(execFileSync(join(cwd, 'greet'), { encoding: 'utf8' })).toBe('Hello, world!\n')
  writeFileSync(join(cwd, 'damaged.profile'), 'wasm-exe profile 2\n')
  const { code, stderr } = await cli([...args, '--profile-use', 'damaged.profile'], { cwd })
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('damaged.profile is no profile') })
})

test('is not ended by whoever reads no more of what it says', async () => {
  const child = start(['build', fixture('hello.wat'), '-o', 'greet', '--json'], cwd)
  child.stdout!.destroy()
  const { code, stderr } = await finished(child)
  expect(stderr).not.toContain('EPIPE')
  expect(code).toBe(0)
  expect(readdirSync(cwd)).toEqual(['greet'])
})

test('builds for this machine where no target is named', async () => {
  expect(await cli(['create-exe', fixture('hello.wat')], { cwd })).toMatchObject({ code: 0 })
  const file = `hello${hostTarget()!.ext}`
  expect(readdirSync(cwd)).toEqual([file])
  expectMode(join(cwd, file), 0o755)
})

test('puts several executables into a directory, named after their targets', async () => {
  const args = ['build', fixture('hello.wat'), '-o', 'out/', '--target', 'linux-x64,win32-x64', '-t', 'darwin-arm64']
  expect(await cli(args, { cwd })).toMatchObject({ code: 0 })
  expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual([
    'hello-darwin-arm64',
    'hello-linux-x64',
    'hello-win32-x64.exe',
  ])
})

test('--json prints the result and nothing else', async () => {
  const args = ['build', fixture('hello.wat'), '-o', 'out/', '--target', 'linux-x64,win32-x64', '--json']
  const { code, stdout } = await cli(args, { cwd })
  expect(code).toBe(0)
  const { executables } = JSON.parse(stdout) as { executables: Record<string, unknown>[] }
  expect(Object.keys(executables[0])).toEqual(['target', 'file', 'bytes', 'integrity'])
  for (const { file, bytes, integrity } of executables) {
    const content = readFileSync(join(cwd, file as string))
    expect(bytes).toBe(content.length)
    expect(integrity).toBe(`sha256-${createHash('sha256').update(content).digest('base64')}`)
  }
  expect(executables.map(({ target }) => target)).toEqual(['linux-x64', 'win32-x64'])
})

test('--file-name names files by a template, in the directory of -o', async () => {
  const args = ['build', fixture('hello.wat'), '-o', 'new', '-t', 'linux-x64,win32-x64']
  const { code, stdout } = await cli([...args, '--file-name', 'bin/[name]-[triple]-[hash][ext]', '--json'], { cwd })
  expect(code).toBe(0)
  const { executables } = JSON.parse(stdout) as { executables: { file: string; integrity: string }[] }
  const hashes = executables.map(({ integrity }) =>
    Buffer.from(integrity.slice(7), 'base64').toString('hex').slice(0, 8),
  )
  expect(executables.map(({ file }) => file)).toEqual([
    join(`new/bin/hello-x86_64-unknown-linux-gnu-${hashes[0]}`),
    join(`new/bin/hello-x86_64-pc-windows-msvc-${hashes[1]}.exe`),
  ])
  for (const { file } of executables) expectMode(join(cwd, file), 0o755)
})

test('--tauri lays executables where Tauri looks for them', async () => {
  expect(await cli(['build', fixture('hello.wat'), '--tauri'], { cwd })).toMatchObject({ code: 0 })
  expect(readdirSync(join(cwd, 'src-tauri/binaries')).toSorted()).toEqual([
    'hello-aarch64-apple-darwin',
    'hello-aarch64-pc-windows-msvc.exe',
    'hello-aarch64-unknown-linux-gnu',
    'hello-universal-apple-darwin',
    'hello-x86_64-apple-darwin',
    'hello-x86_64-pc-windows-msvc.exe',
    'hello-x86_64-unknown-linux-gnu',
  ])
})

test('grants that are probably a mistake are warned of, and built', async () => {
  const dirs = ['--dir', '/=/', '--dir', '.=.', '--dir', '/a=x:optional', '--dir', '/a=y:ro:create']
  const { code, stderr } = await cli(['build', fixture('hello.wat'), '-o', 'greet', ...dirs], { cwd })
  expect(code).toBe(0)
  expect(stderr).toContain('warning: the directory /a is granted twice, and the last grant counts\n')
  expect(stderr).toContain('warning: the granted directories / and . are one name to the program')
  const { stdout } = await cli(['inspect', 'greet'], { cwd })
  expect(stdout).toContain('/a = y, read-only, made if it is not there')
})

test('what systems show of a program is given by options', async () => {
  writeFileSync(join(cwd, 'app.manifest'), '<assembly>mine</assembly>')
  const windows = ['--product-version', '1.2.3', '--company-name', 'Mine', '--manifest', 'app.manifest', '--no-console']
  const macos = ['--identifier', 'com.example.hello', '--minimum-macos', '14']
  const args = ['build', fixture('hello.wat'), '-o', 'out/', '-t', 'win32-x64,darwin-universal', ...windows, ...macos]
  expect(await cli(args, { cwd })).toMatchObject({ code: 0 })
  const exe = readFileSync(join(cwd, 'out/hello-win32-x64.exe'))
  expect(exe.readUInt16LE(exe.readUInt32LE(0x3c) + 24 + 68)).toBe(2)
  expect(exe.includes('<assembly>mine</assembly>')).toBe(true)
  expect(exe.includes(Buffer.from('CompanyName\0\0Mine\0', 'utf16le'))).toBe(true)
  const universal = readFileSync(join(cwd, 'out/hello-darwin-universal'))
  expect(universal.toString('latin1').split('com.example.hello\0')).toHaveLength(3)
})

test('progress goes to standard error, as plain lines', async () => {
  // Nothing is said of a build that is over at once.
  const slow = join(cwd, 'slow')
  writeFileSync(slow, '#!/bin/sh\nsleep 0.5\nexec "$@"\n', { mode: 0o755 })
  const args = ['build', fixture('hello.wat'), '-O', '2', '-o', 'greet', '--cache-dir', 'cache', '--json']
  const { stderr } = await cli([...args, '--launcher', slow], { cwd })
  expect(stderr).toMatch(/compiling\n/)
  expect(stderr).not.toMatch(/[\u001B\r]/)
})

test.each([
  { why: 'an unknown command', args: ['biuld', 'x.wasm'], says: 'did you mean "build"?' },
  { why: 'an unknown option', args: ['build', 'x.wasm', '--optimise', '2'], says: 'did you mean "--optimize"?' },
  { why: 'an unknown target', args: ['build', 'x.wasm', '--target', 'linux-x46'], says: 'did you mean "linux-x64"?' },
  { why: 'an unknown level', args: ['build', 'x.wasm', '-O', '9'], says: 'optimize is one of 0, 1, 2, 3, s' },
  { why: 'no file', args: ['build'], says: 'build needs a file' },
  { why: 'two files', args: ['header', 'a.wasm', 'b.wasm'], says: 'b.wasm' },
  { why: 'an option without its value', args: ['build', 'x.wasm', '-o'], says: '-o needs a value' },
  { why: 'an option for a value', args: ['build', 'x.wasm', '-o', '--json'], says: '-o needs a value' },
  { why: 'a flag with a value', args: ['build', 'x.wasm', '--json=yes'], says: '--json takes no value' },
  { why: 'a grant without a path', args: ['build', 'x.wasm', '--dir', '=.'], says: 'write --dir GUEST=HOST' },
  { why: 'no number of jobs', args: ['build', 'x.wasm', '--jobs', 'many'], says: '--jobs many' },
  { why: 'a template for one file', args: ['build', 'x.wasm', '--file-name', 'x'], says: 'put [target] or [triple]' },
  {
    why: 'a way out',
    args: ['build', 'x.wasm', '--file-name', '../[target]'],
    says: 'leads out of the output directory',
  },
  { why: 'no version', args: ['build', 'x.wasm', '--product-version', 'new'], says: 'windows.version: "new"' },
  { why: 'no identifier', args: ['build', 'x.wasm', '--identifier', 'a/b'], says: 'macos.identifier: "a/b"' },
  { why: 'one file for two targets', args: ['build', 'x.wat', '-o', 'x', '-t', 'all'], says: '-o x/' },
])('$why is a usage error', async ({ args, says }) => {
  const file = fixture('hello.wat')
  const { code, stdout, stderr } = await cli(
    args.map((arg) => (arg === 'x.wat' ? file : arg)),
    { cwd },
  )
  expect(stderr).toContain(says)
  expect(stdout).toBe('')
  expect(code).toBe(2)
  expect(readdirSync(cwd)).toEqual([])
})

test.each([
  { why: 'a missing file', file: 'nowhere.wasm', says: 'nowhere.wasm: cannot be read: there is no such file' },
  { why: 'a directory', file: '.', says: 'it is a directory' },
  { why: 'an import that nothing provides', file: fixture('import.wat'), says: 'env.foo' },
  { why: 'a file that is no module', file: fixture('../cli.ts'), says: 'cli.ts' },
])('$why fails with a clear message and leaves no file', async ({ file, says }) => {
  const { code, stdout, stderr } = await cli(['build', file, '-o', 'greet'], { cwd })
  expect(stderr).toContain(says)
  expect(stderr).not.toContain('at async')
  expect(stdout).toBe('')
  expect(code).toBe(1)
  expect(readdirSync(cwd)).toEqual([])
})

test('does not overwrite the module', async () => {
  const file = fixture('hello.wat')
  const before = readFileSync(file)
  const { code, stderr } = await cli(['build', file, '-o', file], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('would overwrite the module')
  expect(readFileSync(file)).toEqual(before)
})

test.skipIf(process.platform === 'win32').each([
  ['by a link to it', ['build', 'hello.wat', '-o', 'link']],
  ['a library', ['build', 'hello.wat', 'library.wat', '-o', 'library.wat']],
  ['by another output', ['build', 'hello.wat', '-o', 'hello', '--sbom', './hello.wat']],
  ['by a header', ['header', 'hello.wat', '-o', '../there/hello.wat']],
])('does not overwrite what is read: %s', async (_, args) => {
  const there = join(cwd, 'there')
  mkdirSync(there)
  copyFileSync(fixture('hello.wat'), join(there, 'hello.wat'))
  writeFileSync(join(there, 'library.wat'), '(module)')
  symlinkSync('hello.wat', join(there, 'link'))
  const { code, stderr } = await cli(args, { cwd: there })
  expect([code, stderr]).toEqual([2, expect.stringContaining('would overwrite the module')])
  expect(readFileSync(join(there, 'hello.wat'))).toEqual(readFileSync(fixture('hello.wat')))
  expect(readdirSync(there).toSorted()).toEqual(['hello.wat', 'library.wat', 'link'])
})

describe('odd names of files', () => {
  const windows = process.platform === 'win32'
  test.each([
    ['-x.wat', '-x'],
    ['..wat', 'module'],
    ['.wat', 'module'],
    ['--output=.wat', '--output='],
    // Windows' names have no line ends.
    windows ? ['a%2Fb.wat', 'a%2Fb'] : ['a%2Fb\n.wat', 'a%2Fb\n'],
    [`${'x'.repeat(200)}.wat`, 'x'.repeat(200)],
  ])('%j makes %j', async (name, executable) => {
    copyFileSync(fixture('hello.wat'), join(cwd, name))
    const { code, stderr } = await cli(['build', '-O0', '--', name], { cwd })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(readdirSync(cwd).toSorted()).toEqual([name, executable + hostTarget()!.ext].toSorted())
  })

  test('what is taken for an option says how it is written', async () => {
    copyFileSync(fixture('hello.wat'), join(cwd, '-x.wat'))
    const { code, stderr } = await cli(['build', '-x.wat'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('./-x.wat')
    expect(await cli(['build', '-O0', './-x.wat', '-o', './-y'], { cwd })).toMatchObject({ code: 0 })
    expect(readdirSync(cwd).toSorted()).toEqual(['-x.wat', '-y'])
  })
})
