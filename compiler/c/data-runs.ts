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

/** Segments in ascending order; there may be a hundred thousand. */
interface Segments {
  targets: Float64Array
  starts: Float64Array
  ends: Float64Array
}

/** Those that fill memory 0; undefined where they must be copied one by one. */
function constantSegments(module: Module, limit: number): Segments | undefined {
  const found: DataSegment[] = []
  let targets = new Float64Array(module.data.length)
  let last = 0
  let ascends = true
  for (const segment of module.data) {
    if (segment.mode !== 'active') continue
    const target = constantOffset(module, segment.offset!)
    const size = segment.end - segment.start
    if (segment.memory !== 0 || target === undefined || target + size > limit) return undefined
    if (size === 0) continue
    if (target < last) ascends = false
    last = target
    targets[found.push(segment) - 1] = target
  }
  let order = found
  if (!ascends) {
    const sorted = found.map((segment, i) => ({ segment, target: targets[i] })).toSorted((a, b) => a.target - b.target)
    order = sorted.map(({ segment }) => segment)
    targets = Float64Array.from(sorted, ({ target }) => target)
  }
  const starts = new Float64Array(order.length)
  const ends = new Float64Array(order.length)
  for (let i = 0; i < order.length; i++) {
    starts[i] = order[i].start
    ends[i] = order[i].end
    if (i > 0 && targets[i - 1] + ends[i - 1] - starts[i - 1] > targets[i]) return undefined
  }
  return { targets, starts, ends }
}

/** Groups of segments with few zeros between them: where each begins. */
function groupSegments({ targets, starts, ends }: Segments): number[] {
  let groups: number[] = []
  for (const gap of GAPS) {
    const wider: number[] = []
    let zeros = 0
    for (let i = 0; i < starts.length; i++) {
      const before = i > 0 ? targets[i] - targets[i - 1] - (ends[i - 1] - starts[i - 1]) : Infinity
      if (before > gap) wider.push(i)
      else zeros += before
    }
    if (zeros > MAX_ZEROS && groups.length > 0) break
    groups = wider
    if (groups.length <= MAX_RUNS) break
  }
  return groups
}

/** The image as runs of bytes in ascending order; undefined where segments must be copied one by one. */
function joinSegments(module: Module): Run[] | undefined {
  const memory = module.memories[0]
  if (memory === undefined || memory.import) return undefined
  const segments = constantSegments(module, Number(memory.type.min) * 2 ** memory.type.pageSizeLog2)
  if (segments === undefined) return undefined
  const { targets, starts, ends } = segments
  const groups = groupSegments(segments)
  // A view of its own: those of a Buffer are slow to make.
  const { buffer, byteOffset, length } = module.bytes
  const from = new Uint8Array(buffer, byteOffset, length)
  return groups.map((first, g) => {
    const last = (groups[g + 1] ?? starts.length) - 1
    const target = targets[first]
    if (first === last) return { target, bytes: from.subarray(starts[first], ends[first]), isImage: false }
    const bytes = new Uint8Array(targets[last] + ends[last] - starts[last] - target)
    for (let i = first; i <= last; i++) copy(from, starts[i], ends[i], bytes, targets[i] - target)
    return { target, bytes, isImage: false }
  })
}

/** Most segments are short. */
function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > 64) to.set(from.subarray(start, end), at)
  else for (let i = start; i < end; i++) to[at++] = from[i]
}
