/** PE executables for Windows (Microsoft's PE Format). Nothing is both written and executed, and no time is in it. */
import { alignUp, encode, Writer } from './bytes.ts'
import { collect, copySections, infoFirst, newLayout, place, placeEqual, type Layout, type Part } from './layout.ts'
import { relocate } from './relocate.ts'
import type { Import, Program } from './resolve.ts'

const MACHINE = { x64: 0x8664, arm64: 0xaa64 } as const
const IMAGE_BASE = 0x140000000
const FILE_ALIGNMENT = 512
const SECTION_ALIGNMENT = 4096
/** The stack of the first thread; memory is taken as it is used. */
const STACK_RESERVE = 16 << 20
const HEADER_BYTES = 4 + 20 + 240
const SECTION_HEADER = 40
const DIRECTORIES = 16
const DIRECTORY = { IMPORT: 1, BASE_RELOCATION: 5, TLS: 9, IAT: 12 } as const
const TLS_DIRECTORY_BYTES = 40
const SCN = {
  CODE: 0x60000020, // contains code, executed, read
  READ: 0x40000040, // contains data, read
  WRITE: 0xc0000040, // contains data, read, written
} as const
const FILE = { EXECUTABLE_IMAGE: 2, LARGE_ADDRESS_AWARE: 0x20 } as const
/** Anywhere in 64 bits, no executable data, no per-session copies. */
const DLL_CHARACTERISTICS = 0x20 | 0x40 | 0x100 | 0x8000
const SUBSYSTEM_CONSOLE = 3
const IMPORT_DESCRIPTOR = 20

/** The start of the program's thread-local variables, as the module declares it. */
export const TLS_DIRECTORY_SYMBOL = '_tls_used'

interface OutputSection {
  part: Part
  characteristics: number
}

interface Directory {
  address: number
  size: number
}

/** @throws CompileError */
export function writePe(program: Program, entry: string): Uint8Array {
  const layout = newLayout(program)
  const byName = (a: number, b: number): number => order(program.sections[a].name, program.sections[b].name)
  // What Windows pads each section with is saved by having all constants in one, which comes last: how many pointers there
  // are to fix up is known only when all has its address.
  const read = collect(program, '.wasmexe', ['info', 'rodata'], undefined, infoFirst(program))
  const sections: OutputSection[] = [
    { part: collect(program, '.text', ['text']), characteristics: SCN.CODE },
    {
      part: collect(program, '.data', ['data', 'bss', 'bulk'], undefined, byZeros(program)),
      characteristics: SCN.WRITE,
    },
    { part: collect(program, '.tls', ['tdata', 'tbss'], undefined, byName), characteristics: SCN.WRITE },
    { part: read, characteristics: SCN.READ },
  ].filter(({ part }) => part.sections.length > 0 || part === read)

  const headerSize = alignUp(stub().length + HEADER_BYTES + SECTION_HEADER * sections.length, FILE_ALIGNMENT)
  let address = IMAGE_BASE + SECTION_ALIGNMENT
  let offset = headerSize
  for (const { part } of sections) {
    place(program, layout, part, address, offset)
    offset = alignUp(offset + part.fileSize, FILE_ALIGNMENT)
    address = alignUp(address + part.size, SECTION_ALIGNMENT)
  }
  const imports = program.imports.length > 0 ? placeImports(program, layout, read) : undefined
  placeEqual(program, layout)

  const body = new Uint8Array(read.offset + read.fileSize)
  copySections(program, layout, body)
  imports?.write(body)
  const pointers: number[] = []
  const threads = sections.find(({ part }) => part.name === '.tls')?.part
  relocate(program, layout, body, {
    imageBase: IMAGE_BASE,
    threadStart: threads?.address ?? 0,
    threadBias: 0,
    onPointer: (at) => pointers.push(at),
  })
  const fixups = baseRelocations(pointers)
  const fixupsAt = alignUp(read.size, 4)
  const directories = new Map<number, Directory>(imports?.directories)
  if (fixups.length > 0) {
    directories.set(DIRECTORY.BASE_RELOCATION, { address: read.address + fixupsAt, size: fixups.length })
    read.size = read.fileSize = fixupsAt + fixups.length
  }
  const tls = program.find(TLS_DIRECTORY_SYMBOL)
  if (tls !== undefined && threads !== undefined) {
    const at = layout.addresses[tls.section] + tls.offset
    directories.set(DIRECTORY.TLS, { address: at, size: TLS_DIRECTORY_BYTES })
  }
  const start = program.find(entry)!
  const entryAddress = layout.addresses[start.section] + start.offset
  const head = headers(program, sections, directories, entryAddress, headerSize)
  const file = new Uint8Array(alignUp(read.offset + read.fileSize, FILE_ALIGNMENT))
  file.set(body)
  file.set(head)
  file.set(fixups, read.offset + fixupsAt)
  return file
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What the file holds comes before the zeros. */
const byZeros =
  ({ sections }: Program) =>
  (a: number, b: number): number =>
    Number(sections[a].kind !== 'data') - Number(sections[b].kind !== 'data')

interface ImportTables {
  directories: [number, Directory][]
  write(file: Uint8Array): void
}

/** Puts the tables of imports, and the pointers that Windows fills in, behind the constants. */
function placeImports(program: Program, layout: Layout, part: Part): ImportTables {
  const libraries = new Map<string, Import[]>()
  for (const entry of program.imports) {
    const all = libraries.get(entry.library) ?? []
    all.push(entry)
    libraries.set(entry.library, all)
  }
  const start = alignUp(part.size, 8)
  const descriptors = IMPORT_DESCRIPTOR * (libraries.size + 1)
  const entries = 8 * (program.imports.length + libraries.size)
  const lookup = alignUp(start + descriptors, 8)
  const table = lookup + entries
  const rva = part.address - IMAGE_BASE
  const names = new Writer()
  const namesAt = table + entries
  const lookups = new Writer()
  const directory = new Writer()
  let at = 0
  for (const [library, used] of libraries) {
    const nameAt = rva + namesAt + names.length
    names.text(library).align(2)
    directory
      .u32(rva + lookup + at)
      .u32(0)
      .u32(0)
      .u32(nameAt)
      .u32(rva + table + at)
    for (const { name, slot } of used) {
      layout.addresses[slot] = part.address + table + at
      layout.starts[slot] = part.address
      lookups.u64(rva + namesAt + names.length)
      names.u16(0).text(name).align(2)
      at += 8
    }
    lookups.u64(0)
    at += 8
  }
  part.size = part.fileSize = namesAt + names.length
  return {
    directories: [
      [DIRECTORY.IMPORT, { address: part.address + start, size: descriptors }],
      [DIRECTORY.IAT, { address: part.address + table, size: entries }],
    ],
    write(file) {
      file.set(directory.finish(), part.offset + start)
      file.set(lookups.finish(), part.offset + lookup)
      file.set(lookups.finish(), part.offset + table)
      file.set(names.finish(), part.offset + namesAt)
    },
  }
}

const DIR64 = 10

/** Where pointers are, by page: 12 bits each, and 4 that say how many bytes they have. */
function baseRelocations(pointers: number[]): Uint8Array {
  const out = new Writer()
  const sorted = pointers.map((pointer) => pointer - IMAGE_BASE).sort((a, b) => a - b)
  for (let i = 0; i < sorted.length;) {
    const page = sorted[i] - (sorted[i] % SECTION_ALIGNMENT)
    let end = i
    while (end < sorted.length && sorted[end] < page + SECTION_ALIGNMENT) end++
    const entries = alignUp(end - i, 2)
    out.u32(page).u32(8 + 2 * entries)
    for (; i < end; i++) out.u16((DIR64 << 12) | (sorted[i] - page))
    out.align(4)
  }
  return out.finish()
}

/** What DOS runs. */
function stub(): Uint8Array {
  const message = encode('This program needs Windows of 64 bits.\r\n$')
  const code = [0x0e, 0x1f, 0xba, 0x0e, 0, 0xb4, 9, 0xcd, 0x21, 0xb8, 1, 0x4c, 0xcd, 0x21]
  const size = alignUp(64 + code.length + message.length, 8)
  const out = new Writer(size)
  // The magic, bytes in the last page, pages, no relocations, paragraphs of the header.
  out
    .u16(0x5a4d)
    .u16(size % 512)
    .u16(1)
    .u16(0)
    .u16(4)
  out.zeros(24 - out.length).u16(64) // there would be relocations behind it
  out.zeros(60 - out.length).u32(size)
  return out.put(Uint8Array.from(code)).put(message).align(8).finish()
}

function headers(
  program: Program,
  sections: readonly OutputSection[],
  directories: ReadonlyMap<number, Directory>,
  entry: number,
  headerSize: number,
): Uint8Array {
  const raw = (part: Part): number => alignUp(part.fileSize, FILE_ALIGNMENT)
  const total = (wanted: (section: OutputSection) => boolean): number =>
    sections.filter(wanted).reduce((sum, { part }) => sum + raw(part), 0)
  const isCode = ({ characteristics }: OutputSection): boolean => characteristics === SCN.CODE
  const last = sections.at(-1)!.part
  const out = new Writer(1024).put(stub())
  out.u32(0x4550).u16(MACHINE[program.arch]).u16(sections.length).u32(0).u32(0).u32(0)
  out.u16(240).u16(FILE.EXECUTABLE_IMAGE | FILE.LARGE_ADDRESS_AWARE)
  // The optional header: its magic, the linker's version.
  out.u16(0x20b).u8(14).u8(0)
  out
    .u32(total(isCode))
    .u32(total((section) => !isCode(section)))
    .u32(0)
  out
    .u32(entry - IMAGE_BASE)
    .u32(SECTION_ALIGNMENT)
    .u64(IMAGE_BASE)
    .u32(SECTION_ALIGNMENT)
    .u32(FILE_ALIGNMENT)
  // Versions: of the system, the image, the subsystem.
  out.u16(6).u16(0).u16(0).u16(0).u16(6).u16(0).u32(0)
  out
    .u32(alignUp(last.address + last.size - IMAGE_BASE, SECTION_ALIGNMENT))
    .u32(headerSize)
    .u32(0)
  out.u16(SUBSYSTEM_CONSOLE).u16(DLL_CHARACTERISTICS)
  // Reserved and committed at the start: stack, heap.
  out
    .u64(STACK_RESERVE)
    .u64(4096)
    .u64(1 << 20)
    .u64(4096)
    .u32(0)
    .u32(DIRECTORIES)
  for (let i = 0; i < DIRECTORIES; i++) {
    const directory = directories.get(i)
    out.u32(directory === undefined ? 0 : directory.address - IMAGE_BASE).u32(directory?.size ?? 0)
  }
  for (const { part, characteristics } of sections) {
    const size = raw(part)
    out
      .name(part.name, 8)
      .u32(part.size)
      .u32(part.address - IMAGE_BASE)
    out
      .u32(size)
      .u32(size === 0 ? 0 : part.offset)
      .zeros(12)
      .u32(characteristics)
  }
  return out.finish()
}
