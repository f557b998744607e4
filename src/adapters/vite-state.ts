import type { TargetName } from '../../compiler/index.ts'
import { mayServe } from '../dev/access.ts'
import { DevFiles } from '../dev/server.ts'
import { Bundle } from './bundle.ts'
import { DevImports } from '../dev/imports.ts'
import { isFileModule } from '../origin.ts'
import { isPageScript, isWritten } from './vite-pages.ts'
import { isOld, mainConfig, Sides, type ModuleGraph, type Side } from './vite-environment.ts'
import type { ViteDevServer } from 'vite'
import type { Core } from '../core.ts'
import type { MayRead, RequestSettings } from '../pipeline.ts'

/**
 * What servers may give away, by their configurations: one plugin object may be of several servers and of builds beside them, and
 * workers have plugins of their own.
 */
const rules = new WeakMap<object, MayRead>()

/** What the hooks for modules and those for pages know in common. */
export class ViteState {
  readonly core: Core
  readonly sides = new Sides()
  readonly devFiles = new DevFiles()
  /** By name: the site's files, and the programs that server code knows the URLs of. */
  readonly site = { files: new Set<string>(), programs: new Map<string, string>() }
  /** Of Vite 5. */
  #server: ViteDevServer | undefined
  /** A page may not ask for what only the server has. */
  readonly #imports = new WeakMap<Side, DevImports>()
  readonly #bundles = new WeakMap<Side, Bundle>()

  constructor(core: Core) {
    this.core = core
  }

  /** What a build of an environment has imported. */
  bundleOf(side: Side): Bundle {
    return this.#bundles.get(side) ?? this.newBundle(side)
  }

  newBundle(side: Side): Bundle {
    const bundle = new Bundle()
    this.#bundles.set(side, bundle)
    return bundle
  }

  /** What a server may give away. In Vite 5, whose hooks do not say for which server they are called, all have a say. */
  addServer(server: ViteDevServer): void {
    const sides = this.sidesOf(server)
    const own = mayServe(server)
    if (isOld(server)) this.#server = server
    for (const config of new Set(sides.map((side) => side.getTopLevelConfig()))) {
      const before = rules.get(config)
      rules.set(config, before === undefined ? own : (...file) => before(...file) && own(...file))
    }
  }

  sidesOf(server: ViteDevServer): Side[] {
    return isOld(server) ? [false, true].map((ssr) => this.sides.of({}, { ssr })) : Object.values(server.environments)
  }

  /** What all requests of an environment have in common. */
  settingsOf(side: Side): RequestSettings & { owner: object } {
    const mayRead = this.mayRead(side)
    return { targets: this.#targetsOf(side), owner: side, ...(mayRead && { mayRead }) }
  }

  /** Whether files may be given away to whom an environment serves, its workers included; undefined where that is nobody. */
  mayRead(side: Side): MayRead | undefined {
    return rules.get(mainConfig(side.getTopLevelConfig()))
  }

  /**
   * Whether a module of a development server is a file, or what a file's module imports: a visitor may ask for any other, and
   * plugins put what it is called into its code.
   */
  isOfFiles(side: Side, importer: string): boolean {
    const graph = side.config.consumer === 'client' ? (side.moduleGraph ?? this.#server?.moduleGraph) : undefined
    const seen = new Set<string>()
    const left = [importer]
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const module = graph?.getModuleById(id)
      // What another bundler knows, visitors cannot name.
      if (module === undefined || isFileModule(id)) return true
      seen.add(id)
      for (const { id } of module.importers) if (id !== null && !seen.has(id)) left.push(id)
    }
    return false
  }

  /** What modules of a development server import. */
  importsOf(side: Side): DevImports {
    const imports = this.#imports.get(side) ?? new DevImports()
    this.#imports.set(side, imports)
    return imports
  }

  /** Whether a module of a development server imports another still. */
  async isImported(side: Side, id: string): Promise<boolean> {
    const modules: ModuleGraph | undefined = side.moduleGraph ?? this.#server?.moduleGraph
    return this.importsOf(side).has(id, {
      importersOf(asked) {
        const module = modules?.getModuleById(asked)
        return module && [...module.importers].flatMap(({ id: importer }) => importer ?? [])
      },
      isUnfinished(importer) {
        const { transformResult, ssrTransformResult = transformResult } = modules?.getModuleById(importer) ?? {}
        return (side.config.consumer === 'client' ? transformResult : ssrTransformResult) === null
      },
      isOfFiles: (importer) => this.isOfFiles(side, importer),
      remake: async (importer) => {
        const module = modules?.getModuleById(importer)
        if (module === undefined) return false
        const whole = module.file ? modules!.getModuleById(module.file) : undefined
        for (const each of new Set([whole ?? module, module])) {
          modules!.invalidateModule(each)
          // What fails is told to whoever asks for that module.
          await this.#transform(side, each.url).catch(() => {})
        }
        return true
      },
      isInPage: (source, importer) =>
        isPageScript(importer) ? isWritten(source, importer, side.config.root, this.mayRead(side)) : undefined,
    })
  }

  async #transform(side: Side, url: string): Promise<void> {
    if (side.transformRequest !== undefined) await side.transformRequest(url)
    else await this.#server?.transformRequest(url, { ssr: side.config.consumer === 'server' })
  }

  /** The targets of what names none, if an environment has targets of its own. */
  #targetsOf({ name }: Side): readonly TargetName[] | undefined {
    return this.core.options.environments.get(name)?.targets
  }
}
