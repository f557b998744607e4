import type { Compiler, PathData, RuleSetRule, RuleSetUseItem } from 'webpack'
import { ALL_TARGETS } from '../../compiler/index.ts'
import { ASSET_WORD, LOADER, type LoaderOptions } from './webpack-loader.ts'
import { assetTemplate, nameOptions, type NameTemplate } from './webpack-names.ts'
import type { ProgramOptions } from '../options.ts'

/**
 * How webpack is to treat imports of ours. An executable is a module of the type `asset/resource`, so that names, public
 * paths, persistent caches and `new URL('./x.wasm?…&exe', import.meta.url)` are webpack's own work; a program is a
 * JavaScript module that imports its executables. The content of both comes from our loader.
 * @param common options of the loader, see {@link needsFiles}
 * @param template how the configuration names assets
 */
export function moduleRule(common: Omit<LoaderOptions, 'isAsset'>, template: NameTemplate | undefined): RuleSetRule {
  const use = (isAsset: boolean): RuleSetUseItem => {
    const options: LoaderOptions = { ...common, isAsset }
    return { loader: LOADER, options }
  }
  const assets = assetRules(common.core.options.program, template, use(true))
  return {
    resource: /\.(?:wasm|wat)$/i,
    // The word as `isRequest` finds it.
    resourceQuery: /(?:^\?|&)exe(?:[&=]|$)/,
    oneOf: [
      { dependency: 'url', oneOf: assets },
      { resourceQuery: new RegExp(`${ASSET_WORD}$`), oneOf: assets },
      // The loader's pitch is called first, and then no other loader.
      { enforce: 'post', type: 'javascript/esm', sideEffects: false, use: use(false) },
    ],
  }
}

/** One rule for each target, as rspack's persistent cache takes no modules that are named by a function. */
function assetRules(program: ProgramOptions, template: NameTemplate | undefined, use: RuleSetUseItem): RuleSetRule[] {
  const asset: RuleSetRule = { enforce: 'post', type: 'asset/resource', use }
  const ofTargets = ALL_TARGETS.map(({ name: target }): RuleSetRule => {
    const filename = assetTemplate({ target, fileName: program.fileName }, template)
    const resourceQuery = (query: string) => {
      const options = nameOptions(program, query)
      return options?.target === target && options.fileName === program.fileName
    }
    return { ...asset, resourceQuery, generator: { filename } }
  })
  const other = (data: PathData, info?: object) => {
    const options = nameOptions(program, data.filename!.replace(/^.*?\?/, '?'))
    const own = options === undefined ? '[hash]' : assetTemplate(options, template)
    return typeof own === 'string' ? own : own(data, info)
  }
  return [...ofTargets, { ...asset, generator: { filename: other } }]
}

/** How a configuration names assets; undefined where it leaves that to webpack, whose defaults are not there yet. */
export function nameTemplate({ options: { module, output } }: Compiler): NameTemplate | undefined {
  const generators = module.generator as Record<string, { filename?: NameTemplate } | undefined> | undefined
  const filename = generators?.['asset/resource']?.filename ?? generators?.['asset']?.filename
  return filename ?? (output.assetModuleFilename as NameTemplate | undefined)
}

/** Whether code for Node gets URLs that only browsers can load, and needs the files' own beside them. */
export function needsFiles({ output: { publicPath }, externalsPresets }: Compiler['options']): boolean {
  const isPublic = typeof publicPath === 'function' || /^(?:\/|[a-z][a-z\d+.-]*:)/i.test(publicPath ?? '')
  return isPublic && externalsPresets.node === true
}
