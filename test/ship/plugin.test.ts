/** What the plugin's options ship when a bundle is written, in a bundler of each kind. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { build as esbuild } from 'esbuild'
import { rollup } from 'rollup'
import { build as vite, createBuilder } from 'vite'
import webpack from 'webpack'
import { describe, expect, test } from 'vitest'
import built from '../../dist/plugins/webpack.js'
import { unplugin, type Options } from '../../src/index.ts'
import { fixture } from '../cli/cli.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { expectMode } from '../support/permissions.ts'

const dir = temporaryDirectory('ship')

/** A project with a program, or two. */
function project(name: string, code = "import hello from './hello.wat?exe'\nconsole.log(hello)\n"): string {
  const root = join(dir, name)
  mkdirSync(root, { recursive: true })
  copyFileSync(fixture('hello.wat'), join(root, 'hello.wat'))
  copyFileSync(fixture('hello.wat'), join(root, 'other.wat'))
  writeFileSync(join(root, 'main.js'), code)
  writeFileSync(join(root, 'package.json'), '{"name":"project","license":"MIT","type":"module"}')
  return root
}

type Bundle = (root: string, options: Options, main?: string) => Promise<unknown>
const viteBuild = (root: string, options: Options, main = 'main.js', outDir = 'dist'): Promise<unknown> =>
  vite({
    root,
    logLevel: 'silent',
    configFile: false,
    plugins: [unplugin.vite(options)],
    build: { outDir, rollupOptions: { input: join(root, main) } },
  })
/** Runs webpack. */
function run(configuration: webpack.Configuration | webpack.Configuration[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const configurations = Array.isArray(configuration) ? configuration : [configuration]
    webpack(configurations, (error, stats) => {
      const failure = error ?? stats?.stats.flatMap(({ compilation }) => compilation.errors)[0]
      if (failure) reject(failure)
      else resolve(stats)
    })
  })
}

const bundlers: Record<string, Bundle> = {
  vite: viteBuild,
  async rollup(root, options, main = 'main.js') {
    const cwd = process.cwd()
    process.chdir(root)
    try {
      const bundle = await rollup({ input: main, plugins: [unplugin.rollup(options)] })
      await bundle.write({ dir: 'dist' })
    } finally {
      process.chdir(cwd)
    }
  },
  esbuild: (root, options, main = 'main.js') =>
    esbuild({
      absWorkingDir: root,
      entryPoints: [main],
      bundle: true,
      outdir: 'dist',
      logLevel: 'silent',
      plugins: [unplugin.esbuild(options)],
    }),
  webpack: (root, options, main = 'main.js') =>
    // Its loader is a file that webpack itself imports.
    run({
      context: root,
      mode: 'none',
      entry: `./${main}`,
      output: { path: join(root, 'dist') },
      plugins: [built(options)],
    }),
}

const targets = ['linux-x64', 'win32-x64'] as const
const npm = { name: '@you/hello', version: '1.2.3', packageJson: 'package.json' }

describe.each(Object.keys(bundlers).map((name) => [name] as const))('%s', (name) => {
  test('npm: the packages of the program, with what was emitted', async () => {
    const root = project(`npm-${name}`)
    await bundlers[name](root, { targets, npm, cacheDir: join(dir, 'cache') })
    expect(readdirSync(join(root, 'npm')).toSorted()).toEqual(['hello', 'hello-linux-x64', 'hello-win32-x64'])
    const main = JSON.parse(readFileSync(join(root, 'npm/hello/package.json'), 'utf8')) as object
    expect(main).toMatchObject({ name: '@you/hello', version: '1.2.3', license: 'MIT' })
    const { programs } = JSON.parse(readFileSync(join(root, 'dist/exe-manifest.json'), 'utf8')) as {
      programs: Record<string, { builds: { executables: Record<string, { file: string }> }[] }>
    }
    for (const [target, file] of [
      ['linux-x64', 'hello'],
      ['win32-x64', 'hello.exe'],
    ] as const) {
      const emitted = join(root, 'dist', programs['hello.wat'].builds[0].executables[target].file)
      expect(readFileSync(join(root, 'npm', `hello-${target}`, file)).equals(readFileSync(emitted))).toBe(true)
    }
  })
})

test('tauri: each program under its triples, and one file for both Macs', async () => {
  const code =
    "import hello from './hello.wat?exe'\nimport other from './other.wat?target=linux-arm64&exe'\nconsole.log(hello, other)\n"
  const root = project('tauri', code)
  const macs = ['linux-x64', 'darwin-x64', 'darwin-arm64', 'win32-arm64'] as const
  await viteBuild(root, {
    targets: macs,
    tauri: true,
    macos: { identifier: 'com.example.x' },
    cacheDir: join(dir, 'cache'),
  })
  const at = join(root, 'src-tauri/binaries')
  expect(readdirSync(at).toSorted()).toEqual([
    'hello-aarch64-apple-darwin',
    'hello-aarch64-pc-windows-msvc.exe',
    'hello-universal-apple-darwin',
    'hello-x86_64-apple-darwin',
    'hello-x86_64-unknown-linux-gnu',
    'other-aarch64-unknown-linux-gnu',
  ])
  const universal = readFileSync(join(at, 'hello-universal-apple-darwin'))
  for (const arch of ['x86_64', 'aarch64'])
    expect(universal.includes(readFileSync(join(at, `hello-${arch}-apple-darwin`)))).toBe(true)
  for (const name of readdirSync(at)) expectMode(join(at, name), 0o755)
})

test('tauri: no program takes the place of another that is called as it is', async () => {
  const root = project(
    'tauri-names',
    "import hello from './hello.wat?exe'\nimport other from 'dep'\nconsole.log(hello, other)\n",
  )
  mkdirSync(join(root, 'node_modules/dep'), { recursive: true })
  copyFileSync(fixture('hello.wat'), join(root, 'node_modules/dep/Hello.wat'))
  writeFileSync(join(root, 'node_modules/dep/package.json'), '{"name":"dep","type":"module","main":"index.js"}')
  writeFileSync(join(root, 'node_modules/dep/index.js'), "export { default } from './Hello.wat?optimize=2&exe'\n")
  const built = viteBuild(root, { targets: ['linux-x64'], tauri: true, cacheDir: join(dir, 'cache') })
  await expect(built).rejects.toThrow('hello.wat and node_modules/dep/Hello.wat are both called Hello')
  expect(existsSync(join(root, 'src-tauri'))).toBe(false)
})

test('tauri: what lies there and is none of ours stays', async () => {
  const root = project('tauri-foreign')
  const options = { targets: ['linux-x64', 'darwin-x64'] as const, tauri: true, cacheDir: join(dir, 'cache') }
  const place = join(root, 'src-tauri/binaries/hello-x86_64-unknown-linux-gnu')
  mkdirSync(join(root, 'src-tauri/binaries'), { recursive: true })
  writeFileSync(place, 'another program')
  await expect(viteBuild(root, options)).rejects.toThrow(
    `${place} is there, and is no program of wasm-exe called hello`,
  )
  expect(readFileSync(place, 'utf8')).toBe('another program')
  expect(readdirSync(join(root, 'src-tauri/binaries'))).toHaveLength(1)
  // What holds the place for cargo.
  writeFileSync(place, '')
  for (let times = 0; times < 2; times++) await viteBuild(root, options)
  // A program of ours that somebody has put there under another name.
  copyFileSync(place, join(root, 'src-tauri/binaries/other-x86_64-unknown-linux-gnu'))
  writeFileSync(join(root, 'main.js'), "import other from './other.wat?exe'\nconsole.log(other)\n")
  await expect(viteBuild(root, options)).rejects.toThrow('is no program of wasm-exe called other')
})

test.each([
  { tauri: true, place: 'src-tauri/binaries/hello' },
  { npm: { ...npm, program: 'hello' }, place: 'npm/hello-linux-x64' },
])('$place is one program’s, whichever build writes it', async ({ place, ...ways }) => {
  const root = project(`builds-${Object.keys(ways).join('')}`)
  mkdirSync(join(root, 'node_modules/dep'), { recursive: true })
  copyFileSync(fixture('hello.wat'), join(root, 'node_modules/dep/hello.wat'))
  writeFileSync(join(root, 'node_modules/dep/index.js'), "import hello from './hello.wat?exe'\nconsole.log(hello)\n")
  const options = { targets: ['linux-x64'] as const, ...ways, cacheDir: join(dir, 'cache') }
  const buildOwn = () => viteBuild(root, options)
  const buildOther = (main = 'node_modules/dep/index.js') => viteBuild(root, options, main, 'dist/client')
  await buildOwn()
  // As an environment or a compiler does that has no import of the project's program.
  const modules = ['hello.wat', 'node_modules/dep/hello.wat'].map((name) => join(root, name)).join(' and ')
  await expect(buildOther()).rejects.toThrow(`${modules} would both become ${join(root, place)}`)
  await buildOther('main.js')
  // The file moves, and another build has not seen it yet.
  for (const name of ['main.js', 'hello.wat']) rmSync(join(root, name))
  mkdirSync(join(root, 'src'))
  copyFileSync(fixture('hello.wat'), join(root, 'src/hello.wat'))
  writeFileSync(join(root, 'main.js'), "import hello from './src/hello.wat?exe'\nconsole.log(hello)\n")
  await buildOwn()
})

describe.each(Object.keys(bundlers).map((name) => [name] as const))(
  '%s, a list of builds into one directory',
  (name) => {
    const roots = (what: string): string => {
      const root = project(`${what}-${name}`)
      mkdirSync(join(root, 'node_modules/dep'), { recursive: true })
      const program = readFileSync(join(root, 'hello.wat'), 'utf8')
      writeFileSync(join(root, 'node_modules/dep/hello.wat'), program.replace('Hello', 'HELLO'))
      writeFileSync(join(root, 'dep.js'), "import hello from './node_modules/dep/hello.wat?exe'\nconsole.log(hello)\n")
      return root
    }
    test.each<[string, Options]>([
      ['fileName', { fileName: 'bin/[name]-[target][ext]' }],
      ['npm', { npm }],
      ['tauri', { tauri: true }],
    ])('%s: no program takes the place of another’s', async (what, ways) => {
      // esbuild's own names have a hash.
      if (name === 'esbuild' && what === 'fileName') return
      const root = roots(`list-${what}`)
      const options = { targets: ['linux-x64'] as const, cacheDir: join(dir, 'cache'), ...ways }
      await bundlers[name](root, options)
      await expect(bundlers[name](root, options, 'dep.js')).rejects.toThrow(
        /hello\.wat and .*hello\.wat would both become/,
      )
      // And one build may be done again, with what another module has.
      writeFileSync(join(root, 'main.js'), readFileSync(join(root, 'dep.js')))
      await bundlers[name](root, options)
    })
  },
)

test.each(['webpack', 'rollup', 'esbuild', 'vite'])(
  '%s: builds of one entry that differ in what its imports lead to are several',
  async (name) => {
    const root = project(`aliases-${name}`, "import hello from '#hello'\nconsole.log(hello)\n")
    mkdirSync(join(root, 'node_modules/dep'), { recursive: true })
    const program = readFileSync(join(root, 'hello.wat'), 'utf8')
    writeFileSync(join(root, 'node_modules/dep/hello.wat'), program.replace('Hello', 'HELLO'))
    writeFileSync(join(root, 'own.js'), "export { default } from './hello.wat?exe'\n")
    writeFileSync(join(root, 'dep.js'), "export { default } from './node_modules/dep/hello.wat?exe'\n")
    const entry = join(root, 'main.js')
    const outDir = join(root, 'dist')
    const own = {
      targets: ['linux-x64'] as const,
      npm: { ...npm, packageJson: join(root, 'package.json'), out: join(root, 'npm') },
    }
    const options = () => ({ ...own, cacheDir: join(dir, 'cache') })
    const alias = (file: string) => ({ '#hello': join(root, file) })
    const chosen = (file: string) => ({
      name: 'chosen',
      resolveId: (id: string) => (id === '#hello' ? join(root, file) : null),
    })
    const builds: Record<string, (file: string) => Promise<unknown>> = {
      webpack: (file) => {
        const output = { path: outDir, filename: '[name].[contenthash].js' }
        const settings = { context: root, mode: 'none' as const, entry, output }
        return run({ ...settings, resolve: { alias: alias(file) }, plugins: [built(options())] })
      },
      async rollup(file) {
        const bundle = await rollup({ input: entry, plugins: [chosen(file), unplugin.rollup(options())] })
        await bundle.write({ dir: outDir, entryFileNames: '[name]-[hash].js' })
      },
      esbuild: (file) =>
        esbuild({
          absWorkingDir: root,
          entryPoints: [entry],
          entryNames: '[name]-[hash]',
          bundle: true,
          outdir: outDir,
          alias: alias(file),
          logLevel: 'silent',
          plugins: [unplugin.esbuild(options())],
        }),
      vite: (file) =>
        vite({
          root,
          logLevel: 'silent',
          configFile: false,
          plugins: [chosen(file), unplugin.vite(options())],
          build: { outDir, emptyOutDir: false, rollupOptions: { input: entry } },
        }),
    }
    await builds[name]('own.js')
    await expect(builds[name]('dep.js')).rejects.toThrow(/hello\.wat and .*hello\.wat would both become/)
    await builds[name]('own.js')
  },
)

test('webpack: a list of builds, all with the program, ships it once', async () => {
  const root = project('list')
  const own = { targets: ['linux-x64'] as const, npm: { ...npm, packageJson: join(root, 'package.json') } }
  const settings = { context: root, mode: 'none' as const, entry: './main.js' }
  const each = (name: string) => ({
    ...settings,
    output: { path: join(root, 'dist', name) },
    plugins: [built({ ...own, cacheDir: join(dir, 'cache') })],
  })
  for (let tries = 0; tries < 5; tries++) await run(['a', 'b', 'c', 'd'].map(each))
  expectMode(join(root, 'npm/hello-linux-x64/hello'), 0o755)
  expect(readdirSync(join(root, 'npm')).toSorted()).toEqual(['hello', 'hello-linux-x64'])
})

test.each(['webpack', 'rollup', 'esbuild', 'vite'])(
  '%s: builds of one entry for several systems are several',
  async (name) => {
    const root = project(`systems-${name}`)
    mkdirSync(join(root, 'node_modules/dep'), { recursive: true })
    copyFileSync(fixture('hello.wat'), join(root, 'node_modules/dep/hello.wat'))
    const imports = {
      '#hello': { node: './own.js', default: './none.js' },
      '#dep': { node: './none.js', default: './dep.js' },
    }
    writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', imports }))
    for (const [file, path] of [
      ['own', './hello.wat'],
      ['dep', './node_modules/dep/hello.wat'],
    ])
      writeFileSync(join(root, `${file}.js`), `export { default } from '${path}?exe'\n`)
    writeFileSync(join(root, 'none.js'), 'export default null\n')
    const entry = join(root, 'main.js')
    writeFileSync(entry, "import hello from '#hello'\nimport dep from '#dep'\nconsole.log(hello, dep)\n")
    const own = { targets: ['linux-x64'] as const, tauri: true, cacheDir: join(dir, 'cache') }
    const outDir = join(root, 'dist')
    const chosen = (isNode: boolean) => ({
      name: 'chosen',
      resolveId: (id: string) =>
        id.startsWith('#')
          ? join(root, `${isNode === (id === '#hello') ? id.replace('#hello', 'own').replace('#', '') : 'none'}.js`)
          : null,
    })
    const builds: Record<string, (isNode: boolean) => Promise<unknown>> = {
      webpack: (isNode) =>
        new Promise((done, fail) => {
          const output = { path: outDir, filename: isNode ? 'node.js' : 'web.js' }
          const settings = { context: root, mode: 'none' as const, target: isNode ? 'node' : 'web' }
          webpack({ ...settings, entry, output, plugins: [built({ ...own })] }, (error, stats) => {
            const failure = error ?? stats?.compilation.errors[0]
            if (failure) fail(failure)
            else done(stats)
          })
        }),
      async rollup(isNode) {
        const cwd = process.cwd()
        process.chdir(root)
        try {
          const bundle = await rollup({ input: entry, plugins: [chosen(isNode), unplugin.rollup({ ...own })] })
          await bundle.write({ dir: 'dist', entryFileNames: isNode ? 'node.js' : 'web.js' })
        } finally {
          process.chdir(cwd)
        }
      },
      esbuild: (isNode) =>
        esbuild({
          absWorkingDir: root,
          entryPoints: [entry],
          bundle: true,
          format: 'esm',
          platform: isNode ? 'node' : 'browser',
          outfile: join(outDir, isNode ? 'node.js' : 'web.js'),
          logLevel: 'silent',
          plugins: [unplugin.esbuild({ ...own })],
        }),
      vite: (isNode) =>
        vite({
          root,
          logLevel: 'silent',
          configFile: false,
          plugins: [chosen(isNode), unplugin.vite({ ...own })],
          build: { outDir, emptyOutDir: false, rollupOptions: { input: entry }, ...(isNode && { ssr: entry }) },
        }),
    }
    await builds[name](true)
    await expect(builds[name](false)).rejects.toThrow(/hello\.wat and .*hello\.wat would both become/)
    await builds[name](true)
  },
)

describe('environments of Vite that have the same program', () => {
  const builds = (root: string, server: string, options: Options = {}) => {
    writeFileSync(join(root, 'server.js'), `import hello from './hello.wat?${server}'\nconsole.log(hello)\n`)
    const own = { cacheDir: join(dir, 'cache'), targets, ...options }
    const builder = (environments: string[]) =>
      createBuilder({
        root,
        logLevel: 'silent',
        configFile: false,
        plugins: [unplugin.vite(own)],
        environments: {
          client: { build: { outDir: 'dist/client', rollupOptions: { input: join(root, 'main.js') } } },
          ssr: { build: { outDir: 'dist/server', rollupOptions: { input: join(root, 'server.js') } } },
        },
        builder: {
          async buildApp({ build, environments: all }) {
            for (const name of environments) await build(all[name])
          },
        },
      })
    return async (...environments: string[]) => (await builder(environments)).buildApp()
  }

  test.each([
    ['client', 'ssr'],
    ['ssr', 'client'],
  ])('ship it for the targets of all: %s, %s', async (...order) => {
    const root = project(`environments-${order[0]}`)
    const environments = { ssr: { targets: ['linux-x64'] as const } }
    await builds(root, 'exe', { npm: { ...npm, packageJson: undefined }, environments })(...order)
    const main = JSON.parse(readFileSync(join(root, 'npm/hello/package.json'), 'utf8')) as {
      optionalDependencies: object
    }
    expect(Object.keys(main.optionalDependencies)).toEqual(targets.map((target) => `@you/hello-${target}`))
    for (const target of targets) expect(existsSync(join(root, `npm/hello-${target}/package.json`))).toBe(true)
  })

  test.each<[string, Options]>([
    ['npm', { npm: { ...npm, packageJson: undefined } }],
    ['tauri', { tauri: true }],
  ])('%s: ship none with options that others do not give it', async (name, options) => {
    const root = project(`grants-${name}`)
    const build = builds(root, 'dir=/=/&exe', options)('client', 'ssr')
    await expect(build).rejects.toThrow(/builds import .*hello\.wat with several sets of options/)
  })
})

test('archives: beside the executables, where the program says', async () => {
  const root = project('archives')
  writeFileSync(join(root, 'README.md'), '# Hello')
  await viteBuild(root, { targets, archives: { readme: 'README.md' }, cacheDir: join(dir, 'cache') })
  const assets = readdirSync(join(root, 'dist/assets'))
  const code = readFileSync(
    join(
      root,
      'dist/assets',
      assets.find((name) => name.endsWith('.js'))!,
    ),
    'utf8',
  )
  const archives = assets.filter((name) => /\.(?:tar\.gz|zip)$/.test(name))
  expect(archives).toEqual([
    expect.stringMatching(/^hello-linux-x64-[\w-]{8}\.tar\.gz$/),
    expect.stringMatching(/^hello-win32-x64-[\w-]{8}\.exe\.zip$/),
  ])
  for (const name of archives) expect(code).toMatch(new RegExp(`/assets/${name.replace(/(?:\.tar\.gz|\.zip)$/, '')}`))
  expect(code).toMatch(/hello-linux-x64\.tar\.gz/)
  for (const name of archives) {
    const bytes = readFileSync(join(root, 'dist/assets', name))
    const integrity = `sha256-${createHash('sha256').update(bytes).digest('base64')}`
    expect(code).toContain(integrity)
    expect(code).toMatch(new RegExp(`size: ?${bytes.length}\\b`))
  }
  const listed = readFileSync(join(root, 'dist/SHA256SUMS'), 'utf8').trim().split('\n')
  expect(listed.map((line) => line.slice(66)).toSorted()).toEqual(
    assets.filter((name) => !name.endsWith('.js')).map((name) => `assets/${name}`),
  )
})

test('archives: a list of builds into one directory has one list of checksums', async () => {
  const root = project('archives-list')
  writeFileSync(join(root, 'other.js'), "import other from './other.wat?exe'\nconsole.log(other)\n")
  const options = { targets: ['linux-x64'] as const, archives: true, cacheDir: join(dir, 'cache') }
  const listed = () => readFileSync(join(root, 'dist/SHA256SUMS'), 'utf8').replaceAll(/^\w{64} {2}/gm, '')
  await bundlers.rollup(root, options)
  const [, archive] = listed().split('\n')
  await bundlers.rollup(root, options, 'other.js')
  expect(listed()).toMatch(/^assets\/hello-\S+\n\S+\.tar\.gz\nassets\/other-\S+\n\S+\.tar\.gz\n$/)
  // What is no longer there, or another file, is left out.
  writeFileSync(join(root, 'dist', archive), '')
  await bundlers.rollup(root, options, 'other.js')
  expect(listed()).not.toContain(archive)
})

test('archives: none takes the place of another program', async () => {
  const root = project('archives-place', "import a from './hello.wat?exe'\nimport b from 'dep'\nconsole.log(a, b)\n")
  mkdirSync(join(root, 'node_modules/dep'), { recursive: true })
  copyFileSync(fixture('hello.wat'), join(root, 'node_modules/dep/hello.tar.gz.wat'))
  writeFileSync(join(root, 'node_modules/dep/package.json'), '{"name":"dep","type":"module","main":"index.js"}')
  writeFileSync(
    join(root, 'node_modules/dep/index.js'),
    "export { default } from './hello.tar.gz.wat?optimize=2&exe'\n",
  )
  const options = { targets: ['linux-x64'] as const, archives: true, cacheDir: join(dir, 'cache') }
  const built = viteBuild(root, { ...options, fileName: '[target]/[name][ext]' })
  await expect(built).rejects.toThrow(
    /hello\.wat and .*hello\.tar\.gz\.wat would both become|hello\.tar\.gz\.wat and .*hello\.wat would/,
  )
})

describe('npm, where a bundle has several programs', () => {
  const two = "import hello from './hello.wat?exe'\nimport other from './other.wat?exe'\nconsole.log(hello, other)\n"
  test('asks which one', async () => {
    const build = viteBuild(project('several', two), { targets, npm, cacheDir: join(dir, 'cache') })
    await expect(build).rejects.toThrow(/npm: the bundle has several programs: hello\.wat, other\.wat/)
  })
  test.each(['other', './other.wat'])('takes %s', async (program) => {
    const root = project(`chosen-${program.length}`, two)
    await viteBuild(root, { targets, npm: { ...npm, program, bin: 'other' }, cacheDir: join(dir, 'cache') })
    expect(existsSync(join(root, 'npm/hello-linux-x64/other'))).toBe(true)
  })
  test('does not guess between sets of options', async () => {
    const code = "import a from './hello.wat?exe'\nimport b from './hello.wat?arg=x&exe'\nconsole.log(a, b)\n"
    const build = viteBuild(project('options', code), { targets, npm, cacheDir: join(dir, 'cache') })
    await expect(build).rejects.toThrow(/hello\.wat is imported with several sets of options for linux-x64/)
  })
})
