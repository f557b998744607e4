import { Project } from './project.ts'

/** How each bundler builds one entry for Node, with `options` for our plugin, into `outDir`. */
const BUILDS: Record<string, string> = {
  rollup: rollup('rollup'),
  rolldown: rollup('rolldown'),
  'vite build': vite('{ lib: { entry, formats: ["es"], fileName: "main" }, outDir }'),
  'vite build --ssr': vite('{ ssr: entry, outDir }'),
  esbuild: `
    const { build } = await import('esbuild')
    const settings = { entryPoints: [entry], bundle: true, format: 'esm', platform: 'node', outdir: outDir, splitting: true }
    await build({ ...settings, packages: 'bundle', logLevel: 'silent', plugins: [plugin(options)] })
  `,
  webpack: webpack('webpack'),
  rspack: webpack('@rspack/core'),
}
export const BUNDLERS = Object.keys(BUILDS)

function rollup(name: string): string {
  return `
    const { ${name} } = await import('${name}')
    // Rollup resolves no packages by itself.
    const packages = {
      name: 'packages',
      resolveId: (source, importer) => {
        const isPackage = importer !== undefined && /^[@a-z][^:?]*$/.test(source)
        return isPackage ? realpathSync(resolve('node_modules', source, 'index.js')) : null
      },
    }
    const bundle = await ${name}({ input: entry, plugins: [plugin(options), packages], onLog() {} })
    await bundle.write({ dir: outDir })
  `
}

function vite(build: string): string {
  return `
    const { build } = await import('vite')
    const settings = { configFile: false, logLevel: 'silent', ssr: { noExternal: true } }
    await build({ ...settings, build: ${build}, plugins: [plugin(options)] })
  `
}

function webpack(module: string): string {
  return `
    const { default: create } = await import('${module}')
    const settings = { mode: 'production', target: 'node', output: { path: resolve(outDir) } }
    const experiments = { asyncWebAssembly: true }
    const compiler = create({ ...settings, experiments, entry: './' + entry, plugins: [plugin(options)] })
    const stats = await new Promise((done, fail) => compiler.run((error, stats) => (error ? fail(error) : done(stats))))
    await new Promise((done) => compiler.close(done))
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }))
  `
}

const SCRIPT = (bundler: string, cache: string) => `
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import wasmExe from 'unplugin-wasm-exe/${bundler.split(' ')[0]}'

const plugin = (options) => wasmExe({ cacheDir: ${JSON.stringify(cache)}, targets: 'host', ...options })
async function build({ entry, outDir, options = {} }) {
  ${BUILDS[bundler]}
}
const errors = []
const text = ({ message, errors = [] }) => [message, ...errors.flatMap(({ notes = [] }) => notes.map(({ text }) => text))].join('\\n')
for (const job of JSON.parse(process.argv[2])) errors.push(await build(job).then(() => null, text))
console.log('\\n' + JSON.stringify(errors))
`

export interface Job {
  entry: string
  outDir: string
  /** Of our plugin. */
  options?: object
}

/** A project that any bundler can build. */
export class AnyProject extends Project {
  constructor(name: string) {
    super(name, ['rollup', 'rolldown', 'vite', 'esbuild', 'webpack', '@rspack'])
    for (const bundler of BUNDLERS) this.write(`${bundler}.mjs`, SCRIPT(bundler, this.cache))
  }

  /** Builds in one process, one after the other. @returns what went wrong with each; null where nothing did */
  async build(bundler: string, ...jobs: Job[]): Promise<(string | null)[]> {
    const output = await this.succeed(`${bundler}.mjs`, JSON.stringify(jobs))
    return JSON.parse(output.trim().split('\n').at(-1)!) as (string | null)[]
  }
}
