import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { host, Project } from './project.ts'
import type { Program } from '../../src/program.ts'

let project: Project

const BUILD = (cache: string) => `
import { build } from 'esbuild'
import wasmExe from 'unplugin-wasm-exe/esbuild'

const [settings, options] = process.argv.slice(2).map((text) => JSON.parse(text))
const result = await build({
  bundle: true,
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)}, ...options })],
  ...settings,
}).catch(() => process.exit(1))
console.log(JSON.stringify({
  outputFiles: result.outputFiles?.map(({ path, contents }) => [path, contents.length]),
  metafile: result.metafile,
}))
`

const WATCH = (cache: string) => `
import { context } from 'esbuild'
import wasmExe from 'unplugin-wasm-exe/esbuild'

const report = { name: 'report', setup: (build) => void build.onEnd(({ errors }) => console.log('built', errors.length)) }
const watched = await context({
  entryPoints: ['src/watched.js'],
  bundle: true,
  format: 'esm',
  outdir: 'watched',
  logLevel: 'warning',
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)}, targets: 'host' }), report],
})
await watched.watch()
`

interface Built {
  outputFiles?: [path: string, bytes: number][]
  metafile?: { inputs: object; outputs: Record<string, { bytes: number }> }
}

async function build(settings: object, options: object = {}): Promise<Built> {
  return JSON.parse(await project.succeed('build.mjs', JSON.stringify(settings), JSON.stringify(options))) as Built
}

beforeAll(() => {
  project = new Project('esbuild', ['esbuild'])
  project.write('build.mjs', BUILD(project.cache))
  project.write('watch.mjs', WATCH(project.cache))
})

describe('esbuild', () => {
  test('ES modules with splitting, in nested folders', async () => {
    const entryNames = 'a/b/[name]'
    const settings = { entryPoints: ['src/server.js'], outdir: 'esm', platform: 'node', splitting: true, entryNames }
    const { metafile } = await build({ ...settings, metafile: true, sourcemap: true })
    const { programs } = await project.expectExecutables('esm')
    await project.expectServer('esm/a/b/server.js')
    const { file, bytes } = programs['src/hello.wat'].builds[0].executables['win32-x64']!
    expect(metafile!.outputs[`esm/${file}`].bytes).toBe(bytes)
  })

  test('CommonJS for Node, with asset names', async () => {
    const assetNames = 'bin/[name]-[hash]'
    await build(
      {
        entryPoints: ['src/server.js'],
        outdir: 'cjs',
        platform: 'node',
        format: 'cjs',
        assetNames,
        outExtension: { '.js': '.cjs' },
        logLevel: 'error',
        define: { 'import.meta.url': '__url' },
        banner: { js: "const __url = require('url').pathToFileURL(__filename).href" },
      },
      { fileName: '[name]-[triple][ext]' },
    )
    await project.expectExecutables('cjs')
    const { hello } = await project.expectServer('cjs/server.cjs')
    expect(hello.targets['linux-arm64'].fileName).toMatch(/^hello-aarch64-unknown-linux-gnu-\w{8}$/)
    expect(hello.targets['linux-arm64'].url).toContain('/cjs/bin/hello-aarch64')
  })

  test('output is the same wherever the cache is, in the directories of the modules', async () => {
    project.write('src/deep/hello.wat', project.read('src/hello.wat'))
    project.write('src/deep/deep.js', "export { default } from './hello.wat?target=linux-x64,win32-x64&exe'\n")
    const settings = { entryPoints: ['src/deep/deep.js', 'src/main.js'], outbase: 'src', metafile: true }
    const names = { assetNames: '[dir]/bin/[name]-[hash]', entryNames: '[dir]/[name]-[hash]' }
    const built = await build({ ...settings, ...names, outdir: 'place' })
    const moved = { cacheDir: project.path('elsewhere/cache') }
    expect(await build({ ...settings, ...names, outdir: 'place' }, moved)).toEqual(built)
    const deep = Object.keys(built.metafile!.outputs).filter((file) => file.startsWith('place/deep/bin/'))
    expect(deep).toEqual([
      expect.stringMatching(/^place\/deep\/bin\/hello-linux-x64-\w{8}$/),
      expect.stringMatching(/^place\/deep\/bin\/hello-win32-x64-\w{8}\.exe$/),
    ])
    expect(Object.keys(built.metafile!.inputs).filter((file) => !file.startsWith('src/'))).toEqual([])
  })

  test('publicPath', async () => {
    await build({
      entryPoints: ['src/main.js'],
      outdir: 'cdn',
      publicPath: 'https://cdn.example/x',
      outExtension: { '.js': '.mjs' },
    })
    const main = (await import(project.path('cdn/main.mjs'))) as { hello: Program; href: string; url: string }
    expect(main.hello.targets['win32-x64'].url).toMatch(/^https:\/\/cdn\.example\/x\/hello-win32-x64-\w{8}\.exe$/)
    expect(main.href).toBe(main.hello.targets[host as 'linux-x64'].url)
    expect(main.url).toBe(main.href)
  })

  test('nothing written: files in memory, the manifest among them', async () => {
    const { outputFiles, metafile } = await build({ entryPoints: ['src/main.js'], outdir: 'memory', write: false })
    const names = outputFiles!.map(([path]) => path.slice(project.path('memory').length + 1))
    expect(names).toContain('exe-manifest.json')
    expect(names.filter((name) => name.endsWith('.exe'))).toHaveLength(3)
    expect(metafile).toBeUndefined()
  })

  test('TypeScript with new URL(), and imports of files without an extension', async () => {
    project.write('src/plain', 'export default 42')
    project.write(
      'src/typed.ts',
      "import answer from './plain'\n" +
        'enum Color { Red }\n' +
        'export const url: URL = <URL>new URL("./hello.wat?target=host&exe", import.meta.url)\n' +
        'export { answer, Color }\n',
    )
    await build({ entryPoints: ['src/typed.ts'], outdir: 'typed', outExtension: { '.js': '.mjs' } })
    const typed = (await import(project.path('typed/typed.mjs'))) as { answer: number; url: URL }
    expect(typed.answer).toBe(42)
    expect(fileURLToPath(typed.url)).toMatch(new RegExp(`typed.hello-${host}-\\w{8}(\\.exe)?$`))
  })

  test('a name with dots', async () => {
    project.write('src/my.app.wat', project.read('src/hello.wat'))
    project.write('src/dots.js', "import app from './my.app.wat?exe'\nconsole.log(app)\n")
    await build({ entryPoints: ['src/dots.js'], outdir: 'dots' })
    const names = readdirSync(project.path('dots'))
    expect(names).toContainEqual(expect.stringMatching(/^my_app-linux-x64-\w{8}$/))
    expect(names).toContainEqual(expect.stringMatching(/^my_app-win32-x64-\w{8}\.exe$/))
  })

  test('source maps', async () => {
    await build({ entryPoints: ['src/throws.js'], outdir: 'maps', sourcemap: true })
    await project.expectSourceMap('maps/throws.js')
  })

  test('what nobody uses is not emitted', async () => {
    project.write('src/unused.js', "import hello from './hello.wat?exe'\nexport const answer = 42\n")
    await build({ entryPoints: ['src/unused.js'], outdir: 'unused' })
    expect(readdirSync(project.path('unused'))).toEqual(['unused.js'])
  })

  test('errors name the file and what to do, once', async () => {
    const settings = { entryPoints: ['src/bad.js'], outdir: 'bad' }
    const { code, stderr } = await project.node('build.mjs', JSON.stringify(settings), '{}')
    expect(code).toBe(1)
    expect(stderr.match(/bad\.wat\+0x\w+: .*env\.foo/g)).toHaveLength(1)
  })

  test('warnings are told', async () => {
    project.write(
      'src/own.js',
      "import hello from './hello.wat?dir=/own=$EXE_DIR&target=host&exe'\nconsole.log(hello)\n",
    )
    const settings = { entryPoints: ['src/own.js'], outdir: 'own' }
    const { stderr } = await project.node('build.mjs', JSON.stringify(settings), '{}')
    expect(stderr).toContain('warning: the program may put another executable in its own place')
  })

  test('watch mode builds again when a program or its library changes', async () => {
    project.write(
      'src/watched.js',
      "import hello from './watched.wat?exe'\nimport app from './app.wat?module=math=./math.wat&exe'\nconsole.log(hello, app)\n",
    )
    const source = project.read('src/hello.wat')
    project.write('src/watched.wat', source)
    const child = project.start('watch.mjs')
    try {
      let output = ''
      child.stdout!.on('data', (data) => (output += String(data)))
      child.stderr!.on('data', (data) => (output += String(data)))
      const builds = async (count: number) => {
        await expect.poll(() => output.match(/^built/gm)?.length, { timeout: 30_000, message: output }).toBe(count)
      }
      await builds(1)
      const first = project.manifest('watched').programs['src/watched.wat']
      project.write(
        'src/watched.wat',
        source.replace('from hello', 'to watchers').replace('i32.const 18', 'i32.const 19'),
      )
      await builds(2)
      const second = project.manifest('watched').programs['src/watched.wat']
      expect(second.wasm.integrity).not.toBe(first.wasm.integrity)
      expect(Object.keys(second.builds[0].executables)).toEqual([host])
      project.write('src/watched.wat', '(module')
      await builds(3)
      expect(output).toMatch(/built 1/)
      project.write('src/watched.wat', source)
      await builds(4)
      expect(project.manifest('watched').programs['src/watched.wat']).toEqual(first)
      const app = project.manifest('watched').programs['src/app.wat']
      project.write('src/math.wat', project.read('src/math.wat').replace('42', '43'))
      await builds(5)
      const changed = project.manifest('watched').programs['src/app.wat']
      expect(changed.builds[0].libraries[0].integrity).not.toBe(app.builds[0].libraries[0].integrity)
    } finally {
      child.kill()
    }
  })

  test('builds of one plugin object at a time each say what is wrong', async () => {
    project.write('src/bad.js', "import bad from './bad.wat?exe'\nconsole.log(bad)\n")
    project.write(
      'beside.mjs',
      `
      import { build } from 'esbuild'
      import wasmExe from 'unplugin-wasm-exe/esbuild'
      const common = { entryPoints: ['src/bad.js'], bundle: true, write: false, logLevel: 'silent', plugins: [wasmExe({ targets: 'host', cacheDir: '.cache' })] }
      const builds = ['esm', 'iife'].map((format) => build({ ...common, format, outdir: format }))
      for (const { status, reason } of await Promise.allSettled(builds)) console.log(status, reason?.errors[0].text)
      `,
    )
    const lines = (await project.succeed('beside.mjs')).trim().split('\n')
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toMatch(/^rejected .*env\.foo/)
  })
})
