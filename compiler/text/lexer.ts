import type { Source } from './source.ts'

// Kinds of tokens (spec: Text Format / Lexical Format).
export const OPEN = 0
export const CLOSE = 1
export const KEYWORD = 2
export const ID = 3
export const STRING = 4
export const NUMBER = 5
/** What has the characters of a token and is none. Annotations may hold such. */
const RESERVED = 6
/** Behind the last one. */
export const END = 7

/** An annotation whose name is known: `(@name "x")`. */
export interface Annotation {
  name: string
  tokens: Tokens
}

/** The tokens of a text, in lists of numbers: a large module has millions of them. */
export class Tokens {
  // The smallest arrays, for there may be as many lists of tokens as annotations.
  kinds = new Uint8Array(8)
  starts = new Uint32Array(8)
  ends = new Uint32Array(8)
  /** Of a parenthesis that opens, the token that closes it. */
  partners = new Uint32Array(8)
  count = 0
  /** By the token that they stand before, in their order. */
  readonly annotations = new Map<number, Annotation[]>()

  push(kind: number, start: number, end: number): void {
    if (this.count === this.kinds.length) this.#grow()
    this.kinds[this.count] = kind
    this.starts[this.count] = start
    this.ends[this.count++] = end
  }

  #grow(): void {
    const more = <List extends Uint8Array | Uint32Array>(list: List, grown: List): List => {
      grown.set(list)
      return grown
    }
    const size = 2 * this.count
    this.kinds = more(this.kinds, new Uint8Array(size))
    this.starts = more(this.starts, new Uint32Array(size))
    this.ends = more(this.ends, new Uint32Array(size))
    this.partners = more(this.partners, new Uint32Array(size))
  }
}

/** Annotations that mean something; all others are comments. */
const isKnown = (name: string): boolean => name === 'name' || name === 'custom' || name.startsWith('metadata.code.')

const [IDENTIFIER, SEPARATOR] = [1, 2]
/** What each character of ASCII may be part of. */
const CLASSES = new Uint8Array(128)
for (const char of "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&'*+-./:<=>?@\\^_`|~")
  CLASSES[char.charCodeAt(0)] = IDENTIFIER
for (const char of ',;[]{}') CLASSES[char.charCodeAt(0)] = SEPARATOR

const [QUOTE, DOLLAR, OPENING, CLOSING, SEMICOLON, AT, BACKSLASH] = [0x22, 0x24, 0x28, 0x29, 0x3b, 0x40, 0x5c]

/** What a letter behind a backslash stands for. */
const ESCAPES = new Uint8Array(0x10000)
for (const [letter, char] of ['t\t', 'n\n', 'r\r', '""', "''", '\\\\'])
  ESCAPES[letter.charCodeAt(0)] = char.charCodeAt(0)

/** Splits a text into tokens; parentheses are balanced. */
export function tokenize(source: Source): Tokens {
  const lexer = new Lexer(source)
  const tokens = new Tokens()
  const open: number[] = []
  for (;;) {
    const kind = lexer.next()
    if (kind === END) break
    if (kind === OPEN && lexer.startsAnnotation()) {
      const annotation = lexer.annotation()
      const there = tokens.annotations.get(tokens.count)
      if (annotation && there) there.push(annotation)
      else if (annotation) tokens.annotations.set(tokens.count, [annotation])
      continue
    }
    if (kind === RESERVED) lexer.fail(`unexpected token ${JSON.stringify(lexer.text(40))}`)
    balance(lexer, kind, tokens, open)
  }
  const unclosed = open.at(-1)
  if (unclosed !== undefined)
    source.fail('is not closed: a ) is missing', tokens.starts[unclosed], tokens.ends[unclosed])
  tokens.push(END, source.text.length, source.text.length)
  tokens.count--
  return tokens
}

/** Adds the lexer's token, and notes which parentheses belong together. */
function balance(lexer: Lexer, kind: number, tokens: Tokens, open: number[]): void {
  if (kind === OPEN) open.push(tokens.count)
  if (kind === CLOSE) {
    const partner = open.pop()
    if (partner === undefined) lexer.fail('unexpected ): none is open')
    tokens.partners[partner] = tokens.count
  }
  tokens.push(kind, lexer.start, lexer.end)
}

class Lexer {
  /** Of the token that was read last. */
  start = 0
  end = 0
  readonly #text: string

  constructor(readonly source: Source) {
    this.#text = source.text
  }

  fail(reason: string, start = this.start, end = this.end): never {
    this.source.fail(reason, start, end)
  }

  text(limit = Infinity): string {
    return this.#text.slice(this.start, Math.min(this.end, this.start + limit))
  }

  /** Reads a token and says its kind. */
  next(): number {
    for (let at = this.end; ;) {
      const char = this.#text.charCodeAt(at)
      if (char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09) at++
      else if (char === SEMICOLON && this.#text.charCodeAt(at + 1) === SEMICOLON) at = this.#endOfLine(at)
      else if (char === OPENING && this.#text.charCodeAt(at + 1) === SEMICOLON) at = this.#endOfComment(at)
      else {
        this.start = at
        this.end = at + 1
        if (char === OPENING) return OPEN
        if (char === CLOSING) return CLOSE
        if (at < this.#text.length) return this.#word(at)
        this.end = at
        return END
      }
    }
  }

  #endOfLine(at: number): number {
    const newline = /[\r\n]/g
    newline.lastIndex = at
    return newline.exec(this.#text)?.index ?? this.#text.length
  }

  #endOfComment(at: number): number {
    const ends = /\(;|;\)/g
    ends.lastIndex = at + 2
    for (let depth = 1; depth > 0;) {
      const end = ends.exec(this.#text)
      if (end === null) this.fail('unclosed comment: ;) is missing', at, at + 2)
      depth += end[0] === '(;' ? 1 : -1
    }
    return ends.lastIndex
  }

  /** Anything but parentheses: as much as belongs together. */
  #word(start: number): number {
    let at = start
    let strings = 0
    let others = 0
    for (; ; others++) {
      const char = this.#text.charCodeAt(at)
      if (CLASSES[char] === IDENTIFIER) at++
      else if (char === QUOTE) {
        at = this.#endOfString(at)
        strings++
        others--
      } else if (CLASSES[char] !== SEPARATOR) break
      else if (char === SEMICOLON && this.#text.charCodeAt(at + 1) === SEMICOLON) break
      else {
        at++
        strings = 2
      }
    }
    if (at === start)
      this.fail(`illegal character ${JSON.stringify(String.fromCodePoint(this.#text.codePointAt(at)!))}`)
    this.end = at
    return this.#classify(start, at, strings, others)
  }

  #classify(start: number, end: number, strings: number, others: number): number {
    const first = this.#text.charCodeAt(start)
    if (strings > 1) return RESERVED
    if (strings === 1) {
      if (others === 0) return STRING
      if (others !== 1 || first !== DOLLAR) return RESERVED
      return end - start === 3 ? this.fail('empty identifier') : ID
    }
    if (first === DOLLAR) return end - start === 1 ? this.fail('empty identifier') : ID
    if (first >= 0x61 && first <= 0x7a) return KEYWORD
    return (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d ? NUMBER : RESERVED
  }

  #endOfString(start: number): number {
    for (let at = start + 1; at < this.#text.length;) {
      const char = this.#text.charCodeAt(at)
      if (char === QUOTE) return at + 1
      if (char === BACKSLASH) at = ESCAPES[this.#text.charCodeAt(at + 1)] ? at + 2 : this.#endOfEscape(at)
      else if (char >= 0x20 && char !== 0x7f) at++
      else if (char === 0x0a || char === 0x0d) break
      else this.fail('illegal character in a string: write \\ and two hexadecimal digits', at, at + 1)
    }
    return this.fail('unclosed string: " is missing', start, start + 1)
  }

  /** Of those that are longer than a letter. */
  #endOfEscape(at: number): number {
    const escape = /\\(?:[\da-fA-F]{2}|u\{([\da-fA-F]+(?:_[\da-fA-F]+)*)\})/y
    escape.lastIndex = at
    const found = escape.exec(this.#text)
    if (found === null) this.fail('malformed escape in a string', at, at + 2)
    if (found[1] !== undefined) {
      const code = Number(`0x${found[1].replaceAll('_', '')}`)
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        this.fail('malformed escape in a string: no such Unicode character', at, escape.lastIndex)
    }
    return escape.lastIndex
  }

  /** Whether the parenthesis that was read begins an annotation. */
  startsAnnotation(): boolean {
    return this.#text.charCodeAt(this.end) === AT
  }

  /** Passes over an annotation; answers it if it is one of those that mean something. */
  annotation(): Annotation | undefined {
    const opening = this.start
    const name = this.#annotationName(opening)
    const tokens = isKnown(name) ? new Tokens() : undefined
    tokens?.push(OPEN, opening, opening + 1)
    const open = [0]
    while (open.length > 0) {
      const kind = this.next()
      if (kind === END) this.fail('unclosed annotation: a ) is missing', opening, opening + 2)
      if (tokens) balance(this, kind, tokens, open)
      else if (kind === OPEN) open.push(0)
      else if (kind === CLOSE) open.pop()
    }
    return tokens && { name, tokens }
  }

  #annotationName(opening: number): string {
    const start = this.end + 1
    if (this.#text.charCodeAt(start) === QUOTE) {
      this.end = this.#endOfString(start)
      if (this.end === start + 2) this.fail('empty annotation id', opening, this.end)
      return textOf(this.source, start, this.end)
    }
    let end = start
    while (CLASSES[this.#text.charCodeAt(end)] === IDENTIFIER) end++
    if (end === start) this.fail('empty annotation id', opening, start)
    this.end = end
    return this.#text.slice(start, end)
  }
}

/** The bytes of a string from quote to quote. */
export function stringBytes(text: string, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(3 * (end - start))
  let length = 0
  for (let at = start + 1; at < end - 1;) {
    const code = text.codePointAt(at)!
    if (code !== BACKSLASH) {
      at += code > 0xffff ? 2 : 1
      length = putUtf8(bytes, length, code)
      continue
    }
    const letter = text.charCodeAt(at + 1)
    if (ESCAPES[letter]) {
      bytes[length++] = ESCAPES[letter]
      at += 2
    } else if (text[at + 1] === 'u') {
      const close = text.indexOf('}', at)
      length = putUtf8(bytes, length, Number(`0x${text.slice(at + 3, close).replaceAll('_', '')}`))
      at = close + 1
    } else {
      bytes[length++] = Number.parseInt(text.slice(at + 1, at + 3), 16)
      at += 3
    }
  }
  return bytes.subarray(0, length)
}

/** Of a character's first byte, by how many come after it. */
const LEADING = [0, 0xc0, 0xe0, 0xf0]

function putUtf8(bytes: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code
    return at + 1
  }
  // Half of a character that two units make, which no bytes express.
  if (code >= 0xd800 && code < 0xe000) code = 0xfffd
  const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
  bytes[at] = LEADING[more] | (code >> (6 * more))
  for (let i = 1; i <= more; i++) bytes[at + i] = 0x80 | ((code >> (6 * (more - i))) & 0x3f)
  return at + 1 + more
}

/** A string as text, refused where its bytes are no UTF-8. */
export function textOf(source: Source, start: number, end: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(stringBytes(source.text, start, end))
  } catch {
    return source.fail('malformed UTF-8 encoding in a name', start, end)
  }
}
