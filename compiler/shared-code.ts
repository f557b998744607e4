/**
 * Objects of modules that were compiled once for several systems: ELF, in the convention of System V. What differs between the
 * systems comes in when one of them is linked.
 */
import { ABSOLUTE, type ObjectSymbol, type RelocatableObject, type Section } from './image/object.ts'
import { readObject } from './image/read.ts'
import { memoryName, memoryPlace, type Target } from './targets.ts'

/** Pages that a system may move to memory are aligned like this, at least. */
const IMAGE_ALIGN = 0x1000
const COPIED_ALIGN = 16

const ROUNDING = { ceil: 'ceil', floor: 'floor', trunc: 'trunc', nearbyint: 'nearest', rint: 'nearest' }

/** What C compilers call on their own, where the runtime has it in two conventions; see runtime/machine/bytes.h. */
const SYSTEM_V = new Map([
  ...['memcpy', 'memmove', 'memset', 'memcmp'].map((name) => [name, `wasm_machine_${name}`] as const),
  ...Object.entries(ROUNDING).flatMap(([name, of]) => [
    [name, `wasm_machine_f64_${of}`] as const,
    [`${name}f`, `wasm_machine_f32_${of}`] as const,
  ]),
])

/** @throws CompileError if the file is no such object */
export function readShared(file: Uint8Array, name: string, target: Target): RelocatableObject {
  const object = readObject(file, name)
  const named =
    target.platform === 'win32' && target.arch === 'x64'
      ? object.symbols.map((symbol) => ({ ...symbol, name: SYSTEM_V.get(symbol.name) ?? symbol.name }))
      : object.symbols
  return target.imagePage === undefined ? withoutPages({ ...object, symbols: named }) : { ...object, symbols: named }
}

/** Cuts data out of the pages around it, where it is copied. */
function withoutPages({ name, sections, symbols }: RelocatableObject): RelocatableObject {
  const data = new Map<number, ObjectSymbol>()
  for (const symbol of symbols) {
    const section = sections[symbol.section]
    if (section !== undefined && section.align >= IMAGE_ALIGN && symbol.size > 0) data.set(symbol.section, symbol)
  }
  const cut = (section: Section, index: number): Section => {
    const symbol = data.get(index)
    if (symbol === undefined) return section
    const { offset, size } = symbol
    const bytes = section.bytes?.subarray(offset, offset + size)
    return { ...section, kind: 'rodata', align: COPIED_ALIGN, size, bytes }
  }
  return {
    name,
    sections: sections.map(cut),
    symbols: symbols.map((symbol) => (data.has(symbol.section) ? { ...symbol, offset: 0 } : symbol)),
  }
}

/** Says where the memories of a program and of its libraries lie. */
export function memories(target: Target, slots: readonly (number | undefined)[]): RelocatableObject {
  const symbols = [...new Set(slots)].map((slot): ObjectSymbol => {
    const name = memoryName(slot)
    return { name, section: ABSOLUTE, offset: memoryPlace(target, slot), size: 0, binding: 'global' }
  })
  return { name: 'memories', sections: [], symbols }
}
