import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { build, createServer, preview, type PreviewServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_TARGETS } from '../../compiler/targets.ts'
import { EXAMPLES } from '../../playground/programs/list.ts'
import { launch, missing } from './chromium.ts'
import { expected, hello } from './program.ts'

if (missing) console.warn(missing)

const root = fileURLToPath(new URL('../../playground', import.meta.url))
const settings = { root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' as const }

let browser: Browser
beforeAll(async () => {
  if (!missing) browser = await launch()
})
afterAll(() => browser?.close())

/** What both the development server and the built site must do. */
function behaves(address: () => string): void {
  let page: Page
  const complaints: string[] = []
  beforeAll(async () => {
    page = await browser.newPage()
    // The development server compiles when it is asked.
    page.setDefaultTimeout(200_000)
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(address())
  })
  afterAll(() => page?.close())

  const open = async (name: string) => {
    await page.locator(`nav a[href="#${name}"]`).click()
    await page.locator(`h2:has-text("${EXAMPLES.find((example) => example.name === name)!.title}")`).waitFor()
  }
  const run = async () => {
    const program = page.locator('#program')
    await program.getByRole('button', { name: 'Run', exact: true }).click()
    await program.locator('.terminal .status').waitFor()
    return program.locator('.terminal').innerText()
  }

  test('runs programs in the page', async () => {
    await open('hello')
    await page.locator('#program').getByLabel('Arguments').fill('Ada "Grace Hopper"')
    expect(await run()).toMatch(/Hello, Ada!\nHello, Grace Hopper!\nexit code 0/)
    await open('digest')
    await page.locator('#program').getByLabel('Standard input').fill('abc')
    expect(await run()).toContain(createHash('sha256').update('abc').digest('hex'))
    await open('tree')
    expect(await run()).toMatch(/├─ readme\.txt\n└─ recipes\n/)
  })

  test('shows exit codes and what goes to standard error', async () => {
    await open('queens')
    await page.locator('#program').getByLabel('Arguments').fill('99')
    expect(await run()).toMatch(/a number from 1 to 16\nexit code 2/)
    expect(await page.locator('#program .terminal .err').first().innerText()).toContain('queens:')
  })

  test.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'builds a file that is dropped on the page',
    async () => {
      const wasm = await hello()
      const transfer = await page.evaluateHandle(
        (bytes) => {
          type Transfer = new () => { items: { add(file: File): void } }
          const data = new (globalThis as unknown as { DataTransfer: Transfer }).DataTransfer()
          data.items.add(new File([Uint8Array.from(bytes)], 'greet.wasm'))
          return data
        },
        [...wasm],
      )
      await page.dispatchEvent('#own', 'drop', { dataTransfer: transfer })
      await page.getByLabel('Directories').fill('/data=./data')
      await page.getByRole('button', { name: 'Build for six' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download for linux-x64' }).click(),
      ])
      const folder = mkdtempSync(join(tmpdir(), 'playground-own-'))
      try {
        const file = join(folder, 'greet')
        mkdirSync(join(folder, 'data'))
        await download.saveAs(file)
        const options = { file: 'greet.wasm', grants: { dirs: { '/data': './data' } } }
        const wanted = await expected(wasm, options, ['linux-x64'])
        expect(Buffer.compare(readFileSync(file), wanted.get('linux-x64')!)).toBe(0)
        chmodSync(file, 0o755)
        expect(execFileSync(file, { cwd: folder, encoding: 'utf8', env: {} })).toBe('hello\n')
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )

  test('reads text, runs it in the page, and says what is wrong with it', async () => {
    const own = page.locator('#own')
    const read = async (text: string) => {
      await own.getByLabel('WebAssembly text').fill(text)
      await own.getByRole('button', { name: 'Read it' }).click()
    }
    if (!(await own.getByLabel('WebAssembly text').isVisible())) await own.getByText('Or write text').click()
    await read(readFileSync(new URL('../bundlers/fixtures/src/hello.wat', import.meta.url), 'utf8'))
    await own.getByRole('button', { name: 'Run', exact: true }).click()
    await own.locator('.terminal .status').waitFor()
    expect(await own.locator('.terminal').innerText()).toMatch(/^\$ typed\nHello from hello!\nexit code 0/)
    await read('(module (func (i32.nothing)))')
    await own.getByRole('alert').waitFor()
    expect(await own.getByRole('alert').innerText()).toMatch(/^typed\.wat:1:16: unknown instruction i32\.nothing/)
    await read('(module (func (i32.const 1)))')
    await own.getByText('invalid module').waitFor()
    expect(await own.getByRole('alert').innerText()).toMatch(/^typed\.wat:1:\d+: invalid module at 0x\w+ in func\[0\]/)
  })

  test('stops a program that runs too long', async () => {
    await open('queens')
    await page.locator('#program').getByLabel('Arguments').fill('16')
    const program = page.locator('#program')
    await program.getByRole('button', { name: 'Run', exact: true }).click()
    await program.getByRole('button', { name: 'Stop' }).click()
    await program.getByRole('button', { name: 'Run', exact: true, disabled: false }).waitFor()
  })

  test('offers all targets, the visitor’s first, with true sizes and hashes', async () => {
    await open('hello')
    const rows = page.locator('#program tbody tr')
    const offered = await Promise.all((await rows.all()).map((row) => row.getAttribute('data-target')))
    expect(offered.toSorted()).toEqual(DEFAULT_TARGETS.toSorted())
    expect(offered[0]).toBe('linux-x64')
    for (const row of await rows.all()) {
      const href = (await row.locator('a').getAttribute('href'))!
      const response = await fetch(new URL(href, page.url()))
      expect(response.ok).toBe(true)
      const body = Buffer.from(await response.arrayBuffer())
      expect(await row.locator('.hash').innerText()).toBe(
        `sha256-${createHash('sha256').update(body).digest('base64')}`,
      )
      expect(await row.locator('.number').innerText()).toBe(`${(body.length / 1000).toFixed(1)} KB`)
    }
  })

  test.runIf(process.platform === 'linux' && process.arch === 'x64')('the download runs', async () => {
    await open('hello')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /^Download for Linux x64/ }).click(),
    ])
    expect(download.suggestedFilename()).toBe('hello')
    const directory = mkdtempSync(join(tmpdir(), 'playground-'))
    const file = join(directory, 'hello')
    writeFileSync(file, readFileSync(await download.path()))
    chmodSync(file, 0o755)
    expect(execFileSync(file, ['you'], { encoding: 'utf8' })).toBe('Hello, you!\n')
    rmSync(directory, { recursive: true })
  })

  test('nothing was complained about', () => expect(complaints).toEqual([]))
}

describe.skipIf(missing)('the development server', () => {
  let server: ViteDevServer
  beforeAll(async () => {
    server = await createServer({ ...settings, server: { port: 0 } })
    await server.listen()
  })
  afterAll(() => server?.close())
  behaves(() => server.resolvedUrls!.local[0])
})

describe.skipIf(missing)('the built site', () => {
  let server: PreviewServer
  let out: string
  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'playground-site-'))
    const to = { outDir: out, emptyOutDir: true }
    await build({ ...settings, build: to })
    server = await preview({ ...settings, build: to, preview: { port: 0 } })
  })
  afterAll(async () => {
    await server?.close()
    rmSync(out, { recursive: true, force: true })
  })
  behaves(() => server.resolvedUrls!.local[0])
})
