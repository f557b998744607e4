import { CompileError } from '../compiler/errors.ts'
import { INFO_SECTIONS, type ProgramInfo } from '../compiler/program-info.ts'
import { decodeProgramInfo } from '../compiler/read-program-info.ts'

/** The formats of executables by their first bytes, and how their sections are found. */
const FORMATS: { magic: number[]; sections: (file: Buffer) => Iterable<Section> }[] = [
  { magic: [0x7f, 0x45, 0x4c, 0x46], sections: elfSections },
  { magic: [0x4d, 0x5a], sections: peSections },
  { magic: [0xcf, 0xfa, 0xed, 0xfe], sections: machoSections },
  { magic: [0xca, 0xfe, 0xba, 0xbe], sections: fatSections },
]

/** A part of the file; offset and size in bytes. */
interface Section {
  name: string
  offset: number
  size: number
}

/** Whether a file is an executable rather than a module. */
export function isExecutable(bytes: Uint8Array): boolean {
  return findFormat(bytes) !== undefined
}

/**
 * Reads what an executable says about itself, from a section that no code of the program can write into. The executable
 * is not run.
 * @throws CompileError if it is none of ours
 */
export function readExecutableInfo(file: string, bytes: Uint8Array): ProgramInfo {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    for (const { name, offset, size } of findFormat(bytes)?.sections(buffer) ?? []) {
      if (!INFO_SECTIONS.includes(name)) continue
      const text = buffer.toString('utf8', offset, offset + size)
      return decodeProgramInfo(text.slice(0, text.indexOf('\0')))
    }
  } catch (cause) {
    const isOther = cause instanceof TypeError
    throw foreign(file, isOther ? `in what it says about itself, ${cause.message}` : 'it is damaged', cause)
  }
  throw foreign(file, 'it has no section that says what it is')
}

function foreign(file: string, reason: string, cause?: unknown): CompileError {
  return new CompileError(`is no executable of wasm-exe: ${reason}`, {
    code: 'input',
    file,
    hint: 'build it again, or name the .wasm file',
    cause,
  })
}

function findFormat(bytes: Uint8Array): (typeof FORMATS)[number] | undefined {
  return FORMATS.find(({ magic }) => magic.every((byte, index) => bytes[index] === byte))
}

/** Up to the first NUL, at most so many bytes. */
function text(file: Buffer, at: number, size: number): string {
  return file.toString('latin1', at, at + size).replace(/\0[^]*$/, '')
}

/** ELF of 64 bits: a table of section headers, with names in a section of their own. */
function* elfSections(file: Buffer): Generator<Section> {
  const table = Number(file.readBigUInt64LE(0x28))
  const entry = file.readUInt16LE(0x3a)
  const count = file.readUInt16LE(0x3c)
  const names = Number(file.readBigUInt64LE(table + file.readUInt16LE(0x3e) * entry + 0x18))
  for (let i = 0; i < count; i++) {
    const at = table + i * entry
    const name = text(file, names + file.readUInt32LE(at), 64)
    yield { name, offset: Number(file.readBigUInt64LE(at + 0x18)), size: Number(file.readBigUInt64LE(at + 0x20)) }
  }
}

/** PE: section headers behind the optional header; names of eight bytes. */
function* peSections(file: Buffer): Generator<Section> {
  const header = file.readUInt32LE(0x3c)
  const count = file.readUInt16LE(header + 6)
  const table = header + 24 + file.readUInt16LE(header + 20)
  for (let i = 0; i < count; i++) {
    const at = table + i * 40
    yield { name: text(file, at, 8), offset: file.readUInt32LE(at + 20), size: file.readUInt32LE(at + 16) }
  }
}

const LC_SEGMENT_64 = 0x19

/** Mach-O of 64 bits: load commands, those of segments followed by the headers of their sections. */
function* machoSections(file: Buffer): Generator<Section> {
  const count = file.readUInt32LE(0x10)
  for (let i = 0, command = 0x20; i < count; i++, command += file.readUInt32LE(command + 4)) {
    // A command of no size would be read for ever.
    if (file.readUInt32LE(command + 4) < 8) throw new RangeError('a load command of no size')
    if (file.readUInt32LE(command) !== LC_SEGMENT_64) continue
    const sections = file.readUInt32LE(command + 64)
    // Commands that share their sections would have each read many times.
    if (72 + 80 * sections > file.readUInt32LE(command + 4)) throw new RangeError('sections outside of their command')
    for (let k = 0, at = command + 72; k < sections; k++, at += 80) {
      yield {
        name: text(file, at, 16),
        offset: file.readUInt32LE(at + 48),
        size: Number(file.readBigUInt64LE(at + 40)),
      }
    }
  }
}

/** Of several Mach-O files in one, those of the first: all say the same. */
function* fatSections(file: Buffer): Generator<Section> {
  const offset = file.readUInt32BE(16)
  if (file.readUInt32BE(offset) !== 0xcffaedfe) throw new RangeError('no Mach-O file in it')
  for (const section of machoSections(file.subarray(offset))) yield { ...section, offset: offset + section.offset }
}
