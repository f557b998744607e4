import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { dirname, join, resolve } from 'node:path'
import { defaultCacheDirs, isInstalled, isPrivate } from './cache-dirs.ts'
import { hashFile, hex, isIntact, readRegular, type FileHash } from './checked-file.ts'
import { diskError } from './disk.ts'
import { Scratch } from './scratch.ts'
import { temporaryCacheDir } from './temporary-cache.ts'

/** Kinds of entries; each is a directory of the store. */
export type Kind = 'objects' | 'executables' | 'modules' | 'toolchains'

const KINDS: readonly Kind[] = ['objects', 'executables', 'modules', 'toolchains']
/** Part of the path: a change of layout starts afresh. */
const LAYOUT = 'v2'
const DEFAULT_MAX_BYTES = 2 * 1024 ** 3
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A file of the store that was just seen to hold what was written to it. */
export interface StoredFile extends FileHash {
  /** Absolute; the file is called after its contents, and nothing else is ever written there. */
  path: string
}

/**
 * Records and files on disk, found by a hash of everything that decides their contents. A file's record says how long it
 * is and what its hash is, and a record begins with a hash of itself and its key: what was damaged, moved or replaced
 * counts as absent and is made anew. This is no defence against those who may write here, who could make such records too.
 *
 * Everything is written under a temporary name and renamed, so that processes that work side by side see it complete or
 * not at all, and may write it twice.
 */
export class Store {
  readonly dir: string
  private readonly temporaries: Scratch
  private readonly pending = new Map<string, Promise<StoredFile>>()
  private wrote = false

  /** @throws CompileError if the directory cannot be written */
  constructor(dir: string) {
    this.dir = resolve(dir)
    this.temporaries = new Scratch(join(this.dir, LAYOUT, 'tmp'))
    try {
      mkdirSync(join(this.dir, LAYOUT), { recursive: true })
      accessSync(join(this.dir, LAYOUT), constants.W_OK)
    } catch (error) {
      throw diskError(error, this.dir)
    }
  }

  /** Where a record (by its key, `.json`) or a file (by the hash of its contents) is or would be. */
  path(kind: Kind, hash: string, ext: string): string {
    return join(this.dir, LAYOUT, kind, hash.slice(0, 2), hash.slice(2) + ext)
  }

  /** A record, marked as used; undefined if there is none, or something else than what was written. */
  async readRecord<T>(kind: Kind, key: string): Promise<T | undefined> {
    const path = this.path(kind, key, '.json')
    const text = (await readRegular(path))?.toString('utf8')
    if (text === undefined || this.above(path).some(isInstalled)) return undefined
    const json = text.slice(text.indexOf('\n') + 1)
    if (text !== recordText(kind, key, json)) return undefined
    await markUsed(path)
    return JSON.parse(json) as T
  }

  /** The directories of the store that a file lies in. */
  private above(path: string): string[] {
    const dirs: string[] = []
    for (let dir = dirname(path); dir.length > this.dir.length; dir = dirname(dir)) dirs.push(dir)
    return dirs
  }

  async writeRecord(kind: Kind, key: string, record: unknown): Promise<void> {
    this.wrote = true
    const text = recordText(kind, key, JSON.stringify(record))
    await this.produce(
      (temporary) => writeFile(temporary, text),
      () => this.path(kind, key, '.json'),
    )
  }

  /** An entry's file, marked as used; undefined if there is none, or something else than what was written. */
  async find(kind: Kind, key: string, ext: string): Promise<StoredFile | undefined> {
    const record = await this.readRecord<FileHash>(kind, key)
    if (record === undefined) return undefined
    const file = { path: this.path(kind, hex(record), ext), ...record }
    if (!(await isIntact(file))) return undefined
    await markUsed(file.path)
    // What carries a cache from machine to machine may lose the bit.
    if (kind === 'executables') await chmod(file.path, 0o755).catch(() => {})
    return file
  }

  /**
   * An entry's file, which `produce` writes if there is none. Callers in this process that ask for the same entry at the
   * same time share the work; one whose work failed or was cancelled leaves it to the next.
   */
  async get(
    kind: Kind,
    key: string,
    ext: string,
    produce: (temporary: string) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<StoredFile> {
    const name = `${kind} ${key}`
    for (;;) {
      const other = this.pending.get(name)
      if (other === undefined) break
      const done = await untilAborted(
        other.catch(() => undefined),
        signal,
      )
      if (done !== undefined) return done
    }
    const work = this.find(kind, key, ext).then((found) => found ?? this.add(kind, key, ext, produce))
    this.pending.set(name, work)
    try {
      return await work
    } finally {
      this.pending.delete(name)
    }
  }

  private async add(
    kind: Kind,
    key: string,
    ext: string,
    produce: (temporary: string) => Promise<void>,
  ): Promise<StoredFile> {
    this.wrote = true
    let file: StoredFile | undefined
    await this.produce(produce, async (temporary) => {
      const hash = await hashFile(temporary)
      file = { path: this.path(kind, hex(hash), ext), ...hash }
      return file.path
    })
    const { path, ...hash } = file!
    await this.writeRecord(kind, key, hash)
    return { path, ...hash }
  }

  /** Fills a temporary file and gives it the name that `name` says then. */
  private async produce(
    produce: (temporary: string) => Promise<void>,
    name: (temporary: string) => string | Promise<string>,
  ): Promise<void> {
    const temporary = await this.temporaries.file()
    try {
      await produce(temporary)
      await this.move(temporary, await name(temporary))
    } catch (error) {
      throw diskError(error, this.dir)
    } finally {
      await this.temporaries.remove(temporary)
    }
  }

  /** Renames, and removes what cannot have been put in the way by us. */
  private async move(from: string, to: string): Promise<void> {
    const attempt = async (): Promise<void> => {
      await mkdir(dirname(to), { recursive: true })
      await rename(from, to)
    }
    try {
      await attempt()
    } catch {
      for (let dir = dirname(to); dir.length > join(this.dir, LAYOUT).length; dir = dirname(dir)) {
        const isDirectory = await stat(dir).then(
          (info) => info.isDirectory(),
          () => false,
        )
        if (!isDirectory) await rm(dir, { force: true })
      }
      const there = await lstat(to).catch(() => undefined)
      if (there?.isDirectory()) await rm(to, { recursive: true, force: true })
      await attempt()
    }
  }

  /** A new directory for one build's files; give it to {@link discard} at the end. */
  async scratch(): Promise<string> {
    return this.temporaries.directory()
  }

  /** Removes a directory of {@link scratch}. Never fails. */
  discard(scratch: string): Promise<void> {
    return this.temporaries.remove(scratch)
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
    await this.temporaries.removeOlder(DAY)
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
      await this.produce(
        (temporary) => writeFile(temporary, ''),
        () => marker,
      )
      await this.prune()
    } catch {
      // A full disk is reported where it matters: by the next build that writes.
    }
  }
}

/** What a record's file holds. */
const recordText = (kind: Kind, key: string, json: string): string => `${hashKey(kind, key, json)}\n${json}`

/** Pruning goes by a file's time. */
async function markUsed(path: string): Promise<void> {
  try {
    if (Date.now() - (await stat(path)).mtimeMs > HOUR) await utimes(path, new Date(), new Date())
  } catch {
    // Somebody else's file: it may be pruned too soon.
  }
}

async function listFiles(dir: string): Promise<{ path: string; size: number; mtimeMs: number }[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = found.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
  const infos = await Promise.all(
    files.map((path) =>
      lstat(path).then(
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
 * The store in a directory, or in the default one.
 * @throws CompileError if the directory given, or every default, cannot be written
 */
export function openStore(cacheDir?: string): Store {
  return cacheDir === undefined ? openDefault([process.cwd()]) : openOnce(resolve(cacheDir))
}

/**
 * The first of {@link defaultCacheDirs} that can be written, and by no other user, else one among temporary files.
 * @param from files or directories of the project
 * @throws CompileError if none can
 */
export function defaultCacheDir(from: readonly string[]): string {
  return openDefault(from).dir
}

function openDefault(from: readonly string[]): Store {
  let failure: unknown
  for (const dir of defaultCacheDirs(from)) {
    if (!isPrivate(dir)) continue
    try {
      const store = openOnce(dir)
      // Where there was nothing, somebody may have been faster.
      if (isPrivate(dir)) return store
    } catch (error) {
      failure ??= error
    }
  }
  try {
    return openOnce(temporaryCacheDir())
  } catch (error) {
    throw failure ?? error
  }
}

function openOnce(dir: string): Store {
  let store = stores.get(dir)
  if (store === undefined || !existsSync(join(dir, LAYOUT))) stores.set(dir, (store = new Store(dir)))
  return store
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
