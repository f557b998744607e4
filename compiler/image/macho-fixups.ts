/** What dyld does when it loads a program: pointers that move with the image, and pointers to what libraries have. */
import { Writer } from './bytes.ts'

/** A place of a pointer: a segment's number, and where in it. */
export interface Place {
  segment: number
  offset: number
}

const REBASE = { SET_TYPE_POINTER: 0x11, SET_SEGMENT_AND_OFFSET: 0x20, TIMES: 0x50, ULEB_TIMES: 0x60, DONE: 0 } as const
const BIND = {
  SET_LIBRARY_1: 0x11,
  SET_SYMBOL: 0x40,
  SET_TYPE_POINTER: 0x51,
  SET_ADDEND: 0x60,
  SET_SEGMENT_AND_OFFSET: 0x70,
  DO_BIND: 0x90,
  DONE: 0,
} as const

const before = (a: Place, b: Place): number => a.segment - b.segment || a.offset - b.offset

/** Opcodes that add the image's slide to pointers; in multiples of a pointer's size. */
export function rebaseOpcodes(places: readonly Place[]): Uint8Array {
  const out = new Writer()
  if (places.length === 0) return out.finish()
  const sorted = places.toSorted(before)
  out.u8(REBASE.SET_TYPE_POINTER)
  for (let i = 0; i < sorted.length;) {
    const { segment, offset } = sorted[i]
    let count = 1
    while (sorted[i + count]?.segment === segment && sorted[i + count].offset === offset + count * 8) count++
    out.u8(REBASE.SET_SEGMENT_AND_OFFSET | segment).uleb(offset)
    if (count < 16) out.u8(REBASE.TIMES | count)
    else out.u8(REBASE.ULEB_TIMES).uleb(count)
    i += count
  }
  return out.u8(REBASE.DONE).align(8).finish()
}

export interface Binding extends Place {
  /** As the library spells it: with an underscore. */
  name: string
  addend: number
}

/** Opcodes that fill in pointers to symbols of the program's only library. */
export function bindOpcodes(bindings: readonly Binding[]): Uint8Array {
  const out = new Writer()
  if (bindings.length === 0) return out.finish()
  out.u8(BIND.SET_LIBRARY_1).u8(BIND.SET_TYPE_POINTER)
  // Where opcodes have got to: each binding moves on by a pointer.
  let at: Place = { segment: -1, offset: 0 }
  let name: string | undefined
  let addend = 0
  for (const binding of bindings.toSorted(before)) {
    if (binding.name !== name) out.u8(BIND.SET_SYMBOL).text(binding.name)
    if (binding.addend !== addend) sleb(out.u8(BIND.SET_ADDEND), binding.addend)
    if (binding.segment !== at.segment || binding.offset !== at.offset)
      out.u8(BIND.SET_SEGMENT_AND_OFFSET | binding.segment).uleb(binding.offset)
    out.u8(BIND.DO_BIND)
    at = { segment: binding.segment, offset: binding.offset + 8 }
    ;({ name, addend } = binding)
  }
  return out.u8(BIND.DONE).align(8).finish()
}

function sleb(out: Writer, value: number): void {
  let rest = value
  for (;;) {
    const byte = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && byte < 0x40) || (rest === -1 && byte >= 0x40)) {
      out.u8(byte)
      return
    }
    out.u8(byte | 0x80)
  }
}
