import { afterAll, beforeAll, expect, test } from 'vitest'
import { Project, versionOf } from './project.ts'

/** Vite's development server as it is where rolldown bundles for it. */

const SERVE = (cache: string) => `
import { createServer } from 'vite'
import wasmExe from 'unplugin-wasm-exe/vite'

const server = await createServer({
  configFile: false,
  logLevel: 'error',
  experimental: { bundledDev: true },
  server: { port: 0, host: '127.0.0.1' },
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)}, targets: 'host' })],
})
await server.listen()
process.send(server.httpServer.address().port)
`

// An experiment, whose options change.
const isThere = versionOf('vite').localeCompare('8.3.8', 'en', { numeric: true }) >= 0

let project: Project
let child: ReturnType<Project['start']>
let port: unknown
let output = ''

beforeAll(async () => {
  project = new Project('vite-bundled-dev', ['vite'])
  project.write('serve.mjs', SERVE(project.cache))
  project.write('index.html', '<!doctype html><script type="module" src="/src/page.js"></script>')
  project.write(
    'src/page.js',
    "import hello from './hello.wat?arg=a&exe'\nconsole.log(hello, () => import('./later.js'))\n",
  )
  project.write('src/later.js', "import lazy from './lazy.wat?arg=b&exe'\nconsole.log(lazy)\n")
  child = project.start('serve.mjs')
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data) => (output += String(data)))
  port = await new Promise((resolve) => child.once('message', resolve))
})
afterAll(() => child.kill())

const get = (path: string) => fetch(`http://127.0.0.1:${String(port)}${path}`)
const script = async () => (await get('/assets/index.js')).text()
const lazy = (id: string) => get(`/@vite/lazy?clientId=1&id=${encodeURIComponent(project.path(id))}`)

test.skipIf(!isThere)('code has programs, and nobody gets others', async () => {
  await expect.poll(script, { timeout: 20_000 }).toContain('/@exe/')
  const [url] = /\/@exe\/[^"]*/.exec(await script())!
  expect((await get(url)).status).toBe(200)
  const later = await lazy('src/later.js?rolldown-lazy=1')
  expect(await later.text()).toMatch(/\/@exe\/[^"]*lazy/)
  for (const id of [
    'src/show.wat?exe',
    'src/hello.wat?exe',
    'src/hello.wat?dir=/=/&exe',
    'src/show.wat?exe&rolldown-lazy=1',
  ])
    expect(await (await lazy(id)).text(), id).not.toMatch(/@exe\/|targets:/)
})

test.skipIf(!isThere)('nobody gets what was imported once', async () => {
  const asked = 'src/lazy.wat?arg=b&exe'
  expect(await (await lazy(asked)).text()).toMatch(/\/@exe\/[^"]*lazy/)
  project.write('src/later.js', 'console.log(1)\n')
  await expect.poll(async () => (await lazy(asked)).text()).not.toMatch(/@exe\/|targets:/)
})

test.skipIf(!isThere)('a dependency grants itself nothing', async () => {
  project.write('node_modules/dep/package.json', '{"name":"dep","type":"module","main":"index.js"}')
  project.write('node_modules/dep/index.js', "export { default } from './x.wat?dir=/=/&exe'\n")
  project.write('node_modules/dep/x.wat', project.read('src/hello.wat'))
  project.write('src/page.js', "import dep from 'dep'\nconsole.log('page', dep)\n")
  await expect.poll(() => output, { timeout: 20_000 }).toContain('"dep" asks for dir=/=/ for node_modules/dep/x.wat')
})

test.skipIf(!isThere)('server.fs holds in workers, which are bundled with a configuration of their own', async () => {
  const other = new Project('vite-bundled-worker', ['vite'])
  other.write('serve.mjs', SERVE(other.cache))
  other.write('index.html', project.read('index.html'))
  other.write('assets/.env', 'PASSWORD=secret')
  other.write('src/worker.js', "import shut from './hello.wat?embed=/a=../assets&exe'\npostMessage(shut)\n")
  other.write('src/page.js', "import Worker from './worker.js?worker'\nconsole.log(Worker)\n")
  const server = other.start('serve.mjs')
  let said = ''
  for (const stream of [server.stdout!, server.stderr!]) stream.on('data', (data) => (said += String(data)))
  const message = 'assets/.env: the development server may not give this file away'
  await expect.poll(() => said, { timeout: 20_000 }).toContain(message)
  server.kill()
})
