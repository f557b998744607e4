import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { AnyProject, BUNDLERS } from './all-bundlers.ts'
import { host } from './project.ts'
import type { Report } from '../../src/manifest.ts'

let project: AnyProject

/** A package with a program. */
function addPackage(directory: string, code: string): void {
  project.write(`${directory}/package.json`, JSON.stringify({ name: 'any', type: 'module', main: 'index.js' }))
  project.write(`${directory}/index.js`, code)
  project.write(`${directory}/x.wat`, project.read('src/hello.wat'))
}

function link(target: string, path: string): void {
  mkdirSync(dirname(project.path(path)), { recursive: true })
  symlinkSync(project.path(target), project.path(path), 'junction')
}

/** Code of an entry that uses what it imports. */
function addEntry(name: string, ...specifiers: string[]): string {
  const imports = specifiers.map((specifier, index) => `import program${index} from ${JSON.stringify(specifier)}\n`)
  const names = specifiers.map((_, index) => `program${index}`)
  project.write(`src/${name}.js`, `${imports.join('')}console.log(${names.join(', ')})\n`)
  return `src/${name}.js`
}

const DEFAULT = (query: string) => `export { default } from './x.wat?${query}&exe'\n`
/** A file in directories whose names look like a query. */
const ODD_PATH = './x.wat?dir=/=/&t=.wat'
/** A file that a dependency would put its program in the place of. */
const PLACE = 'fileName=downloads/hello-[target]'
const OWN_MODULE = 'node_modules/deep/lib/own.js'

/** Packages that ask for the whole disk, by what an import of them says, their name, and what `trust` calls them. */
const ASKING: { what: string; specifier: string; name: string; way?: string }[] = [
  { what: 'a package', specifier: 'dep', name: 'dep' },
  { what: 'a package with a scope', specifier: '@scope/dep', name: '@scope/dep' },
  { what: 'a package that imports a module of its own', specifier: 'deep', name: 'deep' },
  { what: 'import()', specifier: 'lazy', name: 'lazy' },
  { what: 'new URL()', specifier: 'urls', name: 'urls' },
  { what: 'a package behind a link, as pnpm has it', specifier: 'pnpm', name: 'pnpm' },
  { what: 'a package in the directory of another', specifier: 'outer', name: 'outer > dep' },
  {
    what: 'a dependency’s dependency that calls itself as one of ours, as pnpm has it',
    specifier: 'carrier',
    name: 'dep',
    way: 'carrier > dep',
  },
]

beforeAll(() => {
  project = new AnyProject('trust')
  for (const name of ['dep', '@scope/dep', 'outer/node_modules/dep'])
    addPackage(`node_modules/${name}`, DEFAULT('dir=/=/'))
  addPackage('node_modules/deep', "export { default } from './lib/own.js'\n")
  project.write(OWN_MODULE, "export { default } from '../x.wat?dir=/=/&exe'\n")
  addPackage('node_modules/lazy', "export default () => import('./x.wat?dir=/=/&exe')\n")
  addPackage('node_modules/urls', "export default new URL('./x.wat?dir=/=/&exe', import.meta.url)\n")
  addPackage('node_modules/outer', "export { default } from './node_modules/dep/index.js'\n")
  addPackage('node_modules/.pnpm/pnpm@1.0.0/node_modules/pnpm', DEFAULT('dir=/=/'))
  link('node_modules/.pnpm/pnpm@1.0.0/node_modules/pnpm', 'node_modules/pnpm')
  addPackage('node_modules/.pnpm/carrier@1.0.0/node_modules/carrier', "export { default } from '../dep/index.js'\n")
  link('node_modules/.pnpm/carrier@1.0.0/node_modules/carrier', 'node_modules/carrier')
  addPackage('node_modules/.pnpm/dep@https+++evil/node_modules/dep', DEFAULT('dir=/=/'))
  link('node_modules/.pnpm/dep@https+++evil/node_modules/dep', 'node_modules/.pnpm/carrier@1.0.0/node_modules/dep')
  addPackage('packages/workspace', DEFAULT('dir=/=/'))
  link('packages/workspace', 'node_modules/workspace')
  addPackage('node_modules/plain', DEFAULT('optimize=s'))
  addPackage('node_modules/follows', "export { default } from '../../src/hello.wat?dir=/=.&exe'\n")
  addPackage('node_modules/context', 'export default (name) => import(`../../src/${name}.wat?dir=/=/&exe`)\n')
})

test('a report in the output is refused', async () => {
  const job = { entry: addEntry('report', './hello.wat?exe'), outDir: 'out/report' }
  const jobs = ['out/report/meta', 'out'].map((report) => ({ ...job, options: { report } }))
  const errors = await project.build('esbuild', ...jobs)
  expect(errors).toEqual([expect.stringContaining('is in the output directory'), null])
})

describe.each(BUNDLERS)('%s', (bundler) => {
  const outDir = `out/${bundler.replaceAll(' ', '')}`

  test('a dependency grants itself nothing, until the options name it', async () => {
    const jobs = ASKING.flatMap(({ specifier, name, way = name }, index) => {
      const entry = addEntry(`asking-${index}`, specifier)
      const others = ['de', 'dep', 'dep-x', 'outer', '@scope', 'x', '.pnpm', 'carrier'].filter((other) => other !== way)
      return [
        { entry, outDir: `${outDir}/${index}`, options: { trust: others } },
        { entry, outDir: `${outDir}/${index}-trusted`, options: { trust: [way] } },
      ]
    })
    const errors = await project.build(bundler, ...jobs)
    for (const [index, { what, name, way }] of ASKING.entries()) {
      const [refused, trusted] = errors.slice(2 * index)
      expect(refused, what).toContain(`"${name}" asks for dir=/=/ for node_modules/`)
      expect(refused, what).toContain(`trust: ["${way === undefined ? name : `NAME > ${name}`}"]`)
      expect(existsSync(project.path(outDir, String(index))), what).toBe(false)
      expect(trusted, what).toBe(null)
    }
  })

  test('the project grants what it wants to: in its packages, and to programs that others brought', async () => {
    const workspace = addEntry('workspace', 'workspace')
    const own = ['../node_modules/dep/x.wat?dir=/=.&exe', './hello.wat?arg=%20a%26b&connect=*:443&exe']
    const grants = addEntry('grants', ...own, 'plain')
    const url = `console.log(new URL('./hello.wat?arg=%20c%2F&exe', import.meta.url).href)\n`
    project.write('src/grants.js', project.read('src/grants.js') + url)
    const jobs = [workspace, grants].map((entry, index) => ({
      entry,
      outDir: `${outDir}/own-${index}`,
      options: { report: 'reports' },
    }))
    expect(await project.build(bundler, ...jobs)).toEqual([null, null])
    // What was granted is the project's affair, and not in what a site serves.
    const served = readdirSync(project.path(outDir, 'own-1'), { recursive: true, encoding: 'utf8' })
    for (const file of served.filter((name) => /\.(?:js|json)$/.test(name)))
      expect(project.read(outDir, 'own-1', file)).not.toMatch(/"host"|"grants"/)
    expect(served).not.toContain('exe-report.json')
    const report = JSON.parse(project.read('reports', outDir, 'own-1/exe-report.json')) as Report
    expect(report.output).toBe(`${outDir}/own-1`)
    const { builds } = report.programs['node_modules/dep/x.wat']
    expect(builds[0].grants.dirs).toEqual([{ guest: '/', host: '.', readOnly: false }])
    const hello = report.programs['src/hello.wat'].builds.map(({ grants }) => [...grants.args.fixed, ...grants.connect])
    expect(hello.toSorted()).toEqual([[' a&b', '*:443'], [' c/']])
    const { file, integrity } = builds[0].executables[host]!
    const content = readFileSync(project.path(outDir, 'own-1', file))
    expect(`sha256-${createHash('sha256').update(content).digest('base64')}`).toBe(integrity)
  })

  test('what was granted is in no file’s name', async () => {
    const entry = 'src/named.js'
    project.write(entry, "import('./hello.wat?dir=/data=/home/SECRET/x&env=SECRET&exe').then(console.log)\n")
    expect(await project.build(bundler, { entry, outDir: `${outDir}/named` })).toEqual([null])
    const files = readdirSync(project.path(outDir, 'named'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((name) => name.includes('SECRET'))).toEqual([])
  })

  test('an entry is nobody’s: frameworks make some of what a dependency imports', async () => {
    // As Astro does, which decodes the name on the way, of what stands at client:only in a dependency's component.
    const entries = ['dir=/=/', 'embed=/x=/etc', 'optimize=s'].map((query) => `node_modules/dep/x.wat?${query}&exe`)
    const jobs = entries.map((entry, index) => ({ entry: project.path(entry), outDir: `${outDir}/entry-${index}` }))
    const errors = await project.build(bundler, ...jobs)
    // webpack and Rspack have another path before these.
    if (['webpack', 'rspack'].includes(bundler)) expect(errors).not.toContain(null)
    else {
      expect(errors[0]).toContain(
        'an entry, an import that a plugin makes, or an import() of an expression, asks for dir=/=/',
      )
      expect(errors[1]).toContain('asks for embed=/x=/etc for node_modules/dep/x.wat')
      expect(errors[2]).toBe(null)
    }
  })

  test('a dependency does not choose where its programs lie', async () => {
    addPackage('node_modules/placed', DEFAULT(PLACE))
    const [error] = await project.build(bundler, { entry: addEntry('placed', 'placed'), outDir: `${outDir}/placed` })
    expect(error).toContain(`"placed" asks for ${PLACE}`)
  })

  test('a dependency cannot use what the project has granted', async () => {
    const entry = addEntry('asks', './hello.wat?dir=/=.&exe', 'follows')
    const [error] = await project.build(bundler, { entry, outDir: `${outDir}/asks` })
    expect(error).toContain('"follows" asks for dir=/=. for src/hello.wat')
  })

  test('what a package’s manifest adds to an import does not count', async () => {
    const maps = [
      { exports: './x.wat?dir=/=/&exe' },
      { exports: { '.': './index.js', './x.wat': './x.wat?dir=/=/&exe' } },
      { exports: { './*': './*?dir=/=/&exe&x' } },
      { main: 'index.js', browser: { './x.wat': './x.wat?dir=/=/&exe', './a.js': './x.wat?dir=/=/&exe' } },
      { main: 'index.js', imports: { '#program': './x.wat?dir=/=/&exe' } },
      { exports: { './x.wat': ODD_PATH } },
    ]
    const jobs = maps.flatMap((fields, index) => {
      const name = `mapped${index}`
      addPackage(`node_modules/${name}`, "export { default } from './a.js'\nexport { default as b } from '#program'\n")
      project.write(`node_modules/${name}/package.json`, JSON.stringify({ name, type: 'module', ...fields }))
      project.write(`node_modules/${name}/a.js`, 'export default 1\n')
      if (process.platform !== 'win32') project.write(`node_modules/${name}/${ODD_PATH}`, project.read('src/hello.wat'))
      return ['', '/x.wat?exe', '/x.wat?optimize=s&exe', '/x.wat'].map((path, number) => {
        const entry = addEntry(`${name}-${number}`, `${name}${path}`)
        return { entry, outDir: `${outDir}/${name}-${number}`, options: { report: 'reports' } }
      })
    })
    const errors = await project.build(bundler, ...jobs)
    for (const [index, job] of jobs.entries()) {
      const report = project.path('reports', job.outDir, 'exe-report.json')
      // Not every bundler looks there, and some find nothing; that is as good as an error.
      if (errors[index] === null && existsSync(report))
        expect(readFileSync(report, 'utf8'), job.outDir).not.toContain('"host"')
    }
    if (bundler.startsWith('webpack'))
      expect(errors[0]).toContain('leads to dir=/=/, which does not stand in the import')
  })

  test.skipIf(process.platform === 'win32')(
    'names of a package’s files that a tool has listed are no queries',
    async () => {
      const names = [
        ['listed', 'x.wat?dir=%2F=%2F&exe&t=.js'],
        ['listed', 'x.wat?embed=%2Fx=%2Fetc&exe&t=/index.js'],
        // Where the names are is not where the module is.
        ['mapped', 'x.wat?dir=%2F=%2F&exe&t=.js'],
        ['linked', 'x.wat?dir=%2F=%2F&exe&t=.js'],
      ]
      for (const name of ['listed', 'mapped', 'linked']) addPackage(`node_modules/${name}`, '')
      const browser = { './x.wat': './lib/x.wat' }
      project.write('node_modules/mapped/package.json', JSON.stringify({ name: 'mapped', type: 'module', browser }))
      for (const name of ['mapped', 'linked'])
        project.write(`node_modules/${name}/lib/x.wat`, project.read('src/hello.wat'))
      rmSync(project.path('node_modules/linked/x.wat'))
      link('node_modules/linked/lib/x.wat', 'node_modules/linked/x.wat')
      const jobs = names.map(([directory, file], index) => {
        const name = `${directory}/${file}`
        project.write(`node_modules/${name}`, 'export default 1\n')
        // As registries of documents and components are written beside sources.
        project.write(`src/registry/${index}.js`, `export { default } from "../../node_modules/${name}"\n`)
        return { entry: addEntry(`lists-${index}`, `./registry/${index}.js`), outDir: `${outDir}/lists-${index}` }
      })
      const errors = await project.build(bundler, ...jobs)
      // esbuild takes them for what they are, where it can.
      if (bundler !== 'esbuild') expect(errors).not.toContain(null)
      for (const error of errors)
        if (error !== null) expect(error).toMatch(/may be a query, or a part of the name of what lies beside/)
    },
  )

  test('an import of an expression is nobody’s', async () => {
    const [error] = await project.build(bundler, { entry: addEntry('context', 'context'), outDir: `${outDir}/context` })
    if (['webpack', 'rspack'].includes(bundler)) expect(error).toContain('import() of an expression, asks for dir=/=/')
    else if (error !== null) expect(error).toContain('"context" asks for dir=/=/')
    else expect(existsSync(project.path(outDir, 'context/exe-manifest.json'))).toBe(false)
  })
})

test('what a plugin resolves for nobody is not the configuration’s', async () => {
  const id = `${project.path('src/hello.wat')}?dir=/=/&target=linux-x64&exe`
  const rollup = (name: string) => `
    import { ${name} as build } from '${name}'
    import wasmExe from 'unplugin-wasm-exe/${name}'
    const other = { name: 'other', async resolveId(source) {
      return source === 'handed' ? (await this.resolve(${JSON.stringify(id)}))?.id : null
    } }
    await build({ input: 'src/handed.js', plugins: [other, wasmExe({ cacheDir: '.cache' })] }).then((bundle) => bundle.generate({}))
      .then(() => console.log('built'), (error) => console.log(error.message))
  `
  project.write('nobody-rollup.mjs', rollup('rollup'))
  project.write('nobody-rolldown.mjs', rollup('rolldown'))
  const esbuild = (kind: string) => `
    import { build } from 'esbuild'
    import wasmExe from 'unplugin-wasm-exe/esbuild'
    const other = { name: 'other', setup({ onResolve, resolve }) {
      onResolve({ filter: /^handed$/ }, async () => {
        const { errors, path, suffix } = await resolve(${JSON.stringify(id)}, { kind: '${kind}', resolveDir: process.cwd() })
        return errors.length > 0 ? { errors } : { path, suffix }
      })
    } }
    await build({ entryPoints: ['src/handed.js'], bundle: true, write: false, outdir: 'out', logLevel: 'silent', plugins: [other, wasmExe({ cacheDir: '.cache' })] })
      .then(() => console.log('built'), (error) => console.log(error.message))
  `
  project.write('nobody-esbuild.mjs', esbuild('import-statement'))
  project.write('nobody-esbuild-entry.mjs', esbuild('entry-point'))
  addEntry('handed', 'handed')
  for (const name of ['rollup', 'rolldown', 'esbuild', 'esbuild-entry'])
    expect(await project.succeed(`nobody-${name}.mjs`), name).toContain(
      'an import that a plugin makes, or an import() of an expression, asks for dir=/=/',
    )
})

test.each(['webpack', 'rspack'])('%s: what is allowed is what is read', async (bundler) => {
  // Characters that these bundlers put before one which is to have no meaning, where queries and lines end.
  const escape = bundler === 'webpack' ? '\\0' : '\\u200b'
  const queries = [`${escape}#`, `${escape}#\\n`, `di${escape}r=/=/`, 'x\\n', '#\\n', '?']
  const jobs = queries.map((query, index) => {
    addPackage(`node_modules/read${index}`, DEFAULT(`optimize=s&${query}&dir=/=/&target=linux-x64`))
    return { entry: addEntry(`read${index}`, `read${index}`), outDir: `out/${bundler}/read${index}` }
  })
  const errors = await project.build(bundler, ...jobs)
  for (const [index, error] of errors.entries())
    expect(error, queries[index]).toMatch(
      /asks for|has another|no import of the project|Can't resolve|appropriate loader/,
    )
})

test.each(['webpack', 'rspack'])(
  '%s: what a loader puts into a file of the project’s is not its own',
  async (bundler) => {
    // As style sheets of dependencies are put into those that use them.
    project.write(
      'inline.cjs',
      'module.exports = () => require("fs").readFileSync("node_modules/inlined/index.js", "utf8")\n',
    )
    const queries = ['dir=/=/', 'dir=/=.']
    for (const query of queries) {
      addPackage(
        'node_modules/inlined',
        `import x from 'inlined/x.wat?${query}&target=linux-x64&exe'\nexport default x\n`,
      )
      project.write('src/sheet.js', '// ?dir=/=.&exe\n')
      const entry = addEntry('inlines', '../inline.cjs!./sheet.js')
      const [error] = await project.build(bundler, { entry, outDir: `out/${bundler}/inlined` })
      if (query === 'dir=/=.') expect(error).toBe(null)
      else expect(error).toContain('leads to dir=/=/, which does not stand in the file')
    }
  },
)

test.each(['webpack', 'rspack'])(
  '%s: what a module imports is not the project’s, wherever it lies',
  async (bundler) => {
    // These bundlers resolve the imports of what is imported the ordinary way.
    const query = 'embed=/x=.&fileName=downloads/hello-[target]'
    project.write(
      'src/imports.wat',
      `(module (import "./hello.wat?${query}&target=linux-x64&exe" "default" (global externref)))`,
    )
    const { assemble } = await import('../../compiler/wat.ts')
    const wasm = await assemble(readFileSync(project.path('src/imports.wat')), { file: 'imports.wat' })
    writeFileSync(project.path('src/imports.wasm'), wasm)
    const job = { entry: 'src/ordinary.js', outDir: `out/${bundler}/ordinary` }
    project.write(job.entry, "import * as x from './imports.wasm'\nconsole.log(x)\n")
    const [error] = await project.build(bundler, job)
    expect(error).toContain(`a WebAssembly module asks for ${query} for src/hello.wat`)
  },
)

test.each(['webpack', 'rspack'])('%s: queries of other tools are theirs', async (bundler) => {
  addPackage('node_modules/edge', "import x from './x.wat?module'\nexport default x\n")
  const [error] = await project.build(bundler, { entry: addEntry('edge', 'edge'), outDir: `out/${bundler}/edge` })
  expect(error).toMatch(/parse|loader/)
  expect(error).not.toContain('asks for')
})

test('webpack: files whose names it has to escape', async () => {
  project.write('src/a#b.wat', project.read('src/hello.wat'))
  project.write('src/c#d.js', "export { default } from './a\\0#b.wat?dir=/=.&exe'\n")
  const entry = addEntry('hash', './c\0#d.js')
  const job = { entry, outDir: 'out/webpack/hash', options: { report: 'reports' } }
  expect(await project.build('webpack', job)).toEqual([null])
  expect(Object.keys(project.manifest(job.outDir).programs)).toEqual(['src/a#b.wat'])
})

test.each(['webpack', 'rspack'])('%s: a dependency gets nothing that the project was granted', async (bundler) => {
  addPackage('node_modules/takes', "export { default } from '../../src/hello.wat?dir=/=.&target=linux-x64&exe&asset'\n")
  const entry = addEntry('taken', './hello.wat?dir=/=.&target=linux-x64&exe', 'takes')
  const [error] = await project.build(bundler, { entry, outDir: `out/${bundler}/taken` })
  expect(error).toContain('"takes" asks for dir=/=. for src/hello.wat')
})

test.each(['webpack', 'rspack'])('%s: a word cannot be made of two', async (bundler) => {
  addPackage('node_modules/sly', "export default new URL('./x.wat?di&assetr=/=/&exe', import.meta.url)\n")
  addPackage('node_modules/slyer', DEFAULT('di&assetr=/=/&target=linux-x64&exe&asset'))
  for (const name of ['sly', 'slyer']) {
    const [error] = await project.build(bundler, { entry: addEntry(name, name), outDir: `out/${bundler}/${name}` })
    expect(error).toContain('unknown word "di"')
  }
})

test('all words that give more are refused', async () => {
  const net = ['listen=localhost:1', 'connect=*:*', 'resolve=*']
  const words = ['dir=/x', 'env=HOME', 'arg=x', 'args=fixed', ...net, 'embed=/x=/etc', 'module=m=./m.wat']
  const jobs = words.map((word, index) => {
    addPackage(`node_modules/word${index}`, DEFAULT(`optimize=0&${word}`))
    return { entry: addEntry(`word${index}`, `word${index}`), outDir: 'out/words' }
  })
  const errors = await project.build('esbuild', ...jobs)
  for (const [index, word] of words.entries())
    expect(errors[index]).toContain(`"word${index}" asks for ${word} for node_`)
})

test.each(['rollup', 'rolldown', 'vite'])(
  '%s: what was granted is in no file’s name where modules are preserved',
  async (bundler) => {
    project.write('src/preserved.js', "export { default } from './hello.wat?dir=/data=/home/SECRET/x&env=SECRET&exe'\n")
    const output = "{ dir: 'out/preserved', preserveModules: true }"
    const builds = {
      vite: `build({ configFile: false, logLevel: 'silent', plugins, build: { lib: { entry: input, formats: ['es'] }, outDir: 'out/preserved', rollupOptions: { output: { preserveModules: true, entryFileNames: '[name].js' } } } })`,
      rollup: `rollup({ input, plugins }).then((bundle) => bundle.write(${output}))`,
      rolldown: `rolldown({ input, plugins }).then((bundle) => bundle.write(${output}))`,
    }
    project.write(
      'preserved.mjs',
      `
    import { ${bundler === 'vite' ? 'build' : bundler} } from '${bundler}'
    import wasmExe from 'unplugin-wasm-exe/${bundler}'
    const input = 'src/preserved.js'
    const plugins = [wasmExe({ targets: 'host', cacheDir: ${JSON.stringify(project.cache)} })]
    await ${builds[bundler as keyof typeof builds]}
  `,
    )
    await project.succeed('preserved.mjs')
    const files = readdirSync(project.path('out/preserved'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((name) => name.includes('SECRET'))).toEqual([])
    expect(files.join(' ')).toMatch(/hello\.wat\.m?js/)
  },
)

test('nuxt: what a dependency’s code has become in the first bundle is not the project’s', async () => {
  // Code of several authors in one file of the project's, which was not to be recognized before it was printed anew.
  addPackage(
    'node_modules/twice',
    "export default new URL('../../../node_modules/twice/x.wat?dir=/=/&ex\\u0065', import.meta['url'])\n",
  )
  addEntry('twice', 'twice', './hello.wat?arg=a&exe')
  project.write(
    'nuxt.mjs',
    `
    import { build } from 'vite'
    import { rollup } from 'rollup'
    import setUp from 'unplugin-wasm-exe/nuxt'
    const vite = { configFile: false, logLevel: 'silent', ssr: { noExternal: true } }
    let nitro = { rollupConfig: {} }
    let change
    setUp({ cacheDir: ${JSON.stringify(project.cache)} , targets: 'host' }, { options: { rootDir: process.cwd(), vite }, hook: (_, given) => (change = given) })
    await build({ ...vite, build: { ssr: 'src/twice.js', outDir: 'out/nuxt/app', minify: true } })
    change(nitro)
    const { plugins } = nitro.rollupConfig
    await rollup({ input: 'out/nuxt/app/twice.js', plugins, onLog() {} })
      .then((bundle) => bundle.write({ dir: 'out/nuxt/server' }))
      .then(() => console.log('built'), (error) => console.log(error.message))
  `,
  )
  const output = await project.succeed('nuxt.mjs')
  expect(project.read('out/nuxt/app/twice.js')).toMatch(/new URL\([^)]*\/x\.wat\?dir=\/=\/&exe[^)]*import\.meta\.url/)
  expect(output).toContain('code that was bundled before asks for dir=/=/ for node_modules/twice/x.wat')
  expect(output).toContain('import the program in the source that was bundled')
})
