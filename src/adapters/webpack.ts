import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import type { Compiler } from 'webpack'
import { createManifest, formatManifest, type Report } from '../manifest.ts'
import { version } from '../../compiler/version.ts'
import { noteImports } from './webpack-imports.ts'
import { Outputs } from './webpack-outputs.ts'
import { moduleRule, nameTemplate, needsFiles } from './webpack-rule.ts'
import type { Core } from '../core.ts'

const NAME = 'wasm-exe'

/** The plugin for webpack and rspack: the rule for imports of ours, and what is left to do about the output. */
export function webpackPlugin(core: Core, compiler: Compiler): void {
  const { options, hooks, webpack } = compiler
  const logger = compiler.getInfrastructureLogger(NAME)
  const log = (message: string) => logger.info(message)
  const warn = (message: string) => logger.warn(message)
  core.pipeline.settings = { root: compiler.context, log, warn }

  const owner = {}
  noteImports(core, compiler)
  const outputs = new Outputs(core.made)
  const template = nameTemplate(compiler)
  // When webpack has filled in its defaults.
  hooks.environment.tap(NAME, () => {
    const hasFiles = needsFiles(options)
    options.module.rules.push(moduleRule({ core, owner, hasFiles }, template))
    const { program, toolchain, launcher, trust, ship } = core.options
    // In Rspack 1 caches that last are an experiment.
    const places = [options, options.experiments as object] as { cache?: Compiler['options']['cache'] }[]
    const ours = { version, program, toolchain, launcher, trust, archives: ship.archives?.options, hasFiles }
    for (const place of places) if (place.cache !== undefined) place.cache = cacheFor(ours, place.cache)
    if (options.performance) leaveOut(options.performance, (name) => outputs.has(name))
  })
  let report: Report | undefined
  hooks.thisCompilation.tap(NAME, (compilation) => {
    core.start(owner)
    // The last stage: names are final.
    const stage = webpack.Compilation.PROCESS_ASSETS_STAGE_REPORT
    compilation.hooks.processAssets.tap({ name: NAME, stage }, () => {
      outputs.read(compilation)
      const { manifest } = core.options
      report = outputs.report(core.root, compiler.outputPath)
      if (manifest === undefined || report === undefined) return
      const text = formatManifest(createManifest(report, manifest))
      compilation.emitAsset(manifest, new webpack.sources.RawSource(text))
    })
  })
  hooks.assetEmitted.tapPromise(NAME, async (name, { targetPath }) => {
    core.wrote(compiler.outputPath, [targetPath])
    if (outputs.has(name)) await makeExecutable(compiler, targetPath)
  })
  hooks.afterEmit.tapPromise(NAME, ({ entrypoints }) => {
    const { entry, target, output, resolve } = options
    const traits = [compiler.name, entry, target, output.filename, resolve.conditionNames]
    const names = [...entrypoints.values()].flatMap((each) => each.getFiles())
    return core.report(compiler.outputPath, report, { traits, names, instance: compiler })
  })
  hooks.invalid.tap(NAME, (file) => {
    if (file !== null) core.pipeline.fileChanged(file)
  })
  for (const end of [hooks.failed, hooks.watchClose, hooks.shutdown]) end.tap(NAME, () => core.pipeline.abort(owner))
}

/** Other options of ours make a persistent cache another one: rspack's looks at files alone. */
function cacheFor(options: object, cache: Compiler['options']['cache']): Compiler['options']['cache'] {
  if (typeof cache !== 'object' || cache.type === 'memory') return cache
  const hash = createHash('sha256').update(JSON.stringify(options)).digest('hex')
  return { ...cache, version: `${cache.version ?? ''} ${NAME}-${hash}` }
}

type Performance = Exclude<Compiler['options']['performance'], false | undefined>

/** What is downloaded on request makes no page slow: nobody is to be warned of its size. */
function leaveOut(performance: Performance, isOurs: (name: string) => boolean): void {
  const { assetFilter: counts = (_, __, info) => !info?.development } = performance
  performance.assetFilter = (name, source, info) => !isOurs(name) && counts(name, source, info)
}

/** A file system in memory may not know of modes. */
async function makeExecutable({ outputFileSystem }: Compiler, path: string): Promise<void> {
  const fs = outputFileSystem as Partial<typeof import('node:fs')>
  if (fs.chmod !== undefined && process.platform !== 'win32') await promisify(fs.chmod).call(fs, path, 0o755)
}
