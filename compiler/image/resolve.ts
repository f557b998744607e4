/** From objects to what an executable holds: which definition each symbol means, and what is reachable. */
import { CompileError } from '../errors.ts'
import {
  ABSOLUTE,
  NO_RELOCATIONS,
  Reloc,
  Relocations,
  SECTION_KINDS,
  UNDEFINED,
  type Arch,
  type ObjectSymbol,
  type RelocatableObject,
  type Section,
  type SectionKind,
} from './object.ts'

/** What of a target its executables' form depends on. */
export interface ImageTarget {
  platform: 'linux' | 'darwin' | 'win32'
  arch: Arch
}

/** What a program of the system's libraries may use, by library: 'KERNEL32.dll', 'libSystem'. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>

/** A function or variable of a library that is used. */
export interface Import {
  library: string
  name: string
  /** The section that holds its address while the program runs. */
  slot: number
}

/** Sections of all objects, numbered through, and where symbols lead to. */
export interface Program {
  arch: Arch
  sections: Section[]
  /** By section: the object it is of. */
  owners: number[]
  objects: readonly RelocatableObject[]
  /** By section: something that is kept refers to it. */
  live: Uint8Array
  /** Those, in their order, by kind. */
  kept: ReadonlyMap<SectionKind, number[]>
  /** By object and symbol: a section, ABSOLUTE, or an import: IMPORT less its number. */
  targets: Int32Array[]
  /** In the section; the value where it is absolute. */
  offsets: Float64Array[]
  /** By section that equals another one: that other. */
  equal: Map<number, number>
  /** Sorted by library and name. */
  imports: Import[]
  /** By import: the section with code that jumps there; 0 where nothing calls it. */
  stubs: Int32Array
  /** By section and offset, the pointers to what is in the executable, where code asks for a pointer: their sections. */
  pointers: Map<string, number>
  /** Symbols that the executable's writer needs. */
  find(name: string): { section: number; offset: number } | undefined
}

/** Targets from here on down are imports. */
export const IMPORT = -3

/** A symbol that no object defines and no library has. */
export class UndefinedSymbolsError extends CompileError {
  readonly symbols: readonly string[]
  constructor(symbols: readonly string[]) {
    super(`nothing provides ${symbols.join(', ')}`, { code: 'imports' })
    this.symbols = symbols
  }
}

/**
 * Resolves symbols, and keeps what is reachable from the entry, from the symbols `optional` where they are defined, and from
 * sections that ask for it.
 * @throws CompileError if something is defined twice; UndefinedSymbolsError if something that is needed is not defined
 */
export function resolve(
  target: ImageTarget,
  objects: readonly RelocatableObject[],
  entry: string,
  optional: readonly string[],
  imports: Imports,
): Program {
  return new Resolver(target, objects, imports).resolve(entry, optional)
}

const POINTER_PREFIX = '__imp_'

interface Definition {
  object: number
  symbol: number
}

class Resolver {
  private readonly arch: Arch
  private readonly isCall: (kind: number) => boolean
  private readonly objects: RelocatableObject[]
  private readonly libraries = new Map<string, string>()
  private readonly definitions = new Map<string, Definition>()
  /** The number of each object's first section. */
  private readonly bases: number[] = []
  private readonly sections: Section[] = []
  private readonly owners: number[] = []
  private readonly targets: Int32Array[] = []
  private readonly offsets: Float64Array[] = []
  private readonly undefinedNames = new Set<string>()
  private live = new Uint8Array(0)
  private readonly work: number[] = []
  /** Imports in the order in which they were met. */
  private readonly used: { name: string; called: boolean }[] = []
  private readonly usedNumbers = new Map<string, number>()
  private readonly slotSymbols: { object: number; symbol: number; number: number }[] = []
  private readonly pointers = new Map<string, number>()
  private readonly pointed: { key: string; object: number; symbol: number }[] = []

  constructor({ arch, platform }: ImageTarget, objects: readonly RelocatableObject[], imports: Imports) {
    this.arch = arch
    // macOS fills in pointers anywhere.
    this.isCall = (kind) => isCall(kind) || (kind === Reloc.ABS64 && platform !== 'darwin')
    this.objects = [...objects]
    for (const [library, names] of imports) for (const name of names) this.libraries.set(name, library)
  }

  resolve(entry: string, optional: readonly string[]): Program {
    this.number()
    this.define()
    this.objects.forEach((_, index) => this.target(index))
    this.live = new Uint8Array(this.sections.length)
    this.sections.forEach(({ root }, index) => root && this.reach(index))
    for (const name of [entry, ...optional]) {
      const found = this.find(name)
      if (found !== undefined && found.section >= 0) this.reach(found.section)
      else if (name === entry) this.undefinedNames.add(name)
    }
    while (this.work.length > 0) this.follow(this.work.pop()!)
    if (this.undefinedNames.size > 0) throw new UndefinedSymbolsError([...this.undefinedNames].sort())
    const { imports, stubs } = this.synthesize()
    const { arch, sections, owners, objects, live, targets, offsets, pointers } = this
    const find = this.find.bind(this)
    const equal = this.merge()
    const kept = this.kept()
    return { arch, sections, owners, objects, live, kept, targets, offsets, equal, imports, stubs, pointers, find }
  }

  private kept(): Map<SectionKind, number[]> {
    const kept = new Map<SectionKind, number[]>(SECTION_KINDS.map((kind) => [kind, []]))
    this.sections.forEach(({ kind }, number) => this.live[number] && kept.get(kind)!.push(number))
    return kept
  }

  private number(): void {
    this.objects.forEach(({ sections }, index) => {
      this.bases.push(this.sections.length)
      for (const section of sections) {
        this.sections.push(section)
        this.owners.push(index)
      }
    })
  }

  private define(): void {
    this.objects.forEach(({ symbols, name: file }, object) => {
      symbols.forEach((defined, symbol) => {
        if (defined.binding === 'local' || defined.section === UNDEFINED) return
        const other = this.definitions.get(defined.name)
        const before = other && this.objects[other.object].symbols[other.symbol]
        if (before !== undefined && before.binding === 'global' && defined.binding === 'global') {
          throw new CompileError(
            `${defined.name} is defined twice, in ${this.objects[other!.object].name} and in ${file}`,
            { code: 'imports' },
          )
        }
        if (before === undefined || (before.binding === 'weak' && defined.binding === 'global'))
          this.definitions.set(defined.name, { object, symbol })
      })
    })
  }

  private find(name: string): { section: number; offset: number } | undefined {
    const found = this.definitions.get(name)
    if (found === undefined) return undefined
    const { section, offset } = this.objects[found.object].symbols[found.symbol]
    return { section: section < 0 ? section : this.bases[found.object] + section, offset }
  }

  /** Says where each symbol of an object leads. */
  private target(object: number): void {
    const { symbols } = this.objects[object]
    const count = symbols.length
    const targets = new Int32Array(count)
    const offsets = new Float64Array(count)
    // Large modules have a symbol for each function: no object is made for one.
    for (let index = 0; index < count; index++) {
      const symbol = symbols[index]
      // Of several weak definitions the first is everyone's.
      const found = symbol.binding === 'local' ? undefined : this.definitions.get(symbol.name)
      const owner = found === undefined ? object : found.object
      const { section, offset } = found === undefined ? symbol : this.objects[owner].symbols[found.symbol]
      targets[index] = section < 0 ? section : this.bases[owner] + section
      offsets[index] = offset
    }
    this.targets.push(targets)
    this.offsets.push(offsets)
  }

  private reach(section: number): void {
    if (this.live[section]) return
    this.live[section] = 1
    if (this.sections[section].relocations.count > 0) this.work.push(section)
  }

  private follow(section: number): void {
    const object = this.owners[section]
    const { count, symbols, kinds } = this.sections[section].relocations
    const targets = this.targets[object]
    for (let i = 0; i < count; i++) {
      const symbol = symbols[i]
      if (targets[symbol] === UNDEFINED) this.import(object, symbol)
      const target = targets[symbol]
      if (target >= 0) {
        this.reach(target)
        if (kinds[i] === Reloc.GOT32) this.point(object, symbol)
      } else if (target <= IMPORT && this.isCall(kinds[i]) && !this.isPointer(object, symbol)) {
        this.used[IMPORT - target].called = true
      }
    }
  }

  /** Whether the symbol is Windows' name of a pointer to what a library has. */
  private isPointer(object: number, symbol: number): boolean {
    return this.objects[object].symbols[symbol].name.startsWith(POINTER_PREFIX)
  }

  private import(object: number, symbol: number): void {
    const { name, binding } = this.objects[object].symbols[symbol]
    const imported = this.isPointer(object, symbol) ? name.slice(POINTER_PREFIX.length) : name
    if (this.libraries.has(imported)) {
      const number = this.usedNumbers.get(imported) ?? this.used.length
      if (number === this.used.length) this.used.push({ name: imported, called: false })
      this.usedNumbers.set(imported, number)
      this.targets[object][symbol] = IMPORT - number
      // The pointer itself is meant: it becomes the target once the pointers have sections.
      if (imported !== name) this.slotSymbols.push({ object, symbol, number })
    } else if (binding === 'weak') {
      this.targets[object][symbol] = ABSOLUTE
    } else {
      this.undefinedNames.add(imported)
    }
  }

  private point(object: number, symbol: number): void {
    const key = `${this.targets[object][symbol]}+${this.offsets[object][symbol]}`
    if (!this.pointers.has(key)) this.pointed.push({ key, object, symbol })
    this.pointers.set(key, 0)
  }

  /** Adds the pointers to imports and the code that jumps there, as sections like all others. */
  private synthesize(): { imports: Import[]; stubs: Int32Array } {
    const library = (number: number): string => this.libraries.get(this.used[number].name)!
    const sorted = this.used
      .map((_, number) => number)
      .sort((a, b) => order(library(a), library(b)) || order(this.used[a].name, this.used[b].name))
    const object: RelocatableObject = { name: 'imports', sections: [], symbols: [] }
    const numbers = new Int32Array(sorted.length)
    const base = this.sections.length
    const imports: Import[] = []
    const stubs = new Int32Array(sorted.length)
    sorted.forEach((number, index) => {
      const { name, called } = this.used[number]
      numbers[number] = index
      imports.push({ library: library(number), name, slot: base + object.sections.length })
      const slot: ObjectSymbol = { name, section: object.sections.length, offset: 0, size: 8, binding: 'local' }
      object.sections.push(pointerSection(name, NO_RELOCATIONS))
      object.symbols.push(slot)
      if (!called) return
      stubs[index] = base + object.sections.length
      object.sections.push(stub(this.arch, name, object.symbols.length - 1))
    })
    for (const { key, object: from, symbol } of this.pointed) {
      const relocations = new Relocations(1)
      relocations.add(0, Reloc.ABS64, object.symbols.length, 0)
      const name = this.objects[from].symbols[symbol].name
      const section = this.targets[from][symbol]
      object.symbols.push({ name, section, offset: this.offsets[from][symbol], size: 0, binding: 'local' })
      this.pointers.set(key, base + object.sections.length)
      object.sections.push(pointerSection(name, relocations))
    }
    this.renumber(numbers)
    for (const { object: from, symbol, number } of this.slotSymbols)
      this.targets[from][symbol] = imports[numbers[number]].slot
    this.append(object, base)
    return { imports, stubs }
  }

  /** Imports were numbered as they were met; now they have the order of their names. */
  private renumber(numbers: Int32Array): void {
    for (const targets of this.targets) {
      for (let i = 0; i < targets.length; i++) {
        if (targets[i] <= IMPORT) targets[i] = IMPORT - numbers[IMPORT - targets[i]]
      }
    }
  }

  private append(object: RelocatableObject, base: number): void {
    const live = new Uint8Array(base + object.sections.length).fill(1, base)
    live.set(this.live)
    this.live = live
    this.objects.push(object)
    for (const section of object.sections) {
      this.sections.push(section)
      this.owners.push(this.objects.length - 1)
    }
    // Symbols of pointers to what is in the executable have targets already, of slots a section here.
    this.targets.push(Int32Array.from(object.symbols, ({ section, size }) => (size === 8 ? base + section : section)))
    this.offsets.push(Float64Array.from(object.symbols, ({ offset }) => offset))
  }

  /** Finds sections with the same bytes; the one that is aligned most, of these the first, stays. */
  private merge(): Map<number, number> {
    const first = new Map<string, number>()
    const equal = new Map<number, number>()
    this.sections.forEach(({ merge, bytes, align, kind }, index) => {
      if (!merge || !this.live[index] || bytes === undefined) return
      const key = `${kind} ${String.fromCharCode(...bytes.subarray(0, 1000))} ${bytes.length > 1000 ? index : ''}`
      const other = first.get(key)
      if (other === undefined) {
        first.set(key, index)
      } else if (align <= this.sections[other].align) {
        equal.set(index, other)
      } else {
        equal.set(other, index)
        first.set(key, index)
      }
    })
    for (const [index, other] of equal) {
      let last = other
      while (equal.has(last)) last = equal.get(last)!
      equal.set(index, last)
      this.live[index] = 0
    }
    return equal
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Those that a jump to what is far away can stand for. */
export const isCall = (kind: number): boolean =>
  kind === Reloc.REL32 || kind === Reloc.BRANCH26 || kind === Reloc.PAGE21 || kind === Reloc.LO12_ADD

const pointerSection = (name: string, relocations: Relocations): Section => ({
  name,
  kind: 'got',
  align: 8,
  size: 8,
  bytes: new Uint8Array(8),
  relocations,
})

/** Jumps to where the pointer `symbol` leads. */
function stub(arch: Arch, name: string, symbol: number): Section {
  const relocations = new Relocations(2)
  const code =
    arch === 'x64'
      ? [0xff, 0x25, 0, 0, 0, 0] // jmp [rip + pointer]
      : // adrp x16, pointer; ldr x16, [x16, pointer]; br x16
        [0x10, 0, 0, 0x90, 0x10, 2, 0x40, 0xf9, 0, 2, 0x1f, 0xd6]
  if (arch === 'x64') {
    relocations.add(2, Reloc.REL32, symbol, -4)
  } else {
    relocations.add(0, Reloc.PAGE21, symbol, 0)
    relocations.add(4, Reloc.LO12_LDST64, symbol, 0)
  }
  const align = arch === 'x64' ? 2 : 4
  return { name, kind: 'text', align, size: code.length, bytes: Uint8Array.from(code), relocations }
}
