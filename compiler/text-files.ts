/** The C of large modules, which is ten times as long as they are: it lies in files rather than in memory while it waits. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from './c-build.ts'
import type { Chunk } from './c/index.ts'
import { diskError } from './disk.ts'
import { callsRounding, textHash, type Unit } from './unit.ts'

/** Bytes of wasm from which a module is large. */
const LARGE_MODULE = 8 << 20

/** What stands in a unit for its text. */
type Filed = Pick<Unit, 'hash' | 'read'> & { rounding: boolean }

export class TextFiles {
  readonly #directory: string
  readonly #debug: boolean
  readonly #files = new Map<Chunk, Filed>()

  private constructor(directory: string, debug: boolean) {
    this.#directory = directory
    this.#debug = debug
  }

  /** Undefined for modules whose C may stay in memory. @param name of no other module of the build */
  static async for(context: BuildContext, bytes: Uint8Array, name: string): Promise<TextFiles | undefined> {
    if (bytes.byteLength < LARGE_MODULE) return undefined
    const { path } = await context.scratch()
    const directory = join(path, 'text', name)
    mkdirSync(directory, { recursive: true })
    return new TextFiles(directory, context.debug)
  }

  /** A chunk without its text. */
  readonly keep = (chunk: Chunk): Chunk => {
    const path = join(this.#directory, String(this.#files.size))
    try {
      writeFileSync(path, chunk.code)
    } catch (error) {
      throw diskError(error, this.#directory)
    }
    const text = { code: chunk.code, data: [] }
    const kept = { ...chunk, code: '' }
    this.#files.set(kept, {
      hash: textHash(text, this.#debug),
      read: async () => ({ code: await readFile(path, 'utf8'), data: [] }),
      rounding: callsRounding(text.code),
    })
    return kept
  }

  /** What is known of a chunk that was given here. */
  of(chunk: Chunk): Filed | undefined {
    return this.#files.get(chunk)
  }
}
