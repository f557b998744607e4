import { contentOf, fileOf, wordsNotIn } from '../origin.ts'
import { MAY_ASK, powers } from '../request.ts'

/** What is asked of the modules that a development server knows. */
export interface Graph {
  /** The ids of what imports a module; undefined for one that another bundler knows. */
  importersOf(id: string): string[] | undefined
  /** Whether it is still being found out what a module imports. */
  isUnfinished(id: string): boolean
  /** Whether a module is a file, or one that a file's module imports. */
  isOfFiles(id: string): boolean
  /** Makes a module anew of its file, and before it what the file itself is; false for one that another bundler knows. */
  remake(id: string): Promise<boolean>
  /** Whether an import stands in the page of a script; undefined for what is none. */
  isInPage(source: string, importer: string): Promise<boolean> | undefined
}

/** An import when it was resolved. */
interface Noted {
  source: string
  /** Of the importing module's file when it was read; undefined where no file holds it. */
  content: Buffer | undefined
  /** Of that file when it had the import no more. */
  goneIn?: Buffer
}

/** What modules of a development server import: imports are taken back, and so is what they granted. */
export class DevImports {
  /** By ids of what is imported, and of what imports it. */
  readonly #noted = new Map<string, Map<string, Noted>>()

  /**
   * What files held that may have imports of ours when their modules began. Plugins make more of a component's file than one module,
   * of what they have found in it then, and all that they do may take a while.
   */
  readonly #read = new Map<string, Buffer>()

  /** A module of code is about to be transformed. */
  begin(id: string, code: string): void {
    // Parts of files are made of what these were.
    const content = MAY_ASK.test(code) && fileOf(id) === id ? contentOf(id) : undefined
    if (content !== undefined) this.#read.set(id, content)
    else this.#read.delete(id)
  }

  note(id: string, source: string, importer: string): void {
    const content = this.#read.get(fileOf(importer) ?? importer) ?? contentOf(importer)
    const importers = this.#noted.get(id) ?? new Map<string, Noted>()
    this.#noted.set(id, importers.set(importer, { source, content }))
  }

  /** Whether something imports a module still. */
  async has(id: string, graph: Graph): Promise<boolean> {
    const noted = this.#noted.get(id)
    if (noted === undefined) return false
    for (const importer of importers(id, noted, graph))
      if (graph.isOfFiles(importer) && (await this.#imports(importer, id, graph))) return true
    return false
  }

  /**
   * A file that was changed says by what it is now what it imports. Vite reads that when somebody asks for it, and before version 8 it
   * does not notice that the last import of a file is gone: then none was noted.
   */
  async #imports(importer: string, id: string, graph: Graph): Promise<boolean> {
    const noted = () => this.#noted.get(id)?.get(importer)
    const stands = () => wordsNotIn(importer, powers(id)).length === 0
    const before = noted()
    if (before === undefined) return stands()
    const inPage = graph.isInPage(before.source, importer)
    if (inPage !== undefined) return inPage
    const content = contentOf(importer)
    if (isSame(content, before.content)) return true
    if (content === undefined || isSame(content, before.goneIn)) return false
    if (!(await graph.remake(importer))) return stands()
    if (isSame(content, noted()?.content)) return true
    before.goneIn = content
    return false
  }
}

/**
 * What imports a module, as far as that is known. Vite asks for what a module imports before it has looked at all of its imports, and
 * notes them in its graph when it has.
 */
function importers(id: string, noted: Map<string, Noted>, graph: Graph): Set<string> {
  const known = graph.importersOf(id)
  if (known === undefined) return new Set(noted.keys())
  const all = new Set(known)
  for (const importer of noted.keys()) {
    if (graph.isUnfinished(importer)) all.add(importer)
    else if (!all.has(importer)) noted.delete(importer)
  }
  return all
}

const isSame = (a: Buffer | undefined, b: Buffer | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.equals(b)
