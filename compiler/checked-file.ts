/** Reading files that may be damaged, or something else than files. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

/** What a file's contents are known by. */
export interface FileHash {
  /** Bytes. */
  size: number
  /** `sha256-` and base64. */
  integrity: string
}

/** The hash as hex, for names and people. */
export const hex = ({ integrity }: FileHash): string =>
  Buffer.from(integrity.slice('sha256-'.length), 'base64').toString('hex')

/** No link is followed and no pipe waited for; Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const CHUNK = 1 << 20

/** Does something with a regular file; undefined if there is none, or it cannot be read. */
async function withFile<T>(
  path: string,
  use: (file: FileHandle, size: number) => Promise<T | undefined>,
): Promise<T | undefined> {
  let file: FileHandle | undefined
  try {
    file = await open(path, FLAGS)
    const info = await file.stat()
    return info.isFile() ? await use(file, info.size) : undefined
  } catch {
    return undefined
  } finally {
    await file?.close()
  }
}

/** A file's contents; undefined if there is no regular file that can be read. */
export function readRegular(path: string): Promise<Buffer | undefined> {
  return withFile(path, (file) => file.readFile())
}

/** Whether a file of the store holds what was written to it. */
export async function isIntact({ path, size, integrity }: FileHash & { path: string }): Promise<boolean> {
  const found = await withFile(path, async (file, now) => (now === size ? hashOf(file) : undefined))
  return found?.integrity === integrity && found.size === size
}

/** @throws the system's error */
export async function hashFile(path: string): Promise<FileHash> {
  const file = await open(path)
  try {
    return await hashOf(file)
  } finally {
    await file.close()
  }
}

async function hashOf(file: FileHandle): Promise<FileHash> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, (await file.stat()).size + 1))
  let size = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, size)
    if (bytesRead === 0) return { size, integrity: `sha256-${hash.digest('base64')}` }
    hash.update(buffer.subarray(0, bytesRead))
    size += bytesRead
  }
}
