/** COFF objects of x64 and arm64 (Microsoft's PE Format). */
import { accessSize, readAdr, readImmediate12 } from './arm64.ts'
import { cString, view } from './bytes.ts'
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

const MACHINES: Record<number, 'x64' | 'arm64'> = { 0x8664: 'x64', 0xaa64: 'arm64' }
const SCN = {
  CNT_CODE: 0x20,
  CNT_UNINITIALIZED: 0x80,
  LNK_REMOVE: 0x800,
  LNK_COMDAT: 0x1000,
  LNK_NRELOC_OVFL: 0x1000000,
  MEM_DISCARDABLE: 0x2000000,
  MEM_EXECUTE: 0x20000000,
  MEM_WRITE: 0x80000000,
} as const
const CLASS = { EXTERNAL: 2, STATIC: 3, WEAK_EXTERNAL: 105 } as const
const SECTION_NUMBER = { UNDEFINED: 0, ABSOLUTE: -1 } as const
/** COMDAT selections of which one definition may be there; of all others any will do. */
const NO_DUPLICATES = 1

const X64: Record<number, RelocKind> = {
  1: Reloc.ABS64, // ADDR64
  2: Reloc.ABS32, // ADDR32
  3: Reloc.IMAGE32, // ADDR32NB
  4: Reloc.REL32,
  5: Reloc.REL32, // REL32_1: an operand of one byte follows the field, and so on
  6: Reloc.REL32,
  7: Reloc.REL32,
  8: Reloc.REL32,
  9: Reloc.REL32,
  11: Reloc.SECTION32, // SECREL
}
const ARM64: Record<number, RelocKind> = {
  1: Reloc.ABS32, // ADDR32
  2: Reloc.IMAGE32, // ADDR32NB
  3: Reloc.BRANCH26,
  4: Reloc.PAGE21, // PAGEBASE_REL21
  5: Reloc.ADR21, // REL21
  6: Reloc.LO12_ADD, // PAGEOFFSET_12A
  7: Reloc.LO12_LDST8, // PAGEOFFSET_12L: which of them, the instruction says
  8: Reloc.SECTION32, // SECREL
  9: Reloc.SECTION_LO12, // SECREL_LOW12A
  10: Reloc.SECTION_HI12, // SECREL_HIGH12A
  11: Reloc.SECTION_LDST, // SECREL_LOW12L
  14: Reloc.ABS64, // ADDR64
  15: Reloc.BRANCH19,
  16: Reloc.BRANCH14,
  17: Reloc.REL32,
}
const LDST = [Reloc.LO12_LDST8, Reloc.LO12_LDST16, Reloc.LO12_LDST32, Reloc.LO12_LDST64, Reloc.LO12_LDST128] as const

/** Of objects with more than 32,767 sections all that differs is the size of some fields. */
interface Form {
  arch: 'x64' | 'arm64'
  sections: number
  sectionsAt: number
  symbolsAt: number
  symbols: number
  symbolBytes: 18 | 20
}

/** @throws CompileError 'malformed' */
export function readCoff(file: Uint8Array, name: string): RelocatableObject {
  return new CoffReader(file, name).read()
}

class CoffReader {
  private readonly file: Uint8Array
  private readonly name: string
  private readonly data: DataView
  private readonly form: Form
  private readonly strings: number
  private readonly sections: Section[] = []
  private readonly characteristics: number[] = []
  private readonly symbols: ObjectSymbol[] = []
  /** By section number less one: its number among those that are kept. */
  private readonly places: number[] = []

  constructor(file: Uint8Array, name: string) {
    this.file = file
    this.name = name
    this.data = view(file)
    this.form = this.readForm()
    this.strings = this.form.symbolsAt + this.form.symbols * this.form.symbolBytes
  }

  read(): RelocatableObject {
    for (let i = 0; i < this.form.sections; i++) this.addSection(this.form.sectionsAt + i * 40)
    const symbols = this.addSymbols()
    for (let i = 0; i < this.form.sections; i++) this.addRelocations(this.form.sectionsAt + i * 40, i, symbols)
    this.markStrings()
    return { name: this.name, sections: this.sections, symbols: this.symbols }
  }

  private readForm(): Form {
    const { data, name } = this
    const big = data.getUint16(0, true) === 0 && data.getUint16(2, true) === 0xffff
    const arch = MACHINES[data.getUint16(big ? 6 : 0, true)]
    if (arch === undefined) throw malformed(name, 'not a COFF object file for x64 or arm64')
    return big
      ? {
          arch,
          sections: data.getUint32(44, true),
          sectionsAt: 56,
          symbolsAt: data.getUint32(48, true),
          symbols: data.getUint32(52, true),
          symbolBytes: 20,
        }
      : {
          arch,
          sections: data.getUint16(2, true),
          sectionsAt: 20 + data.getUint16(16, true),
          symbolsAt: data.getUint32(8, true),
          symbols: data.getUint32(12, true),
          symbolBytes: 18,
        }
  }

  /** Names of up to 8 bytes stand where they are, others in the string table. */
  private longName(at: number): string {
    if (this.data.getUint32(at, true) === 0) return cString(this.file, this.strings + this.data.getUint32(at + 4, true))
    return cString(this.file, at, at + 8)
  }

  private addSection(at: number): void {
    const { data, file } = this
    const short = cString(file, at, at + 8)
    const name = short.startsWith('/') ? cString(file, this.strings + Number(short.slice(1))) : short
    const characteristics = data.getUint32(at + 36, true)
    const kind = kindOf(name, characteristics)
    if (kind === undefined) {
      this.places.push(UNDEFINED)
      return
    }
    const size = data.getUint32(at + 16, true)
    const offset = data.getUint32(at + 20, true)
    const contents = file.subarray(offset, offset + size)
    // Thread-local variables that begin as zero have sections like the others.
    const zeros =
      (characteristics & SCN.CNT_UNINITIALIZED) !== 0 || offset === 0 || (kind === 'tdata' && contents.every(isZero))
    const align = 1 << Math.max(0, ((characteristics >>> 20) & 15 || 5) - 1)
    this.places.push(this.sections.length)
    this.characteristics.push(characteristics)
    this.sections.push({
      name,
      kind,
      align,
      size,
      bytes: zeros ? undefined : contents,
      relocations: NO_RELOCATIONS,
      ...(kind === 'info' && { root: true }),
    })
  }

  /** Answers the number of each symbol by its place in the table, where records that belong to others count too. */
  private addSymbols(): Int32Array {
    const { data, file, form, symbols } = this
    const numbers = new Int32Array(form.symbols).fill(-1)
    const weak: { symbol: number; fallback: number }[] = []
    const big = form.symbolBytes === 20
    for (let i = 0; i < form.symbols;) {
      const at = form.symbolsAt + i * form.symbolBytes
      const section = big ? data.getInt32(at + 12, true) : data.getInt16(at + 12, true)
      const storage = file[at + form.symbolBytes - 2]
      const more = file[at + form.symbolBytes - 1]
      numbers[i] = symbols.length
      symbols.push(this.symbol(this.longName(at), section, data.getUint32(at + 8, true), storage))
      if (storage === CLASS.STATIC && more > 0 && section > 0) this.addComdat(section, file[at + form.symbolBytes + 14])
      if (storage === CLASS.WEAK_EXTERNAL && more > 0)
        weak.push({ symbol: symbols.length - 1, fallback: data.getUint32(at + form.symbolBytes, true) })
      i += 1 + more
    }
    for (const { symbol, fallback } of weak) {
      const { section, offset } = symbols[numbers[fallback]]
      symbols[symbol] = { ...symbols[symbol], section, offset, binding: 'weak' }
    }
    for (const symbol of symbols) {
      if (symbol.binding === 'global' && symbol.section >= 0 && this.anyWillDo.has(symbol.section))
        symbol.binding = 'weak'
    }
    return numbers
  }

  /** Sections of which each object may have a copy. */
  private readonly anyWillDo = new Set<number>()

  private addComdat(section: number, selection: number): void {
    const place = this.places[section - 1]
    if (place >= 0 && this.characteristics[place] & SCN.LNK_COMDAT && selection > NO_DUPLICATES)
      this.anyWillDo.add(place)
  }

  private symbol(name: string, section: number, value: number, storage: number): ObjectSymbol {
    const binding = storage === CLASS.EXTERNAL || storage === CLASS.WEAK_EXTERNAL ? 'global' : 'local'
    if (section > 0) {
      const place = this.places[section - 1]
      return { name, section: place, offset: place < 0 ? 0 : value, size: 0, binding }
    }
    if (section === SECTION_NUMBER.ABSOLUTE) return { name, section: ABSOLUTE, offset: value, size: 0, binding }
    if (section === SECTION_NUMBER.UNDEFINED && storage === CLASS.EXTERNAL && value > 0) {
      this.sections.push({
        name: '.bss',
        kind: 'bss',
        align: Math.min(32, 2 ** Math.ceil(Math.log2(value))),
        size: value,
        bytes: undefined,
        relocations: NO_RELOCATIONS,
      })
      return { name, section: this.sections.length - 1, offset: 0, size: value, binding: 'weak' }
    }
    return { name, section: UNDEFINED, offset: 0, size: 0, binding }
  }

  private addRelocations(header: number, index: number, symbols: Int32Array): void {
    const section = this.sections[this.places[index]]
    if (section === undefined) return
    const { data } = this
    let at = data.getUint32(header + 24, true)
    let count = data.getUint16(header + 32, true)
    if (data.getUint32(header + 36, true) & SCN.LNK_NRELOC_OVFL && count === 0xffff) {
      count = data.getUint32(at, true) - 1
      at += 10
    }
    if (count === 0) return
    const list = new Relocations(count)
    for (; count > 0; count--, at += 10) {
      const place = data.getUint32(at, true)
      const symbol = symbols[data.getUint32(at + 4, true)]
      const type = data.getUint16(at + 8, true)
      if (type === 0) continue
      const kind = (this.form.arch === 'x64' ? X64 : ARM64)[type]
      if (kind === undefined || section.bytes === undefined)
        throw malformed(this.name, `unknown relocation ${type} in ${section.name}`)
      this.addRelocation(list, view(section.bytes), place, kind, type, symbol)
    }
    section.relocations = list
  }

  /** Addends are in the fields. */
  private addRelocation(
    list: Relocations,
    data: DataView,
    place: number,
    kind: RelocKind,
    type: number,
    symbol: number,
  ): void {
    const field = data.getInt32(place, true)
    switch (kind) {
      case Reloc.REL32:
        list.add(place, kind, symbol, this.form.arch === 'x64' ? field - type : field - 4)
        break
      case Reloc.ABS64: {
        const high = data.getInt32(place + 4, true)
        if (high !== field >> 31) throw malformed(this.name, 'a relocation with an addend beyond 32 bits')
        list.add(place, kind, symbol, field)
        break
      }
      case Reloc.ABS32:
      case Reloc.IMAGE32:
      case Reloc.SECTION32:
        list.add(place, kind, symbol, field)
        break
      case Reloc.PAGE21:
      case Reloc.ADR21:
        list.add(place, kind, symbol, readAdr(field))
        break
      case Reloc.LO12_ADD:
      case Reloc.SECTION_LO12:
        list.add(place, kind, symbol, readImmediate12(field))
        break
      case Reloc.LO12_LDST8:
      case Reloc.SECTION_LDST: {
        const size = accessSize(field)
        list.add(place, kind === Reloc.LO12_LDST8 ? LDST[size] : kind, symbol, readImmediate12(field) << size)
        break
      }
      default:
        list.add(place, kind, symbol, 0)
    }
  }

  /** String literals have sections of their own, with a name that only compilers give. */
  private markStrings(): void {
    const names = new Map<number, string[]>()
    for (const { name, section, binding } of this.symbols) {
      if (section < 0 || name === this.sections[section].name) continue
      const all = names.get(section) ?? []
      all.push(binding === 'local' ? name : '')
      names.set(section, all)
    }
    for (const [section, all] of names) {
      const { kind, relocations } = this.sections[section]
      const literal = kind === 'rodata' && relocations.count === 0 && all.every((name) => /^\.str(\.\d+)?$/.test(name))
      if (literal && this.characteristics[section] & SCN.LNK_COMDAT) this.sections[section].merge = true
    }
  }
}

const isZero = (byte: number): boolean => byte === 0

/** Undefined for what does not come into executables. */
function kindOf(name: string, characteristics: number): SectionKind | undefined {
  if (characteristics & (SCN.LNK_REMOVE | SCN.MEM_DISCARDABLE) || /^\.(debug|pdata|xdata|drectve)/.test(name))
    return undefined
  if (name === '.wasmexe') return 'info'
  if (/^\.tls(\$|$)/.test(name)) return 'tdata'
  if (characteristics & (SCN.CNT_CODE | SCN.MEM_EXECUTE)) return 'text'
  if (characteristics & SCN.CNT_UNINITIALIZED) return 'bss'
  return characteristics & SCN.MEM_WRITE ? 'data' : 'rodata'
}
