import {
  CLOSE,
  END,
  ID,
  KEYWORD,
  NUMBER,
  OPEN,
  STRING,
  stringBytes,
  textOf,
  type Annotation,
  type Tokens,
} from './lexer.ts'
import { isInteger, parseUnsigned } from './numbers.ts'
import type { Source } from './source.ts'

const SHOWN = 40

/** Walks over the tokens of a text. What it accepts it passes over; what it expects and does not find is an error. */
export class Cursor {
  /** The token that is next. */
  at = 0

  constructor(
    readonly source: Source,
    readonly tokens: Tokens,
  ) {}

  get kind(): number {
    return this.tokens.kinds[this.at]
  }

  /** The token's characters. */
  text(at = this.at): string {
    return this.source.text.slice(this.tokens.starts[at], this.tokens.ends[at])
  }

  /** The keyword that is next, '' where there is none. */
  get word(): string {
    return this.kind === KEYWORD ? this.text() : ''
  }

  /** The keyword of the list that is next, '' where there is none. */
  get listWord(): string {
    return this.kind === OPEN && this.tokens.kinds[this.at + 1] === KEYWORD ? this.text(this.at + 1) : ''
  }

  /** The parenthesis that closes the one that is next. */
  get partner(): number {
    return this.tokens.partners[this.at]
  }

  /** Accepts a keyword. */
  keyword(word: string): boolean {
    if (this.word !== word) return false
    this.at++
    return true
  }

  /** Accepts `(` and a keyword. */
  list(word: string): boolean {
    if (this.listWord !== word) return false
    this.at += 2
    return true
  }

  /** Passes over `(` and the keyword after it. */
  open(expected: string): string {
    const word = this.listWord
    if (word === '') this.unexpected(expected)
    this.at += 2
    return word
  }

  /** Passes over `)`. */
  close(): void {
    if (this.kind !== CLOSE) this.unexpected(')')
    this.at++
  }

  get isClosed(): boolean {
    return this.kind === CLOSE || this.kind === END
  }

  /** Whether an index may be next, a number or an identifier. */
  get isIndex(): boolean {
    return this.kind === ID || (this.kind === NUMBER && isInteger(this.text()))
  }

  get isString(): boolean {
    return this.kind === STRING
  }

  /** A number without a sign below 2^bits. */
  unsigned(bits: number, what: string): bigint {
    if (this.kind !== NUMBER) this.unexpected(what)
    const value = parseUnsigned(this.text(), bits)
    if (value === undefined)
      this.fail(isInteger(this.text()) ? `${what} is out of range` : `unknown number, expected ${what}`)
    this.at++
    return value
  }

  /** The bytes of a string. */
  string(what = 'a string'): Uint8Array {
    if (this.kind !== STRING) this.unexpected(what)
    const bytes = stringBytes(this.source.text, this.tokens.starts[this.at], this.tokens.ends[this.at])
    this.at++
    return bytes
  }

  /** A string that is text. */
  name(what: string): string {
    if (this.kind !== STRING) this.unexpected(what)
    return textOf(this.source, this.tokens.starts[this.at], this.tokens.ends[this.at++])
  }

  /** An identifier without its $, undefined where there is none. */
  id(): string | undefined {
    if (this.kind !== ID) return undefined
    const [start, end] = [this.tokens.starts[this.at] + 1, this.tokens.ends[this.at++]]
    const quoted = this.source.text[start] === '"'
    return quoted ? textOf(this.source, start, end) : this.source.text.slice(start, end)
  }

  /** The annotations of a name in front of the token that is next. */
  annotations(name: string): Annotation[] {
    if (this.tokens.annotations.size === 0) return []
    return this.tokens.annotations.get(this.at)?.filter((annotation) => annotation.name === name) ?? []
  }

  /** What is next, for messages. */
  describe(at = this.at): string {
    const kind = this.tokens.kinds[at]
    if (kind === END) return 'the end of the text'
    if (kind === OPEN && this.tokens.kinds[at + 1] === KEYWORD) return `(${this.#short(at + 1)}`
    return this.#short(at)
  }

  #short(at: number): string {
    const text = this.text(at)
    return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
  }

  unexpected(expected: string, hint?: string): never {
    this.fail(`unexpected ${this.describe()}, expected ${expected}`, this.listWord ? this.at + 1 : this.at, hint)
  }

  fail(reason: string, at = this.at, hint?: string): never {
    this.source.fail(reason, this.tokens.starts[at], this.tokens.ends[at], hint)
  }

  /** Where a token is in the text. */
  position(at = this.at): number {
    return this.tokens.starts[at]
  }
}
