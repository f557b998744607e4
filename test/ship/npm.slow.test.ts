/** The whole way: packages are published to a registry on this machine, and installed from there. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hostTarget } from '../../compiler/index.ts'
import { fixture, cli } from '../cli/cli.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { installed } from '../matrix/install.ts'

const run = promisify(execFile)
const dir = temporaryDirectory('registry')
const host = hostTarget()!.name
let registry: ChildProcess | undefined
let url = ''

/** npm as users have it: with the registry of this test, and without what an outer npm says of itself. */
async function npm(cwd: string, ...args: string[]): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
  const config = join(dir, 'npmrc')
  writeFileSync(config, `registry=${url}\n//${new URL(url).host}/:_authToken=anyone\n`)
  const own = { npm_config_userconfig: config, npm_config_cache: join(dir, 'npm-cache'), npm_config_yes: 'true' }
  const shell = process.platform === 'win32'
  return (await run('npm', args, { cwd, env: { ...env, ...own }, shell })).stdout
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

beforeAll(async () => {
  // The newest that runs on the oldest Node that we run on.
  // It asks for node-fetch by a tag, which mirrors do not have.
  const home = await installed(['verdaccio@6.2.9'], { 'node-fetch': '2.7.0' })
  const port = await freePort()
  url = `http://127.0.0.1:${port}/`
  const all = '{access: $all, publish: $all, unpublish: $all}'
  writeFileSync(
    join(dir, 'config.yaml'),
    `storage: ${join(dir, 'storage')}\nuplinks: {}\npackages: {'@*/*': ${all}, '**': ${all}}\nlog: {type: stdout, format: pretty, level: warn}\n`,
  )
  const main = join(home, 'node_modules/verdaccio/bin/verdaccio')
  registry = spawn(process.execPath, [main, '--config', join(dir, 'config.yaml'), '--listen', `127.0.0.1:${port}`], {
    stdio: 'ignore',
    cwd: dir,
  })
  await vi.waitFor(() => fetch(`${url}-/ping`), { timeout: 60_000, interval: 300 })
})
afterAll(() => void registry?.kill())

test.each(['hello', '@you/hello'])('%s is published, installed and run', async (name) => {
  const at = join(dir, name.replace('/', '+'))
  mkdirSync(at)
  const args = ['npm', fixture('hello.wat'), '--name', name, '--version', '1.2.3', '--publish-order']
  const { code, stdout, stderr } = await cli(args, { cwd: at })
  expect(code, stderr).toBe(0)
  for (const directory of stdout.trim().split('\n')) await npm(at, 'publish', directory)

  const project = join(at, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{"private":true}')
  await npm(project, 'install', name)
  // Of all platforms, this one's is there alone.
  const scope = join(project, 'node_modules', ...name.split('/').slice(0, -1))
  expect(
    readdirSync(scope)
      .filter((entry) => !entry.startsWith('.'))
      .toSorted(),
  ).toEqual(['hello', `hello-${host}`])
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, object>
  }
  const locked = Object.entries(lock.packages).filter(([path]) => path.includes(`${name}-`))
  expect(locked).toHaveLength(6)
  for (const [path, entry] of locked) {
    const [os, cpu] = path.slice(path.lastIndexOf('hello-') + 6).split('-')
    expect(entry).toMatchObject({ os: [os], cpu: [cpu], optional: true, version: '1.2.3' })
    expect(entry).not.toHaveProperty('hasInstallScript')
  }
  expect(await npm(project, 'exec', '--', 'hello')).toBe('Hello, world!\n')
  // As somebody who never installed it.
  const nowhere = join(at, 'nowhere')
  mkdirSync(nowhere)
  expect(await npm(nowhere, 'exec', '--package', name, '--', 'hello')).toBe('Hello, world!\n')
})
