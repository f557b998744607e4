/** Where the sections of a program lie, in memory and in the file. */
import { alignUp } from './bytes.ts'
import type { SectionKind } from './object.ts'
import type { Program } from './resolve.ts'

/** Sections that lie one behind the other: what the section table of an executable has a line for. */
export interface Part {
  name: string
  /** Their numbers, in order. */
  sections: number[]
  /** The largest alignment among them. */
  align: number
  address: number
  /** In memory. */
  size: number
  /** In the file. */
  offset: number
  /** Less than `size` where zeros end it, which the file does not hold. */
  fileSize: number
}

export interface Layout {
  /** By section. */
  addresses: Float64Array
  /** By section: where in the file; -1 where it is not. */
  places: Float64Array
  /** By section: the address of its part. */
  starts: Float64Array
}

export function newLayout({ sections }: Program): Layout {
  const { length } = sections
  return {
    addresses: new Float64Array(length),
    places: new Float64Array(length).fill(-1),
    starts: new Float64Array(length),
  }
}

/** Bytes of a part that is in memory alone. */
export const isZero = (part: Part): boolean => part.fileSize === 0

/** The part of all live sections of some kinds, and of these what `belongs` takes, in the order of their numbers, or by `before`. */
export function collect(
  program: Program,
  name: string,
  kinds: readonly SectionKind[],
  belongs?: (number: number) => boolean,
  before?: (a: number, b: number) => number,
): Part {
  const all = kinds.flatMap((kind) => program.kept.get(kind) ?? [])
  const chosen = belongs === undefined ? all : all.filter(belongs)
  if (kinds.length > 1 || before !== undefined) chosen.sort((a, b) => before?.(a, b) || a - b)
  const align = chosen.reduce((most, number) => Math.max(most, program.sections[number].align), 1)
  return { name, sections: chosen, align, address: 0, size: 0, offset: 0, fileSize: 0 }
}

/** Larger alignments first, so that little is lost between sections. */
export const byAlignment =
  ({ sections }: Program) =>
  (a: number, b: number): number =>
    sections[b].align - sections[a].align

/** What the executable says about itself begins its section, as readers expect; constants follow. */
export const infoFirst =
  (program: Program) =>
  (a: number, b: number): number =>
    Number(program.sections[b].kind === 'info') - Number(program.sections[a].kind === 'info') ||
    byAlignment(program)(a, b)

/** Gives a part and its sections their addresses, and their places in the file from `offset`, unless all are zeros. */
export function place(program: Program, layout: Layout, part: Part, address: number, offset: number): void {
  part.address = address
  part.offset = offset
  let at = address
  let end = address
  for (const number of part.sections) {
    const { align, size, bytes } = program.sections[number]
    at = alignUp(at, align)
    layout.addresses[number] = at
    layout.starts[number] = address
    at += size
    if (bytes !== undefined && size > 0) {
      layout.places[number] = offset + at - size - address
      end = at
    }
  }
  part.size = at - address
  part.fileSize = end - address
}

/** Sections that were merged lie where the other one does. */
export function placeEqual({ equal }: Program, layout: Layout): void {
  for (const [number, other] of equal) {
    layout.addresses[number] = layout.addresses[other]
    layout.starts[number] = layout.starts[other]
  }
}

/** Copies what the sections hold into the file. */
export function copySections({ sections, live }: Program, { places }: Layout, file: Uint8Array): void {
  sections.forEach(({ bytes }, number) => {
    if (live[number] && bytes !== undefined && places[number] >= 0) file.set(bytes, places[number])
  })
}
