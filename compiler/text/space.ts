import { Cursor } from './cursor.ts'

const NONE: ReadonlyMap<number, string> = new Map()

/** An index space: what each identifier stands for, and names. */
export class Space {
  count = 0
  // Most functions have neither: that costs a million of them nothing.
  #names?: Map<number, string>
  #ids?: Map<string, number>

  /** @param what for messages: 'function' */
  constructor(readonly what: string) {}

  /** For people, in the name section: identifiers, or what annotations say instead. */
  get names(): ReadonlyMap<number, string> {
    return this.#names ?? NONE
  }

  /** Adds an entity, of which the identifier is next if it has one; answers its index. */
  define(cursor: Cursor): number {
    const at = cursor.at
    const id = cursor.id()
    if (id !== undefined) {
      this.#ids ??= new Map()
      if (this.#ids.has(id)) cursor.fail(`duplicate ${this.what} ${cursor.describe(at)}`, at)
      this.#ids.set(id, this.count)
    }
    const name = annotatedName(cursor) ?? id
    if (name !== undefined) (this.#names ??= new Map()).set(this.count, name)
    return this.count++
  }

  /** The index that is next, a number or an identifier. */
  index(cursor: Cursor): number {
    const at = cursor.at
    const id = cursor.id()
    if (id === undefined) return Number(cursor.unsigned(32, `the index or $name of a ${this.what}`))
    return this.#ids?.get(id) ?? cursor.fail(`unknown ${this.what} ${cursor.describe(at)}`, at)
  }
}

/** What `(@name "…")` says in front of the token that is next. */
export function annotatedName(cursor: Cursor): string | undefined {
  const annotations = cursor.annotations('name')
  if (annotations.length === 0) return undefined
  const inner = new Cursor(cursor.source, annotations[0].tokens)
  inner.at = 1
  const name = inner.name('a name in a string')
  inner.close()
  return name
}
