import { createHash } from 'node:crypto'
import type { Compilation } from 'webpack'
import { createManifest, formatManifest } from '../manifest.ts'
import { builtProgram } from './webpack-loader.ts'
import type { BuiltFile, BuiltProgram } from '../pipeline.ts'

/** The executables in a compiler's last output. */
export class Outputs {
  /** Programs of one file each, and the file's name in the output. */
  readonly #programs = new Map<BuiltProgram, string>()
  #names = new Set<string>()
  /** Integrity strings of assets whose names have a hash in them. */
  readonly #known = new Map<string, string>()

  has(name: string): boolean {
    return this.#names.has(name)
  }

  /** Finds out which asset is which executable. The content tells: webpack and rspack have no other answer in common. */
  read(compilation: Compilation): void {
    this.#programs.clear()
    for (const module of compilation.modules) {
      const program = builtProgram(module)
      if (program === undefined) continue
      const chunks = [...compilation.chunkGraph.getModuleChunksIterable(module)]
      const assets = new Set(chunks.flatMap(({ auxiliaryFiles }) => [...auxiliaryFiles]))
      // Nobody may use it, or the configuration may have it emitted by another compiler.
      const name = [...assets].find((asset) => this.#isFile(compilation, asset, program.files[0]))
      if (name !== undefined) this.#programs.set(program, name)
    }
    this.#names = new Set(this.#programs.values())
  }

  /** @param fileName the manifest's own, in the same output; undefined if there are no executables */
  manifest(root: string, fileName: string): string | undefined {
    if (this.#programs.size === 0) return undefined
    const up = '../'.repeat(fileName.split('/').length - 1)
    const names = new Map([...this.#programs].map(([program, name]) => [program.files[0], up + name]))
    return formatManifest(createManifest(root, this.#programs.keys(), (file) => names.get(file)))
  }

  #isFile(compilation: Compilation, name: string, { size, integrity }: BuiltFile): boolean {
    const known = this.#known.get(name)
    if (known !== undefined) return known === integrity
    const asset = compilation.getAsset(name)
    if (asset?.source.size() !== size) return false
    const found = `sha256-${createHash('sha256').update(asset.source.buffer()).digest('base64')}`
    if (asset.info.immutable === true) this.#known.set(name, found)
    return found === integrity
  }
}
