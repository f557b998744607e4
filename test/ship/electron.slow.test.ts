/** Electron's archives: an app packed by its own packer, whose executables lie beside the archive. */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { rollup } from 'rollup'
import { resolve, spawn, type Program } from '../../src/client/node.ts'
import { unplugin } from '../../src/index.ts'
import { fixture } from '../cli/cli.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { installed } from '../matrix/install.ts'

const run = promisify(execFile)
const dir = temporaryDirectory('electron')

interface Asar {
  createPackageWithOptions(source: string, to: string, options: { unpack: string }): Promise<void>
  listPackage(archive: string, options: { isPack: boolean }): string[]
  extractFile(archive: string, path: string): Buffer
}

test('resolve() and spawn() find what asarUnpack left beside app.asar', async () => {
  const app = join(dir, 'app')
  mkdirSync(app)
  copyFileSync(fixture('hello.wat'), join(app, 'hello.wat'))
  writeFileSync(join(app, 'main.js'), "export { default } from './hello.wat?exe'\n")
  const plugin = unplugin.rollup({ targets: 'host', cacheDir: join(dir, 'cache') })
  const bundle = await rollup({ input: join(app, 'main.js'), plugins: [plugin] })
  await bundle.write({ dir: join(app, 'dist'), assetFileNames: 'exe/[name]-[hash][extname]' })
  const home = await installed(['@electron/asar@3.4.0'])
  const asar = createRequire(join(home, 'x.js'))('@electron/asar') as Asar
  const archive = join(dir, 'resources/app.asar')
  await asar.createPackageWithOptions(app, archive, { unpack: '**/exe/**' })
  expect(asar.listPackage(archive, { isPack: true }).some((line) => /unpack.*exe/.test(line))).toBe(true)

  // What the code in the archive says of itself, read as Electron reads it.
  const code = asar.extractFile(archive, 'dist/main.js').toString()
  const here = pathToFileURL(join(archive, 'dist/main.js')).href
  writeFileSync(join(dir, 'read.mjs'), code.replaceAll('import.meta.url', JSON.stringify(here)))
  const { default: program } = (await import(pathToFileURL(join(dir, 'read.mjs')).href)) as { default: Program<never> }
  const path = resolve(program)
  expect(path).toMatch(/app\.asar\.unpacked.dist.exe.hello-/)
  expect(statSync(path).isFile()).toBe(true)
  expect(await text(spawn(program).stdout)).toBe('Hello, world!\n')
  expect((await run(path)).stdout).toBe('Hello, world!\n')
})
