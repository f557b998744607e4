/**
 * The runtime of a target, compiled: an object for each choice of its parts, and what of the system's libraries they may use.
 * It is made when the package is built. Numbers are LEB128, signed ones zigzag. Most programs need the first choice alone, and few of
 * its sections: it lies there as it is, before the others, which are compressed; names are one text, and relocations are read when a
 * section is found to be reachable.
 */
import { encode, Writer } from './bytes.ts'
import { compress, decompress } from './lz.ts'
import { malformed } from './malformed.ts'
import {
  NO_RELOCATIONS,
  Relocations,
  SECTION_KINDS,
  UNDEFINED,
  type ObjectSymbol,
  type RelocatableObject,
  type RelocKind,
  type Section,
  type SectionKind,
} from './object.ts'
import type { Imports } from './resolve.ts'

/** What a program needs that few do. */
export interface RuntimeParts {
  /** It starts threads: then all parts are there. */
  threads: boolean
  /** It takes connections. */
  listen: boolean
  /** It has embedded files. */
  embed: boolean
  /** It has sockets: then it takes connections and has embedded files, too, and no threads. */
  net: boolean
}

/** In the order of their places in the file. */
export const RUNTIME_PARTS: readonly RuntimeParts[] = [
  { threads: false, listen: false, embed: false, net: false },
  { threads: false, listen: false, embed: true, net: false },
  { threads: false, listen: true, embed: false, net: false },
  { threads: false, listen: true, embed: true, net: false },
  { threads: true, listen: true, embed: true, net: false },
  { threads: false, listen: true, embed: true, net: true },
]

/** What a program is linked with. */
export interface Runtime {
  objects: RelocatableObject[]
  imports: Imports
}

/** 'wxr' and the version of the format. */
const MAGIC = 0x03727877
const FLAG = { ROOT: 1, MERGE: 2, BYTES: 4 } as const
const BINDINGS = ['local', 'global', 'weak'] as const

/** Objects in the order of RUNTIME_PARTS. */
export function encodeRuntimes(variants: readonly (readonly RelocatableObject[])[], imports: Imports): Uint8Array {
  const out = new Writer(1 << 16).uleb(imports.size)
  for (const [library, names] of imports) {
    out.text(library).uleb(names.size)
    for (const name of [...names].sort()) out.text(name)
  }
  const ends: number[] = []
  for (const objects of variants) {
    ends.push(out.length)
    out.uleb(objects.length)
    for (const object of objects) encodeObject(out, object)
  }
  ends.push(out.length)
  const [, end] = ends
  const all = out.finish()
  const first = all.subarray(0, end)
  const starts = new Writer()
  for (const place of ends) starts.uleb(place)
  return new Writer().u32(MAGIC).put(starts.finish()).put(first).put(compress(all, first.length)).finish()
}

/** Symbols that nothing needs are left out. */
function encodeObject(out: Writer, { name: file, ...object }: RelocatableObject): void {
  const { sections } = object
  const { symbols, numbers } = neededSymbols(object)
  const names = encode([...sections, ...symbols].map(({ name }) => name).join('\0'))
  const relocations = new Writer()
  out.text(file).uleb(sections.length).uleb(symbols.length).uleb(names.length).put(names)
  for (const { kind, align, size, bytes, root, merge, relocations: list } of sections) {
    const flags = (root ? FLAG.ROOT : 0) | (merge ? FLAG.MERGE : 0) | (bytes === undefined ? 0 : FLAG.BYTES)
    const before = relocations.length
    if (list.count > 0) encodeRelocations(relocations, list, numbers)
    out
      .u8(SECTION_KINDS.indexOf(kind))
      .u8(Math.log2(align))
      .u8(flags)
      .uleb(size)
      .uleb(relocations.length - before)
  }
  for (const { section, offset, size, binding } of symbols)
    out.uleb(zigzag(section)).uleb(zigzag(offset)).uleb(size).u8(BINDINGS.indexOf(binding))
  out.put(relocations.finish())
  for (const { bytes } of sections) if (bytes !== undefined) out.put(bytes)
}

/** One for each place that relocations lead to, and what other objects may name. Names of locals are for debuggers. */
function neededSymbols({ sections, symbols }: Omit<RelocatableObject, 'name'>): {
  symbols: ObjectSymbol[]
  numbers: Int32Array
} {
  const used = new Uint8Array(symbols.length)
  for (const { relocations } of sections) {
    for (let i = 0; i < relocations.count; i++) used[relocations.symbols[i]] = 1
  }
  const kept: ObjectSymbol[] = []
  const known = new Map<string, number>()
  const numbers = Int32Array.from(symbols, (symbol, index) => {
    const { section, offset, binding } = symbol
    const local = binding === 'local'
    if (!used[index] && (local || section === UNDEFINED)) return -1
    const key = local ? `${section} ${offset}` : `name ${symbol.name}`
    const number = known.get(key) ?? kept.length
    if (number === kept.length) kept.push(local ? { ...symbol, name: '', size: 0 } : symbol)
    known.set(key, number)
    return number
  })
  return { symbols: kept, numbers }
}

function encodeRelocations(out: Writer, relocations: Relocations, numbers: Int32Array): void {
  const { count, offsets, kinds, symbols, addends } = relocations
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => offsets[a] - offsets[b] || a - b)
  out.uleb(count)
  let at = 0
  for (const i of order) {
    out
      .uleb(offsets[i] - at)
      .u8(kinds[i])
      .uleb(numbers[symbols[i]])
      .uleb(zigzag(addends[i]))
    at = offsets[i]
  }
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value)
const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2)

/** @throws CompileError if this is no file of this version */
export function decodeRuntime(file: Uint8Array, parts: RuntimeParts, name = 'the runtime'): Runtime {
  const wanted = RUNTIME_PARTS.findIndex(
    ({ threads, listen, embed, net }) =>
      threads === parts.threads &&
      net === parts.net &&
      (threads || net || (listen === parts.listen && embed === parts.embed)),
  )
  const known = decoded.get(file) ?? []
  decoded.set(file, known)
  return (known[wanted] ??= decodeVariant(file, name, wanted))
}

/** By file and variant: linkers leave objects as they are. */
const decoded = new WeakMap<Uint8Array, Runtime[]>()

function decodeVariant(file: Uint8Array, name: string, wanted: number): Runtime {
  const { starts, from, imports } = open(file, name, wanted)
  from.skip(starts[wanted] - starts[0])
  return { objects: from.list(() => decodeObject(from)), imports }
}

/** What programs may use of the system's libraries. @throws CompileError */
export const decodeImports = (file: Uint8Array, name = 'the runtime'): Imports => open(file, name, 0).imports

/** Reads what comes before the variants, as far as one of them can be read next. */
function open(
  file: Uint8Array,
  name: string,
  variant: number,
): { starts: number[]; from: BlobReader; imports: Imports } {
  // A view of its own: those of a Buffer are slow to make.
  const header = new BlobReader(new Uint8Array(file.buffer, file.byteOffset, file.length))
  if (header.u32() !== MAGIC) throw malformed(name, 'not a runtime that this version made')
  const starts = Array.from({ length: RUNTIME_PARTS.length + 1 }, () => header.uleb())
  const first = header.take(starts[1])
  const from = new BlobReader(variant === 0 ? first : decompress(header.rest(), starts[variant + 1], first))
  return {
    starts,
    from,
    imports: new Map(from.list(() => [from.text(), new Set(from.list(() => from.text()))] as const)),
  }
}

function decodeObject(from: BlobReader): RelocatableObject {
  const file = from.text()
  const sectionCount = from.uleb()
  const symbolCount = from.uleb()
  const names = utf8.decode(from.take(from.uleb())).split('\0')
  const sections: RuntimeSection[] = []
  const flags = new Uint8Array(sectionCount)
  for (let i = 0; i < sectionCount; i++) {
    const kind = SECTION_KINDS[from.u8()]
    const align = 2 ** from.u8()
    flags[i] = from.u8()
    sections.push(new RuntimeSection(names[i], kind, align, from.uleb(), flags[i], from.uleb()))
  }
  const symbols: ObjectSymbol[] = []
  for (let i = 0; i < symbolCount; i++) {
    const section = unzigzag(from.uleb())
    const offset = unzigzag(from.uleb())
    const size = from.uleb()
    symbols.push({ name: names[sectionCount + i], section, offset, size, binding: BINDINGS[from.u8()] })
  }
  for (const section of sections)
    section.encoded = section.encodedBytes === 0 ? undefined : from.take(section.encodedBytes)
  for (let i = 0; i < sectionCount; i++) if (flags[i] & FLAG.BYTES) sections[i].bytes = from.take(sections[i].size)
  return { name: file, sections, symbols }
}

/** A section whose relocations are read when somebody asks for them: most are not reachable. */
class RuntimeSection implements Section {
  bytes: Uint8Array | undefined
  encoded: Uint8Array | undefined
  readonly root: boolean
  readonly merge: boolean
  private list: Relocations | undefined

  constructor(
    readonly name: string,
    readonly kind: SectionKind,
    readonly align: number,
    readonly size: number,
    flags: number,
    readonly encodedBytes: number,
  ) {
    this.root = (flags & FLAG.ROOT) !== 0
    this.merge = (flags & FLAG.MERGE) !== 0
  }

  get relocations(): Relocations {
    return (this.list ??= this.encoded === undefined ? NO_RELOCATIONS : new BlobReader(this.encoded).relocations())
  }
}

const utf8 = new TextDecoder()

class BlobReader {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  u8(): number {
    return this.bytes[this.at++]
  }

  u32(): number {
    return (this.u8() | (this.u8() << 8) | (this.u8() << 16) | (this.u8() << 24)) >>> 0
  }

  uleb(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.bytes[this.at++]
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at)
    const text = utf8.decode(this.bytes.subarray(this.at, end))
    this.at = end + 1
    return text
  }

  take(size: number): Uint8Array {
    this.at += size
    return this.bytes.subarray(this.at - size, this.at)
  }

  skip(size: number): void {
    this.at += size
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at)
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.uleb() }, read)
  }

  relocations(): Relocations {
    const count = this.uleb()
    const list = new Relocations(count)
    let offset = 0
    for (let i = 0; i < count; i++) {
      offset += this.uleb()
      list.add(offset, this.u8() as RelocKind, this.uleb(), unzigzag(this.uleb()))
    }
    return list
  }
}
