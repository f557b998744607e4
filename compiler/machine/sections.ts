/** What the object consists of while it is written: its sections, and the symbols that say where in them things lie. */
import { alignUp } from '../image/bytes.ts'
import { NO_RELOCATIONS, Reloc, Relocations, section, type Section } from '../image/object.ts'
import type { Run } from '../c/data-runs.ts'
import { CompileError } from '../errors.ts'
import { code, takeCode } from './code.ts'
import { unit, type DataRun } from './unit.ts'

/** In their order; data segments follow. */
export const TEXT = 0
export const STATE = 1
export const RODATA = 2

const MAX_STATE_BYTES = 2 ** 30

export class Sections {
  readonly #symbol: string
  /** Bytes of a page that the system can move into memory, if it can. */
  readonly #page: number | undefined
  #stateBytes = 0
  readonly #rodata: Uint8Array[] = []
  #rodataBytes = 0
  readonly #dataSections: Section[] = []

  /** `symbol`: the module's name, as symbols have it. */
  constructor(symbol: string, page: number | undefined) {
    this.#symbol = symbol
    this.#page = page
  }

  #symbolFor(name: string, sectionIndex: number, offset: number, binding: 'local' | 'global'): number {
    const index = unit.symbols.push({ name, section: sectionIndex, offset, size: 0, binding }) - 1
    if (binding === 'global') unit.byName.set(name, index)
    return index
  }

  local(name: string, sectionIndex: number, offset = 0): number {
    return this.#symbolFor(`${this.#symbol}.${name}`, sectionIndex, offset, 'local')
  }

  global(name: string, sectionIndex: number, offset: number): number {
    return this.#symbolFor(name, sectionIndex, offset, 'global')
  }

  /** A place in the section of what changes. */
  allocate(bytes: number, align = 8): number {
    const at = alignUp(this.#stateBytes, align)
    this.#stateBytes = at + bytes
    return inReach(at)
  }

  /** The same of what each thread has of its own: from `unit.own`. */
  allocateOwn(bytes: number, align = 8): number {
    if (!unit.threaded) return this.allocate(bytes, align)
    const at = alignUp(unit.ownBytes, align)
    unit.ownBytes = at + bytes
    return inReach(at)
  }

  /** The first thread's, behind what all share. */
  placeOwn(): void {
    if (!unit.threaded) return
    unit.ownBytes = (unit.ownBytes + 15) & -16
    unit.symbols[unit.own].offset = this.allocate(unit.ownBytes, 16)
  }

  constant(bytes: Uint8Array, align: number): number {
    const padding = -this.#rodataBytes & (align - 1)
    if (padding) this.#rodata.push(new Uint8Array(padding))
    const at = this.#rodataBytes + padding
    this.#rodata.push(bytes)
    this.#rodataBytes = at + bytes.length
    return at
  }

  /** A section of its own for bytes of data segments: its symbol. */
  data(bytes: Uint8Array, align: number, kind: 'rodata' | 'data' = 'rodata'): number {
    const number = this.#dataSections.length
    this.#dataSections.push(section(kind, `.${kind}.${this.#symbol}.data${number}`, bytes, align))
    return this.local(`data${number}`, RODATA + 1 + number)
  }

  run({ target: to, bytes, isImage }: Run): DataRun {
    const page = this.#page
    const size = bytes.length
    if (!isImage || page === undefined) return { target: to, size, symbol: this.data(bytes, 16), isImage: false }
    const offset = to % page
    const whole = new Uint8Array(Math.ceil((offset + size) / page) * page)
    whole.set(bytes, offset)
    const symbol = this.data(whole, page, 'data')
    Object.assign(unit.symbols[symbol], { offset, size })
    return { target: to, size, symbol, isImage: true }
  }

  /** All of them; `threadCode`: addresses of struct wasm_thread_code. */
  finish(threadCode: readonly number[] | undefined): Section[] {
    const name = this.#symbol
    const rodata = new Uint8Array(this.#rodataBytes)
    let at = 0
    for (const part of this.#rodata) {
      rodata.set(part, at)
      at += part.length
    }
    const sections = [
      section('text', `.text.${name}`, takeCode(), code.alignment, code.relocations),
      section('bss', `.bss.${name}`, this.#stateBytes, 16),
      section('rodata', `.rodata.${name}`, rodata, 16, NO_RELOCATIONS),
      ...this.#dataSections,
    ]
    if (threadCode) {
      const relocations = new Relocations()
      threadCode.forEach((at, i) => relocations.add(8 * i, Reloc.ABS64, this.local(`thread${i}`, TEXT, at), 0))
      this.global('wasm_thread_code', sections.length, 0)
      sections.push(section('rodata', `.rodata.${name}.threads`, new Uint8Array(16), 8, relocations))
    }
    return sections
  }
}

/** A place that instructions can name: they have 31 bits for it, and what lies there may be 80 MB. */
function inReach(at: number): number {
  if (at <= MAX_STATE_BYTES) return at
  throw new CompileError('variables, tables and segments of functions take more than 1 GiB', {
    code: 'unsupported',
    hint: 'generate less of them, or split the program into several modules (libraries)',
  })
}
