import { open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises'
import { optionError } from '../compiler/options.ts'
import type { ReadFile } from '../compiler/read-file.ts'

/** How often a file may be another one by the time that it was opened. */
const TRIES = 10

/**
 * Reads files that may be given away. Asked about is what was opened: where a link leads may be another place before that,
 * and behind it.
 * @param permit throws for what may not; told the path, and that of the opened file with all links followed
 */
export function readsPermitted(permit: (file: string, opened: string) => void): ReadFile {
  return async (file) => {
    for (let tries = 0; tries < TRIES; tries++) {
      const handle = await open(file)
      try {
        const opened = await pathOf(handle, file)
        if (opened === undefined) continue
        permit(file, opened)
        return await handle.readFile()
      } finally {
        await handle.close()
      }
    }
    throw optionError(`${file} changed while it was read`, 'build again')
  }
}

/**
 * The path that leads to what was opened; undefined where none does any more. Linux says what a descriptor is of, and of what was
 * deleted since, or replaced, a path that it never had.
 */
async function pathOf(handle: FileHandle, file: string): Promise<string | undefined> {
  const isLinux = process.platform === 'linux'
  const known = isLinux ? await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined) : undefined
  const path = known ?? (await realpath(file))
  const [opened, there] = await Promise.all([
    handle.stat({ bigint: true }),
    stat(path, { bigint: true }).catch(() => undefined),
  ])
  return opened.dev === there?.dev && opened.ino === there.ino ? path : undefined
}
