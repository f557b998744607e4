import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { testCache } from './tools.ts'

/** Hex SHA-256 over files (by name and content) and strings, cut to 16 digits. */
export async function hashOf(files: string[], ...more: string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const text of more) hash.update(`${text}\0`)
  for (const file of files.toSorted()) hash.update(`${basename(file)}\0`).update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}

/**
 * The file `name` of a folder in the test cache that `build` fills, built once per `key`. Two processes may build at the
 * same time: each into a folder of its own, and the first to finish wins.
 */
export async function buildOnce(key: string, name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(testCache, key)
  const file = join(folder, name)
  if (existsSync(file)) return file
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}.`)
  try {
    await build(draft)
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return file
}
