import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { host, NEW_FILES_UNSEEN, Project, rolldownSeesNewFiles, run, targets, versionOf } from './project.ts'
import { expectMode } from '../support/permissions.ts'
import type { Program } from '../../src/program.ts'

let project: Project

const BUILD = (cache: string) => `
import { build } from 'vite'
import wasmExe from 'unplugin-wasm-exe/vite'

const [config, options] = process.argv.slice(2).map((text) => JSON.parse(text))
if (config.renderBuiltUrl) {
  config.experimental = { renderBuiltUrl: (file, { hostType }) => hostType === 'js' ? { runtime: \`globalThis.cdn(\${JSON.stringify(file)})\` } : undefined }
}
const plugin = () => wasmExe({ cacheDir: ${JSON.stringify(cache)}, ...options })
if (config.worker?.plugins) config.worker.plugins = () => [plugin()]
await build({
  configFile: false,
  logLevel: 'warn',
  ...config,
  plugins: [plugin()],
}).catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
`

const SERVE = (cache: string) => `
import { createServer } from 'vite'
import wasmExe from 'unplugin-wasm-exe/vite'

const server = await createServer({
  configFile: false,
  logLevel: 'silent',
  base: '/sub/',
  server: { port: 0, host: '127.0.0.1' },
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)} })],
})
// Vite 5 has no environments.
const hot = server.environments?.client.hot ?? server.ws
const send = hot.send.bind(hot)
hot.send = (...message) => {
  console.log(JSON.stringify(message))
  send(...message)
}
await server.listen()
console.log(JSON.stringify({ origin: \`http://127.0.0.1:\${server.httpServer.address().port}\` }))
process.on('message', () => server.ssrLoadModule('/src/server.js'))
`

function build(config: object, options: object = {}): Promise<string> {
  return project.succeed('build.mjs', JSON.stringify(config), JSON.stringify(options))
}

/** What the page of a built site puts into globalThis. */
interface Main {
  hello: Program
  small: Program<'linux-x64' | 'win32-x64'>
  href: string
  url: string
  lazy: () => Promise<Program>
}

/** Loads a site's script as if it were a page. */
async function loadPage(output: string): Promise<Main> {
  const [, script] = /src="[^"]*?(assets\/[^"]+\.js)"/.exec(project.read(output, 'index.html'))!
  // What Vite adds for pages asks for the document.
  const page = globalThis as { main?: Main; document?: object }
  page.document = {
    createElement: () => ({ relList: { supports: () => true } }),
    querySelectorAll: () => [],
    getElementsByTagName: () => [],
    querySelector: () => null,
  }
  try {
    await import(project.path(output, script))
  } finally {
    delete page.document
  }
  return page.main!
}

beforeAll(() => {
  project = new Project('vite', ['vite'])
  project.write('build.mjs', BUILD(project.cache))
  project.write('serve.mjs', SERVE(project.cache))
})

describe('Vite build', () => {
  test('a site', async () => {
    await build({ build: { outDir: 'site', sourcemap: true, manifest: true } })
    const { programs } = await project.expectExecutables('site')
    // Vite 5 knows no originalFileName.
    if (Number.parseInt(versionOf('vite')) >= 6) {
      const vites = JSON.parse(project.read('site/.vite/manifest.json')) as Record<string, { file: string }>
      const { file } = programs['src/lazy.wat'].builds[0].executables[host]!
      expect(vites[`src/lazy.wat?target=${host}&exe`]).toMatchObject({ file })
    }
    const { hello, small, href } = await loadPage('site')
    expect(Object.keys(hello.targets).toSorted()).toEqual(targets.toSorted())
    for (const target of targets) {
      const { file, integrity, bytes } = programs['src/hello.wat'].builds[0].executables[target]!
      expect(hello.targets[target as 'linux-x64']).toMatchObject({ target, url: `/${file}`, integrity, size: bytes })
      expect(file).toMatch(/^assets\/hello-\w+-\w+-[0-9a-f]{8}(\.exe)?$/)
    }
    expect(Object.keys(small.targets)).toEqual(['linux-x64', 'win32-x64'])
    expect(small.targets['linux-x64'].integrity).not.toBe(hello.targets['linux-x64'].integrity)
    expect(href).toBe(hello.targets[host as 'linux-x64'].url)
  })

  test.each([
    ['/sub/', /^\/sub\/assets\/hello-win32-x64-\w{8}\.exe$/],
    ['https://cdn.example/x/', /^https:\/\/cdn\.example\/x\/assets\/hello-win32-x64-\w{8}\.exe$/],
    ['./', /^file:.*\/base-2\/assets\/hello-win32-x64-\w{8}\.exe$/],
  ])('base %s', async (base, url) => {
    const outDir = `base-${['/sub/', 'https://cdn.example/x/', './'].indexOf(base)}`
    await build({ base, build: { outDir } })
    expect((await loadPage(outDir)).hello.targets['win32-x64'].url).toMatch(url)
  })

  test.each([
    ['without plugins of their own', 'workers', {}],
    ['in scripts', 'worker-scripts', { format: 'iife' }],
    ['with plugins of their own', 'worker-plugins', { format: 'es', plugins: true }],
  ])('workers %s', async (_, outDir, worker) => {
    const type = 'format' in worker && worker.format === 'iife' ? 'classic' : 'module'
    project.write('src/worker.js', "import lazy from './lazy.wat?target=host&exe'\npostMessage(lazy)\n")
    project.write(
      'src/workers.js',
      `import hello from './hello.wat?target=host&exe'\n
       globalThis.url = new Worker(new URL('./worker.js', import.meta.url), { type: '${type}' })
       console.log(hello)`,
    )
    const name = Number.parseInt(versionOf('vite')) < 8 ? 'rollupOptions' : 'rolldownOptions'
    await build({ build: { outDir, [name]: { input: 'src/workers.js' } }, worker }, { targets: 'host' })
    const { programs } = project.manifest(outDir)
    expect(Object.keys(programs)).toEqual(['src/hello.wat', 'src/lazy.wat'])
    for (const { builds } of Object.values(programs)) {
      const file = project.path(outDir, builds[0].executables[host]!.file)
      expectMode(file, 0o755)
      expect((await run(file, [], project.directory)).stdout).toMatch(/^Hello from /)
    }
    const script = readdirSync(project.path(outDir, 'assets')).find((file) => file.startsWith('worker-'))!
    const posted: Program[] = []
    const context = {
      postMessage: (program: Program) => posted.push(program),
      location: { href: 'https://a.example/' },
    }
    runInNewContext(project.read(outDir, 'assets', script), context)
    expect(posted[0].targets[host as 'linux-x64'].url).toBe(
      `/${programs['src/lazy.wat'].builds[0].executables[host]!.file}`,
    )
  })

  test('renderBuiltUrl', async () => {
    Object.assign(globalThis, { cdn: (file: string) => `cdn:${file}` })
    await build({ renderBuiltUrl: true, build: { outDir: 'cdn' } })
    expect((await loadPage('cdn')).hello.targets['win32-x64'].url).toMatch(/^cdn:assets\/hello-win32-x64-\w{8}\.exe$/)
  })

  test("names by Rollup's assetFileNames, and by a template", async () => {
    const options = { output: { assetFileNames: 'files/[name].[hash][extname]' } }
    const name = Number.parseInt(versionOf('vite')) < 8 ? 'rollupOptions' : 'rolldownOptions'
    await build({ build: { outDir: 'names', [name]: options } })
    expect(readdirSync(project.path('names/files'))).toContainEqual(expect.stringMatching(/^hello-linux-x64\.\w{8}$/))
    await build(
      { build: { outDir: 'template' } },
      { fileName: 'bin/[hash]/[name]-[triple][ext]', manifest: 'bin/m.json' },
    )
    expect(existsSync(project.path('template/exe-manifest.json'))).toBe(false)
    const manifest = JSON.parse(project.read('template/bin/m.json')) as ReturnType<Project['manifest']>
    const { file } = manifest.programs['src/lazy.wat'].builds[0].executables[host]!
    expect(existsSync(project.path('template/bin', file))).toBe(true)
    expect(file).toMatch(/^\.\.\/bin\/[0-9a-f]{8}\/lazy-/)
  })

  test('for servers', async () => {
    await build({ build: { outDir: 'server', ssr: 'src/server.js' } })
    await project.expectExecutables('server')
    // It runs where nothing is installed.
    expect(project.read('server/server.js')).not.toMatch(/from ["']unplugin-wasm-exe/)
    const { hello, href } = await project.expectServer('server/server.js')
    const { url, file } = hello.targets['win32-x64']
    expect(url).toMatch(/^\/assets\/hello-win32-x64-\w{8}\.exe$/)
    expect(file).toMatch(/^file:.*\/server\/exe\/hello-win32-x64-\w{8}\.exe$/)
    expect(href).toBe(hello.targets[host as 'linux-x64'].url)
  })

  test('source maps', async () => {
    await build({ build: { outDir: 'maps', ssr: 'src/throws.js', sourcemap: true } })
    await project.expectSourceMap('maps/throws.js')
  })

  test('libraries', async () => {
    const lib = { entry: 'src/main.js', formats: ['es', 'cjs'], fileName: 'a/main' }
    await build({ logLevel: 'error', build: { outDir: 'lib', lib } })
    await project.expectExecutables('lib')
    const modules = [
      (await import(project.path('lib/a/main.js'))) as Main,
      createRequire(import.meta.url)(project.path('lib/a/main.cjs')) as Main,
    ]
    for (const { hello, href, url, lazy } of modules) {
      expect(hello.targets['win32-x64'].url).toMatch(/^file:.*\/lib\/hello-win32-x64-\w{8}\.exe$/)
      expect([href, url]).toEqual(Array.from({ length: 2 }, () => hello.targets[host as 'linux-x64'].url))
      expect((await lazy()).name).toBe('lazy')
    }
  })

  test('UMD', async () => {
    const lib = { entry: 'src/main.js', formats: ['umd'], name: 'main', fileName: 'main' }
    await build({ logLevel: 'error', build: { outDir: 'umd', lib } })
    const { hello } = createRequire(import.meta.url)(project.path('umd/main.umd.cjs')) as Main
    expect(hello.targets['win32-x64'].url).toMatch(/^file:.*\/umd\/hello-win32-x64-\w{8}\.exe$/)
  })

  test('programs of several modules', async () => {
    const imports = ['', 'module=math=./seven.wat&'].map((query) => `'./app.wat?target=host&${query}exe'`)
    project.write('src/linked.js', `import a from ${imports[0]}\nimport b from ${imports[1]}\nexport default [a, b]\n`)
    project.write('src/seven.wat', project.read('src/math.wat').replace('42', '7'))
    const lib = { entry: 'src/linked.js', formats: ['es'] }
    await build({ build: { outDir: 'linked', lib } }, { modules: { math: 'src/math.wat', unused: 'src/none.wasm' } })
    const { builds } = project.manifest('linked').programs['src/app.wat']
    expect(builds.map(({ libraries }) => libraries.map(({ name }) => name))).toEqual([['math'], ['math']])
    const runs = builds.map(({ executables }) => run(project.path('linked', executables[host]!.file), [], '.'))
    expect((await Promise.all(runs)).map(({ code }) => code).toSorted()).toEqual([42, 7])
  })

  test('errors name the file and what to do, once', async () => {
    const lib = { entry: 'src/bad.js', formats: ['es'] }
    const { code, stderr } = await project.node('build.mjs', JSON.stringify({ build: { outDir: 'bad', lib } }), '{}')
    expect(code).toBe(1)
    expect(stderr.match(/bad\.wat\+0x\w+: .*env\.foo/g)).toHaveLength(1)
    expect(existsSync(project.path('bad'))).toBe(false)
  })
})

test('Vite watch mode builds again when a program changes', async () => {
  project.write('src/watched.js', "export { default } from './watched.wat?target=host&exe'\n")
  const source = project.read('src/hello.wat')
  project.write('src/watched.wat', source)
  const lib = { entry: 'src/watched.js', formats: ['es'] }
  const child = project.start('build.mjs', JSON.stringify({ build: { outDir: 'watched', lib, watch: {} } }), '{}')
  try {
    const integrity = () => {
      const exists = existsSync(project.path('watched/exe-manifest.json'))
      return exists ? project.manifest('watched').programs['src/watched.wat']?.wasm.integrity : undefined
    }
    await expect.poll(integrity, { timeout: 30_000 }).toMatch(/^sha256-/)
    const first = integrity()!
    await project.save('src/watched.wat', source.replace('from hello', 'for hello '), (timeout) =>
      expect.poll(integrity, { timeout }).not.toBe(first),
    )
  } finally {
    child.kill()
  }
})

const seesNewFiles = Number.parseInt(versionOf('vite')) < 8 || rolldownSeesNewFiles()

test(`Vite watch mode builds again when an embedded file changes, comes or goes${seesNewFiles ? '' : NEW_FILES_UNSEEN}`, async () => {
  project.write('src/watched-embedded.js', "export { default } from './show.wat?embed=/=./assets&target=host&exe'\n")
  const lib = { entry: 'src/watched-embedded.js', formats: ['es'] }
  const config = { build: { outDir: 'watched-embedded', lib, watch: {} } }
  const watch = () => project.start('build.mjs', JSON.stringify(config), '{}')
  await project.expectEmbeddedWatched(config.build.outDir, watch, seesNewFiles)
  rmSync(project.path('src/assets'), { recursive: true })
})

describe('Vite development server', () => {
  let child: ReturnType<Project['start']>
  let origin: string
  const lines: string[] = []

  const line = async (wanted: RegExp): Promise<string> => {
    const find = () => lines.find((text) => wanted.test(text))
    return vi.waitFor(
      () => {
        const found = find()
        if (found === undefined) throw new Error(`no ${wanted} in:\n${lines.join('\n')}`)
        return found
      },
      { timeout: 60_000, interval: 50 },
    )
  }
  /** The code of a module, as a page asks for it. */
  const load = async (path: string) => {
    const response = await fetch(`${origin}/sub${path}`, { headers: { accept: '*/*' } })
    return { status: response.status, text: await response.text() }
  }
  const loadProgram = async (path: string) => {
    const { text } = await load(path)
    const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as { default: Program }
    return module.default
  }

  beforeAll(async () => {
    child = project.start('serve.mjs')
    let rest = ''
    child.stdout!.on('data', (data) => {
      const parts = (rest + String(data)).split('\n')
      rest = parts.pop()!
      lines.push(...parts)
    })
    child.stderr!.on('data', (data) => lines.push(String(data)))
    origin = (JSON.parse(await line(/"origin"/)) as { origin: string }).origin
  })
  afterAll(() => child.kill())

  test('serves programs, and executables from the cache', async () => {
    await load('/src/main.js')
    const hello = await loadProgram('/src/hello.wat?import&exe')
    expect(Object.keys(hello.targets).toSorted()).toEqual(targets.toSorted())
    const { url, fileName } = hello.targets['win32-x64']
    expect(url).toMatch(/^\/sub\/@exe\/[0-9a-f]{8}\/hello-win32-x64\.exe$/)
    expect(fileName).toBe('hello-win32-x64.exe')
    const response = await fetch(origin + url)
    expect(response.status).toBe(200)
    const size = (await response.arrayBuffer()).byteLength
    const headers = { 'If-None-Match': response.headers.get('etag')! }
    expect((await fetch(origin + url, { headers })).status).toBe(304)
    expect((await fetch(origin + url, { method: 'HEAD' })).headers.get('content-length')).toBe(String(size))
    expect((await fetch(`${origin}/sub/@exe/00000000/hello`)).status).toBe(404)
    const ofHost = hello.targets[host as 'linux-x64']
    expect((await (await fetch(origin + ofHost.url)).arrayBuffer()).byteLength).toBe(ofHost.size)
  })

  test('rewrites new URL()', async () => {
    const { text } = await load('/src/main.js')
    expect(text).toContain('export const url = new URL(__wasm_exe_0__, import.meta.url).href')
    expect(text).toContain('"/sub/src/hello.wat?import&target=host&href&exe"')
    expect(text).toContain(`"new URL('./missing.wat?target=host&exe', import.meta.url)"`)
  })

  test('leaves other queries to Vite', async () => {
    expect((await load('/src/hello.wat?import&url')).text).toContain('export default "/sub/src/hello.wat"')
    expect((await load('/src/hello.wat?import&raw')).text).toContain('Prints a greeting')
  })

  test('runs programs on the server side', async () => {
    child.send('ssr')
    const report = JSON.parse(await line(/"runs"/)) as Awaited<ReturnType<Project['expectServer']>>
    expect(report.runs.map(({ output, code }) => [output, code])).toEqual([
      ['Hello from hello!\n', 0],
      ['Hello from lazy!\n', 3],
    ])
    expect(report.hello.targets['linux-x64'].url).toMatch(/^\/sub\/@exe\//)
    expect(report.hello.targets['linux-x64'].file).toMatch(/^file:/)
  })

  test('updates a program whose library changed', async () => {
    const query = '?target=host&module=math=./served.wat&exe'
    project.write('src/served.wat', project.read('src/math.wat'))
    project.write(
      'src/app.js',
      `import app from './app.wat${query}'\nimport.meta.hot.accept('./app.wat${query}', () => app)\n`,
    )
    await load('/src/app.js')
    const path = `/src/app.wat${query.replace('?', '?import&')}`
    const before = await loadProgram(path)
    const isUpdate = /"type":"update".*app\.wat/
    await project.save('src/served.wat', project.read('src/math.wat').replace('42', '43'), (timeout) =>
      expect.poll(() => lines.some((text) => isUpdate.test(text)), { timeout }).toBe(true),
    )
    expect((await loadProgram(path.replace('?', `?t=${Date.now()}&`))).targets).not.toEqual(before.targets)
  })

  test('updates modules that accept a change, and shows errors with file and hint', async () => {
    const source = project.read('src/hello.wat')
    project.write('src/hot.wat', source)
    project.write(
      'src/hot.js',
      "import hot from './hot.wat?exe'\nimport.meta.hot.accept('./hot.wat?exe', () => {})\nconsole.log(hot)\n",
    )
    await load('/src/hot.js')
    const before = await loadProgram('/src/hot.wat?import&exe')
    const isUpdate = /"type":"update".*"acceptedPath":"\/src\/hot\.wat\?exe"/
    const updates = () => lines.filter((text) => isUpdate.test(text)).length
    const save = async (content: string) => {
      const before = updates()
      await project.save('src/hot.wat', content, (timeout) => expect.poll(updates, { timeout }).toBeGreaterThan(before))
    }
    await save(source.replace('from hello', 'from again'))
    const after = await loadProgram(`/src/hot.wat?t=${Date.now()}&import&exe`)
    expect(after.targets['linux-x64'].url).not.toBe(before.targets['linux-x64'].url)

    await save(project.read('src/bad.wat'))
    await expect.poll(async () => (await load('/src/hot.wat?import&exe')).status, { timeout: 20_000 }).toBe(500)
    const overlay = await line(/"type":"error"/)
    const [{ err }] = JSON.parse(overlay) as [{ err: { message: string; frame: string; plugin: string } }]
    expect(err.plugin).toBe('wasm-exe')
    expect(err.message).toMatch(/^src\/hot\.wat\+0x\w+: .*env\.foo.*\n {2}\S/)
    expect(err.frame).toMatch(/^> 1 \| src\/hot\.wat.*\n {4}\| \^ .*env\.foo/)
  })

  test('updates modules when an embedded file changes, comes or goes', async () => {
    project.write('src/assets/a', 'one')
    project.write(
      'src/shows.js',
      "import show from './show.wat?embed=/=./assets&target=host&exe'\nimport.meta.hot.accept('./show.wat?embed=/=./assets&target=host&exe', () => {})\nconsole.log(show)\n",
    )
    const [, path] = /"\/sub(\/src\/show\.wat[^"]*)"/.exec((await load('/src/shows.js')).text)!
    const updates = () => lines.filter((text) => text.includes('"acceptedPath":"/src/show.wat')).length
    const shown = async () => {
      const { targets } = await loadProgram(path)
      const { url } = targets[host as 'linux-x64']
      const bytes = await (await fetch(origin + url)).arrayBuffer()
      writeFileSync(project.path('shows'), Buffer.from(bytes), { mode: 0o755 })
      const { stdout } = await run(project.path('shows'), [], project.directory)
      rmSync(project.path('shows'))
      return stdout
    }
    /** Expects that the page hears of a change, and what the executable prints that it gets then. */
    const expectUpdate = async (
      change: (expectSeen: (timeout: number) => Promise<unknown>) => Promise<void>,
      output: string,
    ) => {
      const before = updates()
      await change((timeout) => expect.poll(updates, { timeout }).toBeGreaterThan(before))
      await expect.poll(shown, { timeout: 20_000 }).toBe(output)
    }
    expect(await shown()).toBe('one')
    await expectUpdate((seen) => project.save('src/assets/a', 'two', seen), 'two')
    await expectUpdate((seen) => project.save('src/assets/b', ', new', seen), 'two, new')
    await expectUpdate(async (seen) => {
      rmSync(project.path('src/assets/a'))
      await seen(20_000)
    }, ', new')
    await expectUpdate((seen) => project.save('src/assets/deep/c', 'elsewhere', seen), ', new')
  })
})
