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
/** Statements of instantiation that copy data. */
const MAX_RUNS = 64
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

/** The runs, of which some neighbours are one where that makes an image. */
function joinImages(runs: Run[]): Run[] {
  const joined: Run[] = []
  for (const run of runs) {
    const last = joined.at(-1)
    const start = last?.target ?? 0
    const gap = last ? run.target - start - last.bytes.length : Infinity
    const size = run.target + run.bytes.length - start
    if (last && gap < 2 * IMAGE_ALIGN && size >= MIN_IMAGE && gap < size / 16) {
      const bytes = new Uint8Array(size)
      bytes.set(last.bytes)
      bytes.set(run.bytes, run.target - start)
      last.bytes = bytes
    } else {
      joined.push({ ...run })
    }
  }
  return joined
}

/** The image as runs of bytes in ascending order; undefined where segments must be copied one by one. */
function joinSegments(module: Module): Run[] | undefined {
  const memory = module.memories[0]
  if (memory === undefined || memory.import) return undefined
  const limit = Number(memory.type.min) * 2 ** memory.type.pageSizeLog2
  const segments: { target: number; segment: DataSegment }[] = []
  for (const segment of module.data) {
    if (segment.mode !== 'active') continue
    const target = constantOffset(segment.offset!)
    const size = segment.end - segment.start
    if (segment.memory !== 0 || target === undefined || target + size > limit) return undefined
    if (size > 0) segments.push({ target, segment })
  }
  segments.sort((a, b) => a.target - b.target)
  const end = ({ target, segment }: (typeof segments)[number]): number => target + segment.end - segment.start
  if (segments.some((entry, i) => i > 0 && end(segments[i - 1]) > entry.target)) return undefined

  for (const gap of GAPS) {
    const groups: (typeof segments)[] = []
    segments.forEach((entry, i) => {
      if (i > 0 && entry.target - end(segments[i - 1]) <= gap) groups.at(-1)!.push(entry)
      else groups.push([entry])
    })
    if (groups.length > MAX_RUNS && gap !== GAPS.at(-1)) continue
    return groups.map((group) => {
      const target = group[0].target
      const bytes = new Uint8Array(end(group.at(-1)!) - target)
      for (const entry of group) bytes.set(contents(module, entry.segment), entry.target - target)
      return { target, bytes, isImage: false }
    })
  }
  return undefined
}
