import { readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import type { InputPluginOption, NormalizedOutputOptions, OutputChunk, Plugin, PluginContext } from 'rollup'
import { CompileError } from '../../compiler/index.ts'
import { printable } from '../../compiler/printable.ts'
import { formatFileName, originalName, PLAIN_NAME, undottedName } from '../file-name.ts'
import { FAILED_MODULE, moduleCode, type FileExpressions } from '../module.ts'
import { describe } from '../report.ts'
import { parseRequest, powers, MAY_ASK, isRequest, withWordLast } from '../request.ts'
import { findUrls, MAY_USE_URL, rewriteUrls } from '../urls.ts'
import { Bundle } from './bundle.ts'
import { plainChunkNames } from './chunk-names.ts'
import { filePlaceholder, fillPlaceholders, namePlaceholder } from './placeholders.ts'
import { NOBODY, type Import } from '../admissions.ts'
import type { Core } from '../core.ts'
import type { BuildIdentity } from '../ship/programs.ts'
import type { BuiltFile, BuiltProgram, RequestSettings } from '../pipeline.ts'

/** What the shared parts of hooks need of a bundler's plugin context. */
export interface LoadContext {
  addWatchFile(file: string): void
  error(error: { message: string; id?: string; frame?: string; cause?: unknown }): never
}
export interface LoadedModule {
  code: string
  map: { mappings: '' }
  moduleSideEffects: false
  /** For rolldown, which otherwise goes by the extension. */
  moduleType: 'js'
}
export interface EmitContext {
  emitFile(file: { type: 'asset'; fileName: string; source: string }): string
  getFileName(reference: string): string
}

/** Server code that is bundled once more, from Vite's output: its executables lie beside the last bundle. */
export interface Rebundled {
  server?: Bundle
}

/**
 * The hooks for Rollup, and for rolldown where it works the same way. Builds may run side by side with one plugin object,
 * as tsdown's formats do: each has hooks of its own.
 * @param rebundled what Vite bundled
 */
export function rollupPlugin(core: Core, rebundled?: Rebundled): Partial<Plugin> {
  const options: Plugin['options'] = async (input) => {
    const ofThisBuild = async (list: InputPluginOption): Promise<InputPluginOption> => {
      const plugin = await list
      if (Array.isArray(plugin)) return Promise.all(plugin.map(ofThisBuild))
      if (!plugin || plugin.options !== options) return plugin
      return { ...plugin, ...buildHooks(core, rebundled), options: undefined }
    }
    return { ...input, plugins: await ofThisBuild(input.plugins) }
  }
  return { options, ...buildHooks(core, rebundled) }
}

/** The hooks of one build, or of one after another. */
function buildHooks(core: Core, rebundled: Rebundled = {}): Partial<Plugin> {
  let bundle = new Bundle()
  const owner = {}
  return {
    outputOptions: (options) => ({ ...options, ...plainChunkNames(options) }),
    buildStart() {
      core.start(owner)
      // Rollup has it since 3.21.
      core.pipeline.settings.log = (message) => this.info?.(message)
      core.pipeline.settings.warn = (message) => this.warn(message)
      bundle = new Bundle()
      if (rebundled.server !== undefined) bundle.adopt(rebundled.server)
    },
    resolveId: {
      filter: { id: MAY_ASK },
      handler(source, importer) {
        // Filters are known since Rollup 4.38.
        if (!isRequest(source)) return null
        return resolveRequest(core, this, source, importer)
      },
    },
    shouldTransformCachedModule({ resolvedSources }) {
      // A cache of another process remembers what imports led to, but not that they were allowed.
      return Object.values(resolvedSources).some(({ id }) => powers(id).length > 0)
    },
    load: {
      filter: { id: MAY_ASK },
      async handler(id) {
        const code = async (program: BuiltProgram) => {
          for (const directory of program.inputs.directories) this.addWatchFile(directory)
          bundle.add(id, program)
          const sources = new Map<BuiltFile, FileExpressions>()
          for (const file of program.files) {
            sources.set(file, expressions(await emitFile(this, core.root, bundle, program, file)))
          }
          return moduleCode(program, (file) => sources.get(file)!)
        }
        return loadRequest(core, this, id, code, { owner })
      },
    },
    transform: {
      order: 'post',
      filter: { code: MAY_USE_URL },
      handler(code) {
        if (!MAY_USE_URL.test(code)) return null
        return transformUrls(this, code, 'href')
      },
    },
    renderChunk: {
      // Nitro replaces `import.meta` by that of its entry.
      order: 'post',
      handler(code, chunk, { format, sourcemap }) {
        const nameOf = (reference: string) =>
          bundle.use(reference) ? (bundle.placed(reference) ?? this.getFileName(reference)) : undefined
        const parse = (text: string) => this.parse(text)
        const filled = fillPlaceholders(code, parse, { ...chunk, format }, nameOf)
        return filled && { code: filled.toString(), map: sourcemap ? filled.generateMap({ hires: 'boundary' }) : null }
      },
    },
    generateBundle(options, files) {
      finishBundle(core, this, bundle, options, files)
    },
    async writeBundle(options, files) {
      const directory = outputDirectory(options)
      core.wrote(directory, Object.keys(files))
      const report = await bundle.write(directory, (fileName) => fileName in files)
      await core.report(directory, report, identityOf(core, this.meta.watchMode, options, files))
    },
    watchChange(file) {
      core.pipeline.fileChanged(file)
    },
    buildEnd(error) {
      if (error) core.pipeline.abort(owner)
    },
    closeWatcher() {
      core.pipeline.abort(owner)
    },
  }
}

function expressions(reference: string): FileExpressions {
  return { fileName: namePlaceholder(reference), url: filePlaceholder(reference) }
}

/** Hands an executable to the bundler, which names it unless a template does. */
async function emitFile(
  context: PluginContext,
  root: string,
  bundle: Bundle,
  program: BuiltProgram,
  file: BuiltFile,
): Promise<string> {
  const source = await readFile(file.path)
  return bundle.reference(file, () => {
    const { fileName } = program
    const names =
      fileName === undefined
        ? { name: undottedName(PLAIN_NAME, file) }
        : { fileName: bundle.claim(formatFileName(fileName, file), file) }
    const originalFileName = originalName(relative(root, program.request.file), file)
    return context.emitFile({ type: 'asset', source, originalFileName, ...names })
  })
}

/** Rollup resolves no path that has a query, so the path is resolved without it. */
async function resolveRequest(
  core: Core,
  context: PluginContext,
  source: string,
  importer: string | undefined,
): Promise<{ id: string; moduleSideEffects: false } | null> {
  const split = source.indexOf('?')
  const resolved = await context.resolve(source.slice(0, split), importer, { skipSelf: true })
  if (resolved === null || resolved.external) return null
  const id = `${resolved.id}${withWordLast(source.slice(split))}`
  admit(core, context, id, { source, importer: importer ?? NOBODY })
  return { id, moduleSideEffects: false }
}

/** Notes an import, or has the bundler say why it is refused. */
export function admit(core: Core, context: Pick<LoadContext, 'error'>, id: string, from: Import): void {
  try {
    core.admit(id, from)
  } catch (error) {
    const { message, frame } = describe(error, core.root)
    context.error({ message, ...(frame && { frame }) })
  }
}

/** The module for an id, see {@link answer}. */
export async function loadRequest(
  core: Core,
  context: LoadContext,
  id: string,
  code: (program: BuiltProgram) => Promise<string>,
  settings: AnswerSettings,
): Promise<LoadedModule | null> {
  if (!isRequest(id)) return null
  return {
    code: (await answer(core, context, id, code, settings)) ?? FAILED_MODULE,
    map: { mappings: '' },
    moduleSideEffects: false,
    moduleType: 'js',
  }
}

interface AnswerSettings extends RequestSettings {
  owner: object
  /** A development server: every request for a module that failed is to show why. */
  everyTime?: boolean
}

/**
 * The code for an id, which is asked for once the executables are built. Errors go to the bundler, each once in a build.
 * @returns undefined for an error that was told before
 */
export async function answer(
  core: Core,
  context: LoadContext,
  id: string,
  code: (program: BuiltProgram) => Promise<string>,
  { everyTime = false, ...settings }: AnswerSettings,
): Promise<string | undefined> {
  try {
    const request = parseRequest(id)!
    core.admissions.check(id)
    for (const file of core.pipeline.sources(request)) context.addWatchFile(file)
    const program = await core.pipeline.build(request, settings)
    for (const input of program.inputs.files) context.addWatchFile(input)
    return await code(program)
  } catch (error) {
    if (everyTime ? isAbort(error) : !core.isNews(error, settings.owner)) return undefined
    const { message, frame } = describe(error, core.root)
    // The error itself would be shown a second time as its own cause.
    const cause = error instanceof CompileError ? error.cause : error
    return context.error({ message, id: printable(id), ...(frame && { frame }), ...(cause !== undefined && { cause }) })
  }
}

/** A server that closes stops its builds, and nobody waits for an answer. */
function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Imports what `new URL(…)` names. Code that does not parse is somebody else's to report. */
export function transformUrls(
  context: { parse(code: string): object },
  code: string,
  form: 'href' | 'file',
): { code: string; map: ReturnType<ReturnType<typeof rewriteUrls>['generateMap']> } | null {
  let tree
  try {
    tree = context.parse(code)
  } catch {
    return null
  }
  const uses = findUrls(tree)
  if (uses.length === 0) return null
  const rewritten = rewriteUrls(code, uses, form)
  return { code: rewritten.toString(), map: rewritten.generateMap({ hires: 'boundary' }) }
}

/**
 * What is left to do once it is known which files an output holds.
 * @param emits the manifest is the bundler's to write, like any asset
 */
export function finishBundle(
  core: Core,
  context: EmitContext,
  bundle: Bundle,
  options: Pick<NormalizedOutputOptions, 'dir' | 'file'>,
  files: Record<string, unknown>,
  emits = true,
): void {
  for (const { modules = {} } of Object.values(files) as Partial<OutputChunk>[]) {
    for (const [id, { renderedLength }] of Object.entries(modules)) if (renderedLength > 0) bundle.include(id)
  }
  const settings = { root: core.root, manifest: core.options.manifest }
  const fileName = (reference: string) => context.getFileName(reference)
  const manifest = bundle.generate(outputDirectory(options), settings, fileName, files)
  if (manifest !== undefined && emits) context.emitFile({ type: 'asset', ...manifest })
}

/**
 * What tells a build apart from others of one directory, which may have the same entries for another system: the modules that it was
 * asked for, and what it makes of them. Whoever watches has the plugin for all that time.
 */
export function identityOf(
  core: Core,
  watches: boolean,
  { format, file, entryFileNames }: Pick<NormalizedOutputOptions, 'format' | 'file' | 'entryFileNames'>,
  files: Record<string, unknown>,
): BuildIdentity {
  const entries = (Object.values(files) as OutputChunk[]).filter(({ isEntry }) => isEntry)
  const modules = entries.flatMap(({ facadeModuleId }) => facadeModuleId ?? []).toSorted()
  const names = entries.map(({ fileName }) => fileName)
  const template = typeof entryFileNames === 'string' ? entryFileNames : undefined
  return { traits: [modules, format, file, template], names, ...(watches && { instance: core }) }
}

export function outputDirectory({ dir, file }: Pick<NormalizedOutputOptions, 'dir' | 'file'>): string {
  return resolve(dir ?? dirname(file ?? '.'))
}
