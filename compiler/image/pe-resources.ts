/** Puts resources into a finished PE file, whichever linker wrote it. */
import { alignUp, view, Writer } from './bytes.ts'
import { resourceSection, type Resource } from './resources.ts'

const SUBSYSTEM = { WINDOWS: 2, CONSOLE: 3 } as const
const SCN_READ = 0x40000040
const SECTION_HEADER = 40
const DIRECTORY = { RESOURCE: 2, DEBUG: 6 } as const
const DEBUG_ENTRY = 28
/** Where fields are, from the signature of the headers on. */
const AT = {
  SECTION_COUNT: 6,
  SYMBOLS: 12,
  OPTIONAL_SIZE: 20,
  INITIALIZED_SIZE: 24 + 8,
  SECTION_ALIGNMENT: 24 + 32,
  FILE_ALIGNMENT: 24 + 36,
  IMAGE_SIZE: 24 + 56,
  HEADERS_SIZE: 24 + 60,
  CHECKSUM: 24 + 64,
  SUBSYSTEM: 24 + 68,
  DIRECTORIES: 24 + 112,
} as const

/**
 * Answers the file with a section of resources behind its others, none where there are none.
 * @param console whether Windows opens a console for a program that is not started from one
 */
export function withResources(file: Uint8Array, resources: readonly Resource[], console: boolean): Uint8Array {
  const roomy = resources.length === 0 ? file.slice() : withRoom(file)
  const head = headersOf(roomy)
  head.data.setUint16(head.at + AT.SUBSYSTEM, console ? SUBSYSTEM.CONSOLE : SUBSYSTEM.WINDOWS, true)
  head.data.setUint32(head.at + AT.CHECKSUM, 0, true)
  return resources.length === 0 ? roomy : withSection(roomy, resources)
}

interface Headers {
  data: DataView
  /** Where the signature is. */
  at: number
  sections: number
  /** Where the table of sections begins and ends. */
  table: number
  tableEnd: number
}

function headersOf(file: Uint8Array): Headers {
  const data = view(file)
  const at = data.getUint32(0x3c, true)
  const sections = data.getUint16(at + AT.SECTION_COUNT, true)
  const table = at + 24 + data.getUint16(at + AT.OPTIONAL_SIZE, true)
  return { data, at, sections, table, tableEnd: table + sections * SECTION_HEADER }
}

const directoryAt = ({ at }: Headers, index: number): number => at + AT.DIRECTORIES + 8 * index

/** The file with room for another section's header: all that lies behind the headers is moved where there is none. */
function withRoom(file: Uint8Array): Uint8Array {
  const { data, at, tableEnd } = headersOf(file)
  const size = data.getUint32(at + AT.HEADERS_SIZE, true)
  if (tableEnd + SECTION_HEADER <= size) return file.slice()
  const by = data.getUint32(at + AT.FILE_ALIGNMENT, true)
  const out = new Uint8Array(file.length + by)
  out.set(file.subarray(0, size))
  out.set(file.subarray(size), size + by)
  const head = headersOf(out)
  const move = (field: number): void => {
    const before = head.data.getUint32(field, true)
    if (before >= size) head.data.setUint32(field, before + by, true)
  }
  head.data.setUint32(head.at + AT.HEADERS_SIZE, size + by, true)
  move(head.at + AT.SYMBOLS)
  for (let section = head.table; section < head.tableEnd; section += SECTION_HEADER) move(section + 20)
  // The records of debuggers say where they are in the file, too.
  const debug = head.data.getUint32(directoryAt(head, DIRECTORY.DEBUG), true)
  const end = debug + head.data.getUint32(directoryAt(head, DIRECTORY.DEBUG) + 4, true)
  for (let entry = debug; entry + DEBUG_ENTRY <= end; entry += DEBUG_ENTRY) move(offsetOf(head, entry) + 24)
  return out
}

/** Where in the file an address is. */
function offsetOf({ data, table, tableEnd }: Headers, address: number): number {
  for (let section = table; section < tableEnd; section += SECTION_HEADER) {
    const [size, start, , offset] = [8, 12, 16, 20].map((field) => data.getUint32(section + field, true))
    if (address >= start && address < start + size) return offset + address - start
  }
  throw new RangeError(`no section holds the address ${address}`)
}

function withSection(file: Uint8Array, resources: readonly Resource[]): Uint8Array {
  const { data, at, sections, table, tableEnd } = headersOf(file)
  const sectionAlignment = data.getUint32(at + AT.SECTION_ALIGNMENT, true)
  const fileAlignment = data.getUint32(at + AT.FILE_ALIGNMENT, true)
  let address = 0
  for (let section = table; section < tableEnd; section += SECTION_HEADER) {
    const end = data.getUint32(section + 12, true) + data.getUint32(section + 8, true)
    address = Math.max(address, alignUp(end, sectionAlignment))
  }
  const bytes = resourceSection(resources, address)
  const offset = alignUp(file.length, fileAlignment)
  const size = alignUp(bytes.length, fileAlignment)
  const out = new Uint8Array(offset + size)
  out.set(file)
  out.set(bytes, offset)
  const header = new Writer().name('.rsrc', 8).u32(bytes.length).u32(address).u32(size).u32(offset)
  out.set(header.zeros(12).u32(SCN_READ).finish(), tableEnd)
  const head = headersOf(out)
  head.data.setUint16(at + AT.SECTION_COUNT, sections + 1, true)
  head.data.setUint32(at + AT.IMAGE_SIZE, alignUp(address + bytes.length, sectionAlignment), true)
  const initialized = head.data.getUint32(at + AT.INITIALIZED_SIZE, true)
  head.data.setUint32(at + AT.INITIALIZED_SIZE, initialized + size, true)
  head.data.setUint32(directoryAt(head, DIRECTORY.RESOURCE), address, true)
  head.data.setUint32(directoryAt(head, DIRECTORY.RESOURCE) + 4, bytes.length, true)
  return out
}
