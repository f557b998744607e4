/** Writes addresses and distances into the sections of a file. */
import { CompileError } from '../errors.ts'
import { accessSize, addInsteadOfLoad, withAdr, withImmediate12, withImmediate16 } from './arm64.ts'
import { view, writeU64 } from './bytes.ts'
import type { Layout } from './layout.ts'
import { ABSOLUTE, Reloc } from './object.ts'
import { IMPORT, isCall, type Program } from './resolve.ts'

export interface RelocateOptions {
  /** Of the image's first byte. */
  imageBase: number
  /** Of the initial values of thread-local variables: an address, and what a variable's distance to it lacks to its value. */
  threadStart: number
  threadBias: number
  /** A pointer at an address leads into the image, and moves with it. */
  onPointer?(address: number): void
  /** A pointer at an address shall be one to an import. */
  onImport?(address: number, imported: number, addend: number): void
  /** Whether a pointer to a section holds the distance to `threadStart` instead. */
  isThreadLocal?(section: number): boolean
}

/** Relocates all live sections of the file, which holds their bytes. @throws CompileError if something is out of reach */
export function relocate(program: Program, layout: Layout, file: Uint8Array, options: RelocateOptions): void {
  const relocator = new Relocator(program, layout, file, options)
  for (let number = 0; number < program.sections.length; number++) {
    if (program.live[number] && layout.places[number] >= 0) relocator.section(number)
  }
}

class Relocator {
  private readonly program: Program
  private readonly layout: Layout
  private readonly data: DataView
  private readonly options: RelocateOptions

  constructor(program: Program, layout: Layout, file: Uint8Array, options: RelocateOptions) {
    this.program = program
    this.layout = layout
    this.data = view(file)
    this.options = options
  }

  section(number: number): void {
    const { program, layout } = this
    const { relocations } = program.sections[number]
    const { count, offsets, kinds, symbols, addends } = relocations
    const owner = program.owners[number]
    const targets = program.targets[owner]
    const values = program.offsets[owner]
    const address = layout.addresses[number]
    const place = layout.places[number]
    for (let i = 0; i < count; i++) {
      const symbol = symbols[i]
      const target = targets[symbol]
      const value =
        target >= 0
          ? layout.addresses[target] + values[symbol]
          : target === ABSOLUTE
            ? values[symbol]
            : this.imported(IMPORT - target, kinds[i])
      const done = this.apply(
        kinds[i],
        place + offsets[i],
        address + offsets[i],
        value,
        addends[i],
        target,
        values[symbol],
      )
      if (!done) this.tooFar(number, symbol)
    }
  }

  /** The address that stands for an import: of code that jumps there, or of the pointer. */
  private imported(number: number, kind: number): number {
    const { stubs, imports } = this.program
    const stub = stubs[number]
    const direct = stub !== 0 && (isCall(kind) || kind === Reloc.ABS64)
    return this.layout.addresses[direct ? stub : imports[number].slot]
  }

  private pointer(target: number, offset: number): number {
    return this.layout.addresses[this.program.pointers.get(`${target}+${offset}`)!]
  }

  /** Whether the value fits. P: the place's address, S: the symbol's. */
  private apply(kind: number, at: number, P: number, S: number, A: number, target: number, offset: number): boolean {
    const { data, options } = this
    switch (kind) {
      case Reloc.REL32:
        return this.signed32(at, S + A - P)
      case Reloc.REL64:
        writeU64(data, at, S + A - P)
        return true
      case Reloc.ABS64:
        this.absolute(at, P, S, A, target)
        return true
      case Reloc.ABS32:
        data.setUint32(at, S + A, true)
        return S + A >= 0 && S + A < 2 ** 32
      case Reloc.ABS32S:
        return this.signed32(at, S + A)
      case Reloc.IMAGE32:
        data.setUint32(at, S + A - options.imageBase, true)
        return true
      case Reloc.SECTION32:
        data.setUint32(at, this.inPart(S + A, target), true)
        return true
      case Reloc.TPOFF32:
        return this.signed32(at, this.threadOffset(S + A))
      case Reloc.GOT32:
        return this.signed32(at, (target <= IMPORT ? S : this.pointer(target, offset)) + A - P)
      case Reloc.GOT32_LOAD:
      case Reloc.TLV32:
        // mov becomes lea.
        if (target > IMPORT) data.setUint8(at - 2, 0x8d)
        return this.signed32(at, S + A - P)
      case Reloc.BRANCH26:
        return this.branch(at, S + A - P, 26, 0)
      case Reloc.BRANCH19:
        return this.branch(at, S + A - P, 19, 5)
      case Reloc.BRANCH14:
        return this.branch(at, S + A - P, 14, 5)
      case Reloc.ADR21: {
        const distance = S + A - P
        this.instruction(at, (old) => withAdr(old, distance))
        return distance >= -(2 ** 20) && distance < 2 ** 20
      }
      case Reloc.PAGE21:
      case Reloc.GOT_PAGE21:
      case Reloc.TLV_PAGE21: {
        const pages = Math.floor((S + A) / 4096) - Math.floor(P / 4096)
        this.instruction(at, (old) => withAdr(old, pages))
        return pages >= -(2 ** 20) && pages < 2 ** 20
      }
      case Reloc.LO12_ADD:
        return this.low12(at, S + A, 0)
      case Reloc.LO12_LDST8:
      case Reloc.LO12_LDST16:
      case Reloc.LO12_LDST32:
      case Reloc.LO12_LDST64:
      case Reloc.LO12_LDST128:
        return this.low12(at, S + A, kind - Reloc.LO12_LDST8)
      case Reloc.GOT_LO12:
      case Reloc.TLV_LO12:
        if (target <= IMPORT) return this.low12(at, S + A, 3)
        this.instruction(at, addInsteadOfLoad)
        return this.low12(at, S + A, 0)
      case Reloc.TPREL_HI12:
        return this.high12(at, this.threadOffset(S + A))
      case Reloc.TPREL_LO12:
        return this.low12(at, this.threadOffset(S + A), 0)
      case Reloc.TPREL_LDST:
        return this.low12(at, this.threadOffset(S + A), accessSize(data.getUint32(at, true)))
      case Reloc.SECTION_HI12:
        return this.high12(at, this.inPart(S + A, target))
      case Reloc.SECTION_LO12:
        return this.low12(at, this.inPart(S + A, target), 0)
      case Reloc.SECTION_LDST:
        return this.low12(at, this.inPart(S + A, target), accessSize(data.getUint32(at, true)))
      case Reloc.MOVZ_G2: {
        const high = Math.floor((S + A) / 2 ** 32)
        this.instruction(at, (old) => withImmediate16(old, high))
        return high >= 0 && high < 2 ** 16
      }
      default:
        throw new Error(`relocation ${kind}`)
    }
  }

  private absolute(at: number, P: number, S: number, A: number, target: number): void {
    const { data, options } = this
    if (target <= IMPORT && options.onImport !== undefined) {
      options.onImport(P, IMPORT - target, A)
      writeU64(data, at, 0)
    } else if (target >= 0 && options.isThreadLocal?.(target)) {
      writeU64(data, at, S + A - options.threadStart)
    } else {
      if (target !== ABSOLUTE) options.onPointer?.(P)
      writeU64(data, at, S + A)
    }
  }

  private threadOffset(address: number): number {
    return address - this.options.threadStart + this.options.threadBias
  }

  private inPart(address: number, target: number): number {
    return address - this.layout.starts[target]
  }

  private signed32(at: number, value: number): boolean {
    this.data.setInt32(at, value, true)
    return value >= -(2 ** 31) && value < 2 ** 31
  }

  private instruction(at: number, change: (old: number) => number): void {
    this.data.setUint32(at, change(this.data.getUint32(at, true)), true)
  }

  private branch(at: number, distance: number, bits: number, shift: number): boolean {
    const mask = (2 ** bits - 1) << shift
    this.instruction(at, (old) => ((old & ~mask) | (((distance / 4) << shift) & mask)) >>> 0)
    const reach = 2 ** (bits + 1)
    return distance >= -reach && distance < reach && distance % 4 === 0
  }

  /** Fails where the address is not a multiple of the access's size. */
  private low12(at: number, value: number, size: number): boolean {
    const low = ((value % 4096) + 4096) % 4096
    this.instruction(at, (old) => withImmediate12(old, low >> size))
    return low % 2 ** size === 0
  }

  private high12(at: number, value: number): boolean {
    this.instruction(at, (old) => withImmediate12(old, value >> 12))
    return value >= 0 && value < 2 ** 24
  }

  private tooFar(number: number, symbol: number): never {
    const { sections, owners, objects } = this.program
    const object = objects[owners[number]]
    const name = object.symbols[symbol].name || 'a constant'
    throw new CompileError(`${name} is out of reach of ${sections[number].name} (${object.name})`, {
      code: 'unsupported',
      hint: 'the program is too large for one executable: split it, or leave out what it does not need',
    })
  }
}
