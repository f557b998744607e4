import { append } from '../append.ts'
import type { ExternKind } from '../wasm/module.ts'
import { ByteWriter, written } from './bytes.ts'
import { Code } from './code.ts'
import { Cursor } from './cursor.ts'
import { customSections, type CustomSection } from './custom.ts'
import { FIELDS, type FieldWord } from './fields.ts'
import { OPEN } from './lexer.ts'
import { nameSection } from './name-section.ts'
import { SECTIONS, SECTION_WORDS, type SectionWord } from './sections.ts'
import { Space } from './space.ts'
import { Types } from './types.ts'

/** The entries of a section. */
class Section {
  count = 0
  readonly w = new ByteWriter()

  /** Where the next entry is written. */
  entry(): ByteWriter {
    this.count++
    return this.w
  }
}

/** What code metadata says of an instruction. */
interface Hint {
  func: number
  /** Of the instruction, in the function's body. */
  offset: number
  bytes: Uint8Array
}

interface Field {
  word: FieldWord
  /** Behind the keyword. */
  at: number
  index: number
}

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const CUSTOM = 0

/** A module while its text becomes bytes: first all identifiers are read, then what they stand in. */
export class ModuleText {
  name?: string
  readonly types = new Types()
  readonly spaces = {
    func: new Space('function'),
    table: new Space('table'),
    memory: new Space('memory'),
    global: new Space('global'),
    tag: new Space('tag'),
    elem: new Space('element segment'),
    data: new Space('data segment'),
  }
  readonly sections = Object.fromEntries(SECTION_WORDS.map((word) => [word, new Section()])) as Record<
    SectionWord,
    Section
  >
  /** By the function's index. */
  readonly locals = new Map<number, Space>()
  readonly labels = new Map<number, ReadonlyMap<number, string>>()
  /** An instruction names a data segment, so that their number must be known before. */
  #usesData = false
  /** Something that is not imported was declared: no import may follow. */
  defined?: ExternKind
  /** The instructions of all functions: offset in the code section's contents, token. */
  readonly marks: [offset: number, token: number][] = []
  #codeAt = 0
  readonly #hints = new Map<string, Hint[]>()
  readonly #customs: CustomSection[] = []

  /** @param marked instructions remember where in the text they are, for annotations and messages */
  constructor(
    readonly cursor: Cursor,
    readonly marked: boolean,
  ) {}

  /** Reads the fields up to what closes the module, and answers its bytes. */
  assemble(): Uint8Array<ArrayBuffer> {
    const fields = this.#declare()
    const end = this.cursor.at
    append(this.#customs, customSections(this.cursor))
    for (const { word, at, index } of fields) {
      this.cursor.at = at
      FIELDS[word].define(this, index)
      this.cursor.close()
    }
    this.cursor.at = end
    return this.#bytes()
  }

  #declare(): Field[] {
    const { cursor } = this
    const fields: Field[] = []
    for (; !cursor.isClosed;) {
      const word = cursor.listWord
      if (!Object.hasOwn(FIELDS, word)) cursor.unexpected('a field of a module, such as (func or (memory')
      const end = cursor.partner
      cursor.at += 2
      const at = cursor.at
      const index = FIELDS[word as FieldWord].declare(this)
      if (word === 'type' || word === 'rec') this.#typeFields.push(at - 2)
      else fields.push({ word: word as FieldWord, at, index })
      cursor.at = end + 1
    }
    const end = cursor.at
    for (cursor.at of this.#typeFields) this.types.declare(cursor)
    cursor.at = end
    return fields
  }

  readonly #typeFields: number[] = []

  /** A constant expression: instructions up to a token. */
  constant(w: ByteWriter, end: number): void {
    new Code(this, w, new Space('local')).run(end)
    w.byte(0x0b)
  }

  /** One folded instruction, or what stands in `(offset …)` or `(item …)`. */
  foldedConstant(w: ByteWriter, word: 'offset' | 'item'): void {
    if (this.cursor.kind !== OPEN) this.cursor.unexpected(`(${word} or an instruction in parentheses`)
    const end = this.cursor.partner
    if (!this.cursor.list(word)) return this.constant(w, end + 1)
    this.constant(w, end)
    this.cursor.close()
  }

  /** Adds a function's body; `at` is the token of the function. */
  addBody(func: number, at: number, body: ByteWriter, { marks, labelNames, usesData }: Code): void {
    const { w } = this.sections.code
    this.sections.code.count++
    w.u32(body.length)
    const start = w.length
    w.bytes(body.view())
    if (this.marked) this.marks.push([start, at])
    for (const { offset, token } of marks) {
      this.marks.push([start + offset, token])
      this.#hint(func, offset, token)
    }
    if (usesData) this.#usesData = true
    if (labelNames) this.labels.set(func, labelNames)
  }

  /** Notes code metadata, which stands in front of the instruction or of its parenthesis. */
  #hint(func: number, offset: number, token: number): void {
    const { annotations } = this.cursor.tokens
    if (annotations.size === 0) return
    const before = this.cursor.tokens.kinds[token - 1] === OPEN ? (annotations.get(token - 1) ?? []) : []
    for (const { name, tokens } of [...before, ...(annotations.get(token) ?? [])]) {
      if (!name.startsWith('metadata.code.')) continue
      const inner = new Cursor(this.cursor.source, tokens)
      inner.at = 1
      const bytes = inner.string()
      inner.close()
      if (!this.#hints.has(name)) this.#hints.set(name, [])
      this.#hints.get(name)!.push({ func, offset, bytes })
    }
  }

  #bytes(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter().bytes(HEADER)
    for (const entry of this.types.entries) this.sections.type.entry().bytes(entry)
    for (const [name, hints] of this.#hints)
      this.#customs.push({ name, place: 'before', section: 'code', bytes: metadata(hints) })
    this.#writeCustoms(out, 'before', 'first')
    for (const word of SECTION_WORDS) {
      this.#writeCustoms(out, 'before', word)
      const contents = this.#contents(word)
      if (contents.length > 0) out.byte(SECTIONS[word]).sized(contents)
      if (word === 'code') this.#codeAt = out.length - this.sections.code.w.length
      this.#writeCustoms(out, 'after', word)
    }
    this.#writeCustoms(out, 'after', 'last')
    const names = nameSection(this)
    if (names.length > 0) writeCustom(out, 'name', names)
    return out.cut(0)
  }

  #writeCustoms(out: ByteWriter, place: CustomSection['place'], section: CustomSection['section']): void {
    for (const custom of this.#customs)
      if (custom.place === place && custom.section === section) writeCustom(out, custom.name, custom.bytes)
  }

  #contents(word: SectionWord): Uint8Array {
    const { count, w } = this.sections[word]
    if (word === 'datacount')
      return this.#usesData ? written((inner) => inner.u32(this.sections.data.count)) : new Uint8Array()
    if (word === 'start') return w.view()
    return count === 0 ? new Uint8Array() : written((inner) => inner.u32(count).bytes(w.view()))
  }

  /** Where the instruction at an offset in the bytes is in the text, undefined if there is none. */
  position(offset: number): number | undefined {
    const { marks } = this
    if (offset >= this.#codeAt + this.sections.code.w.length) return undefined
    let [low, high] = [0, marks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#codeAt + marks[middle][0] <= offset) low = middle + 1
      else high = middle
    }
    return low === 0 ? undefined : this.cursor.position(marks[low - 1][1])
  }
}

function writeCustom(out: ByteWriter, name: string, bytes: Uint8Array): void {
  out.byte(CUSTOM).sized(written((w) => w.name(name).bytes(bytes)))
}

/** The contents of a section of code metadata: for each function its instructions, in their order. */
function metadata(hints: readonly Hint[]): Uint8Array {
  const functions = new Map<number, Hint[]>()
  for (const hint of hints) {
    const inside = functions.get(hint.func)
    if (inside) inside.push(hint)
    else functions.set(hint.func, [hint])
  }
  return written((w) => {
    w.u32(functions.size)
    for (const [func, inside] of functions) {
      w.u32(func).u32(inside.length)
      for (const { offset, bytes } of inside) w.u32(offset).sized(bytes)
    }
  })
}
