import { Reader } from './reader.ts'

/** Names of the custom section 'name', by index. */
export interface Names {
  module?: string
  functions: Map<number, string>
  globals: Map<number, string>
}

const MODULE = 0
const FUNCTIONS = 1
const GLOBALS = 7

/**
 * Reads a name section (spec: Appendix / Custom Sections). Names are only for people, so a malformed section is no
 * error: what was read before the mistake counts.
 */
export function readNames(bytes: Uint8Array, start: number, end: number): Names {
  const names: Names = { functions: new Map(), globals: new Map() }
  const r = new Reader(bytes, start, end)
  try {
    while (!r.done) {
      const id = r.byte()
      const size = r.u32()
      const at = r.skip(size)
      const sub = new Reader(bytes, at, r.pos)
      if (id === MODULE) names.module = sub.name()
      else if (id === FUNCTIONS) nameMap(sub, names.functions)
      else if (id === GLOBALS) nameMap(sub, names.globals)
    }
  } catch {
    // see above
  }
  return names
}

function nameMap(r: Reader, names: Map<number, string>): void {
  for (let count = r.u32(); count > 0; count--) {
    const index = r.u32()
    const name = r.name()
    if (!names.has(index)) names.set(index, name)
  }
}
