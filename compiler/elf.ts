/** Mends what a linker writes into ELF files of 64 bits (System V ABI, Object Files). */
import { open } from 'node:fs/promises'

const PT_LOAD = 1
const HEADER_BYTES = 64
/** Of the file header: where the program headers are, and how many. */
const PHOFF = 0x20
const PHNUM = 0x38
/** Of a program header. */
const ENTRY = { bytes: 56, type: 0, offset: 8, vaddr: 16, paddr: 24, filesz: 32, memsz: 40, align: 48 } as const

/**
 * Segments that hold nothing but zeros begin where their page does: Linux before 6.7 refuses to start a program whose
 * segment without bytes in the file begins anywhere else, which is where linkers let it begin to keep the file small.
 */
export async function alignZeroSegments(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    await file.read(header, 0, header.length, 0)
    const table = Buffer.alloc(header.readUInt16LE(PHNUM) * ENTRY.bytes)
    const at = Number(header.readBigUInt64LE(PHOFF))
    await file.read(table, 0, table.length, at)
    for (let i = 0; i < table.length; i += ENTRY.bytes) alignZeroSegment(table.subarray(i))
    await file.write(table, 0, table.length, at)
  } finally {
    await file.close()
  }
}

function alignZeroSegment(entry: Buffer): void {
  if (entry.readUInt32LE(ENTRY.type) !== PT_LOAD || entry.readBigUInt64LE(ENTRY.filesz) !== 0n) return
  const vaddr = entry.readBigUInt64LE(ENTRY.vaddr)
  const excess = vaddr % entry.readBigUInt64LE(ENTRY.align)
  entry.writeBigUInt64LE(0n, ENTRY.offset)
  entry.writeBigUInt64LE(vaddr - excess, ENTRY.vaddr)
  entry.writeBigUInt64LE(vaddr - excess, ENTRY.paddr)
  entry.writeBigUInt64LE(entry.readBigUInt64LE(ENTRY.memsz) + excess, ENTRY.memsz)
}
