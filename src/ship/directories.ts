/** Writes directories that appear complete or not at all. */
import { randomBytes } from 'node:crypto'
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CompileError } from '../../compiler/index.ts'
import { diskError } from '../../compiler/disk.ts'

/** A file of a directory: its contents, or the path of a file that has them. */
export type FileSource = { contents: string | Uint8Array } | { from: string }

export interface DirectoryFile {
  /** Relative to the directory, with slashes. */
  path: string
  source: FileSource
  executable?: boolean
}

/**
 * Writes a directory in the place of one that was written before.
 * @param isOurs whether what is there may be replaced, by the names and a way to read it
 * @throws CompileError if it is something else, or the disk cannot be written
 */
export async function replaceDirectory(
  directory: string,
  files: readonly DirectoryFile[],
  isOurs: (read: (path: string) => Promise<string>) => Promise<boolean>,
): Promise<void> {
  const draft = `${directory}.${randomBytes(6).toString('hex')}.tmp`
  const old = `${draft}-old`
  try {
    const before = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (
      before !== undefined &&
      before.length > 0 &&
      !(await isOurs((path) => readFile(join(directory, path), 'utf8')))
    ) {
      throw new CompileError(`${directory} holds something else`, {
        code: 'option',
        hint: 'choose another directory, or remove it',
      })
    }
    for (const { path, source, executable } of files) {
      const file = join(draft, path)
      await mkdir(dirname(file), { recursive: true })
      if ('from' in source) await copyFile(source.from, file)
      else await writeFile(file, source.contents)
      await chmod(file, executable ? 0o755 : 0o644)
    }
    if (before !== undefined) await rename(directory, old)
    try {
      await rename(draft, directory)
    } catch (error) {
      if (before !== undefined) await rename(old, directory)
      throw error
    }
  } catch (error) {
    throw diskError(error, directory)
  } finally {
    await rm(draft, { recursive: true, force: true }).catch(() => {})
    await rm(old, { recursive: true, force: true }).catch(() => {})
  }
}
