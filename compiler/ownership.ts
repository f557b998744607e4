import { lstatSync, statSync } from 'node:fs'

/**
 * Whether something that is there was put there by another user than this one and the administrator: itself, or where it
 * leads if it is a link. Everybody may put files of any name where all can write, as among temporary files.
 */
export function isForeign(path: string): boolean {
  // Windows has directories for each user.
  if (process.getuid === undefined) return false
  const user = process.getuid()
  return infos(path).some(({ uid }) => uid !== user && uid !== 0)
}

/**
 * Whether a directory is another user's, or everybody can write into it; not for one that is not there. Whoever is in the
 * directory's group has a part in it.
 */
export function isOpenToOthers(directory: string): boolean {
  if (process.getuid === undefined) return false
  return isForeign(directory) || infos(directory).some((info) => info.isDirectory() && (info.mode & 0o002) !== 0)
}

/** Of a path and of where it leads; none if there is nothing. */
function infos(path: string) {
  const options = { throwIfNoEntry: false }
  try {
    return [lstatSync(path, options), statSync(path, options)].filter((info) => info !== undefined)
  } catch {
    return []
  }
}
