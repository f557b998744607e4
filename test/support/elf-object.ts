/** Writes a relocatable object as an ELF file, for linkers that are not ours. */
import {
  ABSOLUTE,
  Reloc,
  UNDEFINED,
  type Arch,
  type RelocatableObject,
  type SectionKind,
} from '../../compiler/image/object.ts'

const MACHINE = { x64: 62, arm64: 183 }
/** ELF's number by ours. */
const TYPES: Record<Arch, Record<number, number>> = {
  x64: { [Reloc.REL32]: 2, [Reloc.ABS64]: 1, [Reloc.ABS32]: 10, [Reloc.ABS32S]: 11, [Reloc.TPOFF32]: 23 },
  arm64: {
    [Reloc.REL32]: 261,
    [Reloc.ABS64]: 257,
    [Reloc.BRANCH26]: 283,
    [Reloc.PAGE21]: 275,
    [Reloc.LO12_ADD]: 277,
    [Reloc.LO12_LDST8]: 278,
    [Reloc.LO12_LDST16]: 284,
    [Reloc.LO12_LDST32]: 285,
    [Reloc.LO12_LDST64]: 286,
    [Reloc.LO12_LDST128]: 299,
  },
}
const FLAGS: Partial<Record<SectionKind, number>> = {
  text: 6,
  rodata: 2,
  data: 3,
  bss: 3,
  bulk: 3,
  tdata: 0x403,
  tbss: 0x403,
  info: 2,
}

class Strings {
  text = '\0'
  add(text: string): number {
    const at = Buffer.byteLength(this.text)
    this.text += `${text}\0`
    return at
  }
}

export function elfObject(object: RelocatableObject, arch: Arch): Uint8Array {
  const strings = new Strings()
  const parts: Uint8Array[] = [new Uint8Array(64)]
  let size = 64
  const append = (bytes: Uint8Array, align: number): number => {
    const padding = -size & (align - 1)
    parts.push(new Uint8Array(padding), bytes)
    const at = size + padding
    size = at + bytes.length
    return at
  }
  const headers: number[][] = [Array.from({ length: 10 }, () => 0)]
  const locals = object.symbols.map((symbol, i) => ({ symbol, i })).filter(({ symbol }) => symbol.binding === 'local')
  const others = object.symbols.map((symbol, i) => ({ symbol, i })).filter(({ symbol }) => symbol.binding !== 'local')
  const order = [...locals, ...others]
  const position = new Map(order.map(({ i }, at) => [i, at + 1]))
  const symbolTable = object.sections.length + 1

  for (const { name, kind, align, bytes, size: length } of object.sections) {
    const at = bytes ? append(bytes, align) : size
    const isZero = kind === 'bss' || kind === 'bulk' || kind === 'tbss'
    headers.push([strings.add(name), isZero ? 8 : 1, FLAGS[kind]!, 0, at, length, 0, 0, align, 0])
  }
  const symbols = Buffer.alloc(24 * (order.length + 1))
  order.forEach(({ symbol }, k) => {
    const at = 24 * (k + 1)
    const { section } = symbol
    symbols.writeUInt32LE(strings.add(symbol.name), at)
    symbols[at + 4] = symbol.binding === 'local' ? 0 : symbol.binding === 'weak' ? 0x20 : 0x10
    symbols.writeUInt16LE(section === UNDEFINED ? 0 : section === ABSOLUTE ? 0xfff1 : section + 1, at + 6)
    symbols.writeBigUInt64LE(BigInt(symbol.offset), at + 8)
  })
  headers.push([
    strings.add('.symtab'),
    2,
    0,
    0,
    append(symbols, 8),
    symbols.length,
    symbolTable + 1,
    locals.length + 1,
    8,
    24,
  ])
  const stringTable = headers.length
  headers.push([strings.add('.strtab'), 3, 0, 0, 0, 0, 0, 0, 1, 0])
  object.sections.forEach(({ name, relocations }, i) => {
    const { count } = relocations
    if (count === 0) return
    const table = Buffer.alloc(24 * count)
    for (let k = 0; k < count; k++) {
      const type = TYPES[arch][relocations.kinds[k]]
      if (type === undefined) throw new Error(`no ELF relocation for ${relocations.kinds[k]}`)
      table.writeUInt32LE(relocations.offsets[k], 24 * k)
      table.writeUInt32LE(type, 24 * k + 8)
      table.writeUInt32LE(position.get(relocations.symbols[k])!, 24 * k + 12)
      table.writeBigInt64LE(BigInt(relocations.addends[k]), 24 * k + 16)
    }
    headers.push([strings.add(`.rela${name}`), 4, 0x40, 0, append(table, 8), table.length, symbolTable, i + 1, 8, 24])
  })
  const text = new TextEncoder().encode(strings.text)
  headers[stringTable][4] = append(text, 1)
  headers[stringTable][5] = text.length
  const table = Buffer.alloc(64 * headers.length)
  headers.forEach(([name, type, flags, address, offset, length, link, info, align, entry], i) => {
    table.writeUInt32LE(name, 64 * i)
    table.writeUInt32LE(type, 64 * i + 4)
    ;[flags, address, offset, length].forEach((value, k) => table.writeBigUInt64LE(BigInt(value), 64 * i + 8 + 8 * k))
    table.writeUInt32LE(link, 64 * i + 40)
    table.writeUInt32LE(info, 64 * i + 44)
    table.writeBigUInt64LE(BigInt(align), 64 * i + 48)
    table.writeBigUInt64LE(BigInt(entry), 64 * i + 56)
  })
  const sectionsAt = append(table, 8)
  const file = Buffer.concat(parts)
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  file.writeUInt16LE(1, 16)
  file.writeUInt16LE(MACHINE[arch], 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(sectionsAt), 40)
  file.writeUInt16LE(64, 52)
  file.writeUInt16LE(64, 58)
  file.writeUInt16LE(headers.length, 60)
  file.writeUInt16LE(stringTable, 62)
  return file
}
