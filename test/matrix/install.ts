import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testCache } from '../support/tools.ts'
import { npm } from '../bundlers/setup.ts'

/**
 * Installs packages from npm, once for each set of versions, and keeps them. @returns the directory
 * @param overrides versions of what they depend on
 */
export async function installed(
  packages: readonly string[],
  overrides: Readonly<Record<string, string>> = {},
): Promise<string> {
  const directory = join(testCache, 'matrix', packages.join(' ').replaceAll('/', '+'))
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, overrides }))
  await npm(directory, 'install', '--prefer-offline', '--no-audit', '--no-fund', ...packages)
  return directory
}

/** What npm says about a project that has the package and others: `{ vite: '^5' }`. */
export async function peerWarnings(tarball: string, others: Readonly<Record<string, string>>): Promise<string> {
  const directory = join(testCache, 'matrix/peers')
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const dependencies = { ...others, 'unplugin-wasm-exe': `file:${tarball}` }
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const flags = ['--package-lock-only', '--prefer-offline', '--no-audit', '--no-fund']
  return await npm(directory, 'install', '--ignore-scripts', ...flags)
}
