import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { placeOf } from './file-name.ts'
import { inside, isSameFile, realPath } from './paths.ts'

/** Where a project ends and what others wrote begins. */
export interface Borders {
  /** The project's directory. A `node_modules` above it does not make its files a package's. */
  root: string
  /** Where bundlers keep what they made of dependencies, beside the directories called `node_modules`. */
  generated?: ReadonlySet<string>
  /** Files that a bundler has written: code of several authors, which another bundler reads again. */
  written?: ReadonlySet<string>
}

/** What the bundler calls a module that no file holds, or what it adds to a file's path. */
const DECORATION = /^\0|\?[^]*$/g

/** Somebody else than the project. */
export interface Stranger {
  /**
   * What messages say: the package's name, behind those of the packages in whose directories it lies (`a > b`), as any
   * package may bring a directory `node_modules` of its own; or the id of a module that is no file.
   */
  name: string
  /** The real directory of the package; undefined for what is no file. */
  directory: string | undefined
}

/**
 * Who wrote the module that an import stands in: undefined for the project itself.
 *
 * Paths count as the bundler has them and with all links followed: a package of the same workspace, which bundlers know
 * by its real path, is the project's.
 * @param importer the importing module's id
 */
export function strangerOf(importer: string, { root, generated, written }: Borders): Stranger | undefined {
  const file = fileOf(importer)
  if (file === undefined) return { name: importer.replace('\0', ''), directory: undefined }
  const real = realPath(file)
  if (isModule(file)) return { name: MODULE, directory: undefined }
  if (written !== undefined && [...written].some((path) => path === real || isSameFile(path, real)))
    return { name: BUNDLED, directory: undefined }
  const made = [...(generated ?? [])].find((path) => above(real).some((directory) => isSameFile(directory, path)))
  if (made !== undefined) return { name: OPTIMIZED, directory: realPath(made) }
  return installedPackage(file, root)
}

/** Whether a file holds a module. */
export const isFileModule = (id: string): boolean => fileOf(id) !== undefined

/** What the file holds that a module was read from, undefined for what no file holds. */
export function contentOf(id: string): Buffer | undefined {
  const file = fileOf(id)
  return file === undefined ? undefined : readFileSync(file)
}

/** The file that a module was read from, undefined for what no file holds. */
export function fileOf(id: string): string | undefined {
  return [id, id.replaceAll(DECORATION, '')].find(isFile)
}

/**
 * Which of an import's words do not stand in the file that the importing module is called after: its code may have been made of
 * other files too, as that of style sheets is, and of what a server put into a page. Backslashes are those of strings.
 * @param importer the importing module's id; what is no file has nothing to look into
 */
export function wordsNotIn(importer: string, words: readonly string[]): string[] {
  const file = fileOf(importer)
  if (file === undefined) return []
  const text = plain(readFileSync(file, 'utf8'))
  return words.map(plain).filter((word) => !hasWord(text, word) && !hasWord(text, word.replaceAll('%2F', '/')))
}

/** Whether a text has a whole word of a query: `dir=/` is none of `?dir=/data`. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (BEFORE.test(text.slice(at - 1, at)) && BEHIND.test(text.charAt(at + word.length))) return true
  return false
}

const BEFORE = /^[?&;"'`]?$/
const BEHIND = /^[&#"'`)>\s]?$/

const plain = (text: string): string => text.replaceAll('\\', '')

/**
 * What lies beside a module and is called as an import of it with a query is written: tools write lists of a package's files into
 * files of the project's, and there the package has the words in their names.
 * @param files where the import leads, and where it says that it does
 */
export function namesake(files: readonly string[]): string | undefined {
  for (const file of files) {
    const [directory, start] = [dirname(file), placeOf(`${basename(file)}?`)]
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) continue
    const name = readdirSync(directory).find((name) => placeOf(name).startsWith(start))
    if (name !== undefined) return join(directory, name)
  }
  return undefined
}

/**
 * Where the path in an import leads by itself. Bundlers go on from there, as links and the manifests of packages (`browser`) say.
 * @param importer the importing module's id
 */
export function placesSaid(path: string, importer: string | undefined, root: string): string[] {
  const file = importer && fileOf(importer)
  const directory = file ? dirname(file) : root
  // Behind webpack's loaders, and where Vite has files outside of the root.
  const plain = path.startsWith('file:') ? fileURLToPath(path) : path.replace(/^[^]*!/, '').replace(/^\/@fs(?=\/)/, '')
  if (isAbsolute(plain)) return [plain, join(root, plain)]
  const packages = above(join(directory, plain)).map((each) => join(each, 'node_modules', plain))
  return [join(directory, plain), ...(/^\.{1,2}[\\/]/.test(plain) ? [] : packages)]
}

/** The innermost package that a file lies in, by its own path or by that where links lead. */
function installedPackage(file: string, root: string): Stranger | undefined {
  return packageOf(realPath(root), realPath(file)) ?? packageOf(root, file)
}

/**
 * Paths of the project's to look for its cache from: a module's own, unless a package brought it. Packages may bring a
 * `node_modules/.cache` too, and what is in a cache counts as compiled.
 */
export function cacheStarts(file: string, root: string): string[] {
  return installedPackage(file, root) === undefined ? [file, root] : [root]
}

/** The name for what a bundler made of several packages. No package can be called so. */
export const OPTIMIZED = '.optimized'
/** The same for the output of a build. */
export const BUNDLED = '.bundled'
/** The same for a WebAssembly module: what it imports is data that anybody may have made, wherever it lies. */
export const MODULE = '.module'

const MAGIC = Buffer.from('\0asm')

/** Whether a file is a module, which bundlers may take for code whose imports are to be resolved. */
function isModule(file: string): boolean {
  if (/\.wa(?:t|st)$/i.test(file)) return true
  const start = Buffer.alloc(MAGIC.length)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, start)
  } finally {
    closeSync(descriptor)
  }
  return start.equals(MAGIC)
}

/**
 * Whether the option `trust` is about somebody. A package is what lies where its name leads from the project, and each
 * further name of `a > b` from the package before it: what a directory is called says nothing, as package managers keep
 * packages of the same name side by side, and whoever is depended on chooses what a dependency of his is called.
 */
export function isTrusted({ name, directory }: Stranger, trust: readonly string[], root: string): boolean {
  if (directory === undefined) return trust.includes(name)
  return trust.some((way) => installed(way, root) === directory)
}

/** The real directory of the package that names lead to, as Node would find it. */
function installed(way: string, root: string): string | undefined {
  return way.split(' > ').reduce<string | undefined>((from, name) => from && findPackage(name, from), resolve(root))
}

function findPackage(name: string, from: string): string | undefined {
  // Directories with a dot are how package managers arrange packages.
  if (name.startsWith('.')) return undefined
  for (let directory = from; ; directory = dirname(directory)) {
    const path = join(directory, 'node_modules', name)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return realPath(path)
    if (dirname(directory) === directory) return undefined
  }
}

/** The innermost package that a file lies in. */
function packageOf(root: string, file: string): Stranger | undefined {
  const way = inside(root, file)
  const parts = (way ?? file).split(/[\\/]/)
  const pathTo = (count: number): string => {
    const path = parts.slice(0, count).join('/')
    return way === undefined ? path : join(root, path)
  }
  const below = parts.flatMap((_, index) => (holdsPackages(pathTo(index + 1), root) ? [index + 1] : []))
  if (below.length === 0) return undefined
  const end = (at: number): number => at + (parts[at]?.startsWith('@') ? 2 : 1)
  const names = below.map((at) => parts.slice(at, end(at)).join('/'))
  const innermost = end(below.at(-1)!)
  const isStore = names.at(-1)!.startsWith('.')
  const stored = isStore ? firstPackage(parts.map((_, index) => pathTo(index + 1)).slice(innermost)) : undefined
  return {
    name: [...names.filter((name) => !name.startsWith('.')), ...(stored ? [stored.name] : [])].join(' > ') || OPTIMIZED,
    directory: realPath(stored?.directory ?? pathTo(innermost)),
  }
}

/**
 * The outermost package of directories, each in the one before. With `nodeLinker: pnpm` Yarn has packages in
 * node_modules/.store/dep-npm-1.0.0-0123456789/package, so that their names stand in their manifests alone.
 */
function firstPackage(directories: readonly string[]): { name: string; directory: string } | undefined {
  for (const directory of directories) {
    try {
      const { name } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { name?: unknown }
      if (typeof name === 'string') return { name, directory }
    } catch {
      // None, or a file that is no manifest.
    }
  }
  return undefined
}

/** The directories that a path lies in, the innermost first. */
function above(path: string): string[] {
  const directories: string[] = []
  for (let at = dirname(path); ; at = dirname(at)) {
    directories.push(at)
    if (at === dirname(at)) return directories
  }
}

/**
 * Whether a directory is a `node_modules`, under whatever name: file systems that ignore case, and those of Windows seen from
 * elsewhere, know it by others (`node_moduleſ`, `NODE_M~1`), and that of the project may be a link to a directory that is
 * called otherwise.
 */
function holdsPackages(directory: string, root: string): boolean {
  if (/^node_modules$/i.test(basename(directory))) return true
  const places = [dirname(directory), root, ...above(root)]
  return places.some((place) => isSameFile(join(place, 'node_modules'), directory))
}

function isFile(path: string): boolean {
  // A NUL is an error rather than an absence.
  return isAbsolute(path) && !path.includes('\0') && statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
