/** Passes over the immediates of instructions whose opcode has been read. */
import { opcodes, type Immediates } from '../wasm/opcodes.ts'
import { r, skipLeb, u32 } from './reader.ts'

const [
  NONE,
  ONE,
  TWO,
  MEMARG,
  LABELS,
  BYTE,
  BYTES4,
  BYTES8,
  BYTES16,
  TYPES,
  CATCHES,
  MEMARG_LANE,
  PREFIX,
  CAST,
  BLOCK,
] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
const SHAPE: Record<Immediates, number> = {
  '': NONE,
  block: BLOCK,
  label: ONE,
  labels: LABELS,
  func: ONE,
  type: ONE,
  'type table': TWO,
  'type type': TWO,
  'type field': TWO,
  'type count': TWO,
  'type data': TWO,
  'type elem': TWO,
  local: ONE,
  global: ONE,
  table: ONE,
  'table table': TWO,
  elem: ONE,
  'elem table': TWO,
  data: ONE,
  'data memory': TWO,
  memory: ONE,
  'memory memory': TWO,
  memarg: MEMARG,
  'memarg lane': MEMARG_LANE,
  lane: BYTE,
  lanes: BYTES16,
  i32: ONE,
  i64: ONE,
  f32: BYTES4,
  f64: BYTES8,
  v128: BYTES16,
  heaptype: ONE,
  'non-null heaptype': ONE,
  cast: CAST,
  types: TYPES,
  tag: ONE,
  'block catches': CATCHES,
  'atomic.fence': BYTE,
}
const plain = new Uint8Array(256)
const FIRST_PREFIX = 0xfb
/** By prefix, then the number behind it. */
const prefixed = [new Uint8Array(512), new Uint8Array(512), new Uint8Array(512), new Uint8Array(512)]
for (const { code, imm } of opcodes) {
  if (code < 256) plain[code] = SHAPE[imm]
  else prefixed[(code >> 16) - FIRST_PREFIX][code & 0xffff] = SHAPE[imm]
}
for (let prefix = FIRST_PREFIX; prefix <= 0xfe; prefix++) plain[prefix] = PREFIX

export function skipImmediates(op: number): void {
  const shape = plain[op]
  skip(shape === PREFIX ? prefixed[op - FIRST_PREFIX][u32()] : shape)
}

/** The same where the number behind the prefix has been read too. */
export function skipPrefixed(prefix: number, sub: number): void {
  skip(prefixed[prefix - FIRST_PREFIX][sub])
}

function skip(shape: number): void {
  switch (shape) {
    case NONE:
      return
    case ONE:
      return skipLeb()
    case TWO:
      skipLeb()
      return skipLeb()
    case MEMARG:
      return skipMemarg()
    case MEMARG_LANE:
      skipMemarg()
      r.pos++
      return
    case LABELS:
      for (let n = u32(); n >= 0; n--) skipLeb()
      return
    case BYTE:
      r.pos++
      return
    case BYTES4:
      r.pos += 4
      return
    case BYTES8:
      r.pos += 8
      return
    case BYTES16:
      r.pos += 16
      return
    case CAST:
      r.pos++
      skipLeb()
      skipLeb()
      return skipLeb()
    case TYPES:
      for (let n = u32(); n > 0; n--) skipType()
      return
    case BLOCK:
      return skipBlockType()
    case CATCHES:
      skipBlockType()
      for (let n = u32(); n > 0; n--) {
        const kind = r.bytes[r.pos++]
        if (kind < 2) skipLeb()
        skipLeb()
      }
  }
}

function skipMemarg(): void {
  if (u32() >= 64) skipLeb()
  skipLeb()
}

/** A type index, or a value type. */
function skipBlockType(): void {
  const byte = r.bytes[r.pos]
  if (byte === 0x63 || byte === 0x64) r.pos++
  skipLeb()
}

/** A value type: 0x63 and 0x64 are followed by a heap type. */
export function skipType(): void {
  const byte = r.bytes[r.pos++]
  if (byte === 0x63 || byte === 0x64) skipLeb()
}
