import type { Bundle } from './bundle.ts'
import type { Environment, ResolvedConfig } from 'vite'

/**
 * What is asked of an environment of Vite's. Vite 5 has none: there are two sides, which share a module graph, and each
 * build is of one of them.
 */
export interface Side {
  name: string
  mode: string
  config: { root: string; consumer: string; build: SideBuild; resolve: { conditions: readonly string[] } }
  /** While developing; Vite 5 has one for both sides. */
  moduleGraph?: ModuleGraph
  transformRequest?: (url: string) => Promise<unknown>
  getTopLevelConfig(): Pick<ResolvedConfig, 'base' | 'server' | 'ssr' | 'experimental' | 'publicDir'> & {
    environments?: Partial<ResolvedConfig['environments']>
  }
}

/** A module that a development server knows. */
interface GraphModule {
  id: string | null
  url: string
  /** Of whose path its id begins with. */
  file: string | null
  importers: Iterable<{ id: string | null }>
  transformResult: object | null
  /** In Vite 5, whose sides share modules. */
  ssrTransformResult?: object | null
}

/** What is asked of the modules that a development server knows. */
export interface ModuleGraph {
  getModuleById(id: string): GraphModule | undefined
  invalidateModule(module: object): void
}

/** Options of the bundler stand elsewhere before Vite 8. */
export type SideBuild = Omit<ResolvedConfig['build'], 'rolldownOptions'> &
  Partial<Pick<ResolvedConfig['build'], 'rolldownOptions'>>

/** What hooks of Vite 5 say about the side that they are called for. */
interface HookOptions {
  ssr?: boolean
}

/** The environment that a hook is called for. */
export class Sides {
  #config: ResolvedConfig | undefined
  readonly #sides = new Map<boolean, Side>()

  set config(config: ResolvedConfig) {
    this.#config = config
  }

  /** @param context of the hook */
  of(context: { environment?: Environment }, options?: HookOptions): Side {
    if (context.environment !== undefined) return context.environment
    const config = this.#config!
    const isServer = options?.ssr ?? Boolean(config.build.ssr)
    const side = this.#sides.get(isServer) ?? {
      name: isServer ? 'ssr' : 'client',
      mode: config.command === 'serve' ? 'dev' : 'build',
      config: {
        root: config.root,
        consumer: isServer ? 'server' : 'client',
        build: config.build,
        resolve: config.resolve,
      },
      getTopLevelConfig: () => config,
    }
    this.#sides.set(isServer, side)
    return side
  }
}

/** What workers of a build have emitted: Vite bundles them on their own, and adds that to whatever build uses them. */
const workers = new WeakMap<object, Bundle[]>()

/** The configuration that one of workers was made of. */
export const mainConfig = (config: object): object => (config as { mainConfig?: object | null }).mainConfig ?? config

/** @param config of a build, or of its workers */
export function workersOf(config: object): Bundle[] {
  const key = mainConfig(config)
  const bundles = workers.get(key) ?? []
  workers.set(key, bundles)
  return bundles
}

/** Whether a server or hook is of Vite 5. */
export function isOld(of: { environment?: object; environments?: object }): boolean {
  return of.environment === undefined && of.environments === undefined
}

/** The bundler's own names for assets. */
export function assetFileNames(build: SideBuild) {
  const { output } = build.rolldownOptions ?? build.rollupOptions
  return (Array.isArray(output) ? output[0] : output)?.assetFileNames
}
