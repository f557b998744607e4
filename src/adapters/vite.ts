import { posix, relative } from 'node:path'
import type { Plugin, PluginOption, ViteDevServer } from 'vite'
import { checksBehind, refusals, Refused } from '../dev/access.ts'
import { DevInputs } from '../dev/inputs.ts'
import { moduleCode, type FileExpressions } from '../module.ts'
import { describe } from '../report.ts'
import { MAY_ASK, isRequest, powers, withWordLast } from '../request.ts'
import { MAY_USE_URL } from '../urls.ts'
import { NOBODY } from '../admissions.ts'
import { plainChunkNames } from './chunk-names.ts'
import type { Bundle } from './bundle.ts'
import { fillPlaceholders } from './placeholders.ts'
import { admit, finishBundle, loadRequest, outputDirectory, identityOf, transformUrls } from './rollup.ts'
import { isOld, Sides, workersOf, type Side } from './vite-environment.ts'
import { isPageScript, isWritten, pageHooks, PAGES } from './vite-pages.ts'
import { ViteState } from './vite-state.ts'
import { devExpressions, laterExpressions, fileExpressions, isNode, keepsFiles, siteUrl } from './vite-files.ts'
import type { LoadContext, Rebundled } from './rollup.ts'
import type { Core } from '../core.ts'
import type { DevFiles } from '../dev/server.ts'
import type { BuiltFile, BuiltProgram, LaterFile } from '../pipeline.ts'

interface PluginUse {
  /** Given if another bundler makes the server of the server build's code. */
  rebundled?: Rebundled
  /** Only for the workers of a build, which Vite bundles with plugins of their own. */
  isForWorkers?: boolean
}

const NAME = 'wasm-exe'

/** What code imports of us (`unplugin-wasm-exe/node`) is a few lines, for which no server should have to install a compiler. */
const BUNDLED = { noExternal: ['unplugin-wasm-exe'] }

/** All plugins for Vite. */
export function vitePlugins(core: Core, use: PluginUse = {}): Plugin[] {
  const state = new ViteState(core)
  return [
    { name: PAGES, enforce: 'pre', ...pageHooks(state) },
    { name: NAME, enforce: 'pre', ...vitePlugin(state, use) },
    { name: `${NAME}:reads`, enforce: 'pre', ...viteReadsPlugin(state) },
    { name: `${NAME}:url`, ...viteUrlPlugin() },
  ]
}

function hasPlugin(plugins: PluginOption): boolean {
  if (Array.isArray(plugins)) return plugins.some(hasPlugin)
  return Boolean(plugins) && 'name' in (plugins as object) && (plugins as Plugin).name === NAME
}

/** The hooks for Vite: build, server build, library build and development server. */
function vitePlugin(state: ViteState, { rebundled, isForWorkers = false }: PluginUse): Partial<Plugin> {
  const { core, sides, devFiles, site } = state
  const devInputs = new DevInputs()
  let watcher: ViteDevServer['watcher'] | undefined
  let workers: Bundle[] = []
  let isWorker = false

  return {
    sharedDuringBuild: true,
    config({ worker }) {
      // Vite makes one file of several packages, and nobody knows then who asks for what.
      const packages = core.options.trust.map((name) => name.slice(name.lastIndexOf(' ') + 1))
      const optimizeDeps = { exclude: packages.filter((name) => /^[@\w][^:]*$/.test(name)) }
      if (isForWorkers) return { optimizeDeps }
      const plugins = () => (hasPlugin(worker?.plugins?.() ?? []) ? [] : vitePlugins(core, { isForWorkers: true }))
      return { optimizeDeps, worker: { plugins }, ssr: BUNDLED }
    },
    configEnvironment(name, { consumer = name === 'client' ? 'client' : 'server' }) {
      return consumer === 'server' ? { resolve: BUNDLED } : undefined
    },
    configResolved(config) {
      workers = workersOf(config)
      isWorker = config.isWorker
      const log = (message: string) => config.logger.info(`wasm-exe: ${message}`)
      const warn = (message: string) => config.logger.warn(`wasm-exe: ${message}`)
      core.pipeline.settings = { root: config.root, log, warn }
      const known = new Set(['client', 'ssr', ...Object.keys(config.environments ?? {})])
      for (const name of core.options.environments.keys()) {
        if (known.has(name)) continue
        const names = [...known].join(', ')
        config.logger.warn(`wasm-exe: environments.${name} is about none of Vite's environments: ${names}`)
      }
      core.generated.add(config.cacheDir)
      sides.config = config
    },
    configureServer(server) {
      watcher = server.watcher
      state.addServer(server)
      const serve = devFiles.middleware(server.config.base, () => checksBehind(server, serve))
      server.middlewares.use(serve)
      if (isOld(server)) {
        server.watcher.on('all', (event, file) => {
          if (event.endsWith('Dir')) return
          core.pipeline.fileChanged(file)
          void reload(server, devInputs.modulesOf(file))
        })
      }
      // Hooks about the end run only when everything in flight is done.
      server.httpServer?.once('close', () => state.sidesOf(server).forEach((side) => core.pipeline.abort(side)))
      return () => {
        server.middlewares.use(refusals((message) => server.config.logger.warn(`wasm-exe: ${message}`)))
      }
    },
    outputOptions: (options) => ({ ...options, ...plainChunkNames(options) }),
    buildStart() {
      const side = sides.of(this)
      core.start(side)
      state.newBundle(side)
    },
    resolveId: {
      filter: { id: MAY_ASK },
      async handler(source, importer, options) {
        if (!isRequest(source)) return null
        const side = sides.of(this, options)
        const split = source.indexOf('?')
        const query = withoutSlashes(withWordLast(source.slice(split)))
        const ask = (what: string) => this.resolve(what, importer, { ...options, skipSelf: true })
        let resolved = await ask(source.slice(0, split))
        if (resolved?.external) {
          // Cloudflare's plugin leaves what ends in .wasm to its runtime, but not with a query.
          resolved = await ask(source)
          const end = source.slice(split)
          if (resolved?.id.endsWith(end)) resolved.id = resolved.id.slice(0, -end.length)
        }
        if (resolved === null || resolved.external) return null
        const id = `${resolved.id}${query}`
        // Of modules that Vite's graph has, or that of the bundler which Vite may leave development to.
        const isKnown = importer !== undefined && this.getModuleInfo(importer) !== null
        if (await isImport(state, side, source, isKnown ? importer : undefined)) {
          // What imports a module that no file holds may not be known yet: that is looked at when the program is asked for.
          const isOfFiles = side.mode === 'build' || state.isOfFiles(side, importer!)
          if (isOfFiles)
            admit(core, this, id, { source: `${source.slice(0, split)}${query}`, importer: importer ?? NOBODY })
          if (side.mode === 'dev' && (isOfFiles || powers(id).length === 0))
            state.importsOf(side).note(id, source, importer!)
        }
        return { ...resolved, id }
      },
    },
    load: {
      filter: { id: MAY_ASK },
      async handler(id, options) {
        if (!isRequest(id)) return null
        const side = sides.of(this, options)
        const dev = side.mode === 'dev'
        const check = async () => {
          if (!(await state.isImported(side, id))) throw new Refused(id)
        }
        if (dev) await check()
        const bundle = state.bundleOf(side)
        const load = async (program: BuiltProgram) => {
          const { directories } = program.inputs
          if (dev) {
            devInputs.add(id, directories)
            watcher?.add(directories)
            return devCode(side, devFiles, id, program, check)
          }
          for (const directory of directories) this.addWatchFile(directory)
          bundle.add(id, program)
          const sources = new Map<BuiltFile, FileExpressions>()
          for (const file of program.files) {
            sources.set(file, await fileExpressions(this, side, bundle, program, file))
          }
          return moduleCode(program, (file) => sources.get(file)!)
        }
        const watches = dev ? devWatches(this, id, devInputs, watcher) : this
        // Code on a server cannot ask for what it finds missing.
        const oneTarget = dev && side.config.consumer === 'client'
        return loadRequest(core, watches, id, load, {
          ...state.settingsOf(side),
          everyTime: dev,
          oneTarget,
        })
      },
    },
    renderChunk(code, chunk, { format }) {
      const side = sides.of(this)
      const bundle = state.bundleOf(side)
      const nameOf = (reference: string) => {
        if (!bundle.use(reference)) return undefined
        const placed = bundle.placed(reference)
        if (placed !== undefined && rebundled !== undefined) return undefined
        return placed ?? this.getFileName(reference)
      }
      const urlOf = (fileName: string) => {
        const owner = bundle.owner(fileName)
        if (owner === undefined) return undefined
        if (bundle.useName(fileName)) {
          site.files.add(fileName)
          // What frameworks move to the site. Clients would fetch beforehand what stands there.
          if (side.config.consumer === 'server') chunk.viteMetadata?.importedAssets.add(fileName)
        } else site.programs.set(fileName, owner.name)
        return siteUrl(side, fileName, { ...chunk, format })
      }
      const parse = (text: string) => this.parse(text)
      const filled = fillPlaceholders(code, parse, { ...chunk, format }, nameOf, urlOf)
      const { sourcemap } = side.config.build
      return filled && { code: filled.toString(), map: sourcemap ? filled.generateMap({ hires: 'boundary' }) : null }
    },
    generateBundle: {
      // Vite has put in by then what workers emitted.
      order: 'post',
      handler(options, files) {
        const side = sides.of(this)
        const bundle = state.bundleOf(side)
        if (isWorker) workers.push(bundle)
        else for (const worker of workers) bundle.adoptWritten(worker, (fileName) => fileName in files)
        // A manifest that a server build or a worker's emitted would replace that of the site.
        finishBundle(core, this, bundle, options, files, !isWorker && !keepsFiles(side))
      },
    },
    async writeBundle(options, files) {
      const side = sides.of(this)
      const directory = outputDirectory(options)
      core.wrote(directory, Object.keys(files))
      if (rebundled !== undefined && keepsFiles(side)) {
        rebundled.server = state.bundleOf(side)
        return
      }
      const report = await state.bundleOf(side).write(directory, (fileName) => fileName in files)
      const identity = identityOf(core, this.meta.watchMode, options, files)
      await core.report(directory, report, { ...identity, traits: [side.name, identity.traits] })
    },
    buildApp: {
      order: 'post',
      async handler() {
        const missing = [...site.programs].filter(([fileName]) => !site.files.has(fileName)).map(([, name]) => name)
        if (missing.length === 0) return
        const names = [...new Set(missing)].toSorted().join(', ')
        core.pipeline.log?.(`on the server alone, as no client code imports it: ${names} (a link needs &public)`)
      },
    },
    hotUpdate({ file, modules }) {
      const { moduleGraph } = this.environment
      const made = [...devInputs.modulesOf(file)].map((id) => moduleGraph.getModuleById(id))
      return [...new Set([...modules, ...made.filter((module) => module !== undefined)])]
    },
    watchChange(file) {
      core.pipeline.fileChanged(file)
    },
    buildEnd(error) {
      if (error) core.pipeline.abort(sides.of(this))
    },
    closeBundle() {
      const side = sides.of(this)
      if (side.mode === 'dev') core.pipeline.abort(side)
    },
  }
}

/**
 * A program while developing.
 * @param id the module's
 * @param check fails where nothing imports it any more
 */
function devCode(
  side: Side,
  devFiles: DevFiles,
  id: string,
  program: BuiltProgram,
  check: () => Promise<void>,
): string {
  const later = (file: LaterFile) => {
    const build = async () => {
      await check()
      return file.build().catch((error: unknown) => {
        const { message } = describe(error, side.config.root)
        throw Object.assign(new Error(message, { cause: error }), { stack: '', plugin: NAME })
      })
    }
    const version = JSON.stringify([id, file.target, program.files[0].integrity])
    return laterExpressions(side, devFiles, { ...file, build }, version)
  }
  return moduleCode(program, (file) => devExpressions(side, devFiles, file), later)
}

/** The part that development servers need of all modules. */
function viteReadsPlugin(state: ViteState): Partial<Plugin> {
  return {
    apply: 'serve',
    transform(code, id, options) {
      state.importsOf(state.sides.of(this, options)).begin(id, code)
    },
  }
}

/** The part that runs after TypeScript and JSX are gone, and before Vite's own handling of `new URL(…)`. */
function viteUrlPlugin(): Partial<Plugin> {
  const sides = new Sides()
  return {
    sharedDuringBuild: true,
    configResolved(config) {
      sides.config = config
    },
    transform: {
      filter: { code: MAY_USE_URL },
      handler(code, _, options) {
        if (!MAY_USE_URL.test(code)) return null
        return transformUrls(this, code, isNode(sides.of(this, options)) ? 'file' : 'href')
      },
    },
  }
}

/**
 * Watches what a module is made of, and knows it by what is not its own file. Vite would have it import these files as they are, and before
 * version 8 reloads the page when they change.
 */
function devWatches(
  context: LoadContext,
  id: string,
  inputs: DevInputs,
  watcher: ViteDevServer['watcher'] | undefined,
): LoadContext {
  return {
    error: (error) => context.error(error),
    addWatchFile(file) {
      // Vite watches by itself what lies in its root, or what it has read itself.
      watcher?.add(file)
      if (!id.startsWith(`${file}?`)) inputs.add(id, [file])
    },
  }
}

async function reload({ moduleGraph, reloadModule }: ViteDevServer, ids: Iterable<string>): Promise<void> {
  for (const id of ids) {
    const module = moduleGraph.getModuleById(id)
    if (module !== undefined) await reloadModule(module)
  }
}

/**
 * Whether an id comes from code rather than from someone who asks the development server for it: Vite lets the page at the
 * root ask then.
 */
async function isImport(state: ViteState, side: Side, source: string, importer: string | undefined): Promise<boolean> {
  const { mode, config } = side
  if (mode === 'build') return true
  if (mode !== 'dev' || importer === undefined) return false
  if (relative(config.root, importer) === 'index.html') return false
  if (!isPageScript(importer)) return true
  return isWritten(source, importer, config.root, state.mayRead(side))
}

/** Vite takes a query for a part of the path: it would drop `/../` and what stands before it. */
function withoutSlashes(query: string): string {
  return posix.normalize(`/${query}`) === `/${query}` ? query : query.replaceAll('/', '%2F')
}
