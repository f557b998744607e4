import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { host, versionOf } from './project.ts'
import { BUNDLERS, NODE, WebpackProject, type Bundler } from './webpack-project.ts'

let project: WebpackProject

/** Settings for a cache that lasts; an experiment in Rspack 1. */
const PERSISTENT: Record<Bundler, (directory: string) => object> = {
  webpack: (cacheDirectory) => ({ cache: { type: 'filesystem', cacheDirectory } }),
  rspack(directory) {
    const cache = { type: 'persistent', storage: { type: 'filesystem', directory } }
    return versionOf('@rspack/core').startsWith('1.') ? { cache: true, experiments: { cache } } : { cache }
  },
}

/** What lasts from one build to the next. */
describe.each(BUNDLERS)('%s', (bundler) => {
  beforeAll(() => {
    project = new WebpackProject(`${bundler}-watch`, bundler)
  })

  test('a persistent cache gives the same again, without our own', async () => {
    const persistent = PERSISTENT[bundler](project.path('cache'))
    const settings = { ...NODE, ...persistent, output: { path: 'cached', filename: '[name].cjs' } }
    const cacheDir = project.path('our-cache')
    const contents = (directory: string) =>
      readdirSync(directory).map((name) => [name, project.read('cached', name), statSync(join(directory, name)).mode])
    await project.build(settings, { cacheDir })
    const first = contents(project.path('cached'))
    for (const directory of ['cached', 'our-cache']) rmSync(project.path(directory), { recursive: true })
    await project.build(settings, { cacheDir })
    expect(contents(project.path('cached'))).toEqual(first)
    await project.expectExecutables('cached')
    expect(existsSync(join(cacheDir, 'v2/executables'))).toBe(false)
    await project.build(settings, { debug: true })
    expect(project.manifest('cached').programs['src/hello.wat'].builds.map(({ debug }) => debug)).toEqual([true, true])
  })

  test('a persistent cache knows what archives hold', async () => {
    const persistent = PERSISTENT[bundler](project.path('cache-archives'))
    const entry = './src/archived.js'
    project.write(entry, "import program from './hello.wat?target=linux-x64&exe'\nconsole.log(program)\n")
    const settings = { entry, target: 'node', ...persistent, output: { path: 'archived', filename: '[name].cjs' } }
    for (const archives of [false, true, { readme: 'package.json' }, false]) {
      rmSync(project.path('archived'), { recursive: true, force: true })
      await project.build(settings, { archives })
      const code = project.read('archived/main.cjs')
      const archive = readdirSync(project.path('archived')).find((name) => name.endsWith('.tar.gz'))
      if (archive === undefined) expect(code).not.toContain('.tar.gz')
      else {
        const hash = createHash('sha256')
          .update(readFileSync(project.path('archived', archive)))
          .digest('base64')
        expect(code).toContain(`sha256-${hash}`)
      }
    }
  })

  test('a persistent cache remembers that an import was allowed when its program changes', async () => {
    const persistent = PERSISTENT[bundler](project.path('cache-changed'))
    const entry = './src/allowed.js'
    const settings = { entry, target: 'node', ...persistent, output: { path: 'changed', filename: '[name].cjs' } }
    const source = project.read('src/hello.wat')
    const id = './changed.wat?dir=/=.&target=linux-x64&exe'
    project.write(entry, `import program from '${id}'\nconsole.log(new URL('${id}', import.meta.url), program)\n`)
    const integrity = async (content: string) => {
      project.write('src/changed.wat', content)
      await project.build(settings)
      return project.manifest('changed').programs['src/changed.wat'].wasm.integrity
    }
    const first = await integrity(source)
    expect(await integrity(source.replace('from hello', 'for hello '))).not.toBe(first)
  })

  test('a persistent cache keeps no errors', async () => {
    const persistent = PERSISTENT[bundler](project.path('cache-errors'))
    const settings = { ...NODE, ...persistent, output: { path: 'recovered', filename: '[name].cjs' } }
    const cacheDir = project.path('our-cache-errors')
    const failing = JSON.stringify({ cacheDir, launcher: '/missing/ccache' })
    const { code, stderr } = await project.node('build.mjs', JSON.stringify(settings), failing)
    expect(code).toBe(1)
    expect(stderr).toContain('/missing/ccache')
    await project.build(settings)
    await project.expectExecutables('recovered')
    await project.expectServer('recovered/main.cjs')
  })

  test('watch mode builds again once when a program or its library changes', async () => {
    project.write(
      'src/watched.js',
      "import hello from './watched.wat?exe'\nimport app from './app.wat?module=math=./math.wat&exe'\nconsole.log(hello, app)\n",
    )
    const source = project.read('src/hello.wat')
    project.write('src/watched.wat', source)
    const settings = { entry: './src/watched.js', output: { path: 'watched' } }
    const child = project.start('watch.mjs', JSON.stringify(settings), '{"targets":"host"}')
    try {
      let output = ''
      child.stdout!.on('data', (data) => (output += String(data)))
      child.stderr!.on('data', (data) => (output += String(data)))
      const count = () => output.match(/^built/gm)?.length
      const builds = async (expected: number) => {
        await expect.poll(count, { timeout: 30_000, message: output }).toBe(expected)
        await new Promise((resolve) => setTimeout(resolve, 1000))
        expect(count(), output).toBe(expected)
      }
      await builds(1)
      const first = project.manifest('watched').programs['src/watched.wat']
      project.write('src/watched.wat', source.replace('from hello', 'for hello '))
      await builds(2)
      const second = project.manifest('watched').programs['src/watched.wat']
      expect(second.wasm.integrity).not.toBe(first.wasm.integrity)
      expect(Object.keys(second.builds[0].executables)).toEqual([host])
      project.write('src/watched.wat', project.read('src/bad.wat'))
      await builds(3)
      expect(output).toContain('env.foo')
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

  test('watch mode builds again when an embedded file changes, comes or goes', async () => {
    project.write('src/embedded.js', "import show from './show.wat?embed=/=./assets&exe'\nconsole.log(show)\n")
    const settings = { entry: './src/embedded.js', output: { path: 'embedded' } }
    const start = () => project.start('watch.mjs', JSON.stringify(settings), '{"targets":"host"}')
    await project.expectEmbeddedWatched('embedded', start)
  })
})
