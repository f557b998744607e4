/** The archives of one plugin's executables: code says how large they are before they are written. */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { TargetName } from '../../compiler/index.ts'
import {
  archiveFormat,
  archiveName,
  makeArchive,
  readExtras,
  type ArchiveFormat,
  type ArchiveOptions,
} from './archive.ts'

/** What code that imports a program knows of an archive. */
export interface BuiltArchive {
  fileName: string
  /** Its URL ends with, behind the executable's. */
  format: ArchiveFormat
  /** Bytes. */
  size: number
  /** `sha256-` and base64. */
  integrity: string
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')

export class Archives {
  readonly options: ArchiveOptions
  /** Until they are written: compressing takes long, and what is described is written next. */
  readonly #made = new Map<string, Promise<Uint8Array>>()

  constructor(options: ArchiveOptions) {
    this.options = options
  }

  /** @param root what paths of the options start from. @throws CompileError */
  async describe(name: string, target: TargetName, executable: Uint8Array, root: string): Promise<BuiltArchive> {
    const { made } = await this.#make(name, target, executable, root)
    const { length: size } = await made
    const integrity = `sha256-${sha256(await made)}`
    return { fileName: archiveName(name, target), format: archiveFormat(target), size, integrity }
  }

  /** The archive, to be written. It is not kept any longer. @throws CompileError */
  async take(name: string, target: TargetName, executable: Uint8Array, root: string): Promise<Uint8Array> {
    const { made, key } = await this.#make(name, target, executable, root)
    this.#made.delete(key)
    return made
  }

  /** Files that all of them hold: absolute paths. */
  files(root: string): string[] {
    const { readme, license } = this.options
    return [readme, license].filter((path) => path !== undefined).map((path) => resolve(root, path))
  }

  async #make(name: string, target: TargetName, executable: Uint8Array, root: string) {
    const extras = await readExtras(this.options, root)
    const contents = [executable, ...Object.values(extras)].map(sha256)
    const key = JSON.stringify([name, target, contents])
    const made = this.#made.get(key) ?? makeArchive(name, target, executable, extras)
    this.#made.set(key, made)
    return { made, key }
  }
}
