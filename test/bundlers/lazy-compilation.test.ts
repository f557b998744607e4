import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { host, Project } from './project.ts'

/** What a visitor may ask of the lazy compilation of webpack and rspack, which is all that their servers build on demand. */

const ENTRY = "export const load = () => import('./hello.wat?target=host&exe')\nconsole.log(load)\n"

/** The chunk that asks for the program when a page needs it. */
const PROXY = 'src_hello_wat_target_host_exe_lazy-compilation-proxy.js'

/** Watches src/lazy.js, and says of every build what it emitted. `ask` tells the server that modules are in use. */
const SCRIPTS: Record<string, (cache: string) => string> = {
  webpack: (cache) => `
    import webpack from 'webpack'
    import { readFileSync } from 'node:fs'
    ${watch('webpack', 'webpack', cache, '{ lazyCompilation: { entries: false, imports: true } }', '{}')}
    const ask = async (keys) => {
      const [backend] = /http:\\/\\/[^"'\`?]*\\/lazy-compilation-using-/.exec(decodeURIComponent(/__resourceQuery = "([^"]*)/.exec(readFileSync('out/${PROXY}', 'utf8'))[1]))
      const response = await fetch(backend + keys.join('@'))
      await response.body.cancel()
    }
  `,
  rspack: (cache) => `
    import webpack, { lazyCompilationMiddleware } from '@rspack/core'
    import { createServer } from 'node:http'
    ${watch('rspack', 'webpack', cache, '{}', '{ entries: false, imports: true }')}
    const server = createServer(middleware).listen(0, '127.0.0.1')
    const ask = async (keys) => {
      const url = \`http://127.0.0.1:\${server.address().port}/_rspack/lazy/trigger\`
      await fetch(url, { method: 'POST', body: keys.join('\\n') })
    }
  `,
}

function watch(name: string, create: string, cache: string, experiments: string, lazyCompilation: string): string {
  const isRspack = name === 'rspack'
  return `
    import { resolve } from 'node:path'
    import wasmExe from 'unplugin-wasm-exe/${name}'
    const compiler = ${create}({
      mode: 'development',
      devtool: false,
      entry: './src/lazy.js',
      output: { path: resolve('out') },
      experiments: ${experiments},
      ${isRspack ? `lazyCompilation: ${lazyCompilation},` : ''}
      plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)} })],
    })
    ${isRspack ? 'const middleware = lazyCompilationMiddleware(compiler)' : ''}
    compiler.watch({}, (error, stats) => {
      const { compilation } = stats
      process.send([Object.keys(compilation.assets), compilation.errors.map(({ message }) => message)])
    })
    process.on('message', (keys) => void ask(keys))
  `
}

describe.each(['webpack', 'rspack'])('%s', (bundler) => {
  let project: Project
  let child: ReturnType<Project['start']>
  const built: [assets: string[], errors: string[]][] = []
  const executables = () => built.flatMap(([assets]) => assets).filter((name) => /^hello|^show/.test(name))

  beforeAll(async () => {
    project = new Project(`lazy-${bundler}`, ['webpack', '@rspack'])
    project.write('src/lazy.js', ENTRY)
    project.write('watch.mjs', SCRIPTS[bundler](project.cache))
    child = project.start('watch.mjs')
    child.stderr!.pipe(process.stderr)
    child.on('message', (message) => built.push(message as (typeof built)[number]))
    await new Promise((resolve) => child.once('message', resolve))
  })
  afterAll(() => child.kill())

  test('builds nothing that only a visitor names', async () => {
    const asked = ['show.wat?exe', 'hello.wat?embed=/x=/etc&target=host&exe', 'hello.wat?dir=/=/&exe'].flatMap(
      (name) => [`./src/${name}`, project.path('src', name), `lazy-compilation-proxy|${project.path('src', name)}`],
    )
    child.send(asked)
    await expect.poll(() => built.length, { timeout: 60_000 }).toBe(2)
    expect(built.flatMap(([, errors]) => errors)).toEqual([])
    expect(executables()).toEqual([])
  })

  test('builds what a module imports when it is in use', async () => {
    const [, key] = /(?:const|var) data = "([^"\n]*)"/.exec(project.read('out', PROXY))!
    child.send([key])
    await expect.poll(executables, { timeout: 60_000 }).toEqual([expect.stringContaining(`hello-${host}`)])
  })
})
