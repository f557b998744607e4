import { didYouMean } from '../suggest.ts'
import { opcodeByCode, opcodeByName, type Opcode } from '../wasm/opcodes.ts'
import { refuseName } from '../wasm/proposals.ts'
import type { ByteWriter } from './bytes.ts'
import type { Cursor } from './cursor.ts'
import { opcode, WRITE } from './immediates.ts'
import { CLOSE, OPEN } from './lexer.ts'
import type { ModuleText } from './module.ts'
import type { Space } from './space.ts'

/**
 * Something that is open. Of folded instructions `operands` waits for what it takes, `if` and `try` consist of arms, `block`
 * and `arm` hold instructions; `plain` ends with `end`.
 */
interface Frame {
  kind: 'operands' | 'block' | 'if' | 'try' | 'arm' | 'plain'
  /** The token of the instruction. */
  at: number
  word: string
  /** What is written later. */
  pending?: Uint8Array
  label?: string
  /** The arm that was begun last. */
  part: string
}

const DELIMITERS = new Set(['else', 'end', 'catch', 'catch_all', 'delegate'])
const op = (name: string): Opcode => opcodeByName.get(name)!
const [IF, ELSE, END, TRY, CATCH, CATCH_ALL, DELEGATE] = 'if else end try catch catch_all delegate'.split(' ').map(op)
const SELECT_OF_TYPES = opcodeByCode.get(0x1c)!

/** An instruction, where it is: for hints and positions. */
export interface Mark {
  offset: number
  token: number
}

/**
 * Writes the instructions of a function or constant expression, folded ones in the order in which they are executed. What is open
 * is on a list rather than on the stack, so that text may nest as deeply as it likes.
 */
export class Code {
  readonly cursor: Cursor
  readonly marks: Mark[] = []
  /** By the order in which their blocks begin. */
  labelNames?: Map<number, string>
  /** An instruction names a data segment. */
  usesData = false
  readonly #frames: Frame[] = []
  /** For each identifier the blocks that have it, as how many are around them. */
  #labels?: Map<string, number[]>
  #depth = 0
  #blocks = 0

  constructor(
    readonly module: ModuleText,
    readonly w: ByteWriter,
    readonly locals: Space,
  ) {
    this.cursor = module.cursor
  }

  /** Instructions up to a token. */
  run(end: number): void {
    while (this.cursor.at < end) {
      if (this.cursor.kind === OPEN) this.#openList()
      else if (this.cursor.kind === CLOSE) this.#closeList()
      else this.#plain()
    }
    if (this.#frames.length > 0) this.#unfinished(this.#frames.at(-1)!)
  }

  /** What closes a function. */
  finish(token: number): void {
    this.#mark(token)
    opcode(this.w, END)
  }

  #unfinished({ word, at }: Frame): never {
    this.cursor.fail(`${word} without end`, at)
  }

  #instruction(word: string, at: number): Opcode {
    const found = DELIMITERS.has(word) ? undefined : opcodeByName.get(word)
    if (found) return found.name === 'select' && this.cursor.listWord === 'result' ? SELECT_OF_TYPES : found
    const proposal = refuseName(word)
    if (proposal) throw this.cursor.source.mark(proposal, this.cursor.position(at))
    if (opcodeByName.has(word) || word === 'then' || word === 'do')
      this.cursor.fail(`unexpected ${word}: it belongs to nothing here`, at)
    const near = word.length > 64 ? '' : didYouMean(word, [...opcodeByName.keys()])
    return this.cursor.fail(`unknown instruction ${this.cursor.describe(at)}${near}`, at)
  }

  #write(instruction: Opcode): void {
    WRITE[instruction.imm](this.w, instruction, this)
  }

  #mark(token: number): void {
    if (this.module.marked) this.marks.push({ offset: this.w.length, token })
  }

  #openList(): void {
    const top = this.#frames.at(-1)
    if (top?.kind === 'if' && this.#armOfIf(top)) return
    if (top?.kind === 'try') return this.#armOfTry(top)
    const at = this.cursor.at + 1
    const word = this.cursor.open('an instruction')
    const instruction = this.#instruction(word, at)
    const { w } = this
    if (instruction === IF) {
      const [start, label] = [w.length, this.cursor.id()]
      this.#write(IF)
      this.#frames.push({ kind: 'if', at, word, pending: w.cut(start), label, part: '' })
    } else if (instruction.imm.startsWith('block')) {
      const kind = instruction === TRY ? 'try' : 'block'
      this.#frames.push({ kind, at, word, label: this.#begin(instruction, at), part: '' })
    } else {
      const start = w.length
      this.#write(instruction)
      this.#frames.push({ kind: 'operands', at, word, pending: w.cut(start), part: '' })
    }
  }

  #closeList(): void {
    const frame = this.#frames.pop()
    if (frame === undefined || frame.kind === 'plain') this.#unfinished(frame!)
    const { kind, part } = frame
    if (kind === 'if' && part === '') this.cursor.unexpected('(then')
    if (kind === 'try' && part === '') this.cursor.unexpected('(do')
    this.cursor.at++
    if (kind === 'operands') {
      this.#mark(frame.at)
      this.w.bytes(frame.pending!)
    } else if (kind !== 'arm' && part !== 'delegate') this.#end(frame, this.cursor.at - 1)
  }

  /** Begins an arm if one is next, which operands may precede. */
  #armOfIf(frame: Frame): boolean {
    const word = this.cursor.listWord
    const isArm = frame.part === '' ? word === 'then' : frame.part === 'then' && word === 'else'
    if (!isArm && frame.part === '' && word !== 'else') return false
    if (!isArm) this.cursor.unexpected(frame.part === 'then' ? '(else or )' : frame.part === '' ? '(then' : ')')
    const at = this.cursor.at + 1
    this.#mark(word === 'then' ? frame.at : at)
    if (word === 'then') {
      this.w.bytes(frame.pending!)
      this.#pushLabel(frame.label)
    } else opcode(this.w, ELSE)
    this.cursor.at += 2
    frame.part = word
    this.#frames.push({ kind: 'arm', at, word, part: '' })
    return true
  }

  #armOfTry(frame: Frame): void {
    const at = this.cursor.at + 1
    const word = this.cursor.listWord
    if (frame.part === '' ? word !== 'do' : !this.#mayFollow(frame, word))
      this.cursor.unexpected(frame.part === '' ? '(do' : '(catch, (catch_all, (delegate or )')
    this.cursor.at += 2
    if (word !== 'do') this.#part(frame, word, at)
    frame.part = word
    if (word === 'delegate') this.cursor.close()
    else this.#frames.push({ kind: 'arm', at, word, part: '' })
  }

  /** Whether this part of a legacy try may come after the last one; `(do`, which only folded ones have, is '' too. */
  #mayFollow({ part }: Frame, word: string): boolean {
    const inBody = part === '' || part === 'do'
    return word === 'delegate' ? inBody : (word === 'catch' || word === 'catch_all') && (inBody || part === 'catch')
  }

  #part(frame: Frame, word: string, at: number): void {
    this.#mark(at)
    if (word === 'catch') this.#write(CATCH)
    else if (word === 'catch_all') opcode(this.w, CATCH_ALL)
    else {
      this.#popLabel(frame)
      this.#write(DELEGATE)
    }
  }

  #plain(): void {
    const top = this.#frames.at(-1)
    const at = this.cursor.at
    const word = this.cursor.word
    if (word === '') this.cursor.unexpected('an instruction')
    if (top?.kind === 'operands' || top?.kind === 'if' || top?.kind === 'try')
      this.cursor.unexpected(`( or ): what ${top.word} takes stands in parentheses of its own`)
    this.cursor.at++
    if (DELIMITERS.has(word) && top?.kind === 'plain') return this.#delimiter(top, word, at)
    const instruction = this.#instruction(word, at)
    if (instruction.imm.startsWith('block')) {
      this.#frames.push({ kind: 'plain', at, word, label: this.#begin(instruction, at), part: '' })
    } else {
      this.#mark(at)
      this.#write(instruction)
    }
  }

  #delimiter(frame: Frame, word: string, at: number): void {
    if (word === 'end') {
      this.#sameLabel(frame)
      this.#frames.pop()
      this.#end(frame, at)
      return
    }
    if (word === 'else' && frame.word === 'if' && frame.part === '') {
      this.#sameLabel(frame)
      this.#mark(at)
      opcode(this.w, ELSE)
    } else if (word !== 'else' && frame.word === 'try' && this.#mayFollow(frame, word)) {
      this.#part(frame, word, at)
      if (word === 'delegate') this.#frames.pop()
    } else this.cursor.fail(`unexpected ${word}: ${frame.word} does not have it here`, at)
    frame.part = word
  }

  /** The identifier behind `end` and `else`, which may be repeated there. */
  #sameLabel(frame: Frame): void {
    const at = this.cursor.at
    const id = this.cursor.id()
    if (id !== undefined && id !== frame.label)
      this.cursor.fail(`mismatching label ${this.cursor.describe(at)}: ${frame.word} has another one`, at)
  }

  /** A block that begins at once; answers its label. */
  #begin(instruction: Opcode, at: number): string | undefined {
    const label = this.cursor.id()
    this.#mark(at)
    this.#write(instruction)
    this.#pushLabel(label)
    return label
  }

  #end(frame: Frame, at: number): void {
    this.#mark(at)
    opcode(this.w, END)
    this.#popLabel(frame)
  }

  #pushLabel(label: string | undefined): void {
    if (label !== undefined) {
      this.#labels ??= new Map()
      const depths = this.#labels.get(label)
      if (depths) depths.push(this.#depth)
      else this.#labels.set(label, [this.#depth])
      this.labelNames ??= new Map()
      this.labelNames.set(this.#blocks, label)
    }
    this.#depth++
    this.#blocks++
  }

  #popLabel({ label }: Frame): void {
    this.#depth--
    if (label !== undefined) this.#labels?.get(label)?.pop()
  }

  /** How many blocks the one that is meant is away, the innermost is 0. */
  label(): number {
    const at = this.cursor.at
    const id = this.cursor.id()
    if (id === undefined) return Number(this.cursor.unsigned(32, 'a label'))
    const depth = this.#labels?.get(id)?.at(-1)
    if (depth === undefined) this.cursor.fail(`unknown label ${this.cursor.describe(at)}`, at)
    return this.#depth - 1 - depth
  }

  /** `(catch $tag $label)` and the others of try_table. */
  catches(w: ByteWriter): void {
    const clauses: [kind: number, tag: number | undefined, label: number][] = []
    for (let kind = this.#catchKind(); kind !== -1; kind = this.#catchKind()) {
      this.cursor.at += 2
      const tag = kind < 2 ? this.module.spaces.tag.index(this.cursor) : undefined
      clauses.push([kind, tag, this.label()])
      this.cursor.close()
    }
    w.u32(clauses.length)
    for (const [kind, tag, label] of clauses) {
      w.byte(kind)
      if (tag !== undefined) w.u32(tag)
      w.u32(label)
    }
  }

  #catchKind(): number {
    return CATCH_KINDS.indexOf(this.cursor.listWord)
  }
}

const CATCH_KINDS = ['catch', 'catch_ref', 'catch_all', 'catch_all_ref']
