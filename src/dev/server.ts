import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { formatFileName, PLAIN_NAME, shortHash } from '../file-name.ts'
import type { BuiltFile } from '../pipeline.ts'

/** Where executables are served, below the server's base. */
const PREFIX = '/@exe/'

/** Serves executables from the cache while developing. What was not added cannot be asked for. */
export class DevFiles {
  readonly #files = new Map<string, BuiltFile>()

  /** Makes a file known. @returns its path on the server, without the base */
  add(file: BuiltFile): string {
    const path = `${PREFIX}${shortHash(file.integrity)}/${encodeURIComponent(formatFileName(PLAIN_NAME, file))}`
    this.#files.set(path, file)
    return path
  }

  /** A connect middleware. @param base the server's base, '/' or '/sub/' */
  middleware(
    base: string,
  ): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
    const prefix = base.replace(/\/$/, '')
    return (request, response, next) => {
      const [url] = (request.url ?? '').split(/[?#]/, 1)
      const path = url.startsWith(prefix) ? url.slice(prefix.length) : url
      if (!path.startsWith(PREFIX)) return next()
      const file = this.#files.get(path)
      if (file === undefined) {
        // Not the page that single-page applications answer with: it would be saved as an executable.
        response.writeHead(404, { 'Content-Type': 'text/plain' }).end('no such executable; reload the page\n')
      } else if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { Allow: 'GET, HEAD' }).end()
      } else {
        send(request, response, file, next)
      }
    }
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: BuiltFile,
  next: (error: unknown) => void,
): void {
  const etag = `"${file.integrity}"`
  response.setHeader('ETag', etag)
  response.setHeader('Cache-Control', 'no-cache')
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end()
    return
  }
  response.setHeader('Content-Type', 'application/octet-stream')
  response.setHeader('Content-Length', file.size)
  // Without a name: the page's `download` attribute counts, then the URL.
  response.setHeader('Content-Disposition', 'attachment')
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const content = createReadStream(file.path)
  content.once('error', (error) => {
    response.removeHeader('Content-Length')
    if (!response.headersSent) next(error)
  })
  pipeline(content, response, () => {})
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
}
