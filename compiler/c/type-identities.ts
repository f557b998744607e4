/**
 * What a reference to a function carries beside its code, and indirect calls compare: a number (see
 * ../wasm/canonical-types.ts). Object files that are linked into one C program were never told each other's numbers. There
 * a type that does not fit a number is the address of a description, and the runtime compares what that says.
 */
import { append } from '../append.ts'
import { isPacked, type CanonicalTypes } from '../wasm/canonical-types.ts'
import { stringLiteral } from './consts.ts'

export class TypeIdentities {
  readonly #program: CanonicalTypes
  /** Of the array of descriptions. */
  readonly #name: string
  /** The place of each described type in the array, behind those of the types that it refers to. */
  readonly #places = new Map<number, number>()
  #used = false

  constructor(program: CanonicalTypes, name: string) {
    this.#program = program
    this.#name = name
  }

  beginChunk(): void {
    this.#used = false
  }

  /** C of the identity of a type, by its number in the program; a constant expression. */
  of(type: number): string {
    const identity = this.#program.identity(type)
    const literal = `0x${identity.toString(16)}${identity > 0xffffffffn ? 'ull' : 'u'}`
    if (isPacked(identity)) return literal
    this.#used = true
    return `WASM_TYPE(${literal}, ${this.#name}[${this.#place(type)}])`
  }

  #place(type: number): number {
    const pending = [type]
    for (let next = pending.at(-1); next !== undefined; next = pending.at(-1)) {
      const missing = this.#program.structure(next).references.filter((reference) => !this.#places.has(reference))
      if (missing.length > 0) append(pending, missing)
      else {
        if (!this.#places.has(next)) this.#places.set(next, this.#places.size)
        pending.pop()
      }
    }
    return this.#places.get(type)!
  }

  /** What a chunk needs that uses {@link of}. */
  declaration(): string {
    return this.#used ? `WASM_TYPES(${this.#name});\n` : ''
  }

  /** The descriptions that all chunks so far use. */
  definition(): string {
    const rows = [...this.#places.keys()].map((type) => {
      const { text, references } = this.#program.structure(type)
      const list = references.map((reference) => `&${this.#name}[${this.#places.get(reference)}]`)
      const pointers = list.length > 0 ? `(const struct wasm_type *const[]){${list.join(', ')}}` : 'NULL'
      return `    {${stringLiteral(text)}, ${pointers}},\n`
    })
    if (rows.length === 0) return ''
    return `#ifdef WASM_LIBRARY\nWASM_HIDDEN struct wasm_type ${this.#name}[] = {\n${rows.join('')}};\n#endif\n`
  }

  /** The statement that makes them known when the module is instantiated. */
  registration(): string[] {
    return this.#places.size > 0 ? [`WASM_REGISTER_TYPES(${this.#name}, ${this.#places.size});`] : []
  }
}
