/**
 * Frameworks' own builds and servers, as a project has them that installs the package: each takes about a minute, most of
 * it for `npm install`.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { otherDay } from '../support/rotation.ts'
import { directoryOf, environment, execute, install } from './project.ts'

interface Framework {
  /** Commands of the project's packages, with their arguments. */
  build: string[]
  /** `PORT` stands for the port's number. */
  start: string[]
  /** The server has files and processes, and runs a program at /run. */
  runs: boolean
  /** From the project's directory. */
  server?: string
}

const FRAMEWORKS: Record<string, Framework> = {
  'react-router': {
    build: ['react-router', 'build'],
    start: ['react-router-serve', 'build/server/index.js'],
    runs: true,
    server: 'build/server',
  },
  sveltekit: { build: ['vite', 'build'], start: ['node', 'build'], runs: true, server: 'build/server' },
  astro: { build: ['astro', 'build'], start: ['node', 'dist/server/entry.mjs'], runs: true, server: 'dist/server' },
  'tanstack-start': { build: ['vite', 'build'], start: ['node', 'serve.mjs'], runs: true, server: 'dist/server' },
  nuxt: {
    build: ['nuxt', 'build'],
    start: ['node', '.output/server/index.mjs'],
    runs: true,
    server: '.output/server',
  },
  next: {
    build: ['next', 'build', '--webpack'],
    start: ['next', 'start', '-p', 'PORT'],
    runs: true,
    server: '.next/server/chunks',
  },
  cloudflare: { build: ['vite', 'build'], start: ['vite', 'preview', '--port', 'PORT'], runs: false },
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

for (const [index, [name, framework]] of Object.entries(FRAMEWORKS).entries()) {
  const other = otherDay(index)
  test.skipIf(other !== '')(`${name}${other}`, () => serves(name, framework))
}

async function serves(name: string, { build, start, runs, server }: Framework): Promise<void> {
  const directory = directoryOf(name)
  expect(await install(name, directory)).not.toMatch(/ERESOLVE|peer/)
  const port = await freePort()
  const env = await environment(directory, { PORT: String(port), HOST: '127.0.0.1' })
  await execute(build[0], build.slice(1), { cwd: directory, env })
  const child = spawn(
    start[0],
    start.slice(1).map((word) => (word === 'PORT' ? String(port) : word)),
    { cwd: directory, env },
  )
  try {
    const get = (url: string) => fetch(new URL(url, `http://localhost:${port}`))
    await expect
      .poll(
        () =>
          get('/').then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 60_000 },
      )
      .toBe(200)
    const page = await (await get('/')).text()
    expect(page).not.toMatch('file:')
    const links = [...page.matchAll(/href="([^"]*hello-[^"]*)"/g)].map(([, link]) => link)
    expect(links).toHaveLength(2)
    for (const link of links) {
      const response = await get(link)
      expect(response.status).toBe(200)
      const start = new Uint8Array(await response.arrayBuffer()).slice(0, 2)
      expect(['\x7fE', 'MZ']).toContain(String.fromCharCode(...start))
    }
    if (!runs) return
    const { path: found, url, output, code } = (await (await get('/run')).json()) as Record<string, string>
    expect([output, code]).toEqual(['Hello from lazy!\n', 3])
    expect(found.replaceAll('\\', '/')).toMatch(`${name}/${server}/`)
    // Nitro's routes know of no site.
    if (!url.startsWith('file:')) expect((await get(url)).status).toBe(404)
    const manifest = JSON.parse(readFileSync(join(directory, server!, 'exe-manifest.json'), 'utf8')) as {
      programs: Record<string, { builds: { executables: Record<string, { file: string }> }[] }>
    }
    const files = Object.values(manifest.programs).flatMap(({ builds }) =>
      builds.flatMap(({ executables }) => Object.values(executables).map(({ file }) => file)),
    )
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(existsSync(join(directory, server!, file))).toBe(true)
  } finally {
    child.kill()
  }
}
