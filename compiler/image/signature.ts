/**
 * The ad-hoc signature without which macOS on arm64 starts nothing: a hash of each page, and no certificate
 * (<kern/cs_blobs.h>).
 */
import { alignUp, encode, Writer } from './bytes.ts'
import { sha256 } from '../sha256.ts'

const MAGIC = { EMBEDDED_SIGNATURE: 0xfade0cc0, CODE_DIRECTORY: 0xfade0c02 } as const
const VERSION = 0x20400
/** Ad-hoc, and made by a linker: a later signature may replace it. */
const FLAGS = 0x20002
const MAIN_BINARY = 1
const HASH_SHA256 = 2
const HASH_BYTES = 32
/** Of arm64; the kernel takes no larger pages than the processor has. */
const PAGE_SHIFT = 14
const SUPERBLOB_BYTES = 20
const DIRECTORY_BYTES = 88

export function signatureSize(codeBytes: number, identifier: string, shift = PAGE_SHIFT): number {
  const pages = Math.ceil(codeBytes / (1 << shift))
  return SUPERBLOB_BYTES + DIRECTORY_BYTES + encode(identifier).length + 1 + pages * HASH_BYTES
}

/** The hashes of the pages of a file, in one. */
export function hashPages(file: Uint8Array, codeBytes: number, shift = PAGE_SHIFT): Uint8Array {
  const pages = Math.ceil(codeBytes / (1 << shift))
  const hashes = new Uint8Array(pages * HASH_BYTES)
  for (let page = 0; page < pages; page++) rehashPage(file, codeBytes, hashes, page, shift)
  return hashes
}

export function rehashPage(
  file: Uint8Array,
  codeBytes: number,
  hashes: Uint8Array,
  page: number,
  shift = PAGE_SHIFT,
): void {
  const size = 1 << shift
  hashes.set(sha256(file.subarray(page * size, Math.min((page + 1) * size, codeBytes))), page * HASH_BYTES)
}

/** @param textBytes how much of the file's beginning is the segment with the code */
export function signature(
  hashes: Uint8Array,
  codeBytes: number,
  textBytes: number,
  identifier: string,
  shift = PAGE_SHIFT,
): Uint8Array {
  const size = signatureSize(codeBytes, identifier, shift)
  const directorySize = size - SUPERBLOB_BYTES
  const hashesAt = directorySize - hashes.length
  const out = new Writer(alignUp(size, 16))
  // One blob, of the kind 0, behind this header.
  out.u32be(MAGIC.EMBEDDED_SIGNATURE).u32be(size).u32be(1).u32be(0).u32be(SUPERBLOB_BYTES)
  out.u32be(MAGIC.CODE_DIRECTORY).u32be(directorySize).u32be(VERSION).u32be(FLAGS)
  out
    .u32be(hashesAt)
    .u32be(DIRECTORY_BYTES)
    .u32be(0)
    .u32be(hashes.length / HASH_BYTES)
    .u32be(codeBytes)
  out.u8(HASH_BYTES).u8(HASH_SHA256).u8(0).u8(shift).u32be(0)
  // Scatter, team, spare, and the limit of 64 bits: none.
  out.u32be(0).u32be(0).u32be(0).u32be(0).u32be(0)
  // The executable segment: where, how much, what.
  out.u32be(0).u32be(0).u32be(0).u32be(textBytes).u32be(0).u32be(MAIN_BINARY)
  return out.text(identifier).put(hashes).finish()
}
