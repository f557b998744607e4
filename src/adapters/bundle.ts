import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CompileError } from '../../compiler/index.ts'
import { createManifest, formatManifest } from '../manifest.ts'
import type { BuiltFile, BuiltProgram } from '../pipeline.ts'

/** What one build of one environment has imported and emitted, in bundlers of the Rollup family. */
export class Bundle {
  readonly #programs = new Map<string, BuiltProgram>()
  /** Reference ids by the files' paths in the cache. */
  readonly #references = new Map<string, string>()
  /** Whose content has a name that we chose. */
  readonly #names = new Map<string, BuiltFile>()
  /** Paths in the cache and names in the output of what got into the bundle. */
  #emitted = new Map<string, string>()
  #manifest: { fileName: string; source: string } | undefined

  add(id: string, program: BuiltProgram): void {
    this.#programs.set(id, program)
  }

  /** Emits a file once, whoever imports it. */
  reference(file: BuiltFile, emit: () => string): string {
    const key = `${file.name}\0${file.path}`
    const reference = this.#references.get(key) ?? emit()
    this.#references.set(key, reference)
    return reference
  }

  /** Reserves a name for a file. @throws CompileError if another content has it */
  claim(fileName: string, file: BuiltFile): string {
    const owner = this.#names.get(fileName)
    if (owner !== undefined && owner.integrity !== file.integrity) {
      throw new CompileError(`two different executables want the name ${fileName}`, {
        code: 'OPTION',
        hint: 'put [name], [target] and [hash] into the fileName option',
      })
    }
    this.#names.set(fileName, file)
    return fileName
  }

  has(reference: string): boolean {
    return [...this.#references.values()].includes(reference)
  }

  /** Notes which files an output holds and what its manifest says. */
  generate(
    root: string,
    manifest: string | undefined,
    fileName: (reference: string) => string,
    inBundle: (fileName: string) => boolean,
  ): { fileName: string; source: string } | undefined {
    this.#emitted = new Map()
    for (const file of this.#files()) {
      const reference = this.#references.get(`${file.name}\0${file.path}`)
      const name = reference && fileName(reference)
      if (name !== undefined && inBundle(name)) this.#emitted.set(file.path, name)
    }
    this.#manifest = undefined
    if (manifest !== undefined && this.#emitted.size > 0) {
      const depth = manifest.split('/').length - 1
      const content = createManifest(root, this.#programs.values(), (file) => {
        const name = this.#emitted.get(file.path)
        return name === undefined ? undefined : `${'../'.repeat(depth)}${name}`
      })
      this.#manifest = { fileName: manifest, source: formatManifest(content) }
    }
    return this.#manifest
  }

  /**
   * After a write: gives executables their bit, which bundlers lose, and puts files in place that a bundler left out
   * (Vite does in server builds).
   */
  async write(directory: string, inBundle: (fileName: string) => boolean): Promise<void> {
    for (const [path, fileName] of this.#emitted) {
      const file = join(directory, fileName)
      if (!inBundle(fileName)) {
        await mkdir(dirname(file), { recursive: true })
        await copyFile(path, file)
      }
      if (process.platform !== 'win32') await chmod(file, 0o755)
    }
    if (this.#manifest !== undefined && !inBundle(this.#manifest.fileName)) {
      await writeFile(join(directory, this.#manifest.fileName), this.#manifest.source)
    }
  }

  *#files(): Iterable<BuiltFile> {
    for (const { files } of this.#programs.values()) yield* files
  }
}
