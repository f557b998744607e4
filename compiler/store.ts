import { createHash, randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { diskError, writeFileWhole, writeWhole } from './disk.ts'

/** Kinds of entries; each is a directory of the store. */
export type Kind = 'objects' | 'executables' | 'modules' | 'toolchains'

const KINDS: readonly Kind[] = ['objects', 'executables', 'modules', 'toolchains']
/** Part of the path: a change of layout starts afresh. */
const LAYOUT = 'v1'
const DEFAULT_MAX_BYTES = 2 * 1024 ** 3
const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * Files on disk, found by a hash of everything that decides their contents. An entry is written under a temporary name
 * and renamed, so that processes that work side by side see it complete or not at all, and may write it twice.
 */
export class Store {
  readonly dir: string
  private readonly pending = new Map<string, Promise<string>>()
  private wrote = false

  /** @throws CompileError if the directory cannot be written */
  constructor(dir: string) {
    this.dir = resolve(dir)
    try {
      mkdirSync(join(this.dir, LAYOUT), { recursive: true })
      accessSync(join(this.dir, LAYOUT), constants.W_OK)
    } catch (error) {
      throw diskError(error, this.dir)
    }
  }

  /** Where an entry is or would be. */
  path(kind: Kind, key: string, ext: string): string {
    return join(this.dir, LAYOUT, kind, key.slice(0, 2), key.slice(2) + ext)
  }

  /** The path of an entry that exists, and is marked as used; undefined if there is none. */
  async find(kind: Kind, key: string, ext: string): Promise<string | undefined> {
    const path = this.path(kind, key, ext)
    try {
      const { size, mtimeMs } = await stat(path)
      if (size === 0) return undefined
      if (Date.now() - mtimeMs > HOUR) await utimes(path, new Date(), new Date()).catch(() => {})
      return path
    } catch {
      return undefined
    }
  }

  /** A record, undefined if there is none or it cannot be read. */
  async readRecord<T>(kind: Kind, key: string): Promise<T | undefined> {
    const path = await this.find(kind, key, '.json')
    if (path === undefined) return undefined
    try {
      return JSON.parse(await readFile(path, 'utf8')) as T
    } catch {
      return undefined
    }
  }

  async writeRecord(kind: Kind, key: string, record: unknown): Promise<void> {
    this.wrote = true
    await writeFileWhole(this.path(kind, key, '.json'), JSON.stringify(record))
  }

  /**
   * The path of an entry, which `produce` writes if it does not exist. Callers in this process that ask for the same
   * entry at the same time share the work; one whose work failed or was cancelled leaves it to the next.
   */
  async get(
    kind: Kind,
    key: string,
    ext: string,
    produce: (temporary: string) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<string> {
    const path = this.path(kind, key, ext)
    for (;;) {
      const other = this.pending.get(path)
      if (other === undefined) break
      const done = await untilAborted(
        other.catch(() => undefined),
        signal,
      )
      if (done !== undefined) return done
    }
    const work = this.find(kind, key, ext).then(async (found) => {
      if (found !== undefined) return found
      this.wrote = true
      await writeWhole(path, produce)
      return path
    })
    this.pending.set(path, work)
    try {
      return await work
    } finally {
      this.pending.delete(path)
    }
  }

  /** A new directory for one build's files; the caller removes it. */
  async scratch(): Promise<string> {
    const dir = join(this.dir, LAYOUT, 'tmp', `${process.pid}-${randomBytes(6).toString('hex')}`)
    try {
      await mkdir(dir, { recursive: true })
    } catch (error) {
      throw diskError(error, this.dir)
    }
    return dir
  }

  /** Zig's own cache: import libraries of Windows and the like. */
  get zigCache(): string {
    return join(this.dir, LAYOUT, 'zig')
  }

  /** C that a compiler failed on; removed with what cancelled builds left behind. */
  get failures(): string {
    return join(this.dir, LAYOUT, 'tmp', 'failed')
  }

  /** Scripts that stand for compilers of two words. */
  get scripts(): string {
    return join(this.dir, LAYOUT, 'scripts')
  }

  /**
   * Removes what was not used for longest until at most maxBytes are left, and what cancelled builds left behind.
   * Entries of the last hour stay: another process may be about to read them.
   */
  async prune(maxBytes = DEFAULT_MAX_BYTES): Promise<{ removed: number; bytes: number }> {
    const entries = (await Promise.all(KINDS.map((kind) => listFiles(join(this.dir, LAYOUT, kind))))).flat()
    entries.sort((a, b) => b.mtimeMs - a.mtimeMs)
    const now = Date.now()
    let bytes = 0
    let removed = 0
    for (const entry of entries) {
      if (bytes + entry.size > maxBytes && now - entry.mtimeMs > HOUR) {
        await rm(entry.path, { force: true }).catch(() => {})
        removed++
      } else {
        bytes += entry.size
      }
    }
    const scratches = join(this.dir, LAYOUT, 'tmp')
    for (const name of await readdir(scratches).catch(() => [])) {
      const path = join(scratches, name)
      const age = await stat(path).then(
        (info) => now - info.mtimeMs,
        () => 0,
      )
      if (age > DAY) await rm(path, { recursive: true, force: true }).catch(() => {})
    }
    return { removed, bytes }
  }

  /** Prunes if this store was written to and was not pruned within the last day. Never fails. */
  async pruneNowAndThen(): Promise<void> {
    if (!this.wrote) return
    const marker = join(this.dir, LAYOUT, 'pruned')
    const last = await stat(marker).then(
      (info) => info.mtimeMs,
      () => 0,
    )
    if (Date.now() - last < DAY) return
    try {
      await writeFileWhole(marker, '')
      await this.prune()
    } catch {
      // A full disk is reported where it matters: by the next build that writes.
    }
  }
}

async function listFiles(dir: string): Promise<{ path: string; size: number; mtimeMs: number }[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const infos = await Promise.all(
    files.map((path) =>
      stat(path).then(
        ({ size, mtimeMs }) => ({ path, size, mtimeMs }),
        () => undefined,
      ),
    ),
  )
  return infos.filter((info) => info !== undefined)
}

/** Waits for what others do, but no longer than the signal lets. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  signal.throwIfAborted()
  let leave = () => {}
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
  })
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', leave))
}

const stores = new Map<string, Store>()

/**
 * The store in a directory, or in the first default that can be written: node_modules/.cache/unplugin-wasm-exe of the
 * project around the working directory, the user's cache directory, the system's temporary directory.
 * @throws CompileError if the directory given, or every default, cannot be written
 */
export function openStore(cacheDir?: string): Store {
  if (cacheDir !== undefined) return openOnce(resolve(cacheDir))
  const candidates = defaultCacheDirs()
  let failure: unknown
  for (const dir of candidates) {
    try {
      return openOnce(dir)
    } catch (error) {
      failure ??= error
    }
  }
  throw failure
}

function openOnce(dir: string): Store {
  let store = stores.get(dir)
  if (store === undefined || !existsSync(join(dir, LAYOUT))) stores.set(dir, (store = new Store(dir)))
  return store
}

function defaultCacheDirs(): string[] {
  const name = 'unplugin-wasm-exe'
  const project = projectDir(process.cwd())
  const user =
    process.platform === 'win32'
      ? process.env.LOCALAPPDATA
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Caches')
        : process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return [
    ...(project === undefined ? [] : [join(project, 'node_modules', '.cache', name)]),
    ...(user === undefined ? [] : [join(user, name)]),
    join(tmpdir(), `${name}-${process.getuid?.() ?? 'cache'}`),
  ]
}

/** The nearest directory above with a node_modules and a package.json. */
function projectDir(from: string): string | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    const isProject = statSync(join(dir, 'package.json'), { throwIfNoEntry: false })?.isFile()
    if (isProject && statSync(join(dir, 'node_modules'), { throwIfNoEntry: false })?.isDirectory()) return dir
    if (dirname(dir) === dir) return undefined
  }
}

/** A key of the store: a hash of all parts, each with its length, so that no two lists of parts run together. */
export function hashKey(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    hash.update(`${typeof part === 'string' ? Buffer.byteLength(part) : part.byteLength}:`)
    hash.update(part)
  }
  return hash.digest('hex')
}
