import { randomBytes } from 'node:crypto'
import { access, copyFile, link, mkdir, realpath, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BuiltFile } from './pipeline.ts'

/**
 * A cached executable under a name of its own, for bundlers that read the file themselves and call their output after
 * it. It lies beside the entry, so that pruning the cache takes both. Others may do the same at the same time.
 * @returns an absolute path without links in it, as bundlers name it
 */
export async function namedFile({ path }: BuiltFile, fileName: string): Promise<string> {
  const named = join(`${path}.d`, fileName)
  await mkdir(dirname(named), { recursive: true })
  try {
    // A link costs nothing and keeps the time of the content, which watchers look at.
    await link(path, named)
  } catch {
    const exists = await access(named).then(
      () => true,
      () => false,
    )
    if (!exists) await copyWhole(path, named)
  }
  return realpath(named)
}

/** For file systems without links. */
async function copyWhole(from: string, to: string): Promise<void> {
  const temporary = `${to}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await copyFile(from, temporary)
    await rename(temporary, to)
  } catch (cause) {
    throw new Error(`cannot put ${to} into the cache: ${(cause as Error).message}`, { cause })
  }
}
