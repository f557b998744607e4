import { open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises'
import { optionError } from '../compiler/options.ts'
import type { ReadFile } from '../compiler/read-file.ts'

/**
 * Reads files that may be given away. Asked about is what was opened: where a link leads may be another place before that,
 * and behind it.
 * @param permit throws for what may not; told the path, and that of the opened file with all links followed
 */
export function readsPermitted(permit: (file: string, opened: string) => void): ReadFile {
  return async (file) => {
    const handle = await open(file)
    try {
      permit(file, await pathOf(handle, file))
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  }
}

/** Linux says what a descriptor is of. Elsewhere it is what a path leads to, if that is the same file. */
async function pathOf(handle: FileHandle, file: string): Promise<string> {
  if (process.platform === 'linux') {
    const path = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined)
    if (path !== undefined) return path
  }
  const path = await realpath(file)
  const [opened, there] = await Promise.all([handle.stat({ bigint: true }), stat(path, { bigint: true })])
  if (opened.dev === there.dev && opened.ino === there.ino) return path
  throw optionError(`${file} changed while it was read`, 'build again')
}
