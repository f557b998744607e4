/**
 * Mach-O executables for macOS (<mach-o/loader.h>): position-independent, linked with libSystem, signed ad hoc on arm64,
 * which starts nothing else.
 */
import { alignUp, Writer } from './bytes.ts'
import { byAlignment, collect, copySections, newLayout, place, placeEqual, type Layout, type Part } from './layout.ts'
import { bindOpcodes, rebaseOpcodes, type Binding, type Place } from './macho-fixups.ts'
import { Reloc } from './object.ts'
import { relocate } from './relocate.ts'
import type { Program } from './resolve.ts'
import { hashPages, rehashPage, signature, signatureSize } from './signature.ts'
import { sha256 } from '../sha256.ts'

const HEADER = 32
const CPU = { x64: [0x1000007, 3], arm64: [0x100000c, 0] } as const
const PAGE = { x64: 0x1000, arm64: 0x4000 } as const
/** The first 4 GiB stay empty: a pointer cut to 32 bits leads nowhere. */
const BASE = 0x100000000
const STACK_BYTES = 16 << 20
const LIBRARY = '/usr/lib/libSystem.B.dylib'
const LIBRARY_VERSION = 1356 << 16
const MINIMUM_MACOS = 13 << 16
const SDK = (26 << 16) | (4 << 8)

const LC = {
  SEGMENT_64: 0x19,
  SYMTAB: 2,
  DYSYMTAB: 0xb,
  LOAD_DYLIB: 0xc,
  LOAD_DYLINKER: 0xe,
  UUID: 0x1b,
  CODE_SIGNATURE: 0x1d,
  DYLD_INFO_ONLY: 0x80000022,
  MAIN: 0x80000028,
  BUILD_VERSION: 0x32,
} as const
const MH = {
  EXECUTE: 2,
  NOUNDEFS: 1,
  DYLDLINK: 4,
  TWOLEVEL: 0x80,
  NO_REEXPORTED: 0x100000,
  PIE: 0x200000,
  TLV: 0x800000,
}
const PROTECTION = { NONE: 0, READ: 1, WRITE: 3, EXECUTE: 5 } as const
/** Pages are made read-only once their pointers are filled in. */
const SG_READ_ONLY = 0x10
const INDIRECT_SYMBOL_LOCAL = 0x80000000
/** Section types and attributes. */
const SECTIONS: Record<string, number> = {
  __text: 0x80000400,
  __stubs: 0x80000408,
  __got: 6,
  __bss: 1,
  __thread_data: 0x11,
  __thread_bss: 0x12,
  __thread_vars: 0x13,
}
const STUB_BYTES = { x64: 6, arm64: 12 } as const
/** For what signers add to the header. */
const HEADER_ROOM = 32

interface Segment {
  name: string
  protection: number
  flags: number
  parts: Part[]
  address: number
  size: number
  offset: number
  fileSize: number
}

/** @throws CompileError */
export function writeMachO(program: Program, entry: string, identifier: string): Uint8Array {
  return new MachOWriter(program, identifier).write(entry)
}

class MachOWriter {
  private readonly program: Program
  private readonly identifier: string
  private readonly layout: Layout
  private readonly page: number
  private readonly signed: boolean
  private readonly segments: Segment[]
  private readonly pointers: Part
  private readonly stubs: Part
  private readonly linkedit: Segment = segment('__LINKEDIT', PROTECTION.READ, [])

  constructor(program: Program, identifier: string) {
    this.program = program
    this.identifier = identifier
    this.layout = newLayout(program)
    this.page = PAGE[program.arch]
    this.signed = program.arch === 'arm64'
    const { sections, owners, objects } = program
    const synthetic = (number: number): boolean => owners[number] === objects.length - 1
    // Constants that hold addresses are written when the program is loaded.
    const fixed = (number: number): boolean => sections[number].relocations.kinds.includes(Reloc.ABS64)
    const sorted = byAlignment(program)
    this.stubs = collect(program, '__stubs', ['text'], synthetic)
    this.pointers = collect(program, '__got', ['got'])
    this.segments = [
      segment('__TEXT', PROTECTION.EXECUTE, [
        collect(program, '__text', ['text'], (number) => !synthetic(number)),
        this.stubs,
        collect(program, '__const', ['rodata'], (number) => !fixed(number), sorted),
        collect(program, '__wasm_exe', ['info']),
      ]),
      segment('__DATA_CONST', PROTECTION.WRITE, [
        this.pointers,
        collect(program, '__const', ['rodata'], fixed, sorted),
      ]),
      segment('__DATA', PROTECTION.WRITE, [
        collect(program, '__data', ['data']),
        collect(program, '__thread_vars', ['tlv']),
        collect(program, '__thread_data', ['tdata']),
        collect(program, '__thread_bss', ['tbss']),
        collect(program, '__bss', ['bss', 'bulk'], undefined, sorted),
      ]),
    ].filter(({ parts, name }) => parts.length > 0 || name === '__TEXT')
    for (const each of this.segments) if (each.name === '__DATA_CONST') each.flags = SG_READ_ONLY
  }

  write(entry: string): Uint8Array {
    const { program, layout, segments, linkedit } = this
    const end = this.place(HEADER + this.commands(NO_TABLES).length + HEADER_ROOM)
    placeEqual(program, layout)
    const draft = new Uint8Array(end)
    copySections(program, layout, draft)
    const { rebase, bind } = this.relocate(draft)
    const symbols = this.symbols()
    const tail = new Writer()
    const append = (bytes: Uint8Array): Table => {
      const offset = bytes.length > 0 ? end + tail.length : 0
      tail.put(bytes)
      return { offset, size: bytes.length }
    }
    const tables: Tables = {
      entry: 0,
      rebase: append(rebase),
      bind: append(bind),
      symbols: append(symbols.table),
      indirect: append(symbols.indirect),
      strings: append(symbols.strings),
      signature: NO_TABLE,
    }
    const codeBytes = end + tail.align(16).length
    if (this.signed) tables.signature = append(new Uint8Array(alignUp(signatureSize(codeBytes, this.identifier), 8)))
    const start = program.find(entry)!
    tables.entry = layout.addresses[start.section] + start.offset - BASE

    const last = segments.at(-1)!
    linkedit.address = last.address + last.size
    linkedit.offset = end
    linkedit.fileSize = tail.length
    linkedit.size = alignUp(linkedit.fileSize, this.page)
    const file = new Uint8Array(end + tail.length)
    file.set(draft)
    file.set(tail.finish(), end)
    const commands = this.commands(tables)
    file.set(this.header(commands))
    this.seal(file, codeBytes, HEADER + commands.uuid)
    return file
  }

  private parts(): Part[] {
    return this.segments.flatMap(({ parts }) => parts)
  }

  /** Each segment on pages of its own, in memory and in the file. Answers the file's end so far. */
  private place(headerBytes: number): number {
    const { program, layout, page } = this
    let address = BASE
    let offset = 0
    for (const each of this.segments) {
      each.address = address
      each.offset = offset
      let at = address + (offset === 0 ? headerBytes : 0)
      let fileEnd = at
      for (const part of each.parts) {
        const start = alignUp(at, part.align)
        place(program, layout, part, start, offset + start - address)
        at = start + part.size
        if (part.fileSize > 0) fileEnd = start + part.fileSize
      }
      each.size = alignUp(at - address, page)
      each.fileSize = alignUp(fileEnd - address, page)
      address += each.size
      offset += each.fileSize
    }
    return offset
  }

  /** Relocates the sections, and notes what is left for dyld to do. */
  private relocate(file: Uint8Array): { rebase: Uint8Array; bind: Uint8Array } {
    const { program, layout } = this
    const nameOf = (number: number): string => `_${program.imports[number].name}`
    const pointers: Place[] = []
    const bindings: Binding[] = program.imports.map(({ slot }, number) => ({
      ...this.at(layout.addresses[slot]),
      name: nameOf(number),
      addend: 0,
    }))
    const threads = this.parts().find(({ name }) => name === '__thread_data' || name === '__thread_bss')
    relocate(program, layout, file, {
      imageBase: BASE,
      threadStart: threads?.address ?? 0,
      threadBias: 0,
      onPointer: (address) => pointers.push(this.at(address)),
      onImport: (address, number, addend) => bindings.push({ ...this.at(address), name: nameOf(number), addend }),
      isThreadLocal: (number) => program.sections[number].kind === 'tdata' || program.sections[number].kind === 'tbss',
    })
    return { rebase: rebaseOpcodes(pointers), bind: bindOpcodes(bindings) }
  }

  /** Segments are numbered from that of the empty pages. */
  private at(address: number): Place {
    const index = this.segments.findIndex((each) => address >= each.address && address < each.address + each.size)
    return { segment: index + 1, offset: address - this.segments[index].address }
  }

  /** Names of what is imported, and which of them stubs and pointers are for: for tools, and for dyld's own checks. */
  private symbols(): { table: Uint8Array; indirect: Uint8Array; strings: Uint8Array } {
    const { imports, stubs } = this.program
    const table = new Writer()
    const strings = new Writer().u8(0)
    for (const { name } of imports) {
      // Undefined and external, of the first library.
      table.u32(strings.length).u8(1).u8(0).u16(0x100).u64(0)
      strings.text(`_${name}`)
    }
    const indirect = new Writer()
    for (const number of this.stubs.sections) indirect.u32(stubs.indexOf(number))
    for (const number of this.pointers.sections) {
      const imported = imports.findIndex(({ slot }) => slot === number)
      indirect.u32(imported < 0 ? INDIRECT_SYMBOL_LOCAL : imported)
    }
    return { table: table.finish(), indirect: indirect.finish(), strings: strings.align(8).finish() }
  }

  private commands(tables: Tables): Commands {
    const out = new Commands()
    const importCount = this.program.imports.length
    out.segment(segment('__PAGEZERO', PROTECTION.NONE, [], BASE))
    const indirectFrom = (part: Part): number => (part === this.pointers ? this.stubs.sections.length : 0)
    for (const each of this.segments) out.segment(each, indirectFrom, STUB_BYTES[this.program.arch])
    out.segment(this.linkedit)
    const { rebase, bind, symbols, indirect, strings, signature: signed } = tables
    out.add(LC.DYLD_INFO_ONLY, (body) =>
      body.u32(rebase.offset).u32(rebase.size).u32(bind.offset).u32(bind.size).zeros(24),
    )
    out.add(LC.SYMTAB, (body) => body.u32(symbols.offset).u32(importCount).u32(strings.offset).u32(strings.size))
    out.add(LC.DYSYMTAB, (body) =>
      body
        .zeros(20)
        .u32(importCount)
        .zeros(24)
        .u32(indirect.offset)
        .u32(indirect.size / 4)
        .zeros(16),
    )
    out.add(LC.LOAD_DYLINKER, (body) => body.u32(12).text('/usr/lib/dyld'))
    out.uuid = out.add(LC.UUID, (body) => body.zeros(16))
    // Of macOS, by no tool.
    out.add(LC.BUILD_VERSION, (body) => body.u32(1).u32(MINIMUM_MACOS).u32(SDK).u32(0))
    out.add(LC.MAIN, (body) => body.u64(tables.entry).u64(STACK_BYTES))
    out.add(LC.LOAD_DYLIB, (body) =>
      body
        .u32(24)
        .u32(2)
        .u32(LIBRARY_VERSION)
        .u32(1 << 16)
        .text(LIBRARY),
    )
    if (this.signed) out.add(LC.CODE_SIGNATURE, (body) => body.u32(signed.offset).u32(signed.size))
    return out
  }

  private header({ count, body }: Commands): Uint8Array {
    const variables = this.parts().some(({ name }) => name === '__thread_vars') ? MH.TLV : 0
    const flags = MH.NOUNDEFS | MH.DYLDLINK | MH.TWOLEVEL | MH.NO_REEXPORTED | MH.PIE | variables
    const [type, subtype] = CPU[this.program.arch]
    const out = new Writer().u32(0xfeedfacf).u32(type).u32(subtype).u32(MH.EXECUTE)
    return out.u32(count).u32(body.length).u32(flags).u32(0).put(body.finish()).finish()
  }

  /** Names the file by its contents, and signs it. */
  private seal(file: Uint8Array, codeBytes: number, uuid: number): void {
    const hashes = hashPages(file, codeBytes)
    const id = sha256(hashes).subarray(0, 16)
    // A name made by hashing (RFC 9562, version 8).
    id[6] = (id[6] & 0x0f) | 0x80
    id[8] = (id[8] & 0x3f) | 0x80
    file.set(id, uuid)
    if (!this.signed) return
    rehashPage(file, codeBytes, hashes, 0)
    file.set(signature(hashes, codeBytes, this.segments[0].fileSize, this.identifier), codeBytes)
  }
}

interface Table {
  offset: number
  size: number
}

interface Tables {
  entry: number
  rebase: Table
  bind: Table
  symbols: Table
  indirect: Table
  strings: Table
  signature: Table
}

const NO_TABLE: Table = { offset: 0, size: 0 }
const NO_TABLES: Tables = {
  entry: 0,
  rebase: NO_TABLE,
  bind: NO_TABLE,
  symbols: NO_TABLE,
  indirect: NO_TABLE,
  strings: NO_TABLE,
  signature: NO_TABLE,
}

function segment(name: string, protection: number, parts: Part[], size = 0): Segment {
  const held = parts.filter(({ sections }) => sections.length > 0)
  return { name, protection, flags: 0, parts: held, address: 0, size, offset: 0, fileSize: 0 }
}

/** Load commands, one behind the other. */
class Commands {
  readonly body = new Writer()
  count = 0
  /** Where that of the file's identity is. */
  uuid = 0

  get length(): number {
    return this.body.length
  }

  /** Answers where the command's own fields begin. */
  add(command: number, write: (body: Writer) => unknown): number {
    const fields = new Writer()
    write(fields)
    fields.align(8)
    this.body.u32(command).u32(8 + fields.length)
    const at = this.body.length
    this.body.put(fields.finish())
    this.count++
    return at
  }

  segment(each: Segment, indirectFrom: (part: Part) => number = () => 0, stubBytes = 0): void {
    const { name, address, size, offset, fileSize, protection, parts, flags } = each
    this.add(LC.SEGMENT_64, (body) => {
      body.name(name, 16).u64(address).u64(size).u64(offset).u64(fileSize)
      body.u32(protection).u32(protection).u32(parts.length).u32(flags)
      for (const part of parts) {
        const zeros = part.fileSize === 0
        body.name(part.name, 16).name(name, 16).u64(part.address).u64(part.size)
        body
          .u32(zeros ? 0 : part.offset)
          .u32(Math.log2(part.align))
          .u32(0)
          .u32(0)
          .u32(SECTIONS[part.name] ?? 0)
        body
          .u32(indirectFrom(part))
          .u32(part.name === '__stubs' ? stubBytes : 0)
          .u32(0)
      }
    })
  }
}
