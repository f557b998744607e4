import { Reader } from './reader.ts'

/** A language, tool or kit that made a module. */
export interface Producer {
  /** 'language', 'processed-by' or 'sdk'. */
  field: string
  name: string
  version: string
}

/**
 * Reads the custom sections 'producers' (tool-conventions: ProducersSection.md). They are only for people, so a malformed one is
 * no error: what was read before the mistake counts.
 */
export function readProducers(
  bytes: Uint8Array,
  customs: readonly { name: string; start: number; end: number }[],
): Producer[] {
  const producers: Producer[] = []
  for (const { name: section, start, end } of customs) {
    if (section !== 'producers') continue
    const r = new Reader(bytes, start, end)
    try {
      for (let fields = r.u32(); fields > 0; fields--) {
        const field = r.name()
        for (let values = r.u32(); values > 0; values--) producers.push({ field, name: r.name(), version: r.name() })
      }
    } catch {
      // see above
    }
  }
  return producers
}
