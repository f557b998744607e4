import { readFiles, type Strings } from './dwarf-files.ts'
import { DwarfReader } from './dwarf-reader.ts'
import type { Module } from './module.ts'

/** A line of the source a module was compiled from. */
export interface SourceLine {
  /** As the compiler wrote it, perhaps relative to where it was run. */
  file: string
  line: number
}

/** Consecutive machine code, here wasm: line `lines[i]` of `files[i]` from `addresses[i]` on; the last line is 0. */
interface Sequence {
  addresses: number[]
  lines: number[]
  files: (string | undefined)[]
}

/**
 * Which source line an instruction came from, by the line number programs of a module's DWARF (DWARF 5, section 6.2; addresses are
 * offsets in the code section's contents, "DWARF for WebAssembly"). Like names this is only for people: what cannot be read
 * is left out.
 */
export class SourceLines {
  readonly #sequences: Sequence[] = []
  readonly #codeAt: number

  constructor(module: Module) {
    this.#codeAt = module.codeAt ?? 0
    const section = (name: string): Uint8Array | undefined => {
      const custom = module.customs.find((entry) => entry.name === name)
      return custom && module.bytes.subarray(custom.start, custom.end)
    }
    const strings = { str: section('.debug_str'), lineStr: section('.debug_line_str') }
    try {
      this.#readPrograms(new DwarfReader(section('.debug_line') ?? new Uint8Array()), strings)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
    this.#sequences.sort((a, b) => a.addresses[0] - b.addresses[0])
  }

  /** @param offset of an instruction in the module's bytes */
  at(offset: number): SourceLine | undefined {
    const address = offset - this.#codeAt
    const sequence =
      this.#sequences[lastAtMost(this.#sequences.length, (i) => this.#sequences[i].addresses[0], address)]
    if (sequence === undefined) return undefined
    let row = lastAtMost(sequence.addresses.length, (i) => sequence.addresses[i], address)
    if (row === sequence.addresses.length - 1) return undefined
    // Line 0 is code of no line in particular: it goes with what is before it, as does what no line can be.
    while (row > 0 && !isLine(sequence.lines[row])) row--
    const file = sequence.files[row]
    return file === undefined || !isLine(sequence.lines[row]) ? undefined : { file, line: sequence.lines[row] }
  }

  #readPrograms(r: DwarfReader, strings: Strings): void {
    while (!r.done) {
      const first = r.u32()
      const offsetSize = first === 0xffffffff ? 8 : 4
      const length = offsetSize === 8 ? r.unsigned(8) : first
      const end = r.pos + length
      if (end > r.end) throw new RangeError('a line program ends too late')
      this.#readProgram(r, end, offsetSize, strings)
      r.pos = end
    }
  }

  #readProgram(r: DwarfReader, end: number, offsetSize: number, strings: Strings): void {
    const version = r.u16()
    if (version < 2 || version > 5) return
    const addressSize = version >= 5 ? r.u8() : 4
    if (version >= 5) r.u8()
    const headerLength = r.unsigned(offsetSize)
    const start = r.pos + headerLength
    const instructionLength = r.u8()
    if (version >= 4) r.u8()
    r.u8()
    const lineBase = r.i8()
    const lineRange = r.u8()
    const opcodeBase = r.u8()
    if (lineRange === 0) return
    const operands = Array.from({ length: opcodeBase - 1 }, () => r.u8())
    const files = readFiles(r, version, strings, offsetSize)
    r.pos = start

    let address = 0
    let file = 1
    let line = 1
    let sequence: Sequence = { addresses: [], lines: [], files: [] }
    const row = (line: number): void => {
      sequence.addresses.push(address)
      sequence.lines.push(line)
      sequence.files.push(files[file])
    }
    const endSequence = (): void => {
      row(0)
      // What the linker dropped begins at 0 or at the highest addresses.
      if (sequence.addresses[0] > 0 && sequence.addresses[0] < 0xfffffff0) this.#sequences.push(sequence)
      sequence = { addresses: [], lines: [], files: [] }
      address = 0
      file = line = 1
    }
    const special = (opcode: number): void => {
      address += Math.floor((opcode - opcodeBase) / lineRange) * instructionLength
      line += lineBase + ((opcode - opcodeBase) % lineRange)
    }
    const standard: Record<number, () => void> = {
      1: () => row(line), // copy
      2: () => (address += r.uleb() * instructionLength), // advance_pc
      3: () => (line += r.sleb()), // advance_line
      4: () => (file = r.uleb()), // set_file
      8: () => (address += Math.floor((255 - opcodeBase) / lineRange) * instructionLength), // const_add_pc
      9: () => (address += r.u16()), // fixed_advance_pc
    }
    while (r.pos < end) {
      const opcode = r.u8()
      if (opcode >= opcodeBase) {
        special(opcode)
        row(line)
      } else if (opcode === 0) {
        const next = r.uleb() + r.pos
        const extended = r.u8()
        if (extended === 1) endSequence()
        else if (extended === 2) address = r.unsigned(Math.min(next - r.pos, addressSize))
        r.pos = next
      } else if (standard[opcode]) standard[opcode]()
      else for (let count = operands[opcode - 1]; count > 0; count--) r.uleb()
    }
  }
}

/** What C's `#line` takes. A module may count with any number, as after `#line -120` in its source. */
const isLine = (line: number): boolean => line >= 1 && line <= 0x7fffffff

/** The last index whose value is at most `limit`, of ascending values; -1 if there is none. */
function lastAtMost(length: number, value: (index: number) => number, limit: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value(middle) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
