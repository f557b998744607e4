/** The projects in examples/, built as their users build them, from the packed package. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, inject, test } from 'vitest'
import { DEFAULT_TARGETS, hostTarget } from '../../compiler/index.ts'
import { npm } from '../bundlers/setup.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { root } from '../support/tools.ts'

const host = hostTarget()!

/** An example as somebody has it who copied it and installed what it asks for. */
async function built(name: string): Promise<string> {
  const project = join(inject('installed'), 'projects', `example-${name}`)
  rmSync(project, { recursive: true, force: true })
  cpSync(join(root, 'examples', name), project, { recursive: true })
  const modules = join(project, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  for (const bundler of ['vite', 'esbuild'])
    symlinkSync(join(root, 'node_modules', bundler), join(modules, bundler), 'junction')
  for (const [command, from] of [
    ['wasm-exe', inject('installed')],
    ['vite', root],
  ])
    symlinkSync(join(from, 'node_modules/.bin', command), join(modules, '.bin', command))
  await npm(project, 'run', 'build')
  return project
}

const tree = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted()

test('each example has a test', () => {
  const projects = readdirSync(join(root, 'examples')).filter((name) =>
    existsSync(join(root, 'examples', name, 'package.json')),
  )
  expect(projects.toSorted()).toEqual(['downloads', 'electron', 'npm', 'server', 'tauri'])
})

test('npm', async () => {
  const project = await built('npm')
  expect(readdirSync(join(project, 'npm')).toSorted()).toEqual(
    ['hello', ...DEFAULT_TARGETS.map((name) => `hello-${name}`)].toSorted(),
  )
  const main = JSON.parse(readFileSync(join(project, 'npm/hello/package.json'), 'utf8')) as Record<string, unknown>
  expect(main).toMatchObject({ name: '@you/hello', version: '1.2.3', license: 'MIT', repository: 'github:you/hello' })
  // This directory's is private, the published ones are not.
  expect(main).not.toHaveProperty('private')
})

test('tauri', async () => {
  const project = await built('tauri')
  const { bundle } = JSON.parse(readFileSync(join(project, 'src-tauri/tauri.conf.json'), 'utf8')) as {
    bundle: { externalBin: string[] }
  }
  for (const triple of ['x86_64-unknown-linux-gnu', 'universal-apple-darwin', 'x86_64-pc-windows-msvc.exe'])
    expect(existsSync(join(project, 'src-tauri', `${bundle.externalBin[0]}-${triple}`)), triple).toBe(true)
})

test('electron', async () => {
  const project = await built('electron')
  const { build } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
    build: { asarUnpack: string[] }
  }
  expect(build.asarUnpack).toEqual(['dist/exe/**'])
  expect(readdirSync(join(project, 'dist/exe'))).toHaveLength(DEFAULT_TARGETS.length)
  const main = (await import(pathToFileURL(join(project, 'dist/main.js')).href)) as { greeting(): Promise<string> }
  expect(await main.greeting()).toBe('Hello, world!\n')
})

test('downloads', async () => {
  const project = await built('downloads')
  const files = tree(join(project, 'dist'))
  expect(files).toContain('SHA256SUMS')
  expect(files.filter((name) => name.endsWith('.zip'))).toHaveLength(2)
  expect(files.filter((name) => name.endsWith('.tar.gz'))).toHaveLength(3)
})

describe('server', () => {
  const unable =
    host.name !== 'linux-x64' || process.getuid?.() !== 0 ? ' (skipped: needs root on Linux on x64, for chroot)' : ''
  const dir = temporaryDirectory('scratch')
  test.skipIf(unable !== '')(`the executable runs where there is nothing else${unable}`, async () => {
    const project = await built('server')
    // Others may look into it, too.
    chmodSync(dir, 0o755)
    copyFileSync(join(project, 'build/hello'), join(dir, 'hello'))
    expect(statSync(join(dir, 'hello')).mode & 0o111).toBe(0o111)
    expect(execFileSync('chroot', ['--userspec=65534:65534', dir, '/hello'], { encoding: 'utf8' })).toBe(
      'Hello, world!\n',
    )
    expect(readFileSync(join(project, 'Dockerfile'), 'utf8')).toContain('COPY --from=build /app/build/hello /hello')
  })
})
