/**
 * Data segments. Where the module's own memory is filled by constant segments that fit it, as compilers write them, what
 * counts is the image they leave: close segments are joined, since some linkers cut their data at every few zeros.
 */
import { createHash } from 'node:crypto'
import type { DataSegment, Module } from '../wasm/module.ts'
import { bytesLiteral } from './consts.ts'
import { constant } from './constant.ts'
import type { Scope } from './scope.ts'
import { constantOffset } from './tables.ts'
import { threadLocal } from './threads.ts'

/** Larger ones are left to the assembler. */
export const MAX_LITERAL = 256
/** Runs of that many bytes lie in the executable as they will in memory, with what else is in their first and last page. */
const MIN_IMAGE = 256 * 1024
/** Images do not share the largest page of any system: those close to each other become one if few zeros lie between. */
const IMAGE_ALIGN = 64 * 1024
/** Statements of instantiation that copy data. */
const MAX_RUNS = 64
/** Zeros between two segments that are joined: as few as lead to no more than that many runs. */
const GAPS = [32, 256, 2048]

/** The name of a module's file of data. On some systems A.bin is a.bin, con.bin the terminal, and 255 bytes the limit. */
export function dataFile(symbol: string): string {
  const name = symbol.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return `data-${name.length > 200 ? createHash('sha256').update(symbol).digest('hex') : name}.bin`
}

/** Bytes of the segments that do not stand in the C. */
export class DataPool {
  readonly file: string
  #parts: Uint8Array[] = []
  #size = 0

  constructor(file: string) {
    this.file = file
  }

  /** Where the bytes begin in the file. */
  add(bytes: Uint8Array): number {
    const start = this.#size
    this.#parts.push(bytes)
    this.#size += bytes.length
    return start
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}

/** C definitions, and statements for the function that instantiates the module. */
export interface DataCode {
  definitions: string[]
  start: string[]
}

/** Everything about a module's data segments. `linkage` is that of what other chunks may refer to. */
export function dataCode(scope: Scope, pool: DataPool, linkage: string): DataCode {
  const code: DataCode = { definitions: [], start: [] }
  const { data } = scope.module
  const runs = joinImages(joinSegments(scope.module))
  const copies: string[] = []
  let imageEnd = 0
  runs?.forEach(({ target, bytes }, i) => {
    const name = scope.own(`data${i}`)
    const memory = scope.memory(0)
    if (bytes.length >= MIN_IMAGE && target >= imageEnd) {
      imageEnd = Math.ceil((target + bytes.length) / IMAGE_ALIGN) * IMAGE_ALIGN
      const place = `"${pool.file}", ${pool.add(bytes)}, ${bytes.length}, ${target}`
      code.definitions.push(`extern WASM_HIDDEN const u8 ${name}[];\nWASM_IMAGE(${name}, ${place});\n`)
      code.start.push(`start_image(&${memory}, ${target}u, ${name}, ${bytes.length}u);`)
    } else {
      code.definitions.push(define(name, bytes, pool, 'static '))
      copies.push(`__builtin_memcpy(${memory}.base + ${target}u, ${name}, ${bytes.length}u);`)
    }
  })
  // An image brings the zeros around it.
  code.start.push(...copies)
  data.forEach((segment, i) => {
    const name = scope.dataName(i)
    const size = segment.end - segment.start
    const used = scope.everUsed.data.has(i)
    if (used)
      code.definitions.push(
        `${linkage}${threadLocal(scope)}u32 ${scope.dataSize(i)} = ${segment.mode === 'passive' ? size : 0};\n`,
      )
    if (used || (segment.mode === 'active' && !runs))
      code.definitions.push(define(name, contents(scope.module, segment), pool, linkage))
    if (segment.mode === 'active' && !runs) {
      const { text } = constant(scope, segment.offset!)
      code.start.push(`start_data(&${scope.memory(segment.memory)}, ${text}, ${name}, ${size}u);`)
    }
  })
  return code
}

const contents = (module: Module, segment: DataSegment): Uint8Array => module.bytes.subarray(segment.start, segment.end)

function define(name: string, bytes: Uint8Array, pool: DataPool, linkage: string): string {
  if (bytes.length > MAX_LITERAL) {
    return `extern WASM_HIDDEN const u8 ${name}[];\nWASM_DATA(${name}, "${pool.file}", ${pool.add(bytes)}, ${bytes.length});\n`
  }
  const lines: string[] = []
  for (let i = 0; i < bytes.length; i += 32) lines.push(`\n    ${bytesLiteral(bytes.subarray(i, i + 32))}`)
  return `${linkage}const u8 ${name}[] =${lines.join('') || ' ""'};\n`
}

interface Run {
  target: number
  bytes: Uint8Array
}

/** The runs, of which some neighbours are one where that makes an image. */
function joinImages(runs: Run[] | undefined): Run[] | undefined {
  const joined: Run[] = []
  for (const run of runs ?? []) {
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
  return runs && joined
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
      return { target, bytes }
    })
  }
  return undefined
}
