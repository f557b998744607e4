import { existsSync, readdirSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { host, Project } from './project.ts'

/** Builds a site and its server with one plugin, as frameworks do. */
const BUILD = (cache: string) => `
import { createBuilder } from 'vite'
import wasmExe from 'unplugin-wasm-exe/vite'

const [config] = process.argv.slice(2).map((text) => JSON.parse(text))
const environment = (outDir, input, more) => ({ build: { outDir, ssrEmitAssets: true, rolldownOptions: { input } }, ...more })
const { name, order = ['client', 'ssr'], ssr = {}, cdn, options = { targets: ['host'] }, ...rest } = config
if (cdn) rest.experimental = { renderBuiltUrl: (file, { hostType }) => hostType === 'js' ? \`https://cdn.example/\${file}\` : undefined }
const builder = await createBuilder({
  configFile: false,
  logLevel: 'info',
  ...rest,
  environments: {
    client: environment(name + '/client', 'src/page.js'),
    ssr: environment(name + '/server', 'src/handler.js', ssr),
  },
  builder: {
    async buildApp(builder) {
      for (const name of order) await builder.build(builder.environments[name])
    },
  },
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)}, ...options })],
})
await builder.buildApp()
`

const HANDLER = `
import { resolve } from 'unplugin-wasm-exe/node'
import hello from './hello.wat?exe'
import lazy from './lazy.wat?QUERYexe'
const find = (program) => { try { return resolve(program) } catch (error) { return error.message } }
const url = (program) => Object.values(program.targets)[0].url
console.log(JSON.stringify({ hello: [url(hello), find(hello)], lazy: [url(lazy), find(lazy)] }))
`

let project: Project

beforeAll(() => {
  project = new Project('vite-servers', ['vite'])
  project.write('build.mjs', BUILD(project.cache))
  project.write('src/page.js', "import hello from './hello.wat?exe'\nglobalThis.hello = hello\n")
})

interface Found {
  /** URL and path by program. */
  hello: [string, string]
  lazy: [string, string]
  /** What the build said. */
  said: string
}

/** Builds, and has the server's code say what it knows. */
async function build(name: string, query = '', config: object = {}): Promise<Found> {
  project.write('src/handler.js', HANDLER.replace('QUERY', query))
  const said = await project.succeed('build.mjs', JSON.stringify({ name, ...config }))
  return { ...(JSON.parse(await project.succeed(`${name}/server/handler.js`)) as Found), said }
}

test('an environment has targets of its own', async () => {
  const options = { targets: 'win32-x64', environments: { ssr: { targets: 'host' }, rsc: { targets: 'host' } } }
  await build('targets', '', { options })
  const inBuild = (side: string) =>
    Object.values(project.manifest(`targets/${side}`).programs).map(({ builds }) => Object.keys(builds[0].executables))
  expect(inBuild('client')).toEqual([['win32-x64']])
  expect(inBuild('server')).toEqual([[host], [host]])
  const { stderr } = await project.node('build.mjs', JSON.stringify({ name: 'targets', options }))
  expect(stderr).toMatch("environments.rsc is about none of Vite's environments: client, ssr")
})

const names = (...parts: string[]): string[] =>
  existsSync(project.path(...parts)) ? readdirSync(project.path(...parts)) : []

test.each([
  ['first the site', ['client', 'ssr']],
  ['first the server', ['ssr', 'client']],
])('server code finds its executables beside itself, and the URLs that the site has: %s', async (name, order) => {
  const output = name.replaceAll(' ', '-')
  const { hello, lazy, said } = await build(output, '', { order })
  expect(hello[1]).toMatch(new RegExp(`${output}/server/exe/hello-\\w+-\\w+-\\w{8}$`))
  expect(lazy[1]).toMatch(new RegExp(`${output}/server/exe/lazy-\\w+-\\w+-\\w{8}$`))
  expect(names(output, 'client/assets')).toContain(hello[0].replace('/assets/', ''))
  expect([hello[0], lazy[0]]).toEqual([
    expect.stringMatching(/^\/assets\/hello-\w+-\w+-\w{8}$/),
    expect.stringMatching(/^\/assets\/lazy-\w+-\w+-\w{8}$/),
  ])
  // What a framework would move to the site.
  expect(names(output, 'server/assets')).toEqual([])
  expect(Object.keys(project.manifest(`${output}/server`).programs)).toEqual(['src/hello.wat', 'src/lazy.wat'])
  expect(Object.keys(project.manifest(`${output}/client`).programs)).toEqual(['src/hello.wat'])
  expect(said).toMatch(/on the server alone, as no client code imports it: lazy \(a link needs &public\)/)
})

test('public: a program that only server code imports is emitted too', async () => {
  const { lazy, said } = await build('public', 'public&')
  expect(names('public/server/assets')).toEqual([lazy[0].replace('/assets/', '')])
  expect(lazy[1]).toMatch(/public\/server\/exe\/lazy-/)
  expect(said).not.toMatch('on the server alone')
})

test('a URL that is asked for alone is one of the site', async () => {
  project.write(
    'src/handler.js',
    "import href from './lazy.wat?target=host&href&exe'\nconsole.log(JSON.stringify([href]))\n",
  )
  await project.succeed('build.mjs', JSON.stringify({ name: 'href' }))
  const [href] = JSON.parse(await project.succeed('href/server/handler.js')) as [string]
  expect(names('href/server/assets')).toEqual([href.replace('/assets/', '')])
  expect(names('href/server/exe')).toEqual([])
})

test.each([
  ['a base', { base: '/sub dir/' }, /^\/sub%20dir\/assets\/hello-/],
  ['renderBuiltUrl', { cdn: true }, /^https:\/\/cdn\.example\/assets\/hello-/],
])('URLs in server code by %s', async (name, config, url) => {
  const { hello } = await build(name.replaceAll(' ', '-'), '', config)
  expect(hello[0]).toMatch(url)
})

test('a runtime without files gets URLs alone', async () => {
  const { hello, lazy } = await build('worker', '', { ssr: { resolve: { conditions: ['workerd', 'import'] } } })
  for (const [url, path] of [hello, lazy]) {
    expect(url).toMatch(/^\/assets\/\w+-/)
    expect(path).toMatch('which is no file')
  }
  expect(names('worker/server/exe')).toEqual([])
  expect(names('worker/server/assets')).toHaveLength(2)
})
