/** Reads a validated function body: nothing is checked, nothing allocated. */

export const r = {
  bytes: new Uint8Array(0) as Uint8Array,
  pos: 0,
  /** Halves of what {@link u64} and {@link s64} read. */
  lo: 0,
  hi: 0,
}

export function u32(): number {
  const { bytes } = r
  let byte = bytes[r.pos++]
  if (byte < 128) return byte
  let result = byte & 127
  for (let shift = 7; ; shift += 7) {
    byte = bytes[r.pos++]
    result |= (byte & 127) << shift
    if (byte < 128) return result >>> 0
  }
}

export function s32(): number {
  const { bytes } = r
  let result = 0
  for (let shift = 0; ;) {
    const byte = bytes[r.pos++]
    result |= (byte & 127) << shift
    shift += 7
    if (byte < 128) return shift < 32 && byte & 64 ? result | (-1 << shift) : result
  }
}

function read64(signed: boolean): void {
  const { bytes } = r
  let lo = 0
  let hi = 0
  let shift = 0
  let byte
  do {
    byte = bytes[r.pos++]
    const bits = byte & 127
    if (shift < 28) lo |= bits << shift
    else if (shift === 28) {
      lo |= bits << 28
      hi = bits >> 4
    } else hi |= bits << (shift - 32)
    shift += 7
  } while (byte > 127)
  if (signed && byte & 64) {
    if (shift < 32) {
      lo |= -1 << shift
      hi = -1
    } else if (shift < 64) hi |= -1 << (shift - 32)
  }
  r.lo = lo | 0
  r.hi = hi | 0
}

/** To {@link r}.lo and .hi. */
export const u64 = (): void => read64(false)
export const s64 = (): void => read64(true)

export function skipLeb(): void {
  while (r.bytes[r.pos++] > 127);
}

/** Four bytes, as they lie there. */
export function word(): number {
  const { bytes, pos } = r
  r.pos = pos + 4
  return bytes[pos] | (bytes[pos + 1] << 8) | (bytes[pos + 2] << 16) | (bytes[pos + 3] << 24)
}
