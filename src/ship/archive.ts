/** Archives for download, which keep the executable bit: the same bytes from the same files, on every machine and at any time. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { writeFileWhole } from '../../compiler/disk.ts'
import type { Zippable } from 'fflate'
import { checkKeys } from '../../compiler/options.ts'
import { findTarget, type TargetName } from '../../compiler/index.ts'
import { inside } from '../paths.ts'
import { optionError, plainName } from './names.ts'

export interface ArchiveOptions {
  /** Files that every archive holds, too, as README.md and LICENSE. */
  readme?: string
  license?: string
}

/** What else an archive holds: by name. */
export type ArchiveExtras = Readonly<Record<string, Uint8Array>>

export type ArchiveFormat = '.tar.gz' | '.zip'

/** What systems open without another program. */
export const archiveFormat = (target: TargetName): ArchiveFormat =>
  findTarget(target)!.platform === 'win32' ? '.zip' : '.tar.gz'

/** What downloads are called: neither hashes nor what a bundler did to the name. */
export const archiveName = (name: string, target: TargetName): string =>
  `${plainName(name)}-${target}${archiveFormat(target)}`

export const CHECKSUMS = 'SHA256SUMS'
/** The first moment that zip files know, by the clock that they go by: that of the place. */
const zipEpoch = (): Date => new Date(1980, 0, 1)
const EPOCH = new Date(0)
const UNIX = 3
const REGULAR_FILE = 0o100000

/** @throws CompileError */
export function checkArchives(archives: boolean | ArchiveOptions): ArchiveOptions | undefined {
  if (archives === false) return undefined
  if (archives === true) return {}
  if (typeof archives !== 'object' || archives === null)
    throw optionError(
      'archives is neither true, false nor an object',
      "write archives: { readme: 'README.md', license: 'LICENSE' }",
    )
  checkKeys('archives', archives, ['readme', 'license'])
  for (const [key, path] of Object.entries(archives) as [string, unknown][])
    if (path !== undefined && (typeof path !== 'string' || path === '' || path.includes('\0')))
      throw optionError(`archives.${key} is no path`)
  return archives
}

/** @param base what relative paths start from. @throws CompileError */
export async function readExtras({ readme, license }: ArchiveOptions, base = '.'): Promise<ArchiveExtras> {
  return {
    ...(readme !== undefined && { 'README.md': await read('readme', readme, base) }),
    ...(license !== undefined && { LICENSE: await read('license', license, base) }),
  }
}

async function read(option: string, path: string, base: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(base, path))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw optionError(
      `${option}: ${path} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}`,
      'check the path',
    )
  }
}

/** An executable, called as users start it, and what belongs to it, in a directory of the archive's name. */
export async function makeArchive(
  name: string,
  target: TargetName,
  executable: Uint8Array,
  extras: ArchiveExtras,
): Promise<Uint8Array> {
  const format = archiveFormat(target)
  const directory = archiveName(name, target).slice(0, -format.length)
  const file = `${directory.slice(0, -target.length - 1)}${findTarget(target)!.ext}`
  const entries = [
    { path: `${directory}/${file}`, bytes: executable, mode: 0o755 },
    ...Object.entries(extras).map(([path, bytes]) => ({ path: `${directory}/${path}`, bytes, mode: 0o644 })),
  ]
  // Node's own zlib writes other bytes in each version and on each processor.
  const { gzipSync, zipSync } = await import('fflate')
  if (format === '.zip') {
    const files: Zippable = {}
    for (const { path, bytes, mode } of entries)
      files[path] = [bytes, { os: UNIX, attrs: (REGULAR_FILE | mode) * 2 ** 16, mtime: zipEpoch() }]
    return zipSync(files, { level: 9 })
  }
  const { packTar } = await import('modern-tar')
  const tar = await packTar(
    entries.map(({ path, bytes, mode }) => ({
      header: {
        name: path,
        size: bytes.length,
        mode,
        mtime: EPOCH,
        uid: 0,
        gid: 0,
        uname: '',
        gname: '',
        type: 'file',
      },
      body: bytes,
    })),
  )
  return gzipSync(tar, { level: 9, mtime: 0 })
}

/** A file that a list of checksums names. */
export interface Listed {
  /** Relative to the list's directory, with slashes. */
  path: string
  bytes: Uint8Array
}

/** Several builds may write into one directory side by side. By list. */
const writing = new Map<string, Promise<void>>()

/**
 * Writes a list that `sha256sum --check` reads. What other builds have listed stays in it as long as it is there.
 * @param directory absolute
 */
export async function writeChecksums(directory: string, files: readonly Listed[]): Promise<void> {
  const list = resolve(directory, CHECKSUMS)
  const write = async (): Promise<void> => {
    const hashes = new Map(files.map(({ path, bytes }) => [path, sha256(bytes)]))
    for (const [path, hash] of await listedBefore(directory, list)) if (!hashes.has(path)) hashes.set(path, hash)
    const lines = [...hashes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([path, hash]) => checksumLine(path, hash))
    await writeFileWhole(list, lines.join(''))
  }
  const work = (writing.get(list) ?? Promise.resolve()).then(write)
  writing.set(
    list,
    work.catch(() => {}),
  )
  await work
}

/** What a list names that is in its directory and as it says. */
async function listedBefore(directory: string, list: string): Promise<[path: string, hash: string][]> {
  const text = await readFile(list, 'utf8').catch(() => '')
  const found: [path: string, hash: string][] = []
  for (const [, escaped, hash, name] of text.matchAll(/^(\\?)([\da-f]{64}) {2}(.+)$/gm)) {
    const path = escaped === '' ? name : name.replaceAll(/\\([\\nr])/g, (_, letter: string) => ESCAPES[letter])
    const file = resolve(directory, path)
    if (inside(directory, file) === undefined) continue
    const bytes = await readFile(file).catch(() => undefined)
    if (bytes !== undefined && sha256(bytes) === hash) found.push([path, hash])
  }
  return found
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', '\\': '\\' }
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A backslash before the line says that the name has escapes. */
function checksumLine(path: string, hash: string): string {
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `${escaped === path ? '' : '\\'}${hash}  ${escaped}\n`
}
