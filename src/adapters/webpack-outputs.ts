import { createHash } from 'node:crypto'
import type { Compilation, WebpackError } from 'webpack'
import { emittedName } from '../file-name.ts'
import { createReport, type Report } from '../manifest.ts'
import { Places } from '../places.ts'
import { builtProgram } from './webpack-loader.ts'
import type { BuiltFile, BuiltProgram } from '../pipeline.ts'

/** The executables in a compiler's last output. */
export class Outputs {
  /** Programs of one file each, and the file's name in the output. */
  readonly #programs = new Map<BuiltProgram, string>()
  readonly #names = new Set<string>()
  #places = new Places()
  /** What our loader made, for compilers inside of this one too. */
  readonly #made: ReadonlySet<BuiltProgram>
  /** Integrity strings of assets whose names have a hash in them. */
  readonly #known = new Map<string, string>()

  constructor(made: ReadonlySet<BuiltProgram>) {
    this.#made = made
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }

  /** Finds out which asset is which executable. The content tells: webpack and rspack have no other answer in common. */
  read(compilation: Compilation): void {
    this.#programs.clear()
    this.#names.clear()
    this.#places = new Places()
    for (const module of compilation.modules) {
      const program = builtProgram(module)
      if (program === undefined) continue
      const { chunkGraph } = compilation
      // The first versions of Rspack 1 cannot tell.
      if (chunkGraph.getModuleChunksIterable === undefined)
        throw new Error('unplugin-wasm-exe does not know this version of Rspack: update it to 1.7 or newer')
      const chunks = [...chunkGraph.getModuleChunksIterable(module)]
      this.#note(compilation, program, new Set(chunks.flatMap(({ auxiliaryFiles }) => [...auxiliaryFiles])))
    }
    this.#readInner(compilation)
  }

  /** Of compilers inside of this one, and modules that were executed, the assets alone are here. */
  #readInner(compilation: Compilation): void {
    if (this.#made.size === 0) return
    for (const { name, info } of compilation.getAssets()) {
      if (this.#names.has(name) || !/\.(?:wasm|wat)(?:\?|$)/i.test(info.sourceFilename ?? '')) continue
      for (const program of this.#made) this.#note(compilation, program, [name])
    }
  }

  /** @param assets where its file may be: nobody may use it, or the configuration have it emitted by another compiler */
  #note(compilation: Compilation, program: BuiltProgram, assets: Iterable<string>): void {
    const names = [...assets].filter((asset) => this.#isFile(compilation, asset, program.files[0]))
    if (names.length === 0) return
    for (const name of names) {
      this.#checkName(compilation, name, program)
      this.#names.add(name)
    }
    this.#programs.set(program, names[0])
  }

  /** Takes a file out of the output that would lie outside of it, or in another's place, which not every version minds. */
  #checkName(compilation: Compilation, name: string, { fileName, files: [file] }: BuiltProgram): void {
    // What webpack appends after a question mark is no part of the file's name.
    const [path] = name.split('?', 1)
    try {
      // Where a configuration's own names lead is its own affair.
      if (fileName !== undefined) emittedName(path)
      this.#places.claim(path, file)
    } catch (error) {
      compilation.deleteAsset(name)
      compilation.errors.push(Object.assign(error as WebpackError, { stack: '' }))
    }
  }

  /** What the output holds; undefined if there are no executables. */
  report(root: string, directory: string): Report | undefined {
    if (this.#programs.size === 0) return undefined
    const names = new Map([...this.#programs].map(([program, name]) => [program.files[0], name]))
    return createReport(root, directory, this.#programs.keys(), (file) => names.get(file))
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
