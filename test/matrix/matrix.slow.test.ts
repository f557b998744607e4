import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, test } from 'vitest'
import { MATRIX } from '../bundlers/project.ts'
import { pack } from '../bundlers/setup.ts'
import { otherDay } from '../support/rotation.ts'
import { root, testCache } from '../support/tools.ts'
import { installed, peerWarnings } from './install.ts'

/** The lowest and the highest of each major version that is supported, and the suites that build with it and run that. */
const ROWS: { packages: string[]; suites: string[]; tests?: string }[] = [
  ...['5.4.0', '5', '6.0.0', '6', '7.0.0', '7', '8.0.0', '8'].map((version) => ({
    packages: [`vite@${version}`],
    suites: ['vite', 'vite-pages', 'vite-chromium'],
  })),
  ...['3.0.0', '3', '4.0.0', '4'].map((version) => ({
    packages: [`rollup@${version}`],
    suites: ['rollup'],
    tests: '^rollup|watch mode',
  })),
  ...['1.0.0', '1'].map((version) => ({
    packages: [`rolldown@${version}`],
    suites: ['rollup'],
    tests: '^rolldown',
  })),
  ...['0.19.0', '0.19', '0.21', '0.25', '0'].map((version) => ({
    packages: [`esbuild@${version}`],
    suites: ['esbuild'],
  })),
  // webpack 5.60 itself needs an older Node than we do.
  ...['5.61.0', '5'].map((version) => ({
    packages: [`webpack@${version}`],
    suites: ['webpack', 'webpack-watch'],
    tests: '^webpack',
  })),
  ...['1.7.0', '1', '2.0.0', '2'].map((version) => ({
    packages: [`@rspack/core@${version}`],
    suites: ['webpack', 'webpack-watch'],
    tests: '^rspack',
  })),
]

/** What a project may have beside the package, for whatever reasons. */
const BESIDE: Record<string, string>[] = [
  { vite: '5.4.0' },
  { vite: '^5', webpack: '^5' },
  { rollup: '^2', esbuild: '0.17.19' },
  { vite: '^7', webpack: '5.60.0', rollup: '^2' },
  { webpack: '^4', '@rspack/core': '^0.7' },
]

/** Runs suites of the repository in a process of their own, with other versions of bundlers. */
async function runSuites(directory: string, suites: readonly string[], tests = ''): Promise<void> {
  const files = suites.map((name) => `test/bundlers/${name}.test.ts`)
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'bundlers', ...files, '-t', tests]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...env, [MATRIX]: directory, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code, signal] = (await ended) as [number | null, string | null]
  expect(code ?? signal, output + errors).toBe(0)
  expect(output).toMatch(/Tests {2}[1-9]\d* passed/)
}

describe('bundlers', () => {
  for (const [index, { packages, suites, tests }] of ROWS.entries()) {
    const other = otherDay(index)
    test.skipIf(other !== '')(`${packages.join(', ')}${other}`, async () => {
      await runSuites(await installed(packages), suites, tests)
    })
  }
})

describe('npm refuses no project and warns of nothing', () => {
  let tarball: string
  beforeAll(async () => {
    const directory = join(testCache, 'matrix')
    mkdirSync(directory, { recursive: true })
    tarball = join(directory, await pack(directory))
  })

  test.each(BESIDE)('%j', async (others) => {
    expect(await peerWarnings(tarball, others)).not.toMatch(/peer|ERESOLVE|unplugin-wasm-exe/i)
  })
})
