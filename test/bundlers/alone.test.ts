/** The package alone, in a project that has nothing else of ours: no C compiler. */
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { DEFAULT_TARGETS } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import type { Manifest } from '../../src/manifest.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { root } from '../support/tools.ts'
import { run, type Finished } from './project.ts'
import { npm, tarballOf } from './setup.ts'

const MB = 1_000_000

// Nothing above it has a node_modules where Zig could be found.
const project = mkdtempSync(join(tmpdir(), 'wasm-exe-alone-'))
afterAll(() => rmSync(project, { recursive: true, force: true }))
const modules = join(project, 'node_modules')

beforeAll(async () => {
  const tarball = join(inject('installed'), tarballOf(inject('installed')))
  const dependencies = { 'unplugin-wasm-exe': `file:${tarball}` }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  await npm(project, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts')
})

/** The files below a directory, as paths from there. */
const filesOf = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('installing it adds at most 5 MB, and nothing that a processor runs', () => {
  const files = filesOf(modules)
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(5 * MB)
  const native = files.filter((file) => {
    const bytes = readFileSync(file)
    const magic = bytes.length < 4 ? 0 : bytes.readUInt32BE(0)
    return (
      file.endsWith('.node') ||
      [0x7f454c46, 0xcffaedfe, 0xcafebabe].includes(magic) ||
      bytes.toString('latin1', 0, 2) === 'MZ'
    )
  })
  expect(native).toEqual([])
  expect(readdirSync(modules)).not.toContain('@zigc')
})

/** Runs a script of the project where no other program is found, least of all a compiler. */
function node(...args: string[]): Promise<Finished> {
  return run(process.execPath, args, project, { PATH: project, HOME: project })
}

const cli = (...args: string[]) => node(join(modules, 'unplugin-wasm-exe/dist/src/cli/main.js'), ...args)

describe('without a C compiler', () => {
  beforeAll(async () => {
    symlinkSync(join(root, 'node_modules/vite'), join(modules, 'vite'), 'junction')
    const text = readFileSync(join(root, 'test/bundlers/fixtures/src/hello.wat'), 'utf8')
    writeFileSync(join(project, 'hello.wasm'), await assemble(text))
    copyFileSync(join(root, 'test/bundlers/fixtures/src/hello.wat'), join(project, 'text.wat'))
    writeFileSync(join(project, 'main.js'), "import hello from './hello.wasm?exe'\nconsole.log(hello.targets)\n")
    writeFileSync(join(project, 'index.html'), '<script type="module" src="./main.js"></script>\n')
    writeFileSync(
      join(project, 'vite.config.js'),
      "import wasmExe from 'unplugin-wasm-exe/vite'\nexport default { plugins: [wasmExe()] }\n",
    )
  })

  test('`vite build` makes executables for six targets', async () => {
    const { code, stdout, stderr } = await node(join(root, 'node_modules/vite/bin/vite.js'), 'build')
    expect(code, stdout + stderr).toBe(0)
    const { programs } = JSON.parse(readFileSync(join(project, 'dist/exe-manifest.json'), 'utf8')) as Manifest
    const [{ optimize, backend, toolchain, executables }, ...others] = programs['hello.wasm'].builds
    expect({ optimize, backend, toolchain: toolchain.name }).toEqual({
      optimize: 1,
      backend: 'machine',
      toolchain: 'unplugin-wasm-exe',
    })
    expect(others).toEqual([])
    expect(Object.keys(executables).toSorted()).toEqual(DEFAULT_TARGETS.toSorted())
    for (const [target, { file }] of Object.entries(executables)) {
      const missing = canRun(target)
      if (missing !== undefined) console.warn(`${target} not run: needs ${missing}`)
      else
        expect(await runExecutable(target, join(project, 'dist', file))).toMatchObject({
          stdout: 'Hello from hello!\n',
          stderr: '',
          code: 0,
        })
    }
  })

  test('the command line does too', async () => {
    expect(await cli('build', 'hello.wasm', '-o', 'hello')).toMatchObject({ code: 0 })
    expect(execFileSync(join(project, 'hello'), { encoding: 'utf8' })).toBe('Hello from hello!\n')
  })

  test.each<[string, string[], RegExp]>([
    [
      'a level',
      ['build', 'hello.wasm', '-O', '2'],
      /optimize: 2 needs a C compiler: .*\n {2}run npm install -D @zigc\/cli /,
    ],
    [
      'debugging',
      ['build', 'hello.wasm', '-g'],
      /debug: true needs a C compiler: .*\n {2}run npm install -D @zigc\/cli /,
    ],
    [
      'a target',
      ['build', 'hello.wasm', '-t', 'all', '-o', 'all/'],
      /the target linux-riscv64 needs a C compiler: .*\n.*or leave linux-riscv64 out/,
    ],
    [
      'an object file',
      ['object', 'hello.wasm'],
      /an object file for C programs needs a C compiler: .*\n {2}run npm install -D @zigc\/cli /,
    ],
  ])('what needs one says so, and how to get it: %s', async (_, args, says) => {
    const { code, stderr } = await cli(...args)
    expect(stderr).toMatch(says)
    expect(code).toBe(1)
  })

  test('a file in text format needs nothing else', async () => {
    expect(await cli('build', 'text.wat', '-o', 'text')).toMatchObject({ code: 0 })
    expect(await run(join(project, 'text'), [], project, {})).toMatchObject({ stdout: 'Hello from hello!\n', code: 0 })
  })

  test('a mistake in text has its place', async () => {
    writeFileSync(join(project, 'wrong.wat'), '(module\n  (func (result i32)\n    (i64.const 1)))')
    const { code, stderr } = await cli('build', 'wrong.wat')
    expect(stderr).toMatch(
      /wrong\.wat:3:18: invalid module at 0x\w+ in func\[0\]: type mismatch.*\n {2}correct the text/,
    )
    expect(code).toBe(1)
  })
})

test('with one the same file is the same', async () => {
  const before = readFileSync(join(project, 'hello'))
  symlinkSync(join(inject('installed'), 'node_modules/@zigc'), join(modules, '@zigc'), 'junction')
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter)
  const args = ['build', 'hello.wasm', '-o', 'again', '--cache-dir', 'other']
  const command = join(modules, 'unplugin-wasm-exe/dist/src/cli/main.js')
  expect(await run(process.execPath, [command, ...args], project, { PATH: path })).toMatchObject({ code: 0 })
  expect(readFileSync(join(project, 'again')).equals(before)).toBe(true)
})
