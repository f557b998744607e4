import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { host, type Project } from './project.ts'
import { BUNDLERS, NODE, WebpackProject } from './webpack-project.ts'
import type { Program } from '../../src/program.ts'
import { expectMode } from '../support/permissions.ts'

let project: WebpackProject

interface Exports {
  hello: Program
  href: string
  url: string
}

const MODULE = { target: ['web', 'es2022'], experiments: { outputModule: true } }

/** The bundlers of one family, which share an adapter. */
describe.each(BUNDLERS)('%s', (bundler) => {
  beforeAll(() => {
    project = new WebpackProject(bundler, bundler)
  })

  test('CommonJS for Node, in nested folders', async () => {
    await project.build({ ...NODE, output: { path: 'cjs', filename: 'a/b/[name].cjs', chunkFilename: 'c/[id].cjs' } })
    const { programs } = await project.expectExecutables('cjs')
    const report = await project.expectServer('cjs/a/b/main.cjs')
    const { file } = programs['src/hello.wat'].builds[0].executables['win32-arm64']!
    expect(file).toMatch(/^hello-win32-arm64-[0-9a-f]{8}\.exe$/)
    expect(report.hello.targets['win32-arm64'].fileName).toBe(file)
    expect(report.hello.targets['win32-arm64'].url).toMatch(/^file:.*\/cjs\/hello-win32-arm64/)
  })

  test.each(['', 'auto'])('ES modules for Node, with the public path "%s"', async (publicPath) => {
    const path = `esm${publicPath}`
    const output = { path, filename: 'a/[name].mjs', chunkFilename: '[id].mjs', module: true, publicPath }
    await project.build({ ...NODE, experiments: { outputModule: true }, output })
    await project.expectExecutables(path)
    await project.expectServer(`${path}/a/main.mjs`)
  })

  test('scripts in a page find executables beside them', async () => {
    await project.build({ entry: './src/page.js', target: 'web', output: { path: 'page' } })
    await project.expectExecutables('page')
    const { hello, href, url } = JSON.parse(await project.succeed('page.mjs', 'page/main.js')) as Exports
    expect(hello.targets['win32-x64'].url).toMatch(/^https:\/\/example\.org\/app\/hello-win32-x64-\w{8}\.exe$/)
    expect(href).toBe(hello.targets[host as 'linux-x64'].url)
    expect(url).toBe(href)
  })

  test('a public path elsewhere', async () => {
    const output = {
      path: 'cdn',
      filename: '[name].mjs',
      publicPath: 'https://cdn.example/x/',
      library: { type: 'module' },
    }
    await project.build({ entry: './src/main.js', ...MODULE, output })
    const main = (await import(project.path('cdn/main.mjs'))) as Exports
    expect(main.hello.targets['win32-x64'].url).toMatch(/^https:\/\/cdn\.example\/x\/hello-win32-x64-\w{8}\.exe$/)
    expect(main.href).toBe(main.hello.targets[host as 'linux-x64'].url)
    expect(main.url).toBe(main.href)
  })

  test('a server that tells browsers about executables and runs them', async () => {
    project.write(
      'src/public.js',
      "import { resolve } from 'unplugin-wasm-exe/node'\nimport hello from './hello.wat?exe'\n" +
        "import file from './hello.wat?target=host&href=file&exe'\n" +
        'console.log(JSON.stringify([hello, resolve(hello), file]))\n',
    )
    const output = { path: 'ssr', filename: 'server/[name].cjs', publicPath: '/static/' }
    await project.build({ entry: './src/public.js', target: 'node', output })
    const report = JSON.parse(await project.succeed('ssr/server/main.cjs')) as [Program, string, string]
    const [{ targets }, path, file] = report
    const { url, fileName } = targets[host as 'linux-x64']
    expect(url).toBe(`/static/${fileName}`)
    expect(path).toBe(project.path('ssr', fileName))
    expect(fileURLToPath(file)).toBe(path)
  })

  test.each([
    ['bin/[name].[contenthash:6][ext][query]', /^bin\/hello-win32-x64\.[0-9a-f]{6}\.exe$/],
    ['[path]x/[base]', /^src\/x\/hello-win32-x64\.exe$/],
    [{ js: '({ filename }) => `f/${filename}-[hash:4][ext]`' }, /^f\/src\/hello-win32-x64\.exe-[0-9a-f]{4}\.exe$/],
  ])('names by assetModuleFilename: %j', async (assetModuleFilename, expected) => {
    project.write('src/one.js', "import hello from './hello.wat?exe'\nconsole.log(JSON.stringify(hello))\n")
    await project.build({
      entry: './src/one.js',
      target: 'node',
      output: { path: 'named', clean: true, filename: '[name].cjs', assetModuleFilename },
    })
    const { targets } = JSON.parse(await project.succeed('named/main.cjs')) as Program
    const { executables } = project.manifest('named').programs['src/hello.wat'].builds[0]
    expect(executables['win32-x64']!.file).toMatch(expected)
    expect(targets['win32-x64'].fileName).toBe(executables['win32-x64']!.file.replace(/.*\//, ''))
    expect(fileURLToPath(targets['win32-x64'].url)).toBe(project.path('named', executables['win32-x64']!.file))
  })

  test('names by a template, and the manifest elsewhere', async () => {
    const options = { fileName: 'bin/[name]-[triple]-[hash][ext]', manifest: 'meta/exe.json' }
    await project.build({ ...NODE, output: { path: 'template', filename: '[name].cjs' } }, options)
    const report = await project.expectServer('template/main.cjs')
    expect(report.hello.targets['win32-x64'].fileName).toMatch(/^hello-x86_64-pc-windows-msvc-[0-9a-f]{8}\.exe$/)
    const { programs } = JSON.parse(project.read('template/meta/exe.json')) as ReturnType<Project['manifest']>
    const { file } = programs['src/lazy.wat'].builds[0].executables[host]!
    expect(existsSync(project.path('template/meta', file))).toBe(true)
    for (const name of readdirSync(project.path('template/bin'))) {
      expectMode(project.path('template/bin', name), 0o755)
    }
  })

  test('a name by the query', async () => {
    project.write(
      'src/query.js',
      "console.log(new URL('./hello.wat?target=host&fileName=x/[target]&exe', import.meta.url).href)\n",
    )
    await project.build({ entry: './src/query.js', target: 'node', output: { path: 'query', filename: '[name].cjs' } })
    const path = fileURLToPath((await project.succeed('query/main.cjs')).trim())
    expect(path).toBe(project.path('query/x', host))
  })

  test('a name with dots and spaces', async () => {
    project.write('src/my app.v1.wat', project.read('src/hello.wat'))
    project.write('src/dots.js', "import app from './my app.v1.wat?exe'\nconsole.log(JSON.stringify(app))\n")
    await project.build({ entry: './src/dots.js', target: 'node', output: { path: 'dots', filename: '[name].cjs' } })
    const { targets } = JSON.parse(await project.succeed('dots/main.cjs')) as Program
    expect(targets['linux-x64'].fileName).toMatch(/^my app\.v1-linux-x64-\w{8}$/)
    expect(existsSync(fileURLToPath(targets['linux-x64'].url))).toBe(true)
    expect(targets['win32-x64'].fileName).toMatch(/^my app\.v1-win32-x64-\w{8}\.exe$/)
  })

  test('source maps', async () => {
    const output = { path: 'maps', filename: '[name].cjs', devtoolModuleFilenameTemplate: '[absolute-resource-path]' }
    await project.build({
      entry: './src/throws.js',
      target: 'node',
      devtool: 'source-map',
      optimization: { minimize: false },
      output,
    })
    await project.expectSourceMap('maps/main.cjs')
  })

  test('rules of the configuration for .wasm files are for others', async () => {
    project.write('src/breaks.cjs', "module.exports = () => { throw new Error('not for us') }\n")
    const use = JSON.stringify(project.path('src/breaks.cjs'))
    const rule = { js: `({ test: /\\.wat$/, type: 'asset/inline', use: ${use} })` }
    await project.build({ ...NODE, module: { rules: [rule] }, output: { path: 'rules', filename: '[name].cjs' } })
    await project.expectServer('rules/main.cjs')
  })

  test('executables that only new URL() names', async () => {
    project.write('src/url.js', "console.log(new URL('./hello.wat?target=host&exe', import.meta.url).href)\n")
    await project.build({ entry: './src/url.js', target: 'node', output: { path: 'url', filename: '[name].cjs' } })
    const { file } = project.manifest('url').programs['src/hello.wat'].builds[0].executables[host]!
    const path = fileURLToPath((await project.succeed('url/main.cjs')).trim())
    expect(path).toBe(project.path('url', file))
    expectMode(path, 0o755)
  })

  test('what nobody uses is not emitted', async () => {
    project.write('src/unused.js', "import hello from './hello.wat?exe'\nexport const answer = 42\n")
    await project.build({ entry: './src/unused.js', output: { path: 'unused' } })
    expect(readdirSync(project.path('unused'))).toEqual(['main.js'])
  })

  test('the size of executables is no reason for warnings, others stay', async () => {
    project.write(
      'src/large.js',
      `import hello from './hello.wat?exe'\nglobalThis.x = [hello, '${'x'.repeat(9000)}']\n`,
    )
    const { stderr } = await project.node(
      'build.mjs',
      JSON.stringify({
        entry: './src/large.js',
        target: 'web',
        output: { path: 'large' },
        performance: { hints: 'warning', maxAssetSize: 5000 },
      }),
      '{}',
    )
    expect(stderr).toMatch(/exceed the recommended size limit/)
    expect(stderr).toMatch(/main\.js/)
    expect(stderr).not.toMatch(/hello-/)
  })

  test('several entries and configurations share what they import', async () => {
    const entry = { first: './src/main.js', second: './src/page.js' }
    const web = { entry, target: 'web', output: { path: 'several/web' } }
    const node = { ...NODE, output: { path: 'several/node', filename: '[name].cjs' } }
    await project.build([web, node])
    for (const path of ['several/web', 'several/node']) await project.expectExecutables(path)
    await project.expectServer('several/node/main.cjs')
    const names = readdirSync(project.path('several/web'))
    expect(names.filter((name) => name.startsWith(`hello-${host}`))).toHaveLength(2)
  })

  test('warnings are told', async () => {
    project.write(
      'src/own.js',
      "import hello from './hello.wat?dir=/own=$EXE_DIR&target=host&exe'\nconsole.log(hello)\n",
    )
    const settings = { entry: './src/own.js', output: { path: 'own' } }
    const { stderr } = await project.node('build.mjs', JSON.stringify(settings), '{}')
    expect(stderr).toContain('the program may put another executable in its own place')
  })

  test('errors name the file and what to do, once', async () => {
    const settings = { entry: './src/bad.js', output: { path: 'bad' } }
    const { code, stderr } = await project.node('build.mjs', JSON.stringify(settings), '{}')
    expect(code).toBe(1)
    expect(stderr).toMatch(/bad\.wat\+0x\w+: .*env\.foo.*\n.*wasm32-wasip1/)
    expect(stderr.match(/bad\.wat\+0x\w+/g)).toHaveLength(1)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(existsSync(project.path('bad'))).toBe(false)
  })

  test.each(['production', 'development'])('errors of new URL(), %s', async (mode) => {
    project.write('src/bad-url.js', "export const url = new URL('./bad.wat?target=host&exe', import.meta.url)\n")
    const settings = { mode, entry: './src/bad-url.js', output: { path: 'bad-url' } }
    const { code, stderr } = await project.node('build.mjs', JSON.stringify(settings), '{}')
    expect(code).toBe(1)
    expect(stderr.match(/bad\.wat\+0x\w+: .*env\.foo/g)).toHaveLength(1)
  })

  test('compilers inside of the compiler write nothing outside of the output', async () => {
    const id = './hello.wat?target=linux-x64&fileName=x/[ext].[ext]./[ext].[ext]./evil-[target]&exe'
    project.write('src/out.js', `export { default } from '${id}'\n`)
    project.write(
      'src/inner.cjs',
      `module.exports = function () {
        const done = this.async()
        this.importModule('./out.js', {}).then((program) => done(null, 'console.log(' + JSON.stringify(program) + ')'), done)
      }`,
    )
    project.write('src/outer.js', 'console.log(1)\n')
    const rule = { js: `({ test: /outer\\.js$/, use: ${JSON.stringify(project.path('src/inner.cjs'))} })` }
    const settings = { entry: './src/outer.js', module: { rules: [rule] }, output: { path: 'deep/inner' } }
    const { code, stderr } = await project.node('build.mjs', JSON.stringify(settings), '{}')
    expect(stderr).toContain('leads out of the output directory')
    expect(code).toBe(1)
    expect(existsSync(project.path('evil-linux-x64'))).toBe(false)
  })

  test('executables of compilers inside of the compiler, and of code that runs while building', async () => {
    project.write('src/imported.js', "export { default } from './hello.wat?target=host&fileName=inner-[target]&exe'\n")
    project.write(
      'src/runs.cjs',
      `module.exports = function () {
        const done = this.async()
        this.importModule('./imported.js', { publicPath: '/' }).then((program) => done(null, 'console.log(' + JSON.stringify(program) + ')'), done)
      }`,
    )
    project.write('src/run.js', 'console.log(1)\n')
    project.write(
      'src/child.js',
      "import hello from './hello.wat?target=host&fileName=child-[target]&exe'\nconsole.log(hello)\n",
    )
    const child = {
      js: `({ apply: ({ context, hooks, webpack }) => hooks.make.tapAsync('child', (compilation, done) => {
        const entry = new webpack.EntryPlugin(context, './src/child.js', { name: 'child' })
        compilation.createChildCompiler('child', { filename: 'child.js' }, [entry]).runAsChild((error) => done(error))
      }) })`,
    }
    const rule = { js: `({ test: /run\\.js$/, use: ${JSON.stringify(project.path('src/runs.cjs'))} })` }
    const output = { path: 'inside' }
    await project.build({ entry: './src/run.js', module: { rules: [rule] }, output, plugins: [child] })
    const { builds } = project.manifest('inside').programs['src/hello.wat']
    expect(Object.values(builds[0].executables)).toHaveLength(1)
    for (const name of [`inner-${host}`, `child-${host}`]) {
      expect(existsSync(project.path('inside', name))).toBe(true)
      expectMode(project.path('inside', name), 0o755)
    }
  })

  test('words that do not exist', async () => {
    project.write('src/words.js', "export const url = new URL('./hello.wat?optimise=2&exe', import.meta.url)\n")
    const settings = { entry: './src/words.js', output: { path: 'bad' } }
    const { code, stderr } = await project.node('build.mjs', JSON.stringify(settings), '{}')
    expect(code).toBe(1)
    expect(stderr).toMatch(/unknown word "optimise".*did you mean "optimize"\?/)
  })

  test('two contents that want one name', async () => {
    const settings = { entry: './src/page.js', output: { path: 'bad' } }
    const { code, stderr } = await project.node('build.mjs', JSON.stringify(settings), '{"fileName":"[target][ext]"}')
    expect(code).toBe(1)
    expect(stderr).toMatch(/same filename linux-x64|different content for the same output file "linux-x64"/)
  })

  test('options that do not exist', async () => {
    const { code, stderr } = await project.node(
      'build.mjs',
      JSON.stringify({ ...NODE, output: { path: 'bad' } }),
      '{"target":"host"}',
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/unknown option "target".*did you mean "targets"\?/)
  })

  test('require() from a configuration in CommonJS', async () => {
    project.write(
      'config.cjs',
      `const wasmExe = require('unplugin-wasm-exe/${bundler}').default\nconsole.log(typeof wasmExe().apply)\n`,
    )
    expect(await project.succeed('config.cjs')).toBe('function\n')
  })
})
