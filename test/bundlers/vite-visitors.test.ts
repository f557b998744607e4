import { rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { host, Project, versionOf } from './project.ts'

/** What a visitor of Vite's development server may try. */

let project: Project
let child: ReturnType<Project['start']>
let port: number
let output = ''
let secret: string

const SERVE = (cache: string) => `
import { createServer } from 'vite'
import wasmExe from 'unplugin-wasm-exe/vite'

// As plugins do whose modules are called after what they hold; Vite 5's own is one.
const named = {
  name: 'named',
  resolveId: (id) => (id.startsWith('virtual:') ? '\\0' + id : null),
  load: (id) => (id.startsWith('\\0virtual:') ? 'export default ' + decodeURIComponent(id.slice(9)) : null),
}
// As frameworks do whose modules are called as files would be.
const generated = {
  name: 'generated',
  resolveId: (id) => (id === '/generated/routes.js' ? id : null),
  load: (id) => (id === '/generated/routes.js' ? "import routes from '/src/hello.wat?optimize=2&exe'\\nconsole.log(routes)" : null),
}
// As plugins of components do: a part is made of what the file was when it was looked at as a whole.
const parts = new Map()
const component = {
  name: 'component',
  load: (id) => (id.endsWith('?part.js') ? parts.get(id.slice(0, -8)) : null),
  transform(code, id) {
    if (!id.endsWith('.component')) return
    parts.set(id, code)
    return 'export * from ' + JSON.stringify(id + '?part.js')
  },
}
// As resolvers are that look around for long: the rest of the importing file is looked at meanwhile.
let seen
const isSeen = new Promise((resolve) => (seen = resolve))
const slow = {
  name: 'slow',
  enforce: 'pre',
  async resolveId(id) {
    if (id === '/src/hello.wat?debug=false&exe') seen()
    if (id === './slowly.js') await isSeen.then(() => new Promise((resolve) => setTimeout(resolve, 300)))
  },
}
const server = await createServer({
  configFile: false,
  server: { port: 0, host: '127.0.0.1', fs: { allow: ['.'] } },
  plugins: [slow, named, generated, component, wasmExe({ cacheDir: ${JSON.stringify(cache)}, targets: 'host', trust: ['trusted'] })],
})
await server.listen()
// What a page can have called through the server's web socket.
process.on('message', ([url, importer]) => {
  const done = (result) => process.send(result)
  if (url === '/src/secret.js') return server.ssrLoadModule(url).then(() => done('ssr:done'), ({ message }) => done(message))
  server.environments.client.fetchModule(url, importer).then(({ code = '' }) => done(code), ({ message }) => done(message))
})
process.send({ port: server.httpServer.address().port })
`

interface Answer {
  status: number
  text: string
}

/** Asks with a path as it is: `fetch` would tidy it up. */
function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ port, host: '127.0.0.1', path, headers: { accept: '*/*', ...headers } }, (response) => {
      let text = ''
      response.setEncoding('latin1').on('data', (data: string) => (text += data))
      response.on('end', () => resolve({ status: response.statusCode!, text })).on('error', reject)
    })
    asked.on('error', reject).end()
  })
}

const answerOf = (sender: typeof child) => new Promise<unknown>((resolve) => sender.once('message', resolve))

beforeAll(async () => {
  project = new Project('vite-visitors', ['vite'])
  const outside = new Project('vite-visitors-outside', [])
  secret = outside.path('src/hello.wat')
  outside.write('files/password', 'secret')
  project.write('serve.mjs', SERVE(project.cache))
  project.write('.env', 'PASSWORD=secret')
  project.write('assets/.env', 'PASSWORD=secret')
  for (const name of ['dep', 'trusted']) {
    project.write(`node_modules/${name}/package.json`, JSON.stringify({ name, type: 'module', main: 'index.js' }))
    project.write(`node_modules/${name}/index.js`, "export { default } from './x.wasm?dir=/=/&exe'\n")
    project.write(`node_modules/${name}/x.wasm`, '\0asm\x01\0\0\0')
  }
  child = project.start('serve.mjs')
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data) => (output += String(data)))
  port = ((await answerOf(child)) as { port: number }).port
})
afterAll(() => child.kill())

/** No code that tells about executables, and no executable. */
function expectNothing({ text }: Answer): void {
  expect(text).not.toMatch(/targets:|@exe\/|\x7fELF|secret/)
}

describe('is refused what no module imports', () => {
  test.each([
    '/src/show.wat?import&exe',
    '/src/show.wat?import&embed=/x=/etc&target=linux-x64&exe',
    '/src/show.wat?import&dir=/=/&exe',
    '/src/app.wat?import&module=math=/etc/passwd&exe',
    '/src/show.wat?exe&import&embed=/x=..',
    '/src/show.wat?import&%65mbed=/x=..&exe',
    '/src/show.wat?import&embed=%2Fx%3D..&exe',
    '/src/show.wat??import&exe',
    '/src/show.wat?import&href&target=host&exe',
    '/src/../src/show.wat?import&exe',
    '/src/%2e%2e/src/show.wat?import&exe',
    '/@id/src/show.wat?import&exe',
    '/@id/__x00__/src/show.wat?import&exe',
    '/@fs/SECRET?import&exe',
    '/@fs/SECRET?import&href&target=host&exe',
    '//src/show.wat?import&exe',
    '/@exe/00000000/..%2f..%2f..%2fsrc%2fshow.wat',
    '/@exe/../src/show.wat?import&exe',
    '/src/main.js?import&x=./show.wat?dir=/=/&exe',
    '/@vite/lazy?id=SECRET%3Fexe&clientId=1',
  ])('%s', async (path) => {
    const url = path.replace('/SECRET', secret).replace('SECRET', secret)
    for (const dest of ['empty', 'script']) expectNothing(await get(url, { 'sec-fetch-dest': dest }))
  })

  test('with an answer that is no page, an entry in the log, and nothing on the developer’s screen', async () => {
    const { status, text } = await get('/src/show.wat?import&embed=/%1b[2J=.&exe')
    expect([status, text]).toEqual([403, 'no module imports this\n'])
    await expect.poll(() => output).toContain('no module imports ')
    expect(output).not.toContain('\x1b[2J')
    expect(output).not.toContain('Internal server error')
  })

  test('nor a module that is called after code of the visitor’s, until a file imports it', async () => {
    const code = (path: string) => encodeURIComponent(`import(${JSON.stringify(path)})`)
    const outer = code(`virtual:${code('/src/lazy.wat?exe')}`)
    const url = (name: string) => `/@id/__x00__virtual:${encodeURIComponent(name)}?import`
    expect((await get(url(outer))).text).toContain('/@id/__x00__virtual:')
    expect((await get(url(code('/src/lazy.wat?exe')))).text).toContain('/src/lazy.wat?import&exe')
    expectNothing(await get('/src/lazy.wat?import&exe'))
    project.write('src/virtual.js', `import(${JSON.stringify(`virtual:${code('/src/hello.wat?exe')}`)})\n`)
    const [, path] = /"(\/@id\/__x00__virtual:[^"]*)"/.exec((await get('/src/virtual.js')).text)!
    await get(path)
    expect((await get('/src/hello.wat?import&exe')).text).toContain('targets:')
  })

  test('nor by calls through the web socket, whoever is said to import it', async () => {
    for (const url of ['/src/show.wat?dir=/=/&exe', './show.wat?exe', `/@fs${secret}?exe`]) {
      for (const importer of [undefined, project.path('src/main.js')]) {
        child.send([url, importer])
        expect(await answerOf(child)).not.toContain('targets:')
      }
    }
  })

  test('and queries without end start no builds', async () => {
    const asked = Array.from({ length: 50 }, (_, index) => get(`/src/show.wat?import&arg=${index}&exe`))
    for (const { status } of await Promise.all(asked)) expect(status).toBe(403)
  })
})

test('gets what modules import, under no other query', async () => {
  project.write('src/asks.js', "import asks from './hello.wat?arg=a&exe'\nconsole.log(asks)\n")
  expectNothing(await get('/src/hello.wat?import&arg=a&exe'))
  const { text } = await get('/src/asks.js')
  const [, path] = /"(\/src\/hello\.wat[^"]*)"/.exec(text)!
  const program = await get(path)
  expect(program).toMatchObject({ status: 200, text: expect.stringContaining('targets:') as string })
  expectNothing(await get(path.replace('arg=a', 'arg=b')))
  expectNothing(await get(path.replace('arg=a', 'arg=a&dir=/')))
  const [url] = /\/@exe\/[^"]*/.exec(program.text)!
  expect((await get(url)).text).toMatch(host.startsWith('linux') ? /^\x7fELF/ : /^./)
  // Vite's own check of the host, against pages that have their name lead to this machine.
  expect((await get(url, { host: 'evil.example' })).status).toBe(403)
})

const once = (module: string) =>
  `import once from './${module}.wat?target=linux-x64,win32-x64&embed=/x=./private&exe'\nconsole.log(once)\n`

test.each<[string, { asks: boolean; becomes: string | undefined }]>([
  ['by other code', { asks: true, becomes: 'console.log(1)\n' }],
  ['by code that nobody has asked for since', { asks: false, becomes: 'console.log(1)\n' }],
  ['by what is a comment now', { asks: true, becomes: once('by-what-is-a-comment-now').replaceAll(/^/gm, '// ') }],
  ['by a file that asks the same for another module', { asks: false, becomes: once('hello') }],
  ['by a file that is gone', { asks: true, becomes: undefined }],
])('gets nothing that was imported once, %s', async (name, { asks, becomes }) => {
  const module = name.replaceAll(' ', '-')
  const file = `src/${module}.js`
  project.write(`src/${module}.wat`, project.read('src/show.wat'))
  project.write('src/private/a', 'one')
  project.write(file, once(module))
  const [, path] = /"(\/src\/by-[^"]*)"/.exec((await get(`/${file}`)).text)!
  const { text } = await get(path)
  const urls = [...text.matchAll(/\/@exe\/[^"]*/g)].map(([url]) => url)
  const later = urls.find((url) => url.includes('win32') === host.startsWith('linux'))!
  if (becomes === undefined) rmSync(project.path(file))
  else project.write(file, becomes)
  if (asks) await expect.poll(async () => (await get(`/${file}`)).text).not.toMatch(/^import/m)
  let version = 0
  for (const asked of [path, later]) {
    // Vite keeps what it has until it notices that a file changed.
    const changed = async () => {
      project.write('src/private/a', `secret ${version++}`)
      return (await get(asked)).status
    }
    await expect.poll(changed).toBe(403)
    expectNothing(await get(asked))
  }
})

test('gets what a file imports that was changed, before anybody has asked for that file', async () => {
  project.write('src/lazily.js', "console.log(() => import('./hello.wat?arg=lazily&exe'))\n")
  const [, path] = /"(\/src\/hello\.wat[^"]*)"/.exec((await get('/src/lazily.js')).text)!
  project.write('src/lazily.js', "// Words.\nconsole.log(() => import('./hello.wat?arg=lazily&exe'))\n")
  expect((await get(path)).text).toContain('targets:')
})

test('gets what modules import that no file holds, whatever they are called', async () => {
  project.write('src/generated.js', "import '/generated/routes.js'\n")
  await get('/src/generated.js')
  await get('/generated/routes.js')
  expect((await get('/src/hello.wat?import&optimize=2&exe')).text).toContain('targets:')
})

test('gets what is imported before Vite knows by what', async () => {
  const code = "import('/src/hello.wat?debug=false&exe')"
  const imports = [`virtual:${encodeURIComponent(code)}`, './hello.wat?debug&exe', './slowly.js']
  project.write('src/slowly.js', '')
  project.write('src/slow.js', imports.map((name) => `import ${JSON.stringify(name)}\n`).join(''))
  await get('/src/slow.js')
  for (const query of ['debug=false', 'debug'])
    expect((await get(`/src/hello.wat?import&${query}&exe`)).text).toContain('targets:')
  expect(output).not.toMatch(/Pre-transform error: no module imports .*\?debug&exe/)
})

test('gets what parts of a component import, as long as they do', async () => {
  const code = "import part from './part.wat?embed=/x=./parts&exe'\nexport { part }\n"
  const asked = '/src/part.wat?import&embed=/x=./parts&exe'
  project.write('src/part.wat', project.read('src/show.wat'))
  project.write('src/parts/a', 'one')
  project.write('src/x.component', code)
  const [, part] = /"([^"]*[?&]part\.js)"/.exec((await get('/src/x.component?import')).text)!
  await get(part)
  let version = 0
  const changed = async () => {
    // What the part was made of once is what it is made of again.
    await get(`${part}&t=${version}`)
    project.write('src/parts/a', `secret ${version++}`)
    return (await get(asked)).status
  }
  for (const status of [200, 403, 200]) {
    project.write('src/x.component', status === 200 ? `${code}// ${version}\n` : code.replaceAll(/^/gm, '// '))
    await expect.poll(changed).toBe(status)
    expect(await changed()).toBe(status)
  }
})

test('gets nothing that the server alone imports', async () => {
  project.write('src/secret.js', "export { default } from './hello.wat?arg=server&exe'\n")
  child.send(['/src/secret.js'])
  expect(await answerOf(child)).toContain('ssr:done')
  expectNothing(await get('/src/hello.wat?import&arg=server&exe'))
})

describe('server.fs holds for all that is read', () => {
  test.each([
    ['a directory outside', () => `./hello.wat?embed=/x=${secret}/../../files&exe`, /vite-visitors-outside.*not give/],
    ['a file that is denied', () => './hello.wat?embed=/x=../assets&exe', /assets\/\.env.*not give/],
    ['a module outside', () => `./app.wat?module=math=${secret}&exe`, /vite-visitors-outside.*not give/],
  ])('%s', async (name, query, message) => {
    const file = `fs-${name.replaceAll(' ', '-')}.js`
    project.write(`src/${file}`, `import x from ${JSON.stringify(query())}\nconsole.log(x)\n`)
    const [, path] = /"(\/src\/[^"]*\.wat[^"]*)"/.exec((await get(`/src/${file}`)).text)!
    const answer = await get(path)
    expectNothing(answer)
    expect(answer.text).toMatch(message)
    expect(answer.text).toContain('server.fs.allow')
  })
})

describe('dependencies', () => {
  test('grant themselves nothing when Vite has optimized them', async () => {
    project.write('src/dependency.js', "import dep from 'dep'\nconsole.log(dep)\n")
    const [, path] = /"(\/node_modules\/[^"]*)"/.exec((await get('/src/dependency.js')).text)!
    expect(path).toContain('/.vite/')
    const answer = await get(path)
    expectNothing(answer)
    expect(answer.text).toContain('an optimized dependency asks for dir=/=/ for node_modules/dep/x.wasm')
  })

  test('are left as they are when they are trusted', async () => {
    project.write('src/trusts.js', "import trusted from 'trusted'\nconsole.log(trusted)\n")
    const [, path] = /"(\/node_modules\/[^"]*)"/.exec((await get('/src/trusts.js')).text)!
    expect(path).toContain('/node_modules/trusted/index.js')
    expect(await get(path)).toMatchObject({ status: 200, text: expect.stringContaining('/x.wasm?') as string })
  })
})

test('server.fs is that of each server, whatever else has the same plugin', async () => {
  project.write('src/assets.js', "import shut from './hello.wat?embed=/a=../assets&exe'\nconsole.log(shut)\n")
  project.write(
    'beside.mjs',
    `
    import { build, createServer } from 'vite'
    import wasmExe from 'unplugin-wasm-exe/vite'
    const plugins = [wasmExe({ cacheDir: ${JSON.stringify(project.cache)}, targets: 'host' })]
    const start = (fs) => createServer({ configFile: false, logLevel: 'silent', plugins, server: { middlewareMode: true, ws: false, fs } })
    const servers = [await start({}), await start({ strict: false })]
    await build({ configFile: false, logLevel: 'silent', plugins, build: { write: false, rollupOptions: { input: 'src/hello.js' } } })
    for (const server of servers) {
      const [, url] = /from "([^"]*exe)"/.exec((await server.transformRequest('/src/assets.js')).code)
      await server.transformRequest(url).then(() => console.log('given'), ({ message }) => console.log(message))
    }
    process.exit()
  `,
  )
  project.write('src/hello.js', "import hello from './hello.wat?exe'\nconsole.log(hello)\n")
  const [shut, given] = (await project.succeed('beside.mjs')).split('\n').filter((line) => /give/.test(line))
  expect(shut).toContain('assets/.env: the development server may not give this file away')
  // Hooks of Vite 5 do not say for which server they are called.
  if (!versionOf('vite').startsWith('5.')) expect(given).toBe('given')
})
