/**
 * A relocatable object, the same for all systems: what readers of ELF, COFF and Mach-O objects make of a file, what the
 * runtime's blob holds, what `machine/` writes, and what the linker takes.
 */

export type Arch = 'x64' | 'arm64'

/** What a section is, in the order in which executables hold them. */
export const SECTION_KINDS = [
  /** What the executable says about itself; nothing reads it at run time, and it is always kept. */
  'info',
  'rodata',
  'text',
  /** The initial values of thread-local variables, and how many zeros come behind them. */
  'tdata',
  'tbss',
  /** Pointers to what libraries have; linkers make these. */
  'got',
  /** Mach-O's descriptors of thread-local variables. */
  'tlv',
  'data',
  'bss',
  /** Zeros of which most programs touch only the beginning: they come behind all others. */
  'bulk',
] as const
export type SectionKind = (typeof SECTION_KINDS)[number]

/** The unit of reachability: kept as a whole, or dropped where nothing that is kept refers to it. */
export interface Section {
  /** For messages, and for debuggers: '.text.start'. */
  name: string
  kind: SectionKind
  /** A power of two. */
  align: number
  /** In memory; `bytes` has as many, if there are any. */
  size: number
  /** Undefined: zeros. The linker copies them and leaves them as they are. */
  bytes: Uint8Array | undefined
  relocations: Relocations
  /** Kept though nothing refers to it. */
  root?: boolean
  /** Of sections with equal bytes, which then have no relocations, one suffices. */
  merge?: boolean
}

/** Sections and absolute values have numbers below these; undefined symbols are looked for in the other objects. */
export const UNDEFINED = -1
export const ABSOLUTE = -2

export interface ObjectSymbol {
  /** As C spells it: without the underscore that Mach-O puts before it. Locals may be nameless. */
  name: string
  /** An index of `sections`, UNDEFINED or ABSOLUTE. */
  section: number
  /** In the section; of absolute symbols the value. */
  offset: number
  /** Bytes, 0 where unknown. */
  size: number
  /** Locals are seen by their own object alone; a global definition goes before weak ones. */
  binding: 'local' | 'global' | 'weak'
}

export interface RelocatableObject {
  /** For messages. */
  name: string
  sections: Section[]
  symbols: ObjectSymbol[]
}

/**
 * What is written at a place P for a symbol's address S and an addend A. As in ELF, A of a distance in an x64 instruction
 * counts from the field: -4 where the instruction ends behind it. Fields are overwritten: what was in them does not count.
 */
export const Reloc = {
  // Data and x64 instructions.
  /** 32 bits: S + A - P. Calls, rip-relative operands, tables of distances; also of arm64. */
  REL32: 0,
  /** 64 bits: S + A - P. */
  REL64: 1,
  /** 64 bits: S + A. Costs a fix-up when the program is loaded on Windows and macOS: avoid it there. */
  ABS64: 2,
  /** 32 bits, zero-extended: S + A. Images below 4 GiB alone: linux-x64. */
  ABS32: 3,
  /** 32 bits, sign-extended: S + A. Images below 2 GiB alone: linux-x64. */
  ABS32S: 4,
  /** 32 bits: S + A less the address of the image (IMAGE_REL_*_ADDR32NB). */
  IMAGE32: 5,
  /** 32 bits: S + A less the beginning of S's section in the file: of thread-local variables, for Windows (SECREL). */
  SECTION32: 6,
  /** 32 bits: the thread-local variable's distance to the thread pointer, of ELF on x64 (TPOFF32). */
  TPOFF32: 7,
  /** 32 bits: address of the pointer to S, + A - P (GOTPCREL): `mov reg, [rip + x]`, `call [rip + x]`, `cmp [rip + x]`. */
  GOT32: 8,
  /** The same for `mov reg, [rip + x]` alone, which becomes a `lea` where S is in the image. */
  GOT32_LOAD: 9,
  /** 32 bits: address of the descriptor of a thread-local variable, + A - P, of Mach-O on x64; `mov` becomes `lea`. */
  TLV32: 10,
  // arm64 instructions.
  /** b, bl: 26 bits of S + A - P, in words. */
  BRANCH26: 11,
  /** b.cond, cbz, cbnz, ldr (literal): 19 bits. */
  BRANCH19: 12,
  /** tbz, tbnz: 14 bits. */
  BRANCH14: 13,
  /** adr: 21 bits. */
  ADR21: 14,
  /** adrp: the distance of the pages of S + A and P. */
  PAGE21: 15,
  /** add: the low 12 bits of S + A. */
  LO12_ADD: 16,
  /** ldr, str of 1, 2, 4, 8 and 16 bytes: the low 12 bits, in units of as many bytes. */
  LO12_LDST8: 17,
  LO12_LDST16: 18,
  LO12_LDST32: 19,
  LO12_LDST64: 20,
  LO12_LDST128: 21,
  /** adrp and ldr of the pointer to S; become adrp and add where S is in the image. */
  GOT_PAGE21: 22,
  GOT_LO12: 23,
  /** The same for descriptors of thread-local variables of Mach-O. */
  TLV_PAGE21: 24,
  TLV_LO12: 25,
  /** add: bits 12..23 and 0..11 of the thread-local variable's distance to the thread pointer (ELF). */
  TPREL_HI12: 26,
  TPREL_LO12: 27,
  /** add: bits 12..23 and 0..11 of SECTION32's value (PE). */
  SECTION_HI12: 28,
  SECTION_LO12: 29,
  /** ldr, str of 1 to 16 bytes: the low 12 bits of TPREL or SECTION values, in units of the access's size. */
  TPREL_LDST: 30,
  SECTION_LDST: 31,
  /** movz: bits 32..47 of S + A. */
  MOVZ_G2: 32,
} as const
export type RelocKind = (typeof Reloc)[keyof typeof Reloc]

/** A growing list in typed arrays; modules have hundreds of thousands. Offsets need not be in order. */
export class Relocations {
  count = 0
  /** Where in the section. */
  offsets: Uint32Array
  kinds: Uint8Array
  /** Indices of the object's symbols. */
  symbols: Uint32Array
  addends: Int32Array

  constructor(capacity = 0) {
    this.offsets = new Uint32Array(capacity)
    this.kinds = new Uint8Array(capacity)
    this.symbols = new Uint32Array(capacity)
    this.addends = new Int32Array(capacity)
  }

  add(offset: number, kind: RelocKind, symbol: number, addend: number): void {
    const i = this.count
    if (i === this.offsets.length) this.grow(Math.max(16, i * 2))
    this.count = i + 1
    this.offsets[i] = offset
    this.kinds[i] = kind
    this.symbols[i] = symbol
    this.addends[i] = addend
  }

  private grow(capacity: number): void {
    const { offsets, kinds, symbols, addends } = this
    this.offsets = new Uint32Array(capacity)
    this.kinds = new Uint8Array(capacity)
    this.symbols = new Uint32Array(capacity)
    this.addends = new Int32Array(capacity)
    this.offsets.set(offsets)
    this.kinds.set(kinds)
    this.symbols.set(symbols)
    this.addends.set(addends)
  }
}

/** For sections without relocations. */
export const NO_RELOCATIONS: Relocations = Object.freeze(new Relocations()) as Relocations

/** What a section of zeros or of given bytes is, for those who write objects by hand. */
export function section(
  kind: SectionKind,
  name: string,
  contents: Uint8Array | number,
  align: number,
  relocations = NO_RELOCATIONS,
): Section {
  return typeof contents === 'number'
    ? { kind, name, align, size: contents, bytes: undefined, relocations }
    : { kind, name, align, size: contents.length, bytes: contents, relocations }
}
