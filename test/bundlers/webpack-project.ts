import { Project } from './project.ts'

/** The bundlers that share an adapter, and the packages they are. */
const PACKAGES = { webpack: 'webpack', rspack: '@rspack/core' }
export type Bundler = keyof typeof PACKAGES
export const BUNDLERS = Object.keys(PACKAGES) as Bundler[]

/** A configuration for src/server.js. */
export const NODE = { entry: './src/server.js', target: 'node20' }

/** What scripts begin with: `configured` is a configuration with our plugin. Functions are written as `{ js: '…' }`. */
const PREPARE = (bundler: string, module: string, cache: string) => `
import create from '${module}'
import wasmExe from 'unplugin-wasm-exe/${bundler}'

const revive = (_, value) => (typeof value?.js === 'string' ? (0, eval)(value.js) : value)
const [settings, options] = process.argv.slice(2).map((text) => JSON.parse(text, revive))
const configured = (settings) => ({
  mode: 'production',
  devtool: false,
  ...settings,
  output: { ...settings.output, path: process.cwd() + '/' + settings.output.path },
  plugins: [wasmExe({ cacheDir: ${JSON.stringify(cache)}, ...options }), ...(settings.plugins ?? [])],
})
const compiler = create(Array.isArray(settings) ? settings.map(configured) : configured(settings))
`

const BUILD = `
compiler.run((error, stats) => {
  if (error) throw error
  console.error(stats.toString({ all: false, errors: true, warnings: true }))
  compiler.close(() => process.exit(stats.hasErrors() ? 1 : 0))
})
`

const WATCH = `
// On a busy machine a file is emptied long before it is written again.
compiler.watch({ aggregateTimeout: 300 }, (error, stats) => {
  if (error) throw error
  console.log('built')
  for (const { message } of stats.compilation.errors) console.log(message)
})
`

/** Runs a script as a page of a site would: `import.meta` is not there, the document says where the script came from. */
const PAGE = `
import { readFileSync } from 'node:fs'
import vm from 'node:vm'

const script = 'https://example.org/app/main.js'
const document = { currentScript: { tagName: 'SCRIPT', src: script }, baseURI: 'https://example.org/', getElementsByTagName: () => [] }
const sandbox = { document, location: { href: document.baseURI }, URL, console }
sandbox.self = sandbox.window = sandbox
vm.runInNewContext(readFileSync(process.argv[2], 'utf8'), sandbox)
console.log(JSON.stringify(sandbox.main))
`

/** A project with scripts that take a configuration, or several, and our options. */
export class WebpackProject extends Project {
  constructor(name: string, bundler: Bundler) {
    const [folder] = PACKAGES[bundler].split('/')
    super(name, [folder])
    const prepare = PREPARE(bundler, PACKAGES[bundler], this.cache)
    this.write('build.mjs', prepare + BUILD)
    this.write('watch.mjs', prepare + WATCH)
    this.write('page.mjs', PAGE)
  }

  /** Builds, which is to succeed. */
  build(settings: object, options: object = {}): Promise<string> {
    return this.succeed('build.mjs', JSON.stringify(settings), JSON.stringify(options))
  }
}
