import { randomBytes } from 'node:crypto'
import { copyFile, link, mkdir, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isIntact } from '../compiler/index.ts'
import type { BuiltFile } from './pipeline.ts'

/**
 * A cached executable under a name of its own, for bundlers that read the file themselves and call their output after
 * it. It lies beside the entry, so that pruning the cache takes both. Others may do the same at the same time.
 * @returns an absolute path without links in it, as bundlers name it
 */
export async function namedFile(file: BuiltFile, fileName: string): Promise<string> {
  if (fileName === '') throw new Error(`there is no name for ${file.path}`)
  const named = join(`${file.path}.d`, fileName)
  // Where it is already it keeps its time, which watchers look at.
  if (!(await isIntact({ ...file, path: named }))) {
    await putWhole(file.path, named).catch((cause) => {
      throw new Error(`cannot put ${named} into the cache: ${cause.message}`, { cause })
    })
  }
  return realpath(named)
}

async function putWhole(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true }).catch(async () => {
    // What is in the way is no directory.
    await rm(dirname(to), { force: true })
    await mkdir(dirname(to), { recursive: true })
  })
  const temporary = `${to}.${randomBytes(6).toString('hex')}.tmp`
  try {
    // A link costs nothing; some file systems have none.
    await link(from, temporary).catch(() => copyFile(from, temporary))
    await rename(temporary, to)
  } finally {
    // Renaming one link of a file to another leaves both.
    await rm(temporary, { force: true })
  }
}
