/** Signs a finished Mach-O file, whichever linker wrote it, and joins two of them to one for both processors. */
import { alignUp, readU64, view, Writer, writeU64 } from './bytes.ts'
import { hashPages, signature, signatureSize } from './signature.ts'

const HEADER = 32
const LC = { SEGMENT_64: 0x19, CODE_SIGNATURE: 0x1d, BUILD_VERSION: 0x32 } as const
const CPU_X64 = 0x1000007
const SIGNATURE_COMMAND = 16
/** What certificates, a timestamp, and entitlements take at most, as Apple's own tools reckon. */
export const SIGNATURE_ROOM = 18_000
const PAGE_SHIFT = { x64: 12, arm64: 14 } as const

export interface SignOptions {
  identifier: string
  /** The least version of macOS, as in LC_BUILD_VERSION. */
  minimumVersion?: number
}

/**
 * Answers the file with an ad-hoc signature, and behind it room for one with certificates, so that it can be signed again
 * where it lies.
 * @throws RangeError if it has no room for another load command
 */
export function signMachO(file: Uint8Array, { identifier, minimumVersion }: SignOptions): Uint8Array {
  const before = commandsOf(file)
  const codeBytes = alignUp(before.signature?.offset ?? file.length, 16)
  const shift = before.cpu === CPU_X64 ? PAGE_SHIFT.x64 : PAGE_SHIFT.arm64
  const size = alignUp(signatureSize(codeBytes, identifier, shift) + SIGNATURE_ROOM, 16)
  const out = new Uint8Array(codeBytes + size)
  out.set(file.subarray(0, before.signature?.offset ?? file.length))
  if (before.signature === undefined) addSignatureCommand(out, before)
  const { data, linkedit, build, signature: command, textBytes } = commandsOf(out)
  data.setUint32(command!.at + 8, codeBytes, true)
  data.setUint32(command!.at + 12, size, true)
  const linkeditBytes = out.length - readU64(data, linkedit + 40)
  writeU64(data, linkedit + 32, alignUp(linkeditBytes, 1 << shift))
  writeU64(data, linkedit + 48, linkeditBytes)
  if (minimumVersion !== undefined) data.setUint32(build + 12, minimumVersion, true)
  out.set(signature(hashPages(out, codeBytes, shift), codeBytes, textBytes, identifier, shift), codeBytes)
  return out
}

interface LoadCommands {
  data: DataView
  cpu: number
  end: number
  /** Where the first section begins in the file. */
  contents: number
  linkedit: number
  build: number
  textBytes: number
  signature?: { at: number; offset: number }
}

function commandsOf(file: Uint8Array): LoadCommands {
  const data = view(file)
  const found: LoadCommands = {
    data,
    cpu: data.getUint32(4, true),
    end: HEADER + data.getUint32(20, true),
    contents: file.length,
    linkedit: 0,
    build: 0,
    textBytes: 0,
  }
  for (let i = 0, at = HEADER; i < data.getUint32(16, true); i++, at += data.getUint32(at + 4, true)) {
    const command = data.getUint32(at, true)
    if (command === LC.BUILD_VERSION) found.build = at
    if (command === LC.CODE_SIGNATURE) found.signature = { at, offset: data.getUint32(at + 8, true) }
    if (command !== LC.SEGMENT_64) continue
    const name = new TextDecoder().decode(file.subarray(at + 8, at + 24)).replace(/\0.*$/, '')
    if (name === '__LINKEDIT') found.linkedit = at
    if (name === '__TEXT') found.textBytes = readU64(data, at + 48)
    for (let k = 0, section = at + 72; k < data.getUint32(at + 64, true); k++, section += 80) {
      const offset = data.getUint32(section + 48, true)
      if (offset > 0) found.contents = Math.min(found.contents, offset)
    }
  }
  return found
}

function addSignatureCommand(file: Uint8Array, { data, end, contents }: LoadCommands): void {
  if (end + SIGNATURE_COMMAND > contents) throw new RangeError('the header has no room for a signature')
  const head = view(file)
  file.set(new Writer().u32(LC.CODE_SIGNATURE).u32(SIGNATURE_COMMAND).zeros(8).finish(), end)
  head.setUint32(16, data.getUint32(16, true) + 1, true)
  head.setUint32(20, data.getUint32(20, true) + SIGNATURE_COMMAND, true)
}

const FAT_MAGIC = 0xcafebabe
const FAT_HEADER = 8
const FAT_ENTRY = 20

/** One file that runs on either processor (<mach-o/fat.h>). */
export function joinMachO(files: readonly Uint8Array[]): Uint8Array {
  // The larger of both page sizes suits both.
  const align = 1 << PAGE_SHIFT.arm64
  const out = new Writer().u32be(FAT_MAGIC).u32be(files.length)
  let at = FAT_HEADER + FAT_ENTRY * files.length
  for (const file of files) {
    const data = view(file)
    at = alignUp(at, align)
    out
      .u32be(data.getUint32(4, true))
      .u32be(data.getUint32(8, true))
      .u32be(at)
      .u32be(file.length)
      .u32be(PAGE_SHIFT.arm64)
    at += file.length
  }
  for (const file of files) out.align(align).put(file)
  return out.finish()
}
