/** ELF relocatable objects of x64 and arm64 (System V ABI; its supplements for x86-64 and AArch64). */
import { cString, readI64, readU64, view } from './bytes.ts'
import { malformed } from './malformed.ts'
import {
  ABSOLUTE,
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

const MACHINES: Record<number, 'x64' | 'arm64'> = { 62: 'x64', 183: 'arm64' }
const SHT = { PROGBITS: 1, SYMTAB: 2, RELA: 4, NOBITS: 8, REL: 9 } as const
const SHF = { WRITE: 1, ALLOC: 2, EXECINSTR: 4, MERGE: 0x10, STRINGS: 0x20, TLS: 0x400, RETAIN: 0x200000 } as const
const SHN = { ABS: 0xfff1, COMMON: 0xfff2, XINDEX: 0xffff } as const
const STT_SECTION = 3
const BINDINGS = ['local', 'global', 'weak'] as const

const X64: Record<number, RelocKind> = {
  1: Reloc.ABS64, // R_X86_64_64
  2: Reloc.REL32, // PC32
  4: Reloc.REL32, // PLT32: nothing is lazy here
  9: Reloc.GOT32, // GOTPCREL
  10: Reloc.ABS32, // 32
  11: Reloc.ABS32S, // 32S
  23: Reloc.TPOFF32,
  24: Reloc.REL64, // PC64
  41: Reloc.GOT32, // GOTPCRELX
  42: Reloc.GOT32, // REX_GOTPCRELX
}
const ARM64: Record<number, RelocKind> = {
  257: Reloc.ABS64,
  267: Reloc.MOVZ_G2, // MOVW_UABS_G2
  260: Reloc.REL64, // PREL64
  261: Reloc.REL32, // PREL32
  273: Reloc.BRANCH19, // LD_PREL_LO19
  274: Reloc.ADR21, // ADR_PREL_LO21
  275: Reloc.PAGE21, // ADR_PREL_PG_HI21
  276: Reloc.PAGE21, // ADR_PREL_PG_HI21_NC
  277: Reloc.LO12_ADD, // ADD_ABS_LO12_NC
  278: Reloc.LO12_LDST8,
  279: Reloc.BRANCH14, // TSTBR14
  280: Reloc.BRANCH19, // CONDBR19
  282: Reloc.BRANCH26, // JUMP26
  283: Reloc.BRANCH26, // CALL26
  284: Reloc.LO12_LDST16,
  285: Reloc.LO12_LDST32,
  286: Reloc.LO12_LDST64,
  299: Reloc.LO12_LDST128,
  311: Reloc.GOT_PAGE21, // ADR_GOT_PAGE
  312: Reloc.GOT_LO12, // LD64_GOT_LO12_NC
  549: Reloc.TPREL_HI12, // TLSLE_ADD_TPREL_HI12
  550: Reloc.TPREL_LO12,
  551: Reloc.TPREL_LO12, // …_NC
  552: Reloc.TPREL_LDST, // TLSLE_LDST8_TPREL_LO12 and its kin
  553: Reloc.TPREL_LDST,
  554: Reloc.TPREL_LDST,
  555: Reloc.TPREL_LDST,
  556: Reloc.TPREL_LDST,
  557: Reloc.TPREL_LDST,
  558: Reloc.TPREL_LDST,
  559: Reloc.TPREL_LDST,
  570: Reloc.TPREL_LDST,
  571: Reloc.TPREL_LDST,
}

interface Header {
  name: string
  type: number
  flags: number
  offset: number
  size: number
  link: number
  info: number
  align: number
  entrySize: number
}

/** @throws CompileError 'malformed' */
export function readElf(file: Uint8Array, name: string): RelocatableObject {
  return new ElfReader(file, name).read()
}

class ElfReader {
  private readonly file: Uint8Array
  private readonly name: string
  private readonly data: DataView
  private readonly kinds: Record<number, RelocKind>
  private readonly headers: Header[]
  private readonly sections: Section[] = []
  private readonly symbols: ObjectSymbol[] = []
  /** By section of the file. */
  private readonly pieces: (Pieces | undefined)[] = []
  /** By the object's section, of those with constants. */
  private readonly constants = new Map<number, Pieces>()
  /** Sections of the file that have relocations. */
  private readonly relocated: Set<number>

  constructor(file: Uint8Array, name: string) {
    this.file = file
    this.name = name
    this.data = view(file)
    const arch = MACHINES[this.data.getUint16(18, true)]
    if (file[4] !== 2 || file[5] !== 1 || this.data.getUint16(16, true) !== 1 || arch === undefined) {
      throw malformed(name, 'not an ELF object file for x64 or arm64')
    }
    this.kinds = arch === 'x64' ? X64 : ARM64
    this.headers = this.readHeaders()
    this.relocated = new Set(this.headers.filter(({ type }) => type === SHT.RELA).map(({ info }) => info))
  }

  read(): RelocatableObject {
    this.headers.forEach((header, index) => this.addSection(header, index))
    const table = this.headers.findIndex(({ type }) => type === SHT.SYMTAB)
    if (table >= 0) this.addSymbols(this.headers[table])
    for (const header of this.headers) {
      if (header.type === SHT.REL && this.pieces[header.info] !== undefined)
        throw malformed(this.name, 'relocations without addends')
      if (header.type === SHT.RELA && header.link === table) this.addRelocations(header)
    }
    return { name: this.name, sections: this.sections, symbols: this.symbols }
  }

  private readHeaders(): Header[] {
    const { data } = this
    const at = readU64(data, 0x28)
    const size = data.getUint16(0x3a, true)
    // Where there are more than 65,279 sections, the first header holds what the file header has no room for.
    const count = data.getUint16(0x3c, true) || readU64(data, at + 32)
    const names = data.getUint16(0x3e, true)
    const namesIndex = names === SHN.XINDEX ? data.getUint32(at + 40, true) : names
    const namesAt = readU64(data, at + namesIndex * size + 24)
    return Array.from({ length: count }, (_, index) => {
      const header = at + index * size
      return {
        name: cString(this.file, namesAt + data.getUint32(header, true)),
        type: data.getUint32(header + 4, true),
        flags: readU64(data, header + 8),
        offset: readU64(data, header + 24),
        size: readU64(data, header + 32),
        link: data.getUint32(header + 40, true),
        info: data.getUint32(header + 44, true),
        align: Math.max(1, readU64(data, header + 48)),
        entrySize: readU64(data, header + 56),
      }
    })
  }

  private addSection(header: Header, index: number): void {
    const { name, type, flags, size, align, entrySize } = header
    const kind = kindOf(header)
    if (kind === undefined) return
    const bytes = type === SHT.NOBITS ? undefined : this.file.subarray(header.offset, header.offset + size)
    if (bytes !== undefined && bytes.length !== size) throw malformed(this.name, `section ${name} is cut short`)
    const merge = (flags & SHF.MERGE) !== 0 && entrySize > 0 && bytes !== undefined && !this.relocated.has(index)
    const starts = merge ? constantStarts(bytes, entrySize, (flags & SHF.STRINGS) !== 0) : [0]
    const pieces = { starts, first: this.sections.length }
    this.pieces[index] = pieces
    if (merge) starts.forEach((_, part) => this.constants.set(pieces.first + part, pieces))
    const parts = divide({ name, kind, align, size, bytes }, starts, merge)
    if (kind === 'info' || flags & SHF.RETAIN) for (const part of parts) part.root = true
    for (const part of parts) this.sections.push(part)
  }

  private addSymbols(table: Header): void {
    const { data } = this
    const strings = this.headers[table.link]
    for (let at = table.offset; at < table.offset + table.size; at += 24) {
      const info = this.file[at + 4]
      const index = data.getUint16(at + 6, true)
      const place = { value: readI64(data, at + 8), size: readU64(data, at + 16) }
      const binding = BINDINGS[info >> 4] ?? 'global'
      if (index === SHN.XINDEX) throw malformed(this.name, 'symbols in more than 65,279 sections')
      const section = (info & 15) === STT_SECTION
      const symbolName = section ? '' : cString(this.file, strings.offset + data.getUint32(at, true))
      this.symbols.push({ name: symbolName, binding, size: place.size, ...this.definition(index, place) })
    }
  }

  private definition(index: number, { value, size }: { value: number; size: number }) {
    if (index === 0) return { section: UNDEFINED, offset: 0 }
    if (index === SHN.ABS) return { section: ABSOLUTE, offset: value }
    if (index === SHN.COMMON) {
      this.sections.push({
        name: '.bss.common',
        kind: 'bss',
        align: value,
        size,
        bytes: undefined,
        relocations: new Relocations(),
      })
      return { section: this.sections.length - 1, offset: 0 }
    }
    const pieces = this.pieces[index]
    // What is defined in a section that no executable holds, as debuggers' are, may be referred to from there alone.
    return pieces === undefined ? { section: UNDEFINED, offset: 0 } : locate(pieces, value)
  }

  private addRelocations({ info, offset, size }: Header): void {
    const pieces = this.pieces[info]
    if (pieces === undefined) return
    const { data, sections, kinds } = this
    const section = sections[pieces.first]
    const list = new Relocations(size / 24)
    for (let at = offset; at < offset + size; at += 24) {
      const type = data.getUint32(at + 8, true)
      const symbol = data.getUint32(at + 12, true)
      const addend = readI64(data, at + 16)
      let kind = kinds[type]
      if (kind === undefined) {
        if (type === 0) continue
        throw malformed(this.name, `unknown relocation ${type} in ${section.name}`)
      }
      const place = readU64(data, at)
      // Only here is it known that the instruction may be changed, and that it is one of 7 bytes.
      if (type === 42 && section.bytes?.[place - 2] === 0x8b) kind = Reloc.GOT32_LOAD
      this.addRelocation(list, place, kind, symbol, addend)
    }
    section.relocations = list
  }

  private addRelocation(list: Relocations, place: number, kind: RelocKind, symbol: number, addend: number): void {
    const { section, offset } = this.symbols[symbol]
    // Of constants that are sections of their own now, the addend to their old section says which one is meant.
    const pieces = this.symbols[symbol].name === '' ? this.constants.get(section) : undefined
    if (pieces === undefined) {
      if (addend !== (addend | 0)) throw malformed(this.name, `a relocation with the addend ${addend}`)
      list.add(place, kind, symbol, addend)
      return
    }
    const target = locate(pieces, offset + addend)
    this.symbols.push({ name: '', size: 0, binding: 'local', ...target })
    list.add(place, kind, this.symbols.length - 1, 0)
  }
}

/** Undefined for what does not come into executables. */
function kindOf({ name, type, flags }: Header): SectionKind | undefined {
  if (!(flags & SHF.ALLOC) || (type !== SHT.PROGBITS && type !== SHT.NOBITS) || name === '.eh_frame') return undefined
  if (name === '.wasmexe') return 'info'
  if (flags & SHF.TLS) return type === SHT.NOBITS ? 'tbss' : 'tdata'
  if (type === SHT.NOBITS) return name === '.bss.0bulk' ? 'bulk' : 'bss'
  if (flags & SHF.EXECINSTR) return 'text'
  // Constants with addresses, which code for any place in memory may have to have filled in.
  if (name.startsWith('.data.rel.ro')) return 'rodata'
  return flags & SHF.WRITE ? 'data' : 'rodata'
}
