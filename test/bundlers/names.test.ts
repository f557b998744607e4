import { readdirSync, rmSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { AnyProject, BUNDLERS } from './all-bundlers.ts'

let project: AnyProject

beforeAll(() => {
  project = new AnyProject('names')
  project.write('src/...wat', project.read('src/hello.wat'))
})

/** All files of the project that have a name. */
function named(word: string): string[] {
  const files = readdirSync(project.directory, { recursive: true, encoding: 'utf8' })
  return files.filter((name) => name.includes(word) && !/\.(?:js|json|wat|mjs)$/.test(name))
}

/** Templates, for a module's name, that are harmless until everything is put in. */
const LEADING_OUT = [
  { module: 'hello', fileName: 'x/[ext].[ext]./[ext].[ext]./[ext].[ext]./evil-[target]' },
  { module: '..', fileName: '[name]/[name]/evil-[target]' },
  { module: 'hello', fileName: 'x/[ext].[ext].\\\\..[ext]\\\\evil-[target]' },
  { module: 'hello', fileName: '/evil/[target]' },
  { module: 'hello', fileName: 'C:evil-[target]' },
  { module: 'hello', fileName: 'evil%00[target]' },
  { module: 'hello', fileName: 'x/[pa[ext]th]/evil-[target]' },
]

/** Names that some file system takes for one. */
const FORMS: [what: string, names: string[]][] = [
  ['a capital letter', ['place', 'Place']],
  ['another form of Unicode', ['pl\u00e0ce', 'pla\u0300ce']],
  ['another letter of the same capital', ['\u03c3place', '\u03c2place']],
  ['what is not to be seen', ['place', 'pla\u200dce']],
]

test('esbuild: no program takes the place of another where names have no hash', async () => {
  for (const [index, name] of FORMS[1][1].entries())
    project.write(`src/${index}/${name}.wat`, project.read(`src/${['hello', 'lazy'][index]}.wat`))
  const imports = FORMS[1][1].map((name, index) => `import program${index} from './${index}/${name}.wat?exe'\n`)
  project.write('src/unhashed.js', `${imports.join('')}console.log(program0, program1)\n`)
  project.write(
    'unhashed.mjs',
    `
    import { build } from 'esbuild'
    import wasmExe from 'unplugin-wasm-exe/esbuild'
    const plugins = [wasmExe({ targets: 'host', cacheDir: ${JSON.stringify(project.cache)} })]
    const settings = { bundle: true, format: 'esm', platform: 'node', outdir: 'out/unhashed', logLevel: 'silent' }
    await build({ ...settings, entryPoints: ['src/unhashed.js'], assetNames: '[name]', plugins })
      .then(() => console.log('built'), (error) => console.log(error.message))
  `,
  )
  expect(await project.succeed('unhashed.mjs')).toContain('two different executables want the name')
})

test('vite: no program takes the place of a file in the public directory', async () => {
  project.write('public/bin/taken-linux-x64', 'the project’s')
  project.write('node_modules/taken/taken.wat', project.read('src/hello.wat'))
  project.write('node_modules/taken/index.js', "export { default } from './taken.wat?target=linux-x64&exe'\n")
  project.write('node_modules/taken/package.json', '{"name":"taken","type":"module","main":"index.js"}')
  project.write('src/taken.js', "import taken from 'taken'\nconsole.log(taken)\n")
  const job = { entry: 'src/taken.js', outDir: 'out/public' }
  const options = { fileName: 'bin/[name]-[target][ext]' }
  const hashed = { fileName: 'bin/[name]-[target]-[hash][ext]' }
  const errors = await project.build('vite build', { ...job, options }, { ...job, options: hashed })
  expect(errors).toEqual([expect.stringContaining('"bin/taken-linux-x64" is that of a file in '), null])
  expect(project.read('out/public/bin/taken-linux-x64')).toBe('the project’s')
  // The public directory is copied to what a server build writes, too, and the configuration may name assets without a hash.
  expect(await project.build('vite build --ssr', { ...job, options, outDir: 'out/public-server' })).toEqual(
    errors.slice(0, 1),
  )
  project.write(
    'unhashed-vite.mjs',
    `
    import { build } from 'vite'
    import wasmExe from 'unplugin-wasm-exe/vite'
    const plugins = [wasmExe({ cacheDir: ${JSON.stringify(project.cache)} })]
    const rollupOptions = { input: 'src/taken.js', output: { assetFileNames: 'bin/[name][extname]' } }
    await build({ configFile: false, logLevel: 'silent', build: { outDir: 'out/public-assets', rollupOptions }, plugins })
      .then(() => console.log('built'), (error) => console.log(error.message))
  `,
  )
  expect(await project.succeed('unhashed-vite.mjs')).toContain('"bin/taken-linux-x64" is that of a file in ')
  rmSync(project.path('public'), { recursive: true })
})

describe.each(BUNDLERS)('%s', (bundler) => {
  test('a query that is another tool’s is left to it', async () => {
    project.write('src/others.js', "import p from './hello.wat?x?exe'\nconsole.log(p)\n")
    const [error] = await project.build(bundler, { entry: 'src/others.js', outDir: 'out/others' })
    expect(error ?? '').not.toMatch(/wasm-exe|webpack-loader/)
  })

  test('what a query ends with is no file’s extension', async () => {
    const jobs = ['a.css', 'index.html', 'a.json'].map((arg, index) => {
      project.write(`src/ends${index}.js`, `import p from './hello.wat?exe&arg=${arg}'\nconsole.log(p.name)\n`)
      return { entry: `src/ends${index}.js`, outDir: `out/ends/${index}` }
    })
    expect(await project.build(bundler, ...jobs)).toEqual([null, null, null])
  })

  test('executables lie in the output directory', async () => {
    const jobs = LEADING_OUT.map(({ module, fileName }, index) => {
      const id = `./${module}.wat?target=linux-x64&fileName=${fileName}&exe`
      project.write(`src/name${index}.js`, `import program from ${JSON.stringify(id)}\nconsole.log(program)\n`)
      return { entry: `src/name${index}.js`, outDir: `out/${bundler.replaceAll(' ', '')}/deep/${index}` }
    })
    const errors = await project.build(bundler, ...jobs)
    const refused = errors.filter((error) => error !== null)
    for (const error of refused)
      expect(error).toMatch(/leads out of the output directory|a bracket or a colon|control characters/)
    // esbuild takes directories from its own options alone, and no program is called `..` where we name it.
    expect(refused.length).toBeGreaterThanOrEqual(bundler === 'esbuild' ? 4 : 6)
    for (const file of named('evil')) expect(file).toMatch(/^out[\\/][^\\/]+[\\/]deep[\\/]\d[\\/]/)
  })

  test.each(FORMS)('no program takes the place of another, by %s', async (_, names) => {
    const ids = names.map((name, index) => `./forms/${index}/${name}.wat?exe`)
    for (const [index, name] of names.entries())
      project.write(`src/forms/${index}/${name}.wat`, project.read(`src/${['hello', 'lazy'][index]}.wat`))
    const imports = ids.map((id, index) => `import program${index} from ${JSON.stringify(id)}\n`)
    project.write('src/forms.js', `${imports.join('')}console.log(program0, program1)\n`)
    const outDir = `out/${bundler.replaceAll(' ', '')}/forms`
    const options = { fileName: 'bin/[name]-[target][ext]' }
    const [error] = await project.build(bundler, { entry: 'src/forms.js', outDir, options })
    // esbuild's own names have a hash.
    if (bundler === 'esbuild') expect(error).toBe(null)
    else expect(error).toMatch(/two different executables want the name/)
  })

  test('text that looks like the plugin’s own stays as it is', async () => {
    const texts = ['file:x;', 'name:x;', 'url:x;', 'url:%ZZ;', 'file:wasm-exe:url:x;'].map((text) => `wasm-exe:${text}`)
    const code = `import program from './hello.wat?target=linux-x64&exe'\nconsole.log(program, ${JSON.stringify(texts)}, (tag) => tag\`wasm-exe:file:x;\`)\n`
    project.write('src/texts.js', code)
    const outDir = `out/${bundler.replaceAll(' ', '')}/texts`
    expect(await project.build(bundler, { entry: 'src/texts.js', outDir })).toEqual([null])
    const files = readdirSync(project.path(outDir), { recursive: true, encoding: 'utf8' })
    const written = files.filter((name) => /\.m?js$/.test(name)).map((name) => project.read(outDir, name))
    for (const text of [...texts, '`wasm-exe:file:x;`']) expect(written.join('\n')).toContain(text)
  })
})
