/**
 * ELF executables for Linux (System V ABI, Object Files). Code and constants share a segment: every segment that a program
 * has makes its start longer, by the mapping and by the first access to it.
 */
import { CompileError } from '../errors.ts'
import { alignUp, Writer } from './bytes.ts'
import { collect, copySections, infoFirst, newLayout, place, placeEqual, type Layout, type Part } from './layout.ts'
import { relocate } from './relocate.ts'
import type { Program } from './resolve.ts'

/** The image stays at 16 MiB: see targets.ts on where memories are. */
const BASE = 0x1000000
/**
 * Of the image on x64: where the guard of the stack begins. That is 4 MiB at which nothing is mapped, below the 16 MiB of the
 * stack, below the memory (targets.ts).
 */
const END_X64 = 0x3c080000 - 0x1400000
const MACHINE = { x64: 62, arm64: 183 } as const
/** The largest that a kernel may have. */
const PAGE = { x64: 0x1000, arm64: 0x10000 } as const
/** Small state begins with a page of this size, to be in one. */
const SMALL_PAGE = 0x1000
const HEADER = 64
const PROGRAM_HEADER = 56
const SECTION_HEADER = 64
const PT = { LOAD: 1, TLS: 7, GNU_STACK: 0x6474e551 } as const
const PF = { X: 1, W: 2, R: 4 } as const
const SHT = { PROGBITS: 1, STRTAB: 3, NOBITS: 8 } as const
const SHF = { WRITE: 1, ALLOC: 2, EXECINSTR: 4, TLS: 0x400 } as const
/** What arm64 has between the thread pointer and the first variable. */
const ARM64_THREAD_HEADER = 16

interface Segment {
  type: number
  flags: number
  offset: number
  address: number
  fileSize: number
  size: number
  align: number
}

/** @throws CompileError */
export function writeElf(program: Program, entry: string): Uint8Array {
  const layout = newLayout(program)
  const page = PAGE[program.arch]
  // Pages that the program's memory takes over come last, so that nothing lies between them.
  const isImage = (number: number) => program.sections[number].align >= SMALL_PAGE
  const text = collect(program, '.text', ['text'])
  // Those of its sections that ask for more are aligned anyway.
  if (exists(text)) text.align = program.sections[text.sections[0]].align
  const read = [
    collect(program, '.wasmexe', ['info', 'rodata'], (number) => !isImage(number), infoFirst(program)),
    text,
    collect(program, '.images', ['rodata'], isImage),
  ].filter(exists)
  const tls = [collect(program, '.tdata', ['tdata']), collect(program, '.tbss', ['tbss'])].filter(exists)
  // Tables of which most programs use the beginning come behind all small state.
  const bss = collect(program, '.bss', ['bss', 'bulk'], undefined, (a, b) => bulk(program, a) - bulk(program, b))
  const write = [collect(program, '.data', ['data', 'got']), bss].filter(exists)

  const writable = write.length > 0 || tls.some(({ name }) => name === '.tdata')
  const segmentCount = 2 + (tls.length > 0 ? 1 : 0) + (writable ? 1 : 0)
  let at = HEADER + segmentCount * PROGRAM_HEADER
  for (const part of read) at = placeAfter(program, layout, part, BASE + at, at)
  const codeSize = at
  const segments: Segment[] = [
    { type: PT.LOAD, flags: PF.R | PF.X, offset: 0, address: BASE, fileSize: codeSize, size: codeSize, align: page },
  ]
  const threads = { start: 0, bias: 0 }
  if (writable || tls.length > 0) at = placeWritable(program, layout, tls, write, at, page)
  if (writable) {
    // What begins as zero in each thread has no place in the image.
    segments.push(span(PT.LOAD, PF.R | PF.W, [...tls.filter(({ name }) => name !== '.tbss'), ...write], page))
  }
  if (tls.length > 0) {
    const segment = span(PT.TLS, PF.R, tls, Math.max(...tls.map(({ align }) => align)))
    segments.push(segment)
    threads.start = segment.address
    // The variables end where the thread pointer points to, or begin behind what it points to.
    threads.bias =
      program.arch === 'x64' ? -alignUp(segment.size, segment.align) : alignUp(ARM64_THREAD_HEADER, segment.align)
  }
  segments.push({ type: PT.GNU_STACK, flags: PF.R | PF.W, offset: 0, address: 0, fileSize: 0, size: 0, align: 0 })
  placeEqual(program, layout)
  if (program.arch === 'x64') checkEnd(segments)

  const parts = [...read, ...tls, ...write]
  const start = program.find(entry)!
  const tail = sectionTable(parts, at)
  const head = headers(program, segments, layout.addresses[start.section] + start.offset, tail)
  const file = new Uint8Array(tail.offset + tail.bytes.length)
  file.set(head)
  copySections(program, layout, file)
  file.set(tail.bytes, tail.offset)
  relocate(program, layout, file, { imageBase: BASE, threadStart: threads.start, threadBias: threads.bias })
  return file
}

const exists = (part: Part): boolean => part.sections.length > 0
const bulk = ({ sections }: Program, number: number): number => (sections[number].kind === 'bulk' ? 1 : 0)

/** An image that reached into the guard would be what a stack that overflows is written to. */
function checkEnd(segments: readonly Segment[]): void {
  const end = Math.max(...segments.map(({ address, size }) => address + size))
  if (end <= END_X64) return
  throw new CompileError(
    `the program takes ${Math.ceil((end - BASE) / 2 ** 20)} MiB without its memory; 924 are the limit`,
    {
      code: 'unsupported',
      hint: 'leave out what it does not need: embedded files can be granted as directories',
    },
  )
}

function placeAfter(program: Program, layout: Layout, part: Part, address: number, offset: number): number {
  const start = alignUp(address, part.align)
  place(program, layout, part, start, offset + start - address)
  return part.offset + part.fileSize
}

/**
 * On a page of its own in memory, and in the file right behind the code. Answers where the file goes on. Where it has no
 * bytes it begins with its page: Linux before 6.7 refuses to start other programs.
 */
function placeWritable(
  program: Program,
  layout: Layout,
  tls: readonly Part[],
  write: readonly Part[],
  end: number,
  page: number,
): number {
  const parts = [...tls, ...write]
  const holdsBytes = parts.some(({ sections }) => sections.some((number) => program.sections[number].bytes?.length))
  const offset = holdsBytes ? alignUp(end, Math.max(16, tls[0]?.align ?? 1)) : 0
  const base = alignUp(BASE + end, page) + (offset % page)
  let address = base
  let fileEnd = end
  for (const part of parts) {
    const small = part.name === '.bss' && part.size === 0 ? SMALL_PAGE : 1
    const start = alignUp(address, Math.max(part.align, small))
    place(program, layout, part, start, offset + start - base)
    if (part.fileSize > 0) fileEnd = part.offset + part.fileSize
    if (part.name !== '.tbss') address = start + part.size
  }
  return fileEnd
}

/** One segment over parts that follow each other. */
function span(type: number, flags: number, parts: readonly Part[], align: number): Segment {
  const [first] = parts
  const last = parts.at(-1)!
  const bytes = parts.findLast((part) => part.fileSize > 0)
  const fileSize = bytes === undefined ? 0 : bytes.address + bytes.fileSize - first.address
  const size = last.address + last.size - first.address
  return { type, flags, offset: first.offset, address: first.address, fileSize, size, align }
}

/** The file header and the segments'. */
function headers(program: Program, segments: readonly Segment[], entry: number, table: SectionTable): Uint8Array {
  const out = new Writer(HEADER + segments.length * PROGRAM_HEADER)
  out.put(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1)).zeros(9)
  out.u16(2).u16(MACHINE[program.arch]).u32(1).u64(entry) // ET_EXEC
  out.u64(HEADER).u64(table.headers).u32(0)
  out.u16(HEADER).u16(PROGRAM_HEADER).u16(segments.length)
  out
    .u16(SECTION_HEADER)
    .u16(table.count)
    .u16(table.count - 1)
  for (const { type, flags, offset, address, fileSize, size, align } of segments) {
    out.u32(type).u32(flags).u64(offset).u64(address).u64(address).u64(fileSize).u64(size).u64(align)
  }
  return out.finish()
}

interface SectionTable {
  /** What comes behind the sections, and where: their names and headers. */
  bytes: Uint8Array
  offset: number
  headers: number
  count: number
}

/** For tools that go by sections: `wasm-exe inspect`, objdump, strip. */
function sectionTable(parts: readonly Part[], at: number): SectionTable {
  const names = new Writer().u8(0)
  const headers = new Writer().zeros(SECTION_HEADER)
  const header = (name: string, type: number, flags: number, part: Omit<Part, 'name' | 'sections' | 'fileSize'>) => {
    headers.u32(names.length).u32(type).u64(flags).u64(part.address).u64(part.offset).u64(part.size)
    headers.u32(0).u32(0).u64(part.align).u64(0)
    names.text(name)
  }
  for (const part of parts) header(part.name, part.fileSize > 0 ? SHT.PROGBITS : SHT.NOBITS, sectionFlags(part), part)
  const size = names.length + '.shstrtab\0'.length
  header('.shstrtab', SHT.STRTAB, 0, { address: 0, offset: at, size, align: 1 })
  const bytes = new Writer().put(names.finish())
  const offset = alignUp(at + size, 8)
  bytes.zeros(offset - at - size).put(headers.finish())
  return { bytes: bytes.finish(), offset: at, headers: offset, count: headers.length / SECTION_HEADER }
}

function sectionFlags({ name }: Part): number {
  if (name === '.text') return SHF.ALLOC | SHF.EXECINSTR
  if (name === '.tdata' || name === '.tbss') return SHF.ALLOC | SHF.WRITE | SHF.TLS
  return name === '.data' || name === '.bss' ? SHF.ALLOC | SHF.WRITE : SHF.ALLOC
}
