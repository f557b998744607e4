/**
 * Divides the functions of a module into translation units, in module order. Where a unit ends depends on the bytes of the
 * function there, so that an edit of one function moves no boundary far from it and other units stay as they were.
 */
import type { Func, Module } from '../wasm/module.ts'

export interface ChunkPlan {
  functions: Func[]
  bytes: number
  /** One function, of that size. */
  giant: boolean
}

/** From that many times the size at which a function is alone in its chunk, it is giant. */
const GIANT = 4

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i], 0x01000193)
  h ^= h >>> 15
  return Math.imul(h, 0x2c1b3c6d) >>> 0
}

/** An edit compiles about that much anew, in less than a second. */
const CHUNK_BYTES = 32 * 1024
/** Each chunk declares what it refers to: modules from that size on have larger ones, so as not to compile that too often. */
const LARGE_MODULE = 6 << 20

/** One plan if the module is no more than three chunks of the size aimed at. */
export function planChunks(module: Module, wantedBytes: number | undefined, aloneBytes: number): ChunkPlan[] {
  const defined = module.funcs.filter((func) => func.body)
  const size = (func: Func): number => func.body!.end - func.body!.start
  const total = defined.reduce((sum, func) => sum + size(func), 0)
  const chunkBytes = wantedBytes ?? (total < LARGE_MODULE ? CHUNK_BYTES : 3 * CHUNK_BYTES)
  if (total <= 3 * chunkBytes) return [{ functions: defined, bytes: total, giant: false }]

  const plans: ChunkPlan[] = []
  let open: ChunkPlan = { functions: [], bytes: 0, giant: false }
  const close = (): void => {
    if (open.functions.length > 0) plans.push(open)
    open = { functions: [], bytes: 0, giant: false }
  }
  for (const func of defined) {
    const bytes = size(func)
    if (bytes >= aloneBytes) {
      plans.push({ functions: [func], bytes, giant: bytes >= GIANT * aloneBytes })
      continue
    }
    open.functions.push(func)
    open.bytes += bytes
    // On average chunkBytes lie between two functions whose hash says so.
    const boundary = hash(module.bytes, func.body!.start, func.body!.end) / 2 ** 32 < bytes / chunkBytes
    if ((boundary && open.bytes >= chunkBytes / 4) || open.bytes >= 2 * chunkBytes) close()
  }
  close()
  return plans
}
