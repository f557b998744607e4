import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, extname, join, relative, resolve } from 'node:path'
import type {
  BuildOptions,
  BuildResult,
  Loader,
  Metafile,
  OnLoadArgs,
  OnLoadResult,
  OnResolveArgs,
  OnResolveResult,
  PartialMessage,
  PluginBuild,
} from 'esbuild'
import { CompileError } from '../../compiler/index.ts'
import { NOBODY } from '../admissions.ts'
import { hexHash, lastPart, PLAIN_NAME, undottedName } from '../file-name.ts'
import { createManifest, createReport, formatManifest } from '../manifest.ts'
import { baseUrl, FAILED_MODULE, moduleCode } from '../module.ts'
import { describe } from '../report.ts'
import { Places } from '../places.ts'
import { parseRequest, isRequest } from '../request.ts'
import { MAY_USE_URL, rewriteUrls } from '../urls.ts'
import { findUrlsByImports } from './esbuild-urls.ts'
import { executableWhenWritten } from './written-later.ts'
import type { Core } from '../core.ts'
import type { BuiltFile, BuiltProgram } from '../pipeline.ts'

/** Loaders of files that may have a use of `new URL(…)`. */
const CODE_LOADERS: Record<string, Loader> = {
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
}

/**
 * esbuild emits executables with its own `file` loader, so `assetNames`, the metafile and `write: false` hold for them. Their
 * paths are beside their modules, where nothing is: what esbuild makes of them depends on the project alone.
 */
export function esbuildSetup(core: Core, build: PluginBuild): void {
  try {
    build.onDispose(() => core.pipeline.abort(build))
  } catch (cause) {
    throw new CompileError("Bun's bundler takes esbuild's plugins without all that they may ask for", {
      code: 'option',
      hint: 'bundle with esbuild, Vite, Rollup or rolldown, which Bun runs, or build executables before: wasm-exe build',
      cause,
    })
  }
  const options = build.initialOptions
  const programs = new Map<string, BuiltProgram>()
  /** By path and suffix. */
  const files = new Map<string, BuiltFile>()
  const userWantsMetafile = options.metafile
  const directory = options.absWorkingDir ?? process.cwd()
  // esbuild has no logger that plugins could use before its end, and is silent unless it is asked not to be.
  const level = options.logLevel ?? 'warning'
  const talks = ['info', 'debug', 'verbose'].includes(level)
  const log = (message: string) => void process.stderr.write(`wasm-exe: ${message}\n`)
  const warn = (message: string) => log(`warning: ${message}`)
  core.pipeline.settings = { root: directory, ...(talks && { log }), ...((talks || level === 'warning') && { warn }) }
  options.metafile = true

  build.onStart(() => core.start(build))

  build.onResolve({ filter: /\.(?:wasm|wat)\?.*exe/i }, (args) => admitImport(core, build, args))

  build.onLoad({ filter: /\.(?:wasm|wat)$/i, namespace: 'file' }, (args) => {
    const sources = [args.path]
    return reported(core, build, sources, async () => {
      const request = parseRequest(args.path + args.suffix)
      if (request === undefined) return undefined
      core.admissions.check(args.path + args.suffix)
      sources.splice(0, 1, ...core.pipeline.sources(request))
      const program = await core.pipeline.build(request, { owner: build })
      programs.set(args.path + args.suffix, program)
      const { files: watched, directories: watchDirs } = program.inputs
      const watchFiles = [...sources, ...watched]
      return { ...importedModule(program, options, args.path), loader: 'js', watchFiles, watchDirs }
    })
  })

  // Only a module of ours has such data.
  build.onResolve({ filter: /^wasm-exe:/ }, ({ path, pluginData }) => {
    const emitted = pluginData instanceof Emitted ? pluginData.files.get(path) : undefined
    if (emitted === undefined) return undefined
    const { file, ...place } = emitted
    files.set(place.path + place.suffix, file)
    return place
  })

  build.onLoad({ filter: /[^.\\/](?:\.exe)?$/, namespace: 'file' }, async ({ path, suffix }) => {
    const file = files.get(path + suffix)
    return file && { contents: await readFile(file.path), loader: 'file' }
  })

  build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, (args) => transformUrls(build, args))

  build.onEnd(async (result) => {
    if (result.errors.length > 0) core.pipeline.abort(build)
    if (result.metafile === undefined) return undefined
    const errors: PartialMessage[] = []
    try {
      await finish(core, result, result.metafile, { options, directory, programs, files })
    } catch (error) {
      if (!(error instanceof CompileError)) throw error
      errors.push(message(core, error))
    }
    if (!userWantsMetafile) delete result.metafile
    return { errors }
  })
}

/** Marks the resolving that we ask for ourselves. */
const RESOLVING = Symbol('wasm-exe:resolving')

/** Notes an import. Where it leads is for esbuild to say, to which a star is a pattern: `?connect=*:443` is asked for without. */
async function admitImport(
  core: Core,
  build: PluginBuild,
  { path, importer, namespace, resolveDir, kind, pluginData, with: attributes }: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  if (!isRequest(path) || Object.hasOwn(Object(pluginData) as object, RESOLVING)) return undefined
  // Attributes are known since esbuild 0.19.7.
  const options = { importer, namespace, resolveDir, kind, ...(attributes !== undefined && { with: attributes }) }
  const [file, query] = [path.slice(0, path.indexOf('?')), path.slice(path.indexOf('?'))]
  const plain = query.replaceAll('*', '%2A')
  const found = await build.resolve(file + plain, { ...options, pluginData: { ...pluginData, [RESOLVING]: true } })
  if (found.errors.length > 0 || found.external) return undefined
  const suffix = found.suffix === plain ? query : found.suffix
  try {
    const from = { source: path, importer: importerId(build.initialOptions, { importer, namespace }) }
    core.admit(found.path + suffix, from)
    if (plain === query) return undefined
    return { path: found.path, suffix, namespace: found.namespace, sideEffects: found.sideEffects }
  } catch (error) {
    return { errors: [message(core, error)] }
  }
}

/** Undefined for code of the build script itself. What a plugin put in place of a file is never taken for one. */
function importerId(
  { stdin }: BuildOptions,
  { importer, namespace }: Pick<OnResolveArgs, 'importer' | 'namespace'>,
): string | undefined {
  if (importer === '') return NOBODY
  if (namespace !== 'file') return `${namespace}:${importer}`
  if (stdin === undefined) return importer
  const { sourcefile, resolveDir = '.' } = stdin
  return importer === (sourcefile === undefined ? '<stdin>' : resolve(resolveDir, sourcefile)) ? undefined : importer
}

function message(core: Core, error: unknown): PartialMessage {
  const { summary, hint } = describe(error, core.root)
  return { text: summary, notes: hint === undefined ? [] : [{ text: hint }], detail: error }
}

/** Errors as esbuild shows them, each once. */
async function reported(
  core: Core,
  build: PluginBuild,
  watchFiles: string[],
  load: () => Promise<OnLoadResult | undefined>,
): Promise<OnLoadResult | undefined> {
  try {
    return await load()
  } catch (error) {
    if (!core.isNews(error, build)) return { contents: FAILED_MODULE, loader: 'js', watchFiles }
    return { errors: [message(core, error)], watchFiles }
  }
}

/** The executables of a module, by what it imports them as. */
class Emitted {
  readonly files = new Map<string, { path: string; suffix: string; file: BuiltFile }>()
}

/** @param source the wasm file's path */
function importedModule(
  program: BuiltProgram,
  options: BuildOptions,
  source: string,
): { contents: string; pluginData: Emitted } {
  const imports: string[] = []
  const names = new Map<BuiltFile, string>()
  const emitted = new Emitted()
  for (const file of program.files) {
    // esbuild's assetNames decides about directories and the hash; a template gives the rest of the name.
    const path = join(dirname(source), undottedName(program.fileName ?? PLAIN_NAME, file))
    const name = `file${imports.length}`
    names.set(file, name)
    imports.push(`import ${name} from 'wasm-exe:${name}'\n`)
    emitted.files.set(`wasm-exe:${name}`, { path, suffix: `?exe=${hexHash(file.integrity)}`, file })
  }
  const code = moduleCode(program, (file) => {
    const name = names.get(file)!
    return { fileName: `/* @__PURE__ */ fileName(${name})`, url: `/* @__PURE__ */ url(${name})` }
  })
  // The loader's string is relative to the chunk that holds it, and ends with the suffix.
  const helpers = [
    `const base = ${baseUrl(outputFormat(options))}\n`,
    "const plain = (path) => path.slice(0, path.lastIndexOf('?'))\n",
    'const url = (path) => new URL(plain(path), base).href\n',
    "const fileName = (path) => plain(path).slice(path.lastIndexOf('/') + 1)\n",
  ]
  return { contents: imports.join('') + helpers.join('') + code, pluginData: emitted }
}

function outputFormat({ format, platform }: BuildOptions): string {
  if (format !== undefined) return format === 'cjs' && platform !== 'node' ? 'iife' : format
  if (platform === 'node') return 'cjs'
  return platform === 'neutral' ? 'esm' : 'iife'
}

async function transformUrls(build: PluginBuild, { path, suffix }: OnLoadArgs): Promise<OnLoadResult | undefined> {
  if (suffix !== '') return undefined
  const code = await readFile(path, 'utf8').catch(() => '')
  if (!MAY_USE_URL.test(code)) return undefined
  const extension = extname(path)
  const loader = build.initialOptions.loader?.[extension] ?? CODE_LOADERS[extension]
  const uses = await findUrlsByImports(build, code, loader)
  if (uses.length === 0) return undefined
  const rewritten = rewriteUrls(code, uses, 'href')
  const map = rewritten.generateMap({
    hires: 'boundary',
    source: lastPart(path.replaceAll('\\', '/')),
    includeContent: true,
  })
  return { contents: `${rewritten.toString()}\n//# sourceMappingURL=${map.toUrl()}`, loader, resolveDir: dirname(path) }
}

interface Finished {
  options: BuildOptions
  directory: string
  programs: ReadonlyMap<string, BuiltProgram>
  files: ReadonlyMap<string, BuiltFile>
}

/** After a build: executable bits and the manifest. */
async function finish(core: Core, result: BuildResult, metafile: Metafile, finished: Finished): Promise<void> {
  const { options, directory, programs, files } = finished
  const outputs = new Map<BuiltFile, string>()
  const places = new Places()
  for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
    const [input, ...others] = Object.keys(inputs)
    const file = input === undefined || others.length > 0 ? undefined : files.get(resolve(directory, input))
    if (file === undefined || /\.[cm]?js$/.test(output)) continue
    outputs.set(file, resolve(directory, output))
    // esbuild knows of letters, but not of all forms of them.
    places.claim(output, file)
  }
  const writes = options.write !== false
  if (writes) core.wrote(directory, Object.keys(metafile.outputs))
  if (writes && process.platform !== 'win32') {
    await Promise.all([...outputs.values()].map((output) => chmod(output, 0o755)))
  }
  if (!writes) executableWhenWritten(outputs)
  const outputDirectory = resolve(directory, options.outdir ?? dirname(options.outfile ?? '.'))
  const emitted = new Map([...outputs].map(([file, output]) => [file.path, output]))
  const report = createReport(core.root, outputDirectory, programs.values(), (file) => {
    const output = emitted.get(file.path)
    return output === undefined ? undefined : relative(outputDirectory, output).replaceAll('\\', '/')
  })
  const { entryPoints, outfile, entryNames, outExtension, format, platform, conditions } = options
  const traits = [entryPoints, outfile, entryNames, outExtension, format, platform, conditions]
  const names = Object.entries(metafile.outputs).flatMap(([output, { entryPoint }]) =>
    entryPoint === undefined ? [] : [relative(outputDirectory, resolve(directory, output))],
  )
  await core.report(outputDirectory, outputs.size === 0 ? undefined : report, { traits, names, instance: programs })
  const { manifest } = core.options
  if (manifest === undefined || outputs.size === 0) return
  const path = join(outputDirectory, manifest)
  const text = formatManifest(createManifest(report, manifest))
  if (writes) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  } else {
    const contents = new TextEncoder().encode(text)
    const hash = createHash('sha256').update(contents).digest('base64url')
    result.outputFiles?.push({ path, contents, text, hash })
  }
}
