import { access, copyFile, link, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BuiltFile } from './pipeline.ts'

/**
 * A cached executable under a name of its own, for bundlers that read the file themselves and call their output after
 * it. It lies beside the entry, so that pruning the cache takes both.
 * @returns an absolute path
 */
export async function namedFile({ path }: BuiltFile, fileName: string): Promise<string> {
  const named = join(`${path}.d`, fileName)
  const exists = await access(named).then(
    () => true,
    () => false,
  )
  if (exists) return named
  await mkdir(dirname(named), { recursive: true })
  const temporary = `${named}.${process.pid}.tmp`
  await rm(temporary, { force: true })
  // A link costs nothing and keeps the time of the content, which watchers look at.
  await link(path, temporary).catch(() => copyFile(path, temporary))
  await rename(temporary, named)
  await rm(temporary, { force: true })
  return named
}
