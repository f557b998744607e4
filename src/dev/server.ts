import { createHash } from 'node:crypto'
import type { ReadStream } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { emittedName, fillTemplate, hexHash, PLAIN_NAME } from '../file-name.ts'
import type { BuiltFile, LaterFile } from '../pipeline.ts'

/** Where executables are served, below the server's base. */
const PREFIX = '/@exe/'

/** For connect. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void

/** Serves executables from the cache while developing. What was not added cannot be asked for. */
export class DevFiles {
  /** By path, with the whole hash that the path begins with. */
  readonly #files = new Map<string, { file: BuiltFile | LaterFile; hash: string }>()

  /** Makes a file known. @returns its path on the server, without the base */
  add(file: BuiltFile): string {
    return this.#place(file, hexHash(file.integrity))
  }

  /**
   * Makes a file known that is built when somebody asks for it.
   * @param version differs where the file may be another one: no page is to have an old one from its cache
   * @returns its path on the server, without the base
   */
  addLater(file: LaterFile, version: string): string {
    return this.#place(file, createHash('sha256').update(version).digest('hex'))
  }

  #place(file: BuiltFile | LaterFile, hash: string): string {
    const name = encodeURIComponent(emittedName(fillTemplate(PLAIN_NAME, file, '')))
    const short = `${PREFIX}${hash.slice(0, 8)}/${name}`
    const isFree = (this.#files.get(short)?.hash ?? hash) === hash
    const path = isFree ? short : `${PREFIX}${hash}/${name}`
    this.#files.set(path, { file, hash })
    return path
  }

  /**
   * Answers requests for executables.
   * @param base the server's base, '/' or '/sub/'
   * @param checks what a request has to get through before
   */
  middleware(base: string, checks: () => readonly Middleware[] = () => []): Middleware {
    const prefix = base.replace(/\/$/, '')
    return (request, response, next) => {
      const [url] = (request.url ?? '').split(/[?#]/, 1)
      const path = url.startsWith(prefix) ? url.slice(prefix.length) : url
      if (!path.startsWith(PREFIX)) return next()
      const through = (rest: readonly Middleware[]): void => {
        if (rest.length === 0) return this.#answer(path, request, response, next)
        rest[0](request, response, (error) => (error === undefined ? through(rest.slice(1)) : next(error)))
      }
      through(checks())
    }
  }

  #answer(path: string, request: IncomingMessage, response: ServerResponse, next: (error: unknown) => void): void {
    const file = this.#files.get(path)?.file
    if (file === undefined) {
      // Not the page that single-page applications answer with: it would be saved as an executable.
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('no such executable; reload the page\n')
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end()
    } else {
      void send(request, response, file, next)
    }
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  asked: BuiltFile | LaterFile,
  next: (error: unknown) => void,
): Promise<void> {
  let file: BuiltFile
  try {
    file = 'build' in asked ? await asked.build() : asked
  } catch (error) {
    return next(error)
  }
  const etag = `"${file.integrity}"`
  response.setHeader('ETag', etag)
  response.setHeader('Access-Control-Expose-Headers', 'ETag')
  response.setHeader('Cache-Control', 'no-cache')
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end()
    return
  }
  let content: ReadStream
  try {
    content = await open(file)
  } catch (error) {
    return next(error)
  }
  response.setHeader('Content-Type', 'application/octet-stream')
  response.setHeader('Content-Length', file.size)
  response.setHeader('Accept-Ranges', 'none')
  // Without a name: the page's `download` attribute counts, then the URL.
  response.setHeader('Content-Disposition', 'attachment')
  if (request.method === 'HEAD') {
    content.destroy()
    response.end()
    return
  }
  // A visitor who goes away, and a file that cannot be read to its end, end the connection and nothing else.
  pipeline(content, response, () => response.destroy())
}

/** The content of a file from its cache, as long as it is what was built: whoever is sent a part of it cannot tell. */
async function open({ path, size }: BuiltFile): Promise<ReadStream> {
  const handle = await openFile(path)
  const stats = await handle.stat()
  if (stats.size === size) return handle.createReadStream()
  await handle.close()
  throw new Error(`${path} is not what was built: it has ${stats.size} bytes, not ${size}`)
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
}
