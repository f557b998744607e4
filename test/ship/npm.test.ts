/** npm packages of a program: what is in them, and what their command does. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { hostTarget, DEFAULT_TARGETS } from '../../compiler/index.ts'
import { npmPackages, writePackages, type NpmOptions } from '../../src/ship/npm.ts'
import { cli, fixture } from '../cli/cli.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { expectMode } from '../support/permissions.ts'

const dir = temporaryDirectory('npm')
const host = hostTarget()!
const identity = ['--name', '@you/hello', '--version', '1.2.3']

interface Manifest {
  [field: string]: unknown
  name: string
  bin?: Record<string, string>
}
const manifest = (...path: string[]): Manifest =>
  JSON.parse(readFileSync(join(dir, ...path, 'package.json'), 'utf8')) as Manifest

function place(name: string): string {
  const path = join(dir, name)
  mkdirSync(path, { recursive: true })
  return path
}

describe('wasm-exe npm', () => {
  test('writes a package for each platform, and the main one', async () => {
    const cwd = place('all')
    writeFileSync(
      join(cwd, 'package.json'),
      JSON.stringify({
        license: 'MIT',
        description: 'Says hello',
        repository: 'github:you/hello',
        scripts: { x: 'y' },
      }),
    )
    writeFileSync(join(cwd, 'LICENSE'), 'the licence')
    const files = ['--package-json', 'package.json', '--license', 'LICENSE', '--json']
    const { code, stdout, stderr } = await cli(['npm', fixture('hello.wat'), ...identity, ...files], { cwd })
    expect(code, stderr).toBe(0)
    const { packages } = JSON.parse(stdout) as {
      packages: { name: string; directory: string; target: string | null }[]
    }
    // The main one is last: whoever installs it finds the others.
    expect(packages.map(({ target }) => target)).toEqual([...DEFAULT_TARGETS, null])
    expect(packages.at(-1)).toMatchObject({ name: '@you/hello', version: '1.2.3', directory: './npm/hello' })
    const main = manifest('all/npm/hello')
    expect(main).toEqual({
      name: '@you/hello',
      version: '1.2.3',
      description: 'Says hello',
      license: 'MIT',
      repository: 'github:you/hello',
      bin: { hello: 'bin/hello.cjs' },
      files: ['bin'],
      engines: { node: '>=18' },
      optionalDependencies: Object.fromEntries(DEFAULT_TARGETS.map((name) => [`@you/hello-${name}`, '1.2.3'])),
      publishConfig: { access: 'public' },
    })
    for (const target of DEFAULT_TARGETS) {
      const [os, cpu] = target.split('-')
      const own = manifest('all/npm', `hello-${target}`)
      expect(own).toMatchObject({ os: [os], cpu: [cpu], license: 'MIT', repository: 'github:you/hello' })
      for (const field of ['bin', 'scripts', 'libc']) expect(own).not.toHaveProperty(field)
      const file = os === 'win32' ? 'hello.exe' : 'hello'
      expect(readdirSync(join(cwd, 'npm', `hello-${target}`)).toSorted()).toEqual(
        ['LICENSE', 'README.md', file, 'package.json'].toSorted(),
      )
      expectMode(join(cwd, 'npm', `hello-${target}`, file), 0o755)
    }
    expect(readdirSync(join(cwd, 'npm')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('--publish-order prints directories as npm publish takes them; --dry-run writes nothing', async () => {
    const cwd = place('order')
    const args = [
      'npm',
      fixture('hello.wat'),
      ...identity,
      '-t',
      'linux-x64,darwin-universal',
      '--out',
      'a/b',
      '--dry-run',
    ]
    const { code, stdout } = await cli([...args, '--publish-order'], { cwd })
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: './a/b/hello-linux-x64\n./a/b/hello-darwin-universal\n./a/b/hello\n',
    })
    expect(readdirSync(cwd)).toEqual([])
  })

  test('replaces what it wrote before, and nothing else', async () => {
    const cwd = place('again')
    const args = ['npm', fixture('hello.wat'), ...identity, '-t', 'host', '-o', 'out']
    expect(await cli(args, { cwd })).toMatchObject({ code: 0 })
    writeFileSync(join(cwd, 'out/hello/left-over'), '')
    expect(await cli(args, { cwd })).toMatchObject({ code: 0 })
    expect(readdirSync(join(cwd, 'out/hello')).toSorted()).toEqual(['README.md', 'bin', 'package.json'])
    for (const theirs of ['{"name":"theirs"}', 'null', '{']) {
      writeFileSync(join(cwd, 'out/hello/package.json'), theirs)
      const { code, stderr } = await cli(args, { cwd })
      expect(code).toBe(2)
      expect(stderr).toContain('hello holds something else')
      expect(stderr).not.toContain(' at ')
      expect(readFileSync(join(cwd, 'out/hello/package.json'), 'utf8')).toBe(theirs)
    }
  })

  test.each<[string, string[], string]>([
    ['no name', ['--version', '1.2.3'], 'npm needs the package’s name'],
    ['no version', ['--name', 'hello'], 'npm needs a version'],
    ['upper case', ['--name', 'Hello', '--version', '1.2.3'], '"Hello" is no name of an npm package'],
    ['a way out', ['--name', '../hello', '--version', '1.2.3'], '"../hello" is no name'],
    ['a scope alone', ['--name', '@you/', '--version', '1.2.3'], 'is no name'],
    ['a device', ['--name', 'con', '--version', '1.2.3'], 'is no name'],
    ['a long name', ['--name', 'x'.repeat(205), '--version', '1.2.3'], 'is longer than the 214 characters'],
    ['a range', ['--name', 'hello', '--version', '^1.2.3'], '"^1.2.3" is no version'],
    ['a zero too many', ['--name', 'hello', '--version', '1.02.3'], '"1.02.3" is no version'],
    ['two lines', ['--name', 'hello', '--version', '1.2.3\n'], 'is no version'],
    [
      'a command with a slash',
      ['--name', 'hello', '--version', '1.2.3', '--bin', 'a/b'],
      '"a/b" is no name of a command',
    ],
    ['no package.json', [...identity, '--package-json', 'x.json'], 'x.json cannot be read: there is no such file'],
  ])('%s is a usage error, before anything is built', async (_, args, says) => {
    const cwd = place('errors')
    const { code, stderr, stdout } = await cli(['npm', 'nowhere.wasm', ...args], { cwd })
    expect(stderr).toContain(says)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(readdirSync(cwd)).toEqual([])
  })
})

const noShell = process.platform === 'win32' ? ' (skipped: needs a shell for scripts)' : ''
describe.skipIf(noShell !== '')(`the command${noShell}`, () => {
  /** Installs a script as npm would install the program. @returns what node is to run */
  async function installed(name: string, script: string, options: Partial<NpmOptions> = {}): Promise<string> {
    const at = place(name)
    const path = join(at, 'script')
    writeFileSync(path, `#!/bin/sh\n${script}`)
    const packages = await npmPackages({ name, version: '1.0.0', out: join(at, 'out'), ...options }, [
      { target: host.name, path },
    ])
    await writePackages(packages)
    for (const each of packages) cpSync(each.directory, join(at, 'node_modules', each.name), { recursive: true })
    return join(at, 'node_modules', name, 'bin', `${name}.cjs`)
  }
  const start = (file: string, args: string[], flags: string[] = []) =>
    spawn(process.execPath, [...flags, file, ...args], { stdio: 'pipe' })

  test('passes arguments, streams and the exit code on', async () => {
    const child = start(await installed('streams', 'echo "args: $*"; cat; echo problem >&2; exit 42'), [
      'a b',
      '--help',
    ])
    child.stdin.end('from standard input')
    const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    expect({ out, error, code }).toEqual({ out: 'args: a b --help\nfrom standard input', error: 'problem\n', code: 42 })
  })

  test('hands signals over, and ends as the program did', async () => {
    const file = await installed('signals', `trap 'echo caught; exit 7' TERM\necho ready\nwhile :; do sleep 0.05; done`)
    const child = start(file, [])
    child.stdout.once('data', () => child.kill('SIGTERM'))
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    expect(out).toContain('caught')
    expect(code).toBe(7)
    const killed = start(await installed('killed', 'kill -KILL $$'), [])
    expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL'])
  })

  test('becomes the program where Node can, and says nothing of its own', async () => {
    const file = await installed('exec', 'echo never')
    const preload = join(dir, 'preload.cjs')
    // Node's own warns, and does not come back.
    writeFileSync(
      preload,
      "process.execve = (...args) => { process.emitWarning('new'); console.log(JSON.stringify(args.slice(0, 2))); process.exit(5) }",
    )
    const child = start(file, ['x'], ['--require', preload])
    const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    expect(JSON.parse(out)).toEqual([expect.stringMatching(new RegExp(`exec-${host.name}/exec$`)), ['exec', 'x']])
    expect({ error, code }).toEqual({ error: '', code: 5 })
  })

  test('gives back an executable bit that was lost', async () => {
    const file = await installed('bit', 'echo here')
    chmodSync(join(dir, 'bit/node_modules', `bit-${host.name}`, 'bit'), 0o644)
    expect(await text(start(file, []).stdout)).toBe('here\n')
  })

  test('says what is missing', async () => {
    const file = await installed('missing', '')
    rmSync(join(dir, 'missing/node_modules', `missing-${host.name}`), { recursive: true })
    const child = start(file, [])
    const [error, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect(error).toMatch(new RegExp(`the package missing-${host.name} is not installed\\.\\n.*--omit=optional`))
    expect(code).toBe(1)
  })
})
