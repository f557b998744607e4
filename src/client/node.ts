/** For code that runs in Node, on a server or in Electron: finds the host's executable and starts it. */
import { spawn as spawnProcess } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type {
  ChildProcess,
  ChildProcessWithoutNullStreams,
  SpawnOptions,
  SpawnOptionsWithoutStdio,
} from 'node:child_process'
import type { AnyProgram, ProgramFile, TargetName } from '../program.ts'

export type { AnyProgram, DefaultTarget, Program, ProgramFile, TargetName } from '../program.ts'

/** What systems run beside the executables of their own target, best first. */
const ALSO: Partial<Record<string, readonly TargetName[]>> = {
  'darwin-arm64': ['darwin-universal', 'darwin-x64'],
  'darwin-x64': ['darwin-universal'],
  'win32-arm64': ['win32-x64'],
}

export interface ResolveOptions {
  /** Default: the machine that this runs on. */
  target?: TargetName
}

/**
 * The path of a program's executable, for the machine that this runs on.
 *
 * Works in server builds, in bundles for Node, and in Vite's development server. In Electron the executable must lie
 * outside the archive, in its neighbour `app.asar.unpacked`: `asarUnpack` of electron-builder and `asar.unpack` of Forge put it there.
 * @throws Error if the program was not built for the machine, or if its file is not there
 */
export function resolve(program: AnyProgram, options: ResolveOptions = {}): string {
  const executable = choose(program, options.target ?? `${process.platform}-${process.arch}`)
  const path = unpacked(program.name, filePath(program, executable))
  if (existsSync(path)) return path
  throw new Error(
    `${program.name} for ${executable.target} is not at ${path}\n` +
      '  deploy the executables with the code that imports them, in the same places relative to each other',
  )
}

/** Starts a program's executable for the machine that this runs on, as `child_process.spawn` does. @throws as {@link resolve} */
export function spawn(
  program: AnyProgram,
  args?: readonly string[],
  options?: SpawnOptionsWithoutStdio,
): ChildProcessWithoutNullStreams
export function spawn(program: AnyProgram, args: readonly string[], options: SpawnOptions): ChildProcess
export function spawn(program: AnyProgram, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
  const path = resolve(program)
  makeExecutable(path)
  if (options.shell) return spawnProcess(quoted(path), args, options)
  // Its own name, whatever the file is called: emitted files have hashes in their names, and those in a cache nothing else.
  return spawnProcess(path, args, { argv0: program.name, ...options })
}

function choose(program: AnyProgram, wanted: string): ProgramFile {
  const { targets } = program
  for (const target of [wanted, ...(own(ALSO, wanted) ?? [])]) {
    const executable = own(targets, target)
    if (executable !== undefined) return executable
  }
  const known = Object.keys(targets).join(', ')
  throw new Error(
    `${program.name} was not built for ${wanted}, only for ${known}\n` +
      `  add '${wanted}' to the plugin's targets option or to the import's ?target=`,
  )
}

/** What a record itself has under a name, which may be any: `constructor` too. */
function own<T>(record: Partial<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function filePath(program: AnyProgram, { target, url, file = url }: ProgramFile): string {
  if (file.startsWith('file:')) return fileURLToPath(file)
  throw new Error(
    `${program.name} for ${target} has the URL ${url}, which is no file\n` +
      '  this bundle was built for browsers; import the program in a bundle for Node (in Vite: build.ssr)',
  )
}

/** One word for a shell, whatever is in the path. Arguments are the caller's to quote, as they are in Node. */
function quoted(path: string): string {
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`
}

/** A path into an archive, taken apart behind the archive's name. */
const IN_ARCHIVE = /^(.*?[\\/][^\\/]+\.asar)([\\/].*)$/s

/** Electron reads archives as if they were directories, but the system cannot run what lies in one. */
function unpacked(name: string, path: string): string {
  const [, archive, inside] = IN_ARCHIVE.exec(path) ?? []
  if (archive === undefined) return path
  const beside = `${archive}.unpacked${inside}`
  if (existsSync(beside)) return beside
  // For Electron the file in the archive is there.
  if (process.versions.electron === undefined) return path
  throw new Error(
    `${name} is packed in ${archive}, where no system can run it\n` +
      "  leave executables out of the archive: asarUnpack: ['**/exe/**', '**/hello-*'] in electron-builder, asar.unpack in Forge",
  )
}

/** Archives and deployments lose the executable bit. */
function makeExecutable(path: string): void {
  if (process.platform === 'win32') return
  try {
    accessSync(path, constants.X_OK)
  } catch {
    try {
      chmodSync(path, 0o755)
    } catch (cause) {
      throw new Error(`${path} is not executable\n  run chmod +x on it, as a user who may`, { cause })
    }
  }
}
