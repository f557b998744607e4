import { CompileError } from '../compiler/index.ts'
import {
  BUNDLED,
  isTrusted,
  MODULE,
  namesake,
  OPTIMIZED,
  placesSaid,
  strangerOf,
  wordsNotIn,
  type Borders,
  type Stranger,
} from './origin.ts'
import { powers } from './request.ts'

/** An import as it stands in code. */
export interface Import {
  /** The string. */
  source: string
  /** The id of the module that it stands in; undefined for code of the build script's, {@link NOBODY}. */
  importer: string | undefined
}

/**
 * The importer of what has none: what a plugin resolves, and an entry. The configuration's entries are no others: frameworks make
 * some of what they find in the code of dependencies (Astro, of what `client:only` stands at).
 */
export const NOBODY = ''

/**
 * Which ids may be answered. An id says what a program is granted, so it counts for what the import says that it stands
 * in: ids are noted one by one when imports are resolved, and never recognized by how they look.
 */
export class Admissions {
  readonly #trust: readonly string[]
  readonly #ids = new Set<string>()

  /** @param trust packages whose imports count as the project's own, see {@link isTrusted} */
  constructor(trust: readonly string[]) {
    this.#trust = trust
  }

  /**
   * Notes what an import leads to.
   * @param id what it leads to
   * @param display a path as messages show it
   * @throws CompileError if the id asks for what its importer has no say in, or did not say
   */
  admit(id: string, { source, importer }: Import, borders: Borders, display: (path: string) => string): void {
    const asked = powers(id)
    const said = new Set(powers(source))
    const unsaid = asked.filter((word) => !said.has(word))
    if (unsaid.length > 0) throw notSaid(unsaid, source, importer, display)
    const stranger = importer === undefined || asked.length === 0 ? undefined : strangerOf(importer, borders)
    if (stranger !== undefined && !isTrusted(stranger, this.#trust, borders.root)) {
      const isNamed = isTrusted(stranger, [stranger.name], borders.root)
      throw refusal(importer!, stranger, isNamed, `${asked.join('&')} for ${display(pathOf(id))}`, display)
    }
    const unwritten = importer === undefined || asked.length === 0 ? [] : wordsNotIn(importer, asked)
    if (unwritten.length > 0) throw notSaid(unwritten, source, importer, display, 'file')
    const paths = () => [pathOf(id), ...placesSaid(pathOf(source), importer, borders.root)]
    const other = asked.length === 0 ? undefined : namesake(paths())
    if (other !== undefined) throw ambiguous(other, asked, display)
    this.add(id)
  }

  /** Notes an id that we import ourselves, on behalf of one that was admitted. */
  add(id: string): void {
    this.#ids.add(id)
  }

  /** Whether an id came from an import. */
  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** @throws CompileError for an id that asks for more than others and came from no import */
  check(id: string): void {
    const asked = powers(id)
    if (asked.length === 0 || this.#ids.has(id)) return
    throw new CompileError(`no import of the project's asks for ${asked.join('&')}`, {
      code: 'option',
      file: id,
      hint: 'write the path and its query in the import itself, in a file of the project',
    })
  }
}

const pathOf = (source: string): string => source.slice(0, source.indexOf('?'))

/**
 * Packages can have a name lead to a path with a query (`exports`, `browser`), and nobody who imports the name sees it; and have
 * an import put into a file of the project's that is made of several, as style sheets are.
 */
function notSaid(
  unsaid: readonly string[],
  source: string,
  importer: string | undefined,
  display: (path: string) => string,
  where: 'import' | 'file' = 'import',
): CompileError {
  return new CompileError(
    `${JSON.stringify(source)} leads to ${unsaid.join('&')}, which does not stand in the ${where}`,
    {
      code: 'option',
      file: importer === undefined ? undefined : display(importer.replace('\0', '')),
      hint: 'write the path and its query in the import itself; what a package or an alias adds to it does not count',
    },
  )
}

function ambiguous(other: string, asked: readonly string[], display: (path: string) => string): CompileError {
  return new CompileError(`${asked.join('&')} may be a query, or a part of the name of what lies beside the module`, {
    code: 'option',
    file: display(other),
    hint: 'give it, or the module, another name',
  })
}

/** @param isNamed whether its name alone would say who it is */
function refusal(
  importer: string,
  stranger: Stranger,
  isNamed: boolean,
  asked: string,
  display: (path: string) => string,
): CompileError {
  const [who, hint] = whoAsks(stranger, isNamed)
  return new CompileError(`${who} asks for ${asked}, which only the project’s own files may`, {
    code: 'option',
    file: importer === '' ? undefined : display(importer.replace('\0', '')),
    hint,
  })
}

function whoAsks({ name, directory }: Stranger, isNamed: boolean): [who: string, hint: string] {
  if (name === '' && directory === undefined) {
    return [
      'an entry, an import that a plugin makes, or an import() of an expression,',
      'write the path and its query in an import',
    ]
  }
  if (name === OPTIMIZED) {
    const hint =
      'allow the package in the plugin’s options, trust: ["NAME"], and leave it as it is: optimizeDeps: { exclude: ["NAME"] }'
    return ['an optimized dependency', hint]
  }
  if (name === BUNDLED) return ['code that was bundled before', 'import the program in the source that was bundled']
  if (name === MODULE) return ['a WebAssembly module', 'import the program in a file of the project’s that is code']
  const quoted = JSON.stringify(name)
  const option = isNamed
    ? `trust: [${quoted}]`
    : `trust: [${JSON.stringify(`NAME > ${name}`)}], with the package of the project’s that depends on it`
  return [quoted, `if ${quoted} may have that, allow it in the plugin’s options: ${option}`]
}
