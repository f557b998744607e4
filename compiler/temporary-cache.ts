import { lstatSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CACHE_NAME } from './cache-dirs.ts'
import { diskError } from './disk.ts'

/** The one that this process took: others would be new at every call. */
let taken: string | undefined

/**
 * A directory among temporary files, where all users of the machine can make one of any name: it counts if it is this
 * user's and no one else can write into it, else there is a new one.
 * @throws CompileError if none can be made
 */
export function temporaryCacheDir(): string {
  const usual = join(tmpdir(), `${CACHE_NAME}-${process.getuid?.() ?? 'cache'}`)
  try {
    mkdirSync(usual, { mode: 0o700 })
  } catch {
    // It is there, or cannot be made: what counts is whose it is.
  }
  if (isOurs(usual)) return usual
  if (taken !== undefined && isOurs(taken)) return taken
  try {
    return (taken = mkdtempSync(`${usual}-`))
  } catch (error) {
    throw diskError(error, usual)
  }
}

function isOurs(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory() !== true) return false
  // Windows has a temporary directory for each user.
  return process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & 0o077) === 0)
}
