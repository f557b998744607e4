import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { inside, realPath } from './paths.ts'

/** Where a project ends and what others wrote begins. */
export interface Borders {
  /** The project's directory. A `node_modules` above it does not make its files a package's. */
  root: string
  /** Where the bundler keeps what it made of dependencies, beside the directories called `node_modules`. */
  generated?: string
}

/** What the bundler calls a module that no file holds, or what it adds to a file's path. */
const DECORATION = /^\0|\?[^]*$/g

/**
 * Who wrote the module that an import stands in: undefined for the project itself, else the name by which the option
 * `trust` allows it. That is the package's, behind those of the packages in whose directories it lies (`a > b`), as any
 * package may bring a directory `node_modules` of its own; or the id of a module that is no file.
 *
 * Paths count as the bundler has them and with all links followed: a package of the same workspace, which bundlers know
 * by its real path, is the project's.
 * @param importer the importing module's id
 */
export function strangerOf(importer: string, { root, generated }: Borders): string | undefined {
  const file = [importer, importer.replaceAll(DECORATION, '')].find(isFile)
  if (file === undefined) return importer.replace('\0', '')
  const real = realPath(file)
  if (generated !== undefined && inside(realPath(generated), real) !== undefined) return OPTIMIZED
  return packageOf(inside(realPath(root), real) ?? real) ?? packageOf(inside(root, file) ?? file)
}

/** The name for what a bundler made of several packages. No package can be called so. */
export const OPTIMIZED = '.optimized'

/** The packages that a path leads into, outermost first. Directories with a dot are how package managers arrange them. */
function packageOf(path: string): string | undefined {
  const parts = path.split(/[\\/]/)
  const below = parts.flatMap((part, index) => (/^node_modules$/i.test(part) ? [index + 1] : []))
  if (below.length === 0) return undefined
  const names = below.map((at) => parts.slice(at, parts[at]?.startsWith('@') ? at + 2 : at + 1).join('/'))
  return names.filter((name) => !name.startsWith('.')).join(' > ') || OPTIMIZED
}

function isFile(path: string): boolean {
  // A NUL is an error rather than an absence.
  return isAbsolute(path) && !path.includes('\0') && statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
