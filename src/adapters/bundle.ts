import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CompileError } from '../../compiler/index.ts'
import { emittedName } from '../file-name.ts'
import { createManifest, createReport, formatManifest, type Report } from '../manifest.ts'
import type { BuiltFile, BuiltProgram } from '../pipeline.ts'

/** A manifest as it is emitted. */
interface Manifest {
  fileName: string
  source: string
}

interface Output {
  /** Names in the output to paths in the cache. */
  paths: Map<string, string>
  manifest: Manifest | undefined
  report: Report | undefined
}

/** What one build of one environment has imported and emitted, in bundlers of the Rollup family. */
export class Bundle {
  readonly #programs = new Map<string, BuiltProgram>()
  /** Reference ids by the files' keys. */
  readonly #references = new Map<string, string>()
  readonly #used = new Set<string>()
  /** Whose content has a name that we chose. */
  readonly #names = new Map<string, BuiltFile>()
  /** By output directory: several outputs may be written side by side. */
  readonly #outputs = new Map<string, Output>()

  add(id: string, program: BuiltProgram): void {
    this.#programs.set(id, program)
  }

  /** Emits a file once, whoever imports it. */
  reference(file: BuiltFile, emit: () => string): string {
    const key = fileKey(file)
    const reference = this.#references.get(key) ?? emit()
    this.#references.set(key, reference)
    return reference
  }

  /** Reserves a name for a file. @throws CompileError if another content has it */
  claim(wanted: string, file: BuiltFile): string {
    const fileName = emittedName(wanted)
    const owner = this.#names.get(fileName)
    if (owner !== undefined && owner.integrity !== file.integrity) {
      throw new CompileError(`two different executables want the name ${fileName}`, {
        code: 'option',
        hint: 'put [name], [target] and [hash] into the fileName option',
      })
    }
    this.#names.set(fileName, file)
    return fileName
  }

  /** Whether a reference is to one of our files; notes that code refers to it. */
  use(reference: string): boolean {
    const isOurs = [...this.#references.values()].includes(reference)
    if (isOurs) this.#used.add(reference)
    return isOurs
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
    const names = new Map([...this.#references].map(([key, reference]) => [key, nameIn(reference)]))
    const used = new Set([...this.#used].map(nameIn))
    for (const name of names.values()) {
      if (!used.has(name)) delete files[name]
    }
    const output = this.#outputs.get(directory) ?? { paths: new Map(), manifest: undefined, report: undefined }
    this.#outputs.set(directory, output)
    const nameOf = (file: BuiltFile) => {
      const name = names.get(fileKey(file))
      return name !== undefined && used.has(name) ? name : undefined
    }
    for (const file of this.#files()) {
      const name = nameOf(file)
      if (name !== undefined) output.paths.set(name, file.path)
    }
    const { root, manifest: fileName } = settings
    output.report = this.#used.size === 0 ? undefined : createReport(root, directory, this.#programs.values(), nameOf)
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
    const { paths, manifest, report } = this.#outputs.get(directory) ?? { paths: new Map<string, string>() }
    for (const [name, path] of paths) {
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

  *#files(): Iterable<BuiltFile> {
    for (const { files } of this.#programs.values()) yield* files
  }
}

/** Equal programs of different names are different files. */
function fileKey({ name, path }: BuiltFile): string {
  return `${name}\0${path}`
}
