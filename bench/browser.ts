/** esbuild, 19.9 MB of WebAssembly from Go, given to the playground's page in Chromium: how long its executables take there. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import { DEFAULT_TARGETS } from '../compiler/index.ts'
import { launch, missing } from '../test/browser/chromium.ts'
import { buildByCommandLine, buildPackage } from './command-line.ts'
import { markdownTable, type Report } from './report.ts'
import { npmPackage, Unavailable } from './sources.ts'
import { median } from './statistics.ts'
import { WORK } from './tools.ts'

const ROUNDS = 3
const PLAYGROUND = fileURLToPath(new URL('../playground', import.meta.url))
const DIRECTORY = join(WORK, 'browser')

/** @throws if the page makes other bytes than the command line */
export async function browser(report: Report): Promise<string> {
  if (missing) throw new Unavailable(missing.replace(/^skipped: /, ''))
  const wasm = join(npmPackage('@esbuild/wasi-preview1@0.27.2'), 'esbuild.wasm')
  buildPackage()
  rmSync(DIRECTORY, { recursive: true, force: true })
  mkdirSync(DIRECTORY, { recursive: true })
  await buildByCommandLine(wasm, DIRECTORY, ['linux-x64'], 1)
  const wanted = readFileSync(join(DIRECTORY, 'esbuild-linux-x64'))

  const site = {
    root: PLAYGROUND,
    configFile: join(PLAYGROUND, 'vite.config.ts'),
    logLevel: 'warn' as const,
    build: { outDir: join(DIRECTORY, 'site'), emptyOutDir: true },
  }
  await build(site)
  const server = await preview({ ...site, preview: { port: 0 } })
  const chromium = await launch()
  const rounds: Record<string, number>[] = []
  let version: string
  try {
    version = chromium.version()
    for (let round = 0; round < ROUNDS; round++) {
      const page = await chromium.newPage()
      page.setDefaultTimeout(120_000)
      await page.goto(server.resolvedUrls!.local[0])
      const started = performance.now()
      await page.locator('#own input[type=file]').setInputFiles(wasm)
      const start = page.getByRole('button', { name: 'Build for six' })
      await start.waitFor()
      const read = performance.now()
      await start.click()
      const link = page.getByRole('link', { name: 'Download for linux-x64' })
      await link.waitFor()
      const built = performance.now()
      const own = await page.locator('#own tr[data-target=linux-x64] .number').last().innerText()
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
      if (!readFileSync(await download.path()).equals(wanted)) throw new Error('the page makes other bytes')
      rounds.push({ read: read - started, 'linux-x64': parseFloat(own), 'six targets': built - read })
      await page.close()
    }
  } finally {
    await chromium.close()
    await server.close()
  }
  const times = Object.fromEntries(Object.keys(rounds[0]).map((step) => [step, median(rounds.map((row) => row[step]))]))
  report.build['esbuild in Chromium'] = times
  return [
    `## esbuild, 19.9 MB, in Chromium ${version}`,
    '',
    markdownTable(
      ['from the file’s choice, medians of three pages', 's'],
      [
        ['read and shown', seconds(times.read)],
        ['built for linux-x64, then', seconds(times['linux-x64'])],
        [`built for all ${DEFAULT_TARGETS.length}, then`, seconds(times['six targets'])],
      ],
    ),
    '',
    `The page’s file for linux-x64 is the command line’s, byte for byte: ${wanted.length.toLocaleString('en')} bytes.`,
  ].join('\n')
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2)
