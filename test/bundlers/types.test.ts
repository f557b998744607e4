import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { root } from '../support/tools.ts'
import { Project, run } from './project.ts'

let project: Project

const CODE = `
import hello from './hello.wasm?exe'
import text from './hello.wat?exe'
import one from './hello.wasm?target=linux-riscv64&exe'
import all from './hello.wasm?target=all&exe'
import some from './hello.wasm?target=linux-x64,win32-x64&exe'
import href from './hello.wasm?target=host&href&exe'
import wasmExe from 'unplugin-wasm-exe/vite'
import rollupExe, { type Options } from 'unplugin-wasm-exe/rollup'
import esbuildExe from 'unplugin-wasm-exe/esbuild'
import webpackExe from 'unplugin-wasm-exe/webpack'
import rspackExe from 'unplugin-wasm-exe/rspack'
import { resolve, spawn } from 'unplugin-wasm-exe/node'
import { pick, type ProgramFile } from 'unplugin-wasm-exe/browser'
import type { Plugin as RollupPlugin } from 'rollup'
import type { Plugin as EsbuildPlugin } from 'esbuild'
import type { Configuration as WebpackConfiguration } from 'webpack'
import type { Configuration as RspackConfiguration } from '@rspack/core'
import { defineConfig } from 'vite'

const options: Options = { targets: ['host'], grants: { dirs: { '/': '.' }, env: ['HOME'] }, optimize: 's' }
export const plugins: [RollupPlugin | RollupPlugin[], EsbuildPlugin] = [rollupExe(options), esbuildExe(options)]
export default defineConfig({ plugins: [wasmExe(options)] })
export const webpackConfiguration: WebpackConfiguration = { plugins: [webpackExe(options)] }
export const rspackConfiguration: RspackConfiguration = { plugins: [rspackExe(options)] }

export const sizes: number[] = [
  hello.targets['linux-x64'].size,
  text.targets['win32-arm64'].size,
  one.targets['linux-riscv64'].size,
  all.targets['linux-riscv64'].size,
]
export const strings: string[] = [hello.name, href.toUpperCase(), resolve(some)]
export const perhaps: (ProgramFile | undefined)[] = [some.targets['linux-x64'], hello.targets['linux-riscv64'], await pick(hello)]
spawn(one, ['x']).stdout.pipe(process.stdout)

// @ts-expect-error may be absent: the type does not read lists
some.targets['linux-x64'].size
// @ts-expect-error is not among the default targets
hello.targets['linux-riscv64'].size
// @ts-expect-error is the only one
one.targets['linux-x64'].size
// @ts-expect-error a string has no targets
href.targets
// @ts-expect-error an unknown option
wasmExe({ target: 'host' })
`

const GENERATED = `
import hello from './hello.wat?exe'
import lists from './hello.wat?optimize=1&target=linux-x64,win32-x64&exe'
import host from './hello.wat?target=host&exe'
import href from './hello.wat?href&target=host&exe'
import { resolve } from 'unplugin-wasm-exe/node'
import { pick } from 'unplugin-wasm-exe/browser'

export const strings: string[] = [href.toUpperCase(), resolve(host), resolve(lists), (await pick(hello))?.url ?? '']
export const sizes: number[] = [hello.targets['darwin-arm64'].size, lists.targets['win32-x64'].size]
export const urls: string[] = Object.values(lists.targets).map(({ url }) => url)

// @ts-expect-error is not among those of the query
lists.targets['darwin-x64']
// @ts-expect-error is not among those of the plugin's option
hello.targets['linux-x64']
// @ts-expect-error may be absent
host.targets['linux-x64'].size
`

const BUILD = (cache: string) => `
import { build } from 'vite'
import wasmExe from 'unplugin-wasm-exe/vite'

const options = { cacheDir: ${JSON.stringify(cache)}, targets: ['host', 'darwin-arm64'], dts: 'types/exe.d.ts' }
await build({
  configFile: false,
  logLevel: 'warn',
  plugins: [wasmExe(options)],
  build: { lib: { entry: process.argv[2], formats: ['es'] }, rolldownOptions: { external: /^unplugin|^node:/ } },
})
`

beforeAll(() => {
  project = new Project('types', ['vite', 'rollup', 'esbuild', 'webpack', '@rspack', '@types'])
  project.write('src/typed.ts', CODE)
})

/** Has TypeScript read files of the project. */
async function expectTyped(files: string[], settings: { skipLibCheck: boolean; types: string[] }): Promise<void> {
  const general = { strict: true, noEmit: true, module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom'] }
  project.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...general, ...settings }, files }))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { code, stdout } = await run(process.execPath, [tsc, '-p', '.'], project.directory)
  expect(stdout).toBe('')
  expect(code).toBe(0)
}

describe('types of the installed package', () => {
  test('of the imports of a project, in a file that the plugin writes', async () => {
    project.write('src/generated.ts', GENERATED)
    project.write('src/other.ts', "export { default } from './hello.wat?target=darwin-x64&optimize=1&exe'\n")
    project.write('dts.mjs', BUILD(project.cache))
    await project.succeed('dts.mjs', 'src/other.ts')
    await project.succeed('dts.mjs', 'src/generated.ts')
    const files = ['src/generated.ts', 'src/other.ts', 'types/exe.d.ts']
    await expectTyped(files, { skipLibCheck: false, types: ['node'] })
  })

  test('of imports, plugins and clients', async () => {
    await expectTyped(['src/typed.ts'], { skipLibCheck: true, types: ['node', 'unplugin-wasm-exe/types'] })
  })
})
