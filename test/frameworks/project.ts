/** Projects that install frameworks and tools from npm, and the package from its tarball. */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { testCache } from '../support/tools.ts'

const here = fileURLToPath(new URL('fixtures', import.meta.url))
const fixtures = fileURLToPath(new URL('../bundlers/fixtures/src', import.meta.url))
export const execute = promisify(execFile)
const FLAGS = ['--prefer-offline', '--no-audit', '--no-fund']
/** npm tells scripts about itself through these; a nested npm must not take them for its own settings. */
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))

/** Most of them refuse the oldest Node that the package runs on. @returns the directory that its `node` is in */
async function newNode(): Promise<string> {
  const directory = join(testCache, 'node-24')
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const bin = join(directory, 'node_modules', name, 'bin')
  if (!existsSync(bin)) {
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'package.json'), '{"private":true}')
    await execute('npm', ['install', ...FLAGS, `${name}@24`], { cwd: directory, env: clean })
  }
  return bin
}

/** The project with its packages, and ours from its tarball. @returns what npm had to say about versions */
export async function install(name: string, directory: string): Promise<string> {
  for (const entry of existsSync(directory)
    ? [
        'build',
        'dist',
        '.svelte-kit',
        '.nuxt',
        '.output',
        '.next',
        'node_modules/.cache',
        'node_modules/unplugin-wasm-exe',
      ]
    : [])
    rmSync(join(directory, entry), { recursive: true, force: true })
  cpSync(join(here, name), directory, { recursive: true })
  for (const file of ['hello.wat', 'lazy.wat']) cpSync(join(fixtures, file), join(directory, file))
  cpSync(join(here, 'run.js'), join(directory, 'run.js'))
  const manifest = JSON.parse(readFileSync(join(here, name, 'package.json'), 'utf8')) as { dependencies: object }
  const { dependencies } = JSON.parse(readFileSync(join(inject('installed'), 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const tarball = join(inject('installed'), dependencies['unplugin-wasm-exe'].slice('file:'.length))
  Object.assign(manifest.dependencies, { 'unplugin-wasm-exe': `file:${tarball}` })
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest))
  const { stderr } = await execute('npm', ['install', ...FLAGS], { cwd: directory, env: clean })
  return stderr
}

/** For commands of a project's packages, in a Node that they take. */
export async function environment(directory: string, more: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const path = [await newNode(), join(directory, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  return { ...clean, PATH: path, NODE_ENV: 'production', ...more }
}

/** Where a project is. Its packages stay from run to run. */
export const directoryOf = (name: string): string => join(testCache, 'frameworks', name)
