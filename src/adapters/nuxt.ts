import { Core } from '../core.ts'
import { rollupPlugin, type Rebundled } from './rollup.ts'
import { vitePlugins } from './vite.ts'
import type { Options } from '../options.ts'

/** What the module needs of Nuxt 3 and 4: https://nuxt.com/docs/api/advanced/hooks */
export interface Nuxt {
  options: { rootDir: string; vite: { plugins?: unknown[] }; wasmExe?: Options }
  hook(name: 'nitro:config', change: (config: { rollupConfig?: { plugins?: unknown } }) => void): void
}

/**
 * Sets up the plugins of both of Nuxt's bundlers: Vite for the app, and Nitro, which bundles the app's server code again
 * beside its own routes.
 */
export function setUpNuxt(options: Options | undefined, nuxt: Nuxt): void {
  const { rootDir, vite } = nuxt.options
  const rebundled: Rebundled = {}
  vite.plugins = [...(vite.plugins ?? []), vitePlugins(new Core(options), { rebundled })]
  nuxt.hook('nitro:config', (config) => {
    const core = new Core(options)
    core.pipeline.settings.root = rootDir
    const routes = { name: 'wasm-exe', ...rollupPlugin(core, rebundled) }
    const { plugins } = (config.rollupConfig ??= {})
    config.rollupConfig.plugins = [routes, plugins]
  })
}
