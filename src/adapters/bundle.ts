import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { emittedName } from '../file-name.ts'
import { createManifest, createReport, formatManifest, type Report } from '../manifest.ts'
import { Places } from '../places.ts'
import type { BuiltFile, BuiltProgram } from '../pipeline.ts'

/** A manifest as it is emitted. */
interface Manifest {
  fileName: string
  source: string
}

interface Output {
  /** By their names in the output. */
  files: Map<string, BuiltFile>
  manifest: Manifest | undefined
  report: Report | undefined
}

/** What one build of one environment has imported and emitted, in bundlers of the Rollup family. */
export class Bundle {
  readonly #programs = new Map<string, BuiltProgram>()
  /** By reference. */
  readonly #files = new Map<string, BuiltFile>()
  /** Reference ids by the files' keys, and of those that are placed. */
  readonly #references = { emitted: new Map<string, string>(), placed: new Map<string, string>() }
  /** Names of files that the bundler does not have, by references of our own. */
  readonly #placed = new Map<string, string>()
  readonly #used = new Set<string>()
  /** Whose content has a name that we chose. */
  readonly #names = new Map<string, BuiltFile>()
  readonly #places = new Places()
  /** By output directory: several outputs may be written side by side. */
  readonly #outputs = new Map<string, Output>()

  add(id: string, program: BuiltProgram): void {
    this.#programs.set(id, program)
  }

  /** Emits a file once, whoever imports it. */
  reference(file: BuiltFile, emit: () => string): string {
    return this.#reference(this.#references.emitted, file, emit)
  }

  /** A reference to a file that the bundler does not have: it is put into the output directory under that name. */
  place(file: BuiltFile, fileName: string): string {
    return this.#reference(this.#references.placed, file, () => {
      const reference = `placed-${this.#placed.size}`
      this.#placed.set(reference, fileName)
      return reference
    })
  }

  /** Takes over what a bundle has placed whose code becomes part of this one's. */
  adopt(other: Bundle): void {
    for (const [id, program] of other.#programs) this.add(id, program)
    for (const [reference, fileName] of other.#placed) {
      this.#placed.set(reference, fileName)
      this.#files.set(reference, other.#files.get(reference)!)
    }
  }

  /** Takes over what workers' bundles have put into an output of this one. */
  adoptWritten(other: Bundle, isWritten: (fileName: string) => boolean): void {
    let isAny = false
    for (const { files } of other.#outputs.values()) {
      for (const [fileName, file] of files) {
        if (isWritten(fileName)) isAny = this.use(this.place(file, fileName))
      }
    }
    if (!isAny) return
    for (const [id, program] of other.#programs) if (!this.#programs.has(id)) this.add(id, program)
  }

  #reference(references: Map<string, string>, file: BuiltFile, make: () => string): string {
    const key = fileKey(file)
    const reference = references.get(key) ?? make()
    references.set(key, reference)
    this.#files.set(reference, file)
    return reference
  }

  /** The name of a file that was placed. */
  placed(reference: string): string | undefined {
    return this.#placed.get(reference)
  }

  /** Reserves a name for a file. @throws CompileError if another content has it */
  claim(wanted: string, file: BuiltFile): string {
    const fileName = emittedName(wanted)
    this.#places.claim(fileName, file)
    this.#names.set(fileName, file)
    return fileName
  }

  /** Whose content a name was claimed for. */
  owner(fileName: string): BuiltFile | undefined {
    return this.#names.get(fileName)
  }

  /** Whether a reference is to one of our files; notes that code refers to it. */
  use(reference: string): boolean {
    const isOurs = this.#files.has(reference)
    if (isOurs) this.#used.add(reference)
    return isOurs
  }

  /** {@link use} of an emitted file by the name that was claimed for it. */
  useName(fileName: string): boolean {
    const owner = this.#names.get(fileName)
    const reference = owner && this.#references.emitted.get(fileKey(owner))
    return reference !== undefined && this.use(reference)
  }

  /** Notes that code has a program in it, and may know its executables by names, sizes or hashes alone. */
  include(id: string): void {
    const keys = new Set(this.#programs.get(id)?.files.map(fileKey))
    for (const [reference, file] of this.#files) if (keys.has(fileKey(file))) this.#used.add(reference)
  }

  /**
   * Before a write: takes files out of the bundle that no code refers to, which not every bundler does by itself, and
   * notes which are left and what the manifest says of them.
   * @param files the bundle's output files by name
   */
  generate(
    directory: string,
    settings: { root: string; manifest: string | undefined },
    nameIn: (reference: string) => string,
    files: Record<string, unknown>,
  ): Manifest | undefined {
    const nameOf = (reference: string) => this.#placed.get(reference) ?? nameIn(reference)
    const used = new Set([...this.#used].map(nameOf))
    const output = this.#outputs.get(directory) ?? { files: new Map(), manifest: undefined, report: undefined }
    this.#outputs.set(directory, output)
    /** By the files' keys; what is placed stays where it is. */
    const names = new Map<string, string>()
    for (const [reference, file] of this.#files) {
      const name = nameOf(reference)
      if (!used.has(name)) {
        delete files[name]
        continue
      }
      output.files.set(name, file)
      if (this.#placed.has(reference) || !names.has(fileKey(file))) names.set(fileKey(file), name)
    }
    const { root, manifest: fileName } = settings
    output.report =
      this.#used.size === 0
        ? undefined
        : createReport(root, directory, this.#programs.values(), (file) => names.get(fileKey(file)))
    output.manifest =
      fileName === undefined || output.report === undefined
        ? undefined
        : {
            fileName,
            source: formatManifest(createManifest(output.report, fileName)),
          }
    return output.manifest
  }

  /**
   * After a write: gives executables their bit, which bundlers lose, and puts files in place that a bundler left out
   * (Vite does in server builds).
   * @returns what the directory holds, undefined if there are no executables
   */
  async write(directory: string, inBundle: (fileName: string) => boolean): Promise<Report | undefined> {
    const { files, manifest, report } = this.#outputs.get(directory) ?? { files: new Map<string, BuiltFile>() }
    for (const [name, { path }] of files) {
      const file = join(directory, name)
      if (!inBundle(name)) {
        await mkdir(dirname(file), { recursive: true })
        await copyFile(path, file)
      }
      if (process.platform !== 'win32') await chmod(file, 0o755)
    }
    if (manifest !== undefined && !inBundle(manifest.fileName)) {
      const file = join(directory, manifest.fileName)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, manifest.source)
    }
    return report
  }
}

/** Equal programs of different names are different files. */
function fileKey({ name, path }: BuiltFile): string {
  return `${name}\0${path}`
}
