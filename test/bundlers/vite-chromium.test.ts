/** Pages in a browser: of the development server, and built. */
import { execFile } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, missing } from '../browser/chromium.ts'
import { host, Project, targets } from './project.ts'

const execute = promisify(execFile)

const SERVE = (cache: string) => `
import { build, createServer, preview } from 'vite'
import wasmExe from 'unplugin-wasm-exe/vite'

const config = {
  configFile: false,
  root: 'page',
  logLevel: 'warn',
  server: { port: 0, host: '127.0.0.1', fs: { allow: ['..'] } },
  preview: { port: 0, host: '127.0.0.1' },
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)} })],
}
const isBuilt = process.argv[2] === 'built'
if (isBuilt) await build(config)
const server = isBuilt ? await preview(config) : await (await createServer(config)).listen()
process.send({ port: server.httpServer.address().port })
`

const PAGE = `<!doctype html><title>A page</title><body><script type="module" src="./main.js"></script>`
const MAIN = `
import hello from '../src/edited.wat?exe'

for (const { target, url, download } of Object.values(hello.targets)) {
  document.body.insertAdjacentHTML('beforeend', \`<a id="\${target}" href="\${url}" download="\${download}">\${target}</a>\`)
}
globalThis.filesOf = () => Object.values(hello.targets).map(({ target, url, size, integrity }) => ({ target, url, size, integrity }))
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
globalThis.inWorker = new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data)))
`
const WORKER = `
import hello from '../src/edited.wat?exe'
const { url, size } = hello.targets['win32-arm64']
postMessage({ url: new URL(url, import.meta.url).href, size })
`

interface File {
  target: string
  url: string
  size: number
  integrity: string
}

describe.skipIf(missing !== undefined)(`Chromium${missing ? ` (${missing})` : ''}`, () => {
  let project: Project
  let browser: Browser
  beforeAll(async () => {
    project = new Project('vite-chromium', ['vite'])
    project.write('serve.mjs', SERVE(project.cache))
    project.write('page/index.html', PAGE)
    project.write('page/main.js', MAIN)
    project.write('page/worker.js', WORKER)
    project.write('src/edited.wat', project.read('src/hello.wat'))
    browser = await launch()
  })
  afterAll(() => browser?.close())

  /** Opens the page of a server. */
  async function open(kind: string, use: (page: Page, said: () => string) => Promise<void>): Promise<void> {
    const child = project.start('serve.mjs', kind)
    let output = ''
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data) => (output += String(data)))
    try {
      const { port } = await new Promise<{ port: number }>((resolve, reject) => {
        child.once('message', (message) => resolve(message as { port: number })).once('exit', () => reject(output))
      })
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${port}/`)
      await page.locator('a').nth(5).waitFor()
      await use(page, () => output)
      await page.close()
    } finally {
      child.kill()
    }
  }

  /** Clicks a link, and runs what it leads to. */
  async function click(page: Page): Promise<string> {
    const waiting = page.waitForEvent('download')
    await page.locator(`#${host}`).click()
    const download = await waiting
    const path = await download.path()
    chmodSync(path, 0o755)
    const { stdout } = await execute(path, [])
    return `${download.suggestedFilename()}: ${stdout}`
  }

  const filesOf = (page: Page) => page.evaluate<File[]>('filesOf()')

  /** That what code knows of files is so. */
  async function expectFiles(page: Page): Promise<void> {
    const files = await filesOf(page)
    expect(files.map(({ target }) => target)).toEqual(targets)
    for (const { url, size, integrity } of files) {
      const response = await page.request.get(new URL(url, page.url()).href)
      const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(await response.body()))
      expect([response.status(), integrity]).toEqual([200, `sha256-${Buffer.from(digest).toString('base64')}`])
      expect((await response.body()).length).toBe(size)
    }
    const worker = await page.evaluate<File>('inWorker')
    const ofWorker = files.find(({ target }) => target === 'win32-arm64')!
    expect(worker.size).toBe(ofWorker.size)
    expect((await page.request.get(worker.url)).headers()['content-length']).toBe(String(worker.size))
  }

  const extension = process.platform === 'win32' ? '.exe' : ''

  test('a built page', async () => {
    await open('built', async (page) => {
      expect(await click(page)).toBe(`edited${extension}: Hello from hello!\n`)
      await expectFiles(page)
    })
  })

  test('a page while developing: links that nobody clicked are to executables that nobody built', async () => {
    await open('dev', async (page, said) => {
      expect(await click(page)).toBe(`edited${extension}: Hello from hello!\n`)
      await expectFiles(page)

      const loaded = page.waitForEvent('load')
      project.write('src/edited.wat', project.read('src/hello.wat').replace('from hello', 'once again'))
      await loaded
      await page.locator('a').nth(5).waitFor()
      expect(await click(page)).toBe(`edited${extension}: Hello once again!\n`)
      await expectFiles(page)
      expect(said()).toBe('')
    })
  })
})
