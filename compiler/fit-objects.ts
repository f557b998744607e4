/** Objects that were made once for several systems: what differs between them comes in when one of them is linked. */
import { ABSOLUTE, type ObjectSymbol, type RelocatableObject, type Section } from './image/object.ts'
import { memoryName, memoryPlace, type Target } from './targets.ts'

/** Pages that a system may move to memory are aligned like this, at least. */
const IMAGE_ALIGN = 0x1000
const COPIED_ALIGN = 16

/** Cuts data out of the pages around it, where it is copied. */
export function withoutPages({ name, sections, symbols }: RelocatableObject): RelocatableObject {
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
