import { existsSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { isForeign, isOpenToOthers } from './ownership.ts'

export const CACHE_NAME = 'unplugin-wasm-exe'

/** Files that stand in the topmost directory of a monorepo, whichever of its packages is built. */
const WORKSPACE_FILES = ['pnpm-workspace.yaml', 'lerna.json', 'rush.json', 'nx.json']

/**
 * Where compiled things may be kept, the best first: `node_modules/.cache` of the projects around these files, the user's
 * cache directory. All packages of a monorepo share one.
 */
export function defaultCacheDirs(from: readonly string[]): string[] {
  const projects = from.map((path) => projectDir(resolve(path))).filter((dir) => dir !== undefined)
  const user =
    process.platform === 'win32'
      ? process.env.LOCALAPPDATA
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Caches')
        : process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return [
    ...new Set(projects.map((project) => join(project, 'node_modules', '.cache', CACHE_NAME))),
    ...(user === undefined ? [] : [join(user, CACHE_NAME)]),
  ]
}

/**
 * Whether nobody else can have put anything into a default cache, or another directory in its place: what is found there
 * is run. The directories down to it count, from the project's or the user's on.
 */
export function isPrivate(cacheDir: string): boolean {
  const depth = cacheDir.endsWith(join('node_modules', '.cache', CACHE_NAME)) ? 4 : 2
  if (isInstalled(cacheDir) || isInstalled(dirname(cacheDir))) return false
  let dir = cacheDir
  for (let i = 0; i < depth; i++, dir = dirname(dir)) if (isOpenToOthers(dir)) return false
  return true
}

/**
 * Whether a package was installed in a directory: Yarn 1 lets packages choose any name for what they depend on, `.cache` or
 * `.cache/unplugin-wasm-exe/v2` too, and puts it there. No directory of a cache has a manifest.
 */
export const isInstalled = (dir: string): boolean => existsSync(join(dir, 'package.json'))

/**
 * The directory of the workspace around a path, else of the nearest package. It goes by what is checked in, never by what
 * an installation makes, so that it does not change between one build and the next. Packages that were installed belong
 * to who installed them; a project without node_modules by choice has none. Nothing counts that another user made, and
 * nothing above a directory of another user's.
 */
function projectDir(path: string): string | undefined {
  const installed = path.indexOf(`${sep}node_modules${sep}`)
  let nearest: string | undefined
  for (let dir = installed < 0 ? path : path.slice(0, installed); ; dir = dirname(dir)) {
    if (isForeign(dir) && isDirectory(dir)) return nearest
    const manifest = readManifest(dir)
    if (isThere(join(dir, '.pnp.cjs'))) return undefined
    if (manifest?.workspaces !== undefined || WORKSPACE_FILES.some((name) => isThere(join(dir, name)))) return dir
    // A manifest that only says how files are to be read is in the middle of a package.
    if (manifest !== undefined && Object.keys(manifest).join() !== 'type') nearest ??= dir
    if (isThere(join(dir, '.git')) || dirname(dir) === dir) return nearest
  }
}

const isThere = (path: string): boolean => existsSync(path) && !isForeign(path)

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

function readManifest(dir: string): Record<string, unknown> | undefined {
  const file = join(dir, 'package.json')
  if (!isThere(file)) return undefined
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof manifest === 'object' && manifest !== null ? (manifest as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
