/** Where Vite's builds have executables, and how code finds them. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, posix, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Rolldown } from 'vite'
import { CompileError } from '../../compiler/index.ts'
import { printable } from '../../compiler/printable.ts'
import {
  emittedName,
  fillTemplate,
  formatFileName,
  HASHED_NAME,
  lastPart,
  originalName,
  PLAIN_NAME,
  shortHash,
} from '../file-name.ts'
import { inside } from '../paths.ts'
import { relativeUrl, type FileExpressions } from '../module.ts'
import { filePlaceholder, relativePath, urlPlaceholder } from './placeholders.ts'
import { assetFileNames, type Side, type SideBuild } from './vite-environment.ts'
import type { DevFiles } from '../dev/server.ts'
import type { BuiltFile, BuiltProgram, LaterFile } from '../pipeline.ts'
import type { Bundle } from './bundle.ts'

/** Conditions of packages' exports that name runtimes without files. */
const WITHOUT_FILES = new Set(['workerd', 'worker', 'edge-light', 'browser'])

/** Code for servers, but not for workers of a CDN, which have no files. */
export function isNode(side: Side): boolean {
  const { consumer, resolve } = side.config
  if (consumer !== 'server' || side.getTopLevelConfig().ssr.target === 'webworker') return false
  return !resolve.conditions.some((condition) => WITHOUT_FILES.has(condition))
}

/** Whether executables are put beside the code. */
export function keepsFiles(side: Side): boolean {
  return isNode(side) && !isLibrary(side)
}

export function isLibrary({ config }: Side): boolean {
  return Boolean(config.build.lib)
}

/** What code knows of a file while developing. */
export function devExpressions(side: Side, devFiles: DevFiles, file: BuiltFile): FileExpressions {
  return {
    fileName: JSON.stringify(formatFileName(PLAIN_NAME, file)),
    url: devUrl(side, devFiles.add(file)),
    ...(isNode(side) && { file: JSON.stringify(pathToFileURL(file.path).href) }),
  }
}

/** The same for a file that nobody has asked for. @param version differs where the file may be another one */
export function laterExpressions(side: Side, devFiles: DevFiles, file: LaterFile, version: string): FileExpressions {
  return {
    fileName: JSON.stringify(emittedName(fillTemplate(PLAIN_NAME, file, ''))),
    url: devUrl(side, devFiles.addLater(file, version)),
  }
}

function devUrl(side: Side, path: string): string {
  const { base, server } = side.getTopLevelConfig()
  return JSON.stringify(`${server.origin ?? ''}${base.replace(/\/$/, '')}${path}`)
}

/**
 * What code knows of a file. Client code and libraries have it emitted; server code finds it beside itself, and a site has
 * it only if it is `public`, or asked for by its URL alone.
 */
export async function fileExpressions(
  context: Rolldown.PluginContext,
  side: Side,
  bundle: Bundle,
  program: BuiltProgram,
  file: BuiltFile,
): Promise<FileExpressions> {
  const source = await readFile(file.path)
  const onServer = keepsFiles(side)
  const fileName = bundle.claim(assetName(onServer ? siteBuild(side) : side.config.build, program, file, source), file)
  const { form } = program.request
  const isEmitted = !onServer || program.public || form === 'href'
  if (isEmitted) checkPublic(side, fileName)
  const emit = () => {
    const name = formatFileName(PLAIN_NAME, file)
    const originalFileName = originalName(relative(side.config.root, program.request.file), file)
    return context.emitFile({ type: 'asset', name, fileName, originalFileName, source })
  }
  const reference = isEmitted ? bundle.reference(file, emit) : undefined
  return {
    fileName: JSON.stringify(lastPart(fileName)),
    url: reference !== undefined && isLibrary(side) ? filePlaceholder(reference) : urlPlaceholder(fileName),
    ...(onServer &&
      form !== 'href' && { file: filePlaceholder(bundle.place(file, serverName(side, bundle, program, file))) }),
  }
}

/** Files of the public directory lie in the site as they are called, and Vite writes over them. @throws CompileError */
function checkPublic(side: Side, fileName: string): void {
  const { publicDir } = side.getTopLevelConfig()
  // Vite copies nothing between directories of which one is in the other.
  const isCopied = [side.config.build, siteBuild(side)].some(({ copyPublicDir, outDir }) => {
    const output = resolve(side.config.root, outDir)
    return copyPublicDir && inside(output, publicDir) === undefined && inside(publicDir, output) === undefined
  })
  if (publicDir === '' || !isCopied || !existsSync(join(publicDir, fileName))) return
  throw new CompileError(`the file name "${printable(fileName)}" is that of a file in ${printable(publicDir)}`, {
    code: 'option',
    hint: 'put [hash] into the fileName option, or into assetFileNames, or give one of the files another name',
  })
}

/** Where server code finds an executable: in its own output directory, apart from assets, which frameworks move. */
function serverName(side: Side, bundle: Bundle, program: BuiltProgram, file: BuiltFile): string {
  const fileName = bundle.claim(formatFileName(program.fileName ?? `exe/${HASHED_NAME}`, file), file)
  checkPublic(side, fileName)
  return fileName
}

/** The build that makes the site's files. */
function siteBuild(side: Side): SideBuild {
  return side.getTopLevelConfig().environments?.client?.build ?? side.config.build
}

/** A name of ours: Vite would end names without an extension with a dot. */
function assetName(build: SideBuild, program: BuiltProgram, file: BuiltFile, source: Uint8Array): string {
  if (program.fileName !== undefined) return formatFileName(program.fileName, file)
  const pattern = assetFileNames(build)
  if (pattern === undefined) {
    const name = formatFileName(HASHED_NAME, file)
    return build.lib ? name : posix.join(build.assetsDir, name)
  }
  const name = formatFileName(PLAIN_NAME, file)
  const asset = { type: 'asset' as const, name, names: [name], originalFileNames: [], source }
  return assetFileName(typeof pattern === 'function' ? pattern(asset) : pattern, file)
}

/** The URL of a file of the site, as Vite makes it of `base` and `renderBuiltUrl`: an expression. */
export function siteUrl(side: Side, fileName: string, chunk: { fileName: string; format: string }): string {
  const url = renderUrl(side, fileName, { hostId: chunk.fileName, hostType: 'js' })
  if ('runtime' in url) return `(${url.runtime})`
  return 'path' in url ? relativeUrl(chunk.format, url.path) : JSON.stringify(url.href)
}

/** The same for the HTML of a page. */
export function pageUrl(side: Side, fileName: string, page: string): string {
  const url = renderUrl(side, fileName, { hostId: page, hostType: 'html' })
  if (!('runtime' in url)) return 'path' in url ? url.path : url.href
  throw new CompileError('experimental.renderBuiltUrl returns { runtime } for a link in HTML', {
    code: 'option',
    file: page,
    hint: 'return a string or { relative } where hostType is "html"',
  })
}

function renderUrl(
  side: Side,
  fileName: string,
  host: { hostId: string; hostType: 'js' | 'html' },
): { href: string } | { path: string } | { runtime: string } {
  const { base, experimental } = side.getTopLevelConfig()
  const ssr = side.config.consumer === 'server'
  const rendered = experimental.renderBuiltUrl?.(fileName, { ...host, type: 'asset', ssr })
  if (typeof rendered === 'string') return { href: rendered }
  if (typeof rendered === 'object' && rendered.runtime !== undefined) return { runtime: rendered.runtime }
  // Nothing on a server knows where the page is.
  const isRelative = !ssr && (rendered?.relative ?? (base === '' || base === './'))
  if (isRelative) return { path: relativePath(host.hostId, fileName) }
  const path = fileName.split('/').map(encodeURIComponent).join('/')
  return { href: base === '' || base.endsWith('/') ? base + path : `${base}/${path}` }
}

/** What the bundler makes of its `assetFileNames`, without a dot at the end of names that have no extension. */
export function assetFileName(pattern: string, file: BuiltFile): string {
  const values: Record<string, string> = {
    name: `${file.name}-${file.target}`,
    hash: shortHash(file.integrity),
    ext: file.ext.slice(1),
    extname: file.ext,
  }
  return pattern
    .replaceAll(/\[(name|hash|extname|ext)(?::\d+)?\]/g, (_, word: string) => values[word])
    .replace(/\.$/, '')
}
