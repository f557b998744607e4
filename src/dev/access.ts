import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ViteDevServer } from 'vite'
import { printable } from '../../compiler/printable.ts'
import { inside, realPath } from '../paths.ts'
import type { MayRead } from '../pipeline.ts'
import type { Middleware } from './server.ts'

/** Someone asked the development server for what no module imports. */
export class Refused extends Error {
  override name = 'Refused'

  /** @param id what was asked for */
  constructor(id: string) {
    super(
      `no module imports ${printable(id)}\n` +
        '  a development server builds what imports with literal paths name, and nothing that is only asked for',
    )
    // Vite would look for the place in this package where it was thrown.
    this.stack = ''
  }
}

/** A connect middleware for errors: whoever asked is answered, and the page of the developer shows nothing of it. */
export function refusals(
  log: (message: string) => void,
): (error: unknown, request: IncomingMessage, response: ServerResponse, next: (error: unknown) => void) => void {
  return (error, _, response, next) => {
    if (!(error instanceof Refused) || response.headersSent) return next(error)
    log(error.message)
    response.writeHead(403, { 'Content-Type': 'text/plain' }).end('no module imports this\n')
  }
}

/** Vite's middlewares that look at the host and the origin of a request. */
const CHECKS = new Set(['viteHostCheckMiddleware', 'corsMiddleware'])

/** Those that come behind a plugin's middleware: before version 7 they stand behind all of plugins. */
export function checksBehind({ middlewares }: ViteDevServer, own: Middleware): Middleware[] {
  const all = middlewares.stack.map(({ handle }) => handle as Middleware)
  return all.slice(all.indexOf(own) + 1).filter(({ name }) => CHECKS.has(name))
}

/** What Vite makes of `server.fs.deny`, and the files that modules import. Not all of its versions keep them in one place. */
interface FileRules {
  fsDenyGlob?: (file: string) => boolean
  _fsDenyGlob?: (file: string) => boolean
  safeModulePaths?: ReadonlySet<string>
  moduleGraph?: { safeModulesPath?: ReadonlySet<string> }
}

/**
 * Whether the development server may give a file away: what `server.fs` says of its path and of what links lead to. As
 * in Vite itself, what a module imports may lie anywhere, unless it is denied.
 */
export function mayServe(server: ViteDevServer): MayRead {
  const { config } = server
  const { strict, allow } = config.server.fs
  const rules: FileRules = { ...(server as object), ...(config as object) }
  const isDenied = rules.fsDenyGlob ?? rules._fsDenyGlob
  if (isDenied === undefined)
    throw new Error('unplugin-wasm-exe does not know where this version of Vite keeps server.fs.deny')
  const imported = rules.safeModulePaths ?? rules.moduleGraph?.safeModulesPath
  const directories = allow.flatMap((directory) => [directory, realPath(directory)])
  return (file, opened = realPath(file)) => {
    if (!strict) return true
    const paths = [file, opened].map((path) => path.replaceAll('\\', '/'))
    // A colon behind that of a drive leads to another stream of a file.
    if (paths.some((path) => isDenied(path) || path.replace(/^[a-z]:/i, '').includes(':'))) return false
    if (imported?.has(paths[0])) return true
    return paths.every((path) => directories.some((directory) => inside(directory, path) !== undefined))
  }
}
