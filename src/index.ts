/**
 * Turns WebAssembly programs into native executables when a bundle is built. Each bundler has a subpath of its own:
 * `unplugin-wasm-exe/vite`, `/rollup`, `/rolldown`, `/esbuild`, `/webpack`, `/rspack`.
 */
import { createUnplugin, type UnpluginOptions } from 'unplugin'
import type { Compiler } from 'webpack'
import { CompileError } from '../compiler/index.ts'
import { esbuildSetup } from './adapters/esbuild.ts'
import { rollupPlugin } from './adapters/rollup.ts'
import { vitePlugins } from './adapters/vite.ts'
import { webpackPlugin } from './adapters/webpack.ts'
import { Core } from './core.ts'
import type { Options } from './options.ts'

export type { Options } from './options.ts'
export type { Manifest, ManifestBuild, ManifestFile, ManifestProgram } from './manifest.ts'
export type { AnyProgram, DefaultTarget, Program, ProgramFile, TargetName } from './program.ts'

const name = 'wasm-exe'

/** The plugin for every bundler. @throws CompileError for options that do not exist or make no sense */
export const unplugin = createUnplugin<Options | undefined, true>((options, { framework }) => {
  const core = new Core(options)
  if (framework !== 'vite' && core.options.environments.size > 0) {
    throw new CompileError(`environments is an option for Vite, not for ${framework}`, {
      code: 'option',
      hint: 'write targets in the plugin of each build',
    })
  }
  const plugin: UnpluginOptions = { name, enforce: 'pre' }
  switch (framework) {
    case 'vite':
      return vitePlugins(core).map(({ name, enforce, ...vite }) => ({ name, enforce, vite }))
    case 'rollup':
      return [{ ...plugin, rollup: rollupPlugin(core) }]
    case 'rolldown':
      return [{ ...plugin, rolldown: rollupPlugin(core) as UnpluginOptions['rolldown'] }]
    case 'esbuild':
      return [{ ...plugin, esbuild: { setup: (build) => esbuildSetup(core, build) } }]
    case 'webpack':
      return [{ ...plugin, webpack: (compiler) => webpackPlugin(core, compiler) }]
    case 'rspack':
      return [{ ...plugin, rspack: (compiler) => webpackPlugin(core, compiler as unknown as Compiler) }]
    default:
      throw new Error(
        `unplugin-wasm-exe has no plugin for ${framework}; there are plugins for Vite, Rollup, rolldown, esbuild, webpack and rspack`,
      )
  }
})

export default unplugin
