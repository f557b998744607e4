/** Links in the HTML of pages that Vite builds and serves. */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { host, Project, run, versionOf } from './project.ts'

const BUILD = (cache: string) => `
import { build } from 'vite'
import wasmExe from 'unplugin-wasm-exe/vite'

const [config] = process.argv.slice(2).map((text) => JSON.parse(text))
if (config.cdn) config.experimental = { renderBuiltUrl: (file, { hostType }) => hostType === 'html' ? \`https://cdn.example/\${file}\` : undefined }
await build({
  configFile: false,
  logLevel: 'warn',
  ...config,
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)} })],
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
const send = server.ws.send.bind(server.ws)
server.ws.send = (message) => {
  if (message.type === 'full-reload') process.send('reload')
  send(message)
}
process.on('message', async ([path, html]) => process.send(await server.transformIndexHtml(path, html).catch(({ message }) => message)))
await server.listen()
process.send(\`http://127.0.0.1:\${server.httpServer.address().port}\`)
`

const PAGE = `<!doctype html>
<title>see ./hello.wat?target=host&exe</title>
<!-- <a href="./src/hello.wat?target=host&exe"> -->
<a class="first" href="./src/hello.wat?target=host&amp;exe" download>here</a>
<a href='/src/lazy.wat?target=win32-x64&exe'>Windows</a>
<area href=src/hello.wat?target=host&exe>
<a href="https://example.com/x.wasm?exe" data-from="./src/hello.wat?exe">elsewhere</a>
<script>const a = '<a href="./src/hello.wat?target=host&exe">'</script>
`

/** Whether the tested Vite looks at the host of a request. */
const checksHosts = ((version: string) => {
  const since = version.startsWith('5.') ? '5.4.12' : '6.0.9'
  return version.localeCompare(since, 'en', { numeric: true }) >= 0
})(versionOf('vite'))

/** A script in a page that imports a program. */
const script = (query: string) =>
  `<script type="module">import x from './src/hello.wat?${query}&target=host&exe'\nconsole.log(x)</script>\n`

/** What a page links to, in order. */
const links = (html: string): string[] => [...html.matchAll(/<(?:a|area)[^>]* href="([^"]*)"/g)].map(([, href]) => href)

let project: Project
beforeAll(() => {
  project = new Project('vite-pages', ['vite'])
  project.write('build.mjs', BUILD(project.cache))
  project.write('serve.mjs', SERVE(project.cache))
  project.write('index.html', PAGE)
  project.write('own.html', script('arg=own'))
})

const build = (config: object) => project.succeed('build.mjs', JSON.stringify(config))
const refused = async (html: string, more: object = {}) => {
  project.write('bad/index.html', html)
  const { code, stderr } = await project.node('build.mjs', JSON.stringify({ root: 'bad', ...more }))
  expect(code).toBe(1)
  return stderr
}

describe('a built page', () => {
  test.each([
    ['/', {}, '/assets/'],
    ['/sub/', {}, '/sub/assets/'],
    ['./', {}, './assets/'],
    ['/', { cdn: true }, 'https://cdn.example/assets/'],
  ])('base %s %j', async (base, more, start) => {
    const outDir = `site-${Object.keys(more).length}-${base.length}`
    await build({ base, build: { outDir }, ...more })
    const html = project.read(outDir, 'index.html')
    const [first, second, third, other, inScript] = links(html.replace(/<!--[^]*?-->/, ''))
    expect(first).toMatch(new RegExp(`^${start}hello-${host}-\\w{8}$`))
    expect(second).toMatch(new RegExp(`^${start}lazy-win32-x64-\\w{8}\\.exe$`))
    expect(third).toBe(first)
    expect([other, inScript]).toEqual(['https://example.com/x.wasm?exe', './src/hello.wat?target=host&exe'])
    expect(html).toMatch('data-from="./src/hello.wat?exe"')
    const { programs } = project.manifest(outDir)
    expect(Object.keys(programs)).toEqual(['src/hello.wat', 'src/lazy.wat'])
    const { file } = programs['src/hello.wat'].builds[0].executables[host]!
    expect(first.endsWith(file)).toBe(true)
    expect((await run(project.path(outDir, file), [], project.directory)).stdout).toBe('Hello from hello!\n')
  })
})

describe('what is refused', () => {
  test.each([
    ['<a href="../src/hello.wat?exe">', /href gives the URL of one executable, but there are 6 targets/],
    ['<a href="./none.wasm?target=host&exe">', /a link leads to \.\/none\.wasm, which is not there/],
    [
      '<img src="../src/hello.wat?target=host&exe">',
      /a program stands in <img src>, where no browser has a use for it/,
    ],
    ['<link rel="stylesheet" href="./bad.css">', /a program stands in url\(\) of a style sheet/],
  ])('%s', async (html, message) => {
    project.write('bad/bad.css', 'a { background: url(../src/hello.wat?target=host&exe) }')
    expect(await refused(html)).toMatch(message)
  })
})

describe('a served page', () => {
  let child: ReturnType<Project['start']>
  let origin = ''
  let reloads = 0
  beforeAll(async () => {
    child = project.start('serve.mjs')
    origin = await new Promise<string>((resolve) => {
      child.on('message', (message: string) => (message === 'reload' ? reloads++ : resolve(message)))
    })
  })
  afterAll(() => child.kill())

  const served = async (path: string, html: string) => {
    const answer = new Promise<unknown>((resolve) => child.once('message', resolve))
    child.send([path, html])
    return String(await answer)
  }

  test('has no links that are not in its file, as what visitors wrote may be in a page', async () => {
    const hostile = ['dir=/=/&target=host', 'embed=/x=/etc&target=host', 'target=linux-arm64'].map(
      (query) => `<a href="./src/hello.wat?${query}&exe">x</a>\n`,
    )
    const image = '<img src="./src/hello.wat?arg=x&target=host&exe">\n'
    const html = await served('/any/path', PAGE + hostile.join('') + image)
    expect(html.match(/\/@exe\//g)).toHaveLength(3)
    for (const text of [...hostile, image]) expect(html).toContain(text)
  })

  test('has no programs by scripts that are not in its file', async () => {
    const html = await served('/own.html', [script('arg=own'), script('dir=/=/'), script('arg=other')].join(''))
    const scripts = [...html.matchAll(/src="([^"]*html-proxy[^"]*)"/g)].map(([, url]) => url.replaceAll('&amp;', '&'))
    const statuses: number[] = []
    for (const url of scripts) {
      const code = await (await fetch(origin + url)).text()
      const [, program] = /"(\/sub\/src\/hello\.wat[^"]*)"/.exec(code)!
      statuses.push((await fetch(origin + program)).status)
    }
    expect(statuses).toEqual([200, 403, 403])
  })

  test('is no page that may not be served, whatever path it is asked for by', async () => {
    const other = new Project('vite-pages-outside', [])
    const text = `<a href="/src/hello.wat?arg=outside&target=host&exe">x</a>\n${script('arg=outside').replace('./src', '/src')}`
    other.write('page.html', text)
    const html = await served(`/@fs${other.path('page.html')}`, text)
    expect(html).not.toContain('/@exe/')
    const [, url] = /src="([^"]*html-proxy[^"]*)"/.exec(html)!
    const [, program] =
      /"([^"]*hello\.wat[^"]*)"/.exec(await (await fetch(origin + url.replaceAll('&amp;', '&'))).text()) ?? []
    if (program !== undefined) expect((await fetch(origin + program)).status).toBe(403)
  })

  test.skipIf(!checksHosts)(
    `gives executables to no host but its own${checksHosts ? '' : ' (skipped: needs Vite 5.4.12 or 6.0.9)'}`,
    async () => {
      const [, first] = links(await (await fetch(`${origin}/sub/`, { headers: { accept: 'text/html' } })).text())
      const status = (path: string, headers: Record<string, string>) =>
        new Promise((resolve, reject) => {
          request(origin + path, { headers }, (response) => resolve(response.resume().statusCode))
            .on('error', reject)
            .end()
        })
      for (const path of [first, '/sub/@exe/00000000/x']) {
        expect(await status(path, { host: 'evil.example' })).toBe(403)
        expect(await status(path, { host: 'localhost' })).toBe(path === first ? 200 : 404)
      }
    },
  )

  test('links to executables, and is loaded again when one changes', async () => {
    const page = async () => links(await (await fetch(`${origin}/sub/`, { headers: { accept: 'text/html' } })).text())
    const [, first, second] = await page()
    expect(first).toMatch(new RegExp(`^/sub/@exe/\\w+/hello-${host}$`))
    expect(second).toMatch(/^\/sub\/@exe\/\w+\/lazy-win32-x64\.exe$/)
    const { status, headers } = await fetch(origin + first)
    expect([status, headers.get('content-disposition')]).toEqual([200, 'attachment'])
    const file = join(project.directory, 'src/hello.wat')
    project.write('src/hello.wat', readFileSync(file, 'utf8').replace('Hello', 'Howdy'))
    await expect.poll(() => reloads, { timeout: 20_000 }).toBeGreaterThan(0)
    expect((await page())[1]).not.toBe(first)
  })
})

test.each([
  ['any project', 'other', true],
  ['SvelteKit, which has pages of its own and warns of that', 'vite-plugin-sveltekit-setup', false],
])('pages of Vite’s are looked at in %s', async (_, name, looks) => {
  project.write(
    'looks.mjs',
    `
    import { resolveConfig } from 'vite'
    import wasmExe from 'unplugin-wasm-exe/vite'
    const configResolved = ({ plugins }) => console.log(plugins.some(({ name, transformIndexHtml }) => /^wasm-exe/.test(name) && transformIndexHtml !== undefined))
    await resolveConfig({ configFile: false, plugins: [{ name: '${name}', configResolved }, wasmExe()] }, 'serve')
  `,
  )
  expect(await project.succeed('looks.mjs')).toContain(String(looks))
})
