/** Mach-O objects of x64 and arm64 (<mach-o/loader.h>, <mach-o/reloc.h> and their kin for each processor). */
import { accessSize } from './arm64.ts'
import { cString, readI64, readU64, view } from './bytes.ts'
import { malformed } from './malformed.ts'
import {
  ABSOLUTE,
  NO_RELOCATIONS,
  Reloc,
  Relocations,
  UNDEFINED,
  type ObjectSymbol,
  type RelocatableObject,
  type RelocKind,
  type Section,
  type SectionKind,
} from './object.ts'
import { constantStarts, divide, locate, type Pieces } from './read-pieces.ts'

const CPU: Record<number, 'x64' | 'arm64'> = { 0x1000007: 'x64', 0x100000c: 'arm64' }
const LC = { SYMTAB: 2, SEGMENT_64: 0x19 } as const
const MH_SUBSECTIONS_VIA_SYMBOLS = 0x2000
/** Section types. */
const S = {
  ZEROFILL: 1,
  CSTRING_LITERALS: 2,
  LITERALS_4: 3,
  LITERALS_8: 4,
  LITERALS_16: 14,
  GB_ZEROFILL: 12,
  THREAD_LOCAL_REGULAR: 0x11,
  THREAD_LOCAL_ZEROFILL: 0x12,
  THREAD_LOCAL_VARIABLES: 0x13,
} as const
const LITERAL_SIZES: Record<number, number> = { [S.LITERALS_4]: 4, [S.LITERALS_8]: 8, [S.LITERALS_16]: 16 }
const ATTRIBUTE = { NO_DEAD_STRIP: 0x10000000, DEBUG: 0x02000000, INSTRUCTIONS: 0x80000400 } as const
/** Of symbols. */
const N = { STAB: 0xe0, TYPE: 0x0e, EXT: 1, UNDF: 0, ABS: 2, SECT: 0xe } as const
const DESC = { NO_DEAD_STRIP: 0x20, WEAK_REF: 0x40, WEAK_DEF: 0x80, ALT_ENTRY: 0x200 } as const

const X64 = {
  UNSIGNED: 0,
  SIGNED: 1,
  BRANCH: 2,
  GOT_LOAD: 3,
  GOT: 4,
  SUBTRACTOR: 5,
  SIGNED_1: 6,
  SIGNED_2: 7,
  SIGNED_4: 8,
  TLV: 9,
}
const ARM64 = {
  UNSIGNED: 0,
  SUBTRACTOR: 1,
  BRANCH26: 2,
  PAGE21: 3,
  PAGEOFF12: 4,
  GOT_LOAD_PAGE21: 5,
  GOT_LOAD_PAGEOFF12: 6,
  TLVP_LOAD_PAGE21: 8,
  TLVP_LOAD_PAGEOFF12: 9,
  ADDEND: 10,
}
const ARM64_KINDS: Record<number, RelocKind> = {
  [ARM64.BRANCH26]: Reloc.BRANCH26,
  [ARM64.PAGE21]: Reloc.PAGE21,
  [ARM64.GOT_LOAD_PAGE21]: Reloc.GOT_PAGE21,
  [ARM64.GOT_LOAD_PAGEOFF12]: Reloc.GOT_LO12,
  [ARM64.TLVP_LOAD_PAGE21]: Reloc.TLV_PAGE21,
  [ARM64.TLVP_LOAD_PAGEOFF12]: Reloc.TLV_LO12,
}
const X64_KINDS: Record<number, RelocKind> = {
  [X64.SIGNED]: Reloc.REL32,
  [X64.SIGNED_1]: Reloc.REL32,
  [X64.SIGNED_2]: Reloc.REL32,
  [X64.SIGNED_4]: Reloc.REL32,
  [X64.BRANCH]: Reloc.REL32,
  [X64.GOT_LOAD]: Reloc.GOT32_LOAD,
  [X64.GOT]: Reloc.GOT32,
  [X64.TLV]: Reloc.TLV32,
}
/** Bytes of an operand behind the field. */
const X64_BEHIND: Record<number, number> = { [X64.SIGNED_1]: 1, [X64.SIGNED_2]: 2, [X64.SIGNED_4]: 4 }
const LDST = [Reloc.LO12_LDST8, Reloc.LO12_LDST16, Reloc.LO12_LDST32, Reloc.LO12_LDST64, Reloc.LO12_LDST128] as const

interface FileSection {
  name: string
  kind: SectionKind | undefined
  /** Without the attributes. */
  type: number
  attributes: number
  address: number
  size: number
  offset: number
  align: number
  relocations: number
  relocationCount: number
  pieces: Pieces
}

/** A symbol of the file. */
interface Entry {
  name: string
  type: number
  section: number
  desc: number
  value: number
}

/** @throws CompileError 'malformed' */
export function readMachO(file: Uint8Array, name: string): RelocatableObject {
  return new MachOReader(file, name).read()
}

class MachOReader {
  private readonly file: Uint8Array
  private readonly name: string
  private readonly data: DataView
  private readonly arch: 'x64' | 'arm64'
  private readonly places: FileSection[] = []
  private readonly entries: Entry[] = []
  private readonly sections: Section[] = []
  private symbols: ObjectSymbol[] = []

  constructor(file: Uint8Array, name: string) {
    this.file = file
    this.name = name
    this.data = view(file)
    const arch = CPU[this.data.getUint32(4, true)]
    if (this.data.getUint32(0, true) !== 0xfeedfacf || this.data.getUint32(12, true) !== 1 || arch === undefined)
      throw malformed(name, 'not a Mach-O object file for x64 or arm64')
    this.arch = arch
  }

  read(): RelocatableObject {
    const { data } = this
    for (let i = 0, at = 32; i < data.getUint32(16, true); i++, at += data.getUint32(at + 4, true)) {
      const command = data.getUint32(at, true)
      if (command === LC.SEGMENT_64) this.addPlaces(at)
      else if (command === LC.SYMTAB) this.addEntries(at)
    }
    for (const place of this.places) this.divide(place)
    this.symbols = this.entries.map((entry) => this.symbol(entry))
    for (const place of this.places) if (place.kind !== undefined) this.addRelocations(place)
    return { name: this.name, sections: this.sections, symbols: this.symbols }
  }

  private addPlaces(command: number): void {
    const { data, file } = this
    for (let i = 0, at = command + 72; i < data.getUint32(command + 64, true); i++, at += 80) {
      const flags = data.getUint32(at + 64, true)
      const section = {
        name: `${cString(file, at + 16, at + 32)},${cString(file, at, at + 16)}`,
        type: flags & 0xff,
        attributes: flags & ~0xff,
        address: readU64(data, at + 32),
        size: readU64(data, at + 40),
        offset: data.getUint32(at + 48, true),
        align: 1 << data.getUint32(at + 52, true),
        relocations: data.getUint32(at + 56, true),
        relocationCount: data.getUint32(at + 60, true),
        pieces: { starts: [0], first: 0 },
      }
      this.places.push({ ...section, kind: kindOf(section) })
    }
  }

  private addEntries(command: number): void {
    const { data, file } = this
    const symbols = data.getUint32(command + 8, true)
    const strings = data.getUint32(command + 16, true)
    for (let i = 0, at = symbols; i < data.getUint32(command + 12, true); i++, at += 16) {
      this.entries.push({
        name: cString(file, strings + data.getUint32(at, true)),
        type: file[at + 4],
        section: file[at + 5],
        desc: data.getUint16(at + 6, true),
        value: readU64(data, at + 8),
      })
    }
  }

  /** Into what linkers of Apple's call atoms: from each symbol to the next, or the single literals. */
  private divide(place: FileSection): void {
    const { name, kind, type, address, size, offset, align } = place
    if (kind === undefined) return
    const zeros = type === S.ZEROFILL || type === S.GB_ZEROFILL || type === S.THREAD_LOCAL_ZEROFILL
    const bytes = zeros ? undefined : this.file.subarray(offset, offset + size)
    if (bytes !== undefined && bytes.length !== size) throw malformed(this.name, `section ${name} is cut short`)
    const literal = type === S.CSTRING_LITERALS ? 1 : LITERAL_SIZES[type]
    const number = this.places.indexOf(place) + 1
    const own = this.entries.filter((entry) => (entry.type & (N.TYPE | N.STAB)) === N.SECT && entry.section === number)
    if (literal !== undefined && bytes !== undefined) {
      place.pieces.starts = constantStarts(bytes, literal, type === S.CSTRING_LITERALS)
    } else if (this.data.getUint32(24, true) & MH_SUBSECTIONS_VIA_SYMBOLS) {
      const starts = own.filter(({ desc }) => !(desc & DESC.ALT_ENTRY)).map(({ value }) => value - address)
      place.pieces.starts = [...new Set([0, ...starts.filter((start) => start < size)])].sort((a, b) => a - b)
    }
    place.pieces.first = this.sections.length
    // A descriptor of a thread-local variable holds pointers that are fixed up when the program is loaded.
    const least = kind === 'tlv' ? Math.max(8, align) : align
    const parts = divide({ name, kind, align: least, size, bytes }, place.pieces.starts, literal !== undefined)
    if (kind === 'info' || place.attributes & ATTRIBUTE.NO_DEAD_STRIP) for (const part of parts) part.root = true
    for (const part of parts) this.sections.push(part)
    for (const { desc, value } of own) {
      if (!(desc & DESC.NO_DEAD_STRIP) || value - address >= size) continue
      this.sections[locate(place.pieces, value - address).section].root = true
    }
  }

  private symbol({ name: mangled, type, section: number, desc, value }: Entry): ObjectSymbol {
    const external = (type & N.EXT) !== 0
    const name = external ? mangled.replace(/^_/, '') : mangled
    const symbol = { name, size: 0, binding: external ? 'global' : 'local' } as const
    if (type & N.STAB) return { ...symbol, binding: 'local', section: UNDEFINED, offset: 0 }
    switch (type & N.TYPE) {
      case N.ABS:
        return { ...symbol, section: ABSOLUTE, offset: value }
      case N.SECT: {
        const place = this.places[number - 1]
        if (place.kind === undefined) return { ...symbol, section: UNDEFINED, offset: 0 }
        const binding = external && desc & DESC.WEAK_DEF ? 'weak' : symbol.binding
        return { ...symbol, binding, ...locate(place.pieces, value - place.address) }
      }
      default:
        return value > 0 ? this.common(symbol, value, desc) : this.undefined(symbol, desc)
    }
  }

  private undefined(symbol: Pick<ObjectSymbol, 'name' | 'size' | 'binding'>, desc: number): ObjectSymbol {
    return { ...symbol, binding: desc & DESC.WEAK_REF ? 'weak' : symbol.binding, section: UNDEFINED, offset: 0 }
  }

  private common(symbol: Pick<ObjectSymbol, 'name' | 'size'>, size: number, desc: number): ObjectSymbol {
    const align = 1 << ((desc >> 8) & 15)
    this.sections.push({
      name: '__DATA,__common',
      kind: 'bss',
      align,
      size,
      bytes: undefined,
      relocations: NO_RELOCATIONS,
    })
    return { ...symbol, binding: 'weak', section: this.sections.length - 1, offset: 0 }
  }

  private addRelocations(place: FileSection): void {
    const { data } = this
    const lists = new Map<number, Relocations>()
    // A record may say more about the one behind it.
    let addend: number | undefined
    let less: number | undefined
    for (let i = 0, at = place.relocations; i < place.relocationCount; i++, at += 8) {
      const address = data.getInt32(at, true)
      const info = data.getUint32(at + 4, true)
      const type = info >>> 28
      const value = info & 0xffffff
      if (address < 0) throw malformed(this.name, `a scattered relocation in ${place.name}`)
      if (this.arch === 'arm64' && type === ARM64.ADDEND) {
        addend = (value << 8) >> 8
        continue
      }
      if (type === (this.arch === 'x64' ? X64.SUBTRACTOR : ARM64.SUBTRACTOR)) {
        less = value
        continue
      }
      const record = { at: address, type, value, length: (info >>> 25) & 3, external: (info & 0x8000000) !== 0 }
      const { section, offset } = locate(place.pieces, address)
      const list = lists.get(section) ?? new Relocations(4)
      lists.set(section, list)
      this.addRelocation(place, section, offset, record, list, addend, less)
      addend = less = undefined
    }
    for (const [section, list] of lists) this.sections[section].relocations = list
  }

  private addRelocation(
    place: FileSection,
    section: number,
    offset: number,
    record: { at: number; type: number; value: number; length: number; external: boolean },
    list: Relocations,
    addend: number | undefined,
    less: number | undefined,
  ): void {
    const { at, type, value, length, external } = record
    const field = place.offset + at
    const add = (kind: RelocKind, more: number): void => {
      if (more !== (more | 0)) throw malformed(this.name, `a relocation with the addend ${more}`)
      list.add(offset, kind, value, more)
    }
    if (type === X64.UNSIGNED) {
      const inField = length === 3 ? readI64(this.data, field) : this.data.getInt32(field, true)
      if (less !== undefined) {
        // S + A - L, where L is in the same section as P: with L's distance to P it is relative to P.
        const from = this.symbols[less]
        if (from.section !== section) throw malformed(this.name, `a distance from another section in ${place.name}`)
        add(length === 3 ? Reloc.REL64 : Reloc.REL32, inField + offset - from.offset)
      } else if (length !== 3) {
        throw malformed(this.name, `an address of 32 bits in ${place.name}`)
      } else if (external) {
        add(Reloc.ABS64, inField)
      } else {
        list.add(offset, Reloc.ABS64, this.symbolAt(inField, value), 0)
      }
      return
    }
    if (this.arch === 'arm64') {
      const kind = type === ARM64.PAGEOFF12 ? this.lowKind(field) : ARM64_KINDS[type]
      if (kind === undefined || !external) throw malformed(this.name, `unknown relocation ${type} in ${place.name}`)
      add(kind, addend ?? 0)
      return
    }
    const kind = X64_KINDS[type]
    if (kind === undefined) throw malformed(this.name, `unknown relocation ${type} in ${place.name}`)
    const inField = this.data.getInt32(field, true)
    if (external) {
      add(kind, inField - 4)
      return
    }
    const behind = 4 + (X64_BEHIND[type] ?? 0)
    list.add(offset, kind, this.symbolAt(place.address + at + behind + inField, value), -behind)
  }

  /** Whether the instruction adds or accesses. */
  private lowKind(field: number): RelocKind {
    const instruction = this.data.getUint32(field, true)
    return (instruction & 0x3b000000) === 0x39000000 ? LDST[accessSize(instruction)] : Reloc.LO12_ADD
  }

  /** A new local symbol at an address of the object that lies in section `number`. */
  private symbolAt(address: number, number: number): number {
    const place = this.places[number - 1]
    this.symbols.push({ name: '', size: 0, binding: 'local', ...locate(place.pieces, address - place.address) })
    return this.symbols.length - 1
  }
}

/** Undefined for what does not come into executables. */
function kindOf({
  name,
  type,
  attributes,
}: {
  name: string
  type: number
  attributes: number
}): SectionKind | undefined {
  if (attributes & ATTRIBUTE.DEBUG || name.startsWith('__LD,') || /__(compact_unwind|eh_frame)$/.test(name))
    return undefined
  if (name === '__TEXT,__wasm_exe') return 'info'
  switch (type) {
    case S.ZEROFILL:
    case S.GB_ZEROFILL:
      return 'bss'
    case S.THREAD_LOCAL_REGULAR:
      return 'tdata'
    case S.THREAD_LOCAL_ZEROFILL:
      return 'tbss'
    case S.THREAD_LOCAL_VARIABLES:
      return 'tlv'
  }
  if (attributes & ATTRIBUTE.INSTRUCTIONS) return 'text'
  return name.startsWith('__TEXT,') || name === '__DATA,__const' ? 'rodata' : 'data'
}
