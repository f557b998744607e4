/**
 * Data segments. Where the module's own memory is filled by constant segments that fit it, as compilers write them, what
 * counts is the image they leave: close segments are joined, since some linkers cut their data at every few zeros.
 */
import type { DataSegment, Module } from '../wasm/module.ts'
import { constantOffset } from './tables.ts'

/** As many bytes make an image. */
const MIN_IMAGE = 256 * 1024
/** Images do not share the largest page of any system: those close to each other become one if few zeros lie between. */
const IMAGE_ALIGN = 64 * 1024
/** More runs are copied by a table. */
const MAX_RUNS = 64
/** More zeros between segments are not written to join still more of them: few bytes could ask for gigabytes. */
const MAX_ZEROS = 1 << 20
/** Zeros between two segments that are joined: as few as lead to no more than that many runs. */
const GAPS = [32, 256, 2048]

export const contents = (module: Module, segment: DataSegment): Uint8Array =>
  module.bytes.subarray(segment.start, segment.end)

/** What active segments leave, in ascending order; undefined where segments must be copied one by one. */
export function dataRuns(module: Module): Run[] | undefined {
  const segments = joinSegments(module)
  if (segments === undefined) return undefined
  const runs = joinImages(segments)
  let imageEnd = 0
  for (const run of runs) {
    run.isImage = run.bytes.length >= MIN_IMAGE && run.target >= imageEnd
    if (run.isImage) imageEnd = Math.ceil((run.target + run.bytes.length) / IMAGE_ALIGN) * IMAGE_ALIGN
  }
  return runs
}

/** Bytes that fill memory from a place on. */
export interface Run {
  target: number
  bytes: Uint8Array
  /** It lies in the executable as it will in memory, with what else is in its first and last page: zeros. */
  isImage: boolean
}

/** The runs, of which some neighbours are one where that makes an image: few of its bytes are the zeros between them. */
function joinImages(runs: readonly Run[]): Run[] {
  const joined: Run[] = []
  for (let i = 0; i < runs.length;) {
    const { target } = runs[i]
    let end = target + runs[i].bytes.length
    let filled = runs[i].bytes.length
    let next = i + 1
    for (; next < runs.length; next++) {
      const { bytes, target: start } = runs[next]
      const gap = start - end
      const size = start + bytes.length - target
      if (gap >= 2 * IMAGE_ALIGN || size < MIN_IMAGE || gap >= filled / 16) break
      end = start + bytes.length
      filled += bytes.length
    }
    joined.push(next === i + 1 ? { ...runs[i] } : { target, bytes: together(runs.slice(i, next)), isImage: false })
    i = next
  }
  return joined
}

/** What fills memory from the first to the last of some places, and zeros between them. */
function together(places: readonly Pick<Run, 'target' | 'bytes'>[]): Uint8Array {
  const { target } = places[0]
  const last = places.at(-1)!
  const bytes = new Uint8Array(last.target + last.bytes.length - target)
  for (const place of places) bytes.set(place.bytes, place.target - target)
  return bytes
}

/** The image as runs of bytes in ascending order; undefined where segments must be copied one by one. */
function joinSegments(module: Module): Run[] | undefined {
  const memory = module.memories[0]
  if (memory === undefined || memory.import) return undefined
  const limit = Number(memory.type.min) * 2 ** memory.type.pageSizeLog2
  const segments: { target: number; segment: DataSegment }[] = []
  for (const segment of module.data) {
    if (segment.mode !== 'active') continue
    const target = constantOffset(module, segment.offset!)
    const size = segment.end - segment.start
    if (segment.memory !== 0 || target === undefined || target + size > limit) return undefined
    if (size > 0) segments.push({ target, segment })
  }
  segments.sort((a, b) => a.target - b.target)
  const end = ({ target, segment }: (typeof segments)[number]): number => target + segment.end - segment.start
  if (segments.some((entry, i) => i > 0 && end(segments[i - 1]) > entry.target)) return undefined

  let groups: (typeof segments)[] = []
  for (const gap of GAPS) {
    const wider: typeof groups = []
    let zeros = 0
    segments.forEach((entry, i) => {
      const before = i > 0 ? entry.target - end(segments[i - 1]) : Infinity
      if (before > gap) return wider.push([entry])
      zeros += before
      return wider.at(-1)!.push(entry)
    })
    if (zeros > MAX_ZEROS && groups.length > 0) break
    groups = wider
    if (groups.length <= MAX_RUNS) break
  }
  return groups.map((group) => {
    const places = group.map(({ target, segment }) => ({ target, bytes: contents(module, segment) }))
    return { target: group[0].target, bytes: together(places), isImage: false }
  })
}
