/** Checks an ad-hoc signature as macOS does when it loads a program, and as `codesign --verify --strict` does the file. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'

const LC_SEGMENT_64 = 0x19
const LC_CODE_SIGNATURE = 0x1d
const CPU_X64 = 0x1000007

export interface Signed {
  identifier: string
  flags: number
  pageSize: number
  /** Zeros behind the signature that a longer one may take. */
  room: number
}

/** @throws AssertionError for a file that macOS would not take */
export function verifySignature(file: Buffer): Signed {
  const segments = new Map<string, { offset: number; size: number; memory: number }>()
  let signature: { offset: number; size: number } | undefined
  let at = 32
  for (let i = 0; i < file.readUInt32LE(16); i++, at += file.readUInt32LE(at + 4)) {
    const command = file.readUInt32LE(at)
    if (command === LC_CODE_SIGNATURE)
      signature = { offset: file.readUInt32LE(at + 8), size: file.readUInt32LE(at + 12) }
    if (command !== LC_SEGMENT_64) continue
    const name = file.toString('latin1', at + 8, at + 24).replace(/\0.*$/, '')
    const [memory, offset, size] = [32, 40, 48].map((field) => Number(file.readBigUInt64LE(at + field)))
    segments.set(name, { memory, offset, size })
  }
  assert.equal(at, 32 + file.readUInt32LE(20), 'the commands have another size than the header says')
  assert(signature, 'no LC_CODE_SIGNATURE')
  const linkedit = segments.get('__LINKEDIT')!
  // Strict: what is signed ends with the signature, this with its segment, and that with the file.
  assert.equal(linkedit.offset + linkedit.size, file.length, 'the last segment does not end with the file')
  assert(linkedit.memory >= linkedit.size, 'the last segment is cut off in memory')
  assert.equal(signature.offset + signature.size, file.length, 'the signature does not end with the file')
  assert.equal(signature.offset % 16, 0)

  const blob = file.subarray(signature.offset)
  assert.equal(blob.readUInt32BE(0), 0xfade0cc0)
  const length = blob.readUInt32BE(4)
  assert(length <= signature.size, 'the signature is longer than its room')
  assert(
    blob.subarray(length).every((byte) => byte === 0),
    'something is behind the signature',
  )
  assert.equal(blob.readUInt32BE(8), 1)
  assert.equal(blob.readUInt32BE(12), 0)
  const directory = blob.subarray(blob.readUInt32BE(16), length)
  const field = (index: number): number => directory.readUInt32BE(4 * index)
  assert.equal(field(0), 0xfade0c02)
  assert.equal(field(1), directory.length)
  assert(field(2) >= 0x20400, 'too old to say where the code is')
  const [flags, hashesAt, identifierAt, special, pages, limit] = [3, 4, 5, 6, 7, 8].map(field)
  const [hashSize, hashType, , pageShift] = directory.subarray(36, 40)
  assert.deepEqual([special, hashSize, hashType], [0, 32, 2])
  const pageSize = 2 ** pageShift
  // The kernel takes none that are larger than the processor's.
  assert(pageSize === 4096 || (pageSize === 16384 && file.readUInt32LE(4) !== CPU_X64), `pages of ${pageSize} bytes`)
  assert.equal(limit, signature.offset, 'not all of the file is signed')
  assert.equal(pages, Math.ceil(limit / pageSize))
  assert.equal(hashesAt + pages * hashSize, directory.length)
  for (let page = 0; page < pages; page++) {
    const bytes = file.subarray(page * pageSize, Math.min((page + 1) * pageSize, limit))
    const hash = directory.subarray(hashesAt + page * hashSize, hashesAt + (page + 1) * hashSize)
    assert(createHash('sha256').update(bytes).digest().equals(hash), `page ${page} is not what was signed`)
  }
  const text = segments.get('__TEXT')!
  const [base, size, executableFlags] = [64, 72, 80].map((place) => Number(directory.readBigUInt64BE(place)))
  assert.deepEqual([base, size, executableFlags], [text.offset, text.size, 1])
  const end = directory.indexOf(0, identifierAt)
  const identifier = directory.toString('utf8', identifierAt, end)
  return { identifier, flags, pageSize, room: signature.size - length }
}
