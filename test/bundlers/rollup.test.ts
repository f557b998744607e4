import { existsSync, readdirSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { createExecutable, hostTarget } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { runExecutable } from '../support/run-target.ts'
import { NEW_FILES_UNSEEN, Project, rolldownSeesNewFiles } from './project.ts'
import { expectMode } from '../support/permissions.ts'

let project: Project

const BUILD = (bundler: string, cache: string) => `
import { ${bundler} } from '${bundler}'
import wasmExe from 'unplugin-wasm-exe/${bundler}'

const [input, options, output] = process.argv.slice(2).map((text, index) => (index ? JSON.parse(text) : text))
const bundle = await ${bundler}({
  input,
  external: /^node:|^unplugin-wasm-exe/,
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)}, ...options })],
})
await bundle.write(output)
`

/** As tsdown does it for its usual `['esm', 'cjs']`. */
const SIDE_BY_SIDE = (bundler: string, cache: string) => `
import { ${bundler} } from '${bundler}'
import wasmExe from 'unplugin-wasm-exe/${bundler}'

const plugins = [wasmExe({ cacheDir: ${JSON.stringify(cache)} })]
await Promise.all([['es', 'mjs'], ['cjs', 'cjs']].map(async ([format, extension]) => {
  const bundle = await ${bundler}({ input: 'src/server.js', external: /^node:|^unplugin-wasm-exe/, plugins })
  const names = { entryFileNames: '[name].' + extension, chunkFileNames: '[name]-[hash].' + extension }
  await bundle.write({ dir: 'side/' + format, format, ...names })
}))
`

function build(input: string, output: object, options: object = {}): Promise<string> {
  return project.succeed('build.mjs', input, JSON.stringify(options), JSON.stringify(output))
}

const WATCH = (bundler: string, cache: string) => `
import { watch } from '${bundler}'
import wasmExe from 'unplugin-wasm-exe/${bundler}'

const watcher = watch({
  input: 'src/watched.js',
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)}, targets: 'host' })],
  output: { dir: 'watched' },
})
watcher.on('event', ({ code, result, error }) => {
  if (code === 'END') console.log('built')
  if (code === 'ERROR') console.log(error.message)
  void result?.close()
})
`

/** The bundlers of one family, which share an adapter. */
describe.each(['rollup', 'rolldown'])('%s', (bundler) => {
  beforeAll(() => {
    project = new Project(bundler, [bundler])
    project.write('build.mjs', BUILD(bundler, project.cache))
  })

  test('ES modules in nested folders', async () => {
    await build('src/server.js', { dir: 'es', format: 'es', entryFileNames: 'a/b/[name].js', sourcemap: true })
    const { programs } = await project.expectExecutables('es')
    const report = await project.expectServer('es/a/b/server.js')
    const { file } = programs['src/hello.wat'].builds[0].executables['win32-arm64']!
    expect(file).toMatch(/^assets\/hello-win32-arm64-[\w-]{8}\.exe$/)
    expect(report.hello.targets['win32-arm64'].fileName).toBe(file.slice('assets/'.length))
    expect(report.hello.targets['win32-arm64'].url).toMatch(/^file:.*\/es\/assets\/hello-win32-arm64/)
  })

  test('CommonJS, with names by a template and no manifest', async () => {
    await build(
      'src/server.js',
      { dir: 'cjs', format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
      { fileName: 'bin/[name]-[triple]-[hash][ext]', manifest: false },
    )
    const report = await project.expectServer('cjs/server.cjs')
    expect(report.hello.targets['win32-x64'].fileName).toMatch(/^hello-x86_64-pc-windows-msvc-[0-9a-f]{8}\.exe$/)
    expect(existsSync(project.path('cjs/exe-manifest.json'))).toBe(false)
    for (const name of readdirSync(project.path('cjs/bin'))) {
      expectMode(project.path('cjs/bin', name), 0o755)
    }
  })

  test('one plugin object in builds side by side', async () => {
    project.write('side.mjs', SIDE_BY_SIDE(bundler, project.cache))
    await project.succeed('side.mjs')
    await project.expectServer('side/es/server.mjs')
    await project.expectServer('side/cjs/server.cjs')
    for (const output of ['side/es', 'side/cjs']) await project.expectExecutables(output)
  })

  test('a name with dots', async () => {
    project.write('src/my.app.wat', project.read('src/hello.wat'))
    project.write('src/dots.js', "import app from './my.app.wat?exe'\nconsole.log(app)\n")
    await build('src/dots.js', { dir: 'dots' })
    const names = readdirSync(project.path('dots/assets'))
    expect(names).toContainEqual(expect.stringMatching(/^my_app-linux-x64-[\w-]{8}$/))
    expect(names).toContainEqual(expect.stringMatching(/^my_app-win32-x64-[\w-]{8}\.exe$/))
  })

  test('a profile is used for the program of its name', async () => {
    const host = hostTarget()!.name
    const counting = await createExecutable(await assemble(project.read('src/hello.wat')), {
      name: 'hello',
      cacheDir: project.cache,
      profileGenerate: true,
    })
    await runExecutable(host, counting.path, [], { cwd: project.path('.') })
    project.write('src/profiled.js', "import hello from './hello.wat?exe'\nconsole.log(hello)\n")
    project.write('src/other.wat', project.read('src/hello.wat'))
    project.write('src/other.js', "import other from './other.wat?exe'\nconsole.log(other)\n")
    for (const [name, backend] of [
      ['profiled', 'c'],
      ['other', 'machine'],
    ]) {
      await build(`src/${name}.js`, { dir: name }, { targets: 'host', profileUse: 'hello.profile' })
      const [program] = Object.values(project.manifest(name).programs)
      expect(program.builds[0].backend).toBe(backend)
    }
    project.write('namesake.profile', 'wasm-exe profile 1 hello\n')
    const options = JSON.stringify({ targets: 'host', profileUse: 'namesake.profile' })
    const { stderr } = await project.node('build.mjs', 'src/profiled.js', options, JSON.stringify({ dir: 'namesake' }))
    expect(stderr).toContain('src/hello.wat is built without a profile: the profile of hello knows none of')
    expect(Object.values(project.manifest('namesake').programs)[0].builds[0].backend).toBe('machine')
    await expect(build('src/other.js', { dir: 'none' }, { profileUse: 'none.profile' })).rejects.toThrow(
      'none.profile cannot be read',
    )
  })

  test('warnings are told', async () => {
    project.write(
      'src/own.js',
      "import hello from './hello.wat?dir=/own=$EXE_DIR&target=host&exe'\nconsole.log(hello)\n",
    )
    const { stderr } = await project.node('build.mjs', 'src/own.js', '{}', JSON.stringify({ dir: 'own' }))
    expect(stderr).toContain('the program may put another executable in its own place')
  })

  test('source maps', async () => {
    await build('src/throws.js', { dir: 'maps', sourcemap: true })
    await project.expectSourceMap('maps/throws.js')
  })

  test('what nobody uses is not emitted', async () => {
    project.write('src/unused.js', "import hello from './hello.wat?exe'\nexport const answer = 42\n")
    await build('src/unused.js', { dir: 'unused' })
    expect(readdirSync(project.path('unused'))).toEqual(['unused.js'])
  })

  test.each([
    "targets['linux-x64'].fileName",
    "targets['win32-x64'].url",
    "targets['linux-x64'].size",
    'name',
    'targets',
  ])('what uses %s has all executables', async (use) => {
    project.write(
      'src/uses.js',
      `import small from './hello.wat?target=linux-x64,win32-x64&exe'\nconsole.log(small.${use})\n`,
    )
    await build('src/uses.js', { dir: 'uses' })
    const { builds } = project.manifest('uses').programs['src/hello.wat']
    const executables = Object.values(builds[0].executables)
    expect(executables).toHaveLength(2)
    for (const { file } of executables) expect(existsSync(project.path('uses', file))).toBe(true)
  })

  test('errors name the file and what to do, once', async () => {
    const { code, stderr } = await project.node('build.mjs', 'src/bad.js', '{}', '{"dir":"bad"}')
    expect(code).toBe(1)
    expect(stderr).toMatch(/bad\.wat\+0x\w+: .*env\.foo.*\n.*wasm32-wasip1/)
    expect(existsSync(project.path('bad'))).toBe(false)
  })

  test('two contents that want one name', async () => {
    const options = JSON.stringify({ fileName: '[target][ext]' })
    const { code, stderr } = await project.node('build.mjs', 'src/main.js', options, '{"dir":"bad"}')
    expect(code).toBe(1)
    expect(stderr).toMatch(/two different executables want the name linux-x64/)
  })

  test('options that do not exist', async () => {
    const { code, stderr } = await project.node('build.mjs', 'src/main.js', '{"target":"host"}', '{"dir":"bad"}')
    expect(code).toBe(1)
    expect(stderr).toMatch(/unknown option "target".*did you mean "targets"\?/)
  })
})

test('watch mode builds again when a program or its library changes', async () => {
  project = new Project('rollup-watch', ['rollup'])
  project.write('watch.mjs', WATCH('rollup', project.cache))
  project.write(
    'src/watched.js',
    "export { default } from './watched.wat?exe'\nexport { default as app } from './app.wat?module=math=./math.wat&exe'\n",
  )
  const source = project.read('src/hello.wat')
  const library = project.read('src/math.wat')
  project.write('src/watched.wat', source)
  const child = project.start('watch.mjs')
  try {
    let output = ''
    child.stdout!.on('data', (data) => (output += String(data)))
    child.stderr!.on('data', (data) => (output += String(data)))
    const program = (name: string) =>
      existsSync(project.path('watched/exe-manifest.json')) ? project.manifest('watched').programs[name] : undefined
    const watched = () => program('src/watched.wat')?.wasm.integrity
    const linked = () => program('src/app.wat')?.builds[0].libraries[0].integrity
    const says = (words: RegExp) => (timeout: number) =>
      expect
        .poll(() => output, { timeout })
        .toMatch(words)
        .then(() => (output = ''))
    await expect.poll(linked, { timeout: 30_000, message: output }).toMatch(/^sha256-/)
    const first = program('src/watched.wat')
    const is = (value: () => unknown, wanted: unknown) => (timeout: number) =>
      expect.poll(value, { timeout, message: output }).toEqual(wanted)
    const isNot = (value: () => unknown, old: unknown) => (timeout: number) =>
      expect.poll(value, { timeout, message: output }).not.toBe(old)
    await project.save('src/watched.wat', source.replace('from hello', 'for hello '), isNot(watched, watched()))
    await project.save('src/watched.wat', project.read('src/bad.wat'), says(/env\.foo/))
    await project.save(
      'src/watched.wat',
      source,
      is(() => program('src/watched.wat'), first),
    )
    const missing = /src\/app\.wat\+0x\w+: imports math\.answer \(func\), which src\/math\.wat does not export/
    await project.save('src/math.wat', library.replace('answer', 'question'), says(missing))
    await project.save('src/math.wat', library.replace('42', '43'), isNot(linked, linked()))
  } finally {
    child.kill()
  }
})

test.each(
  ['rollup', 'rolldown'].map((bundler) => {
    const seesNewFiles = bundler === 'rollup' || rolldownSeesNewFiles()
    return [bundler, seesNewFiles ? '' : NEW_FILES_UNSEEN, seesNewFiles] as const
  }),
)('%s builds again when an embedded file changes, comes or goes%s', async (bundler, _, seesNewFiles) => {
  project = new Project(`${bundler}-embedded`, [bundler])
  project.write('watch.mjs', WATCH(bundler, project.cache))
  project.write('src/watched.js', "export { default } from './show.wat?embed=/=./assets&exe'\n")
  await project.expectEmbeddedWatched('watched', () => project.start('watch.mjs'), seesNewFiles)
})
