import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'

/** The way from a directory to what lies in it, '' for itself; undefined for what lies elsewhere. */
export function inside(directory: string, path: string): string | undefined {
  const way = relative(directory, path)
  return way === '..' || /^\.\.[\\/]/.test(way) || isAbsolute(way) ? undefined : way
}

/** A path with all links followed, as the system spells it; the path itself if there is nothing. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

/** The real path of what is to be made: that of the directory above it which is there, and the way from it. */
export function futurePath(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realPath(path)
  return join(futurePath(dirname(path)), basename(path))
}

/** Whether two paths lead to one file or directory, however they are spelled; false where one leads to nothing. */
export function isSameFile(a: string, b: string): boolean {
  const [first, second] = [a, b].map(identity)
  return first !== undefined && first === second
}

function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev} ${ino}`
  } catch {
    return undefined
  }
}
