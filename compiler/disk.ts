import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, copyFile, constants, mkdir, mkdtemp, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CompileError } from './errors.ts'

/** What the system says of a disk that cannot be written, as sentences. */
const REASONS: Record<string, [reason: string, hint: string]> = {
  ENOSPC: ['the disk is full', 'free some space, or put the cache elsewhere with the cacheDir option'],
  EDQUOT: ['the disk quota is used up', 'free some space, or put the cache elsewhere with the cacheDir option'],
  EROFS: ['the file system is read-only', 'choose another directory (outFile, or cacheDir for the cache)'],
  EACCES: ['permission denied', 'choose another directory (outFile, or cacheDir for the cache), or change its owner'],
  EPERM: ['the system does not permit it', 'is the file in use, or running? choose another name or directory'],
  EBUSY: ['the file is in use', 'stop the program that uses it, or choose another name'],
  ETXTBSY: ['the file is being executed', 'stop the program, or choose another name'],
  EISDIR: ['there is a directory of that name', 'choose another name'],
  ENOTDIR: ['a part of its path is a file, not a directory', 'choose another directory'],
  EEXIST: ['a part of its path is a file, not a directory', 'choose another directory'],
  EMFILE: ['too many files are open', 'raise the limit (ulimit -n) or lower the jobs option'],
  ENAMETOOLONG: ['the name is too long', 'choose a shorter name'],
}

/** An error of the file system as one that says what to do; what is no such error comes back as it is. */
export function diskError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException)?.code ?? ''
  if (error instanceof CompileError || !(code in REASONS)) return error
  const [reason, hint] = REASONS[code]
  return new CompileError(`cannot write ${path}: ${reason}`, { code: 'disk', hint, cause: error })
}

/** A compiler's own words for a full or read-only disk, as the matching error code; undefined for anything else. */
export function diskErrorCode(output: string): string | undefined {
  if (/No space left on device|NoSpaceLeft|ENOSPC|not enough space on the disk/i.test(output)) return 'ENOSPC'
  if (/Disk quota exceeded|DiskQuota/.test(output)) return 'EDQUOT'
  if (/Read-only file system|ReadOnlyFileSystem/.test(output)) return 'EROFS'
  return undefined
}

/** A name beside a file, on the same file system, that nobody else uses. */
export const temporaryName = (path: string): string =>
  join(dirname(path), `.wasm-exe-${process.pid}-${randomBytes(6).toString('hex')}.tmp`)

/**
 * Makes a file appear complete or not at all: `produce` fills a temporary file, which is then renamed. Links are followed,
 * and what is no file, as `/dev/null` or a pipe, stays what it is and is written to.
 * @throws CompileError for a disk that cannot be written; nothing stays behind
 */
export async function writeWhole(path: string, produce: (temporary: string) => Promise<void>): Promise<void> {
  try {
    const file = await fileAt(path)
    await (file === undefined ? writeThrough(path, produce) : replace(file, produce))
  } catch (error) {
    throw diskError(error, path)
  }
}

/** The path of the file that can be replaced there, or made; undefined for what is something else. */
async function fileAt(path: string): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined)
  if (info === undefined || info.isDirectory()) return path
  // A file without a name, as standard output may be, cannot be replaced.
  return info.isFile() ? realpath(path).catch(() => undefined) : undefined
}

async function replace(file: string, produce: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryName(file)
  try {
    await mkdir(dirname(file), { recursive: true })
    await produce(temporary)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

async function writeThrough(path: string, produce: (temporary: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'wasm-exe-'))
  try {
    const temporary = join(directory, 'file')
    await produce(temporary)
    await pipeline(createReadStream(temporary), createWriteStream(path))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Writes text or bytes, complete or not at all. */
export const writeFileWhole = (path: string, contents: string | Uint8Array): Promise<void> =>
  writeWhole(path, (temporary) => writeFile(temporary, contents))

/** Copies an executable, complete or not at all, mode 0755. Copy-on-write where the file system can. */
export const copyExecutable = (from: string, to: string): Promise<void> =>
  writeWhole(to, async (temporary) => {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE)
    await chmod(temporary, 0o755)
  })
