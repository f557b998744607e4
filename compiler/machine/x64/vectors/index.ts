/** Vector instructions of x86-64: SSE2, and SSE4.1 for rounding where the processor is known to have it. */
import { byte } from '../../code.ts'
import { byNumber, INLINE, vectorNumber, WITH_TEMPORARY, type VectorAssembler } from '../../vectors.ts'
import { R11, ri, rr, XMM15 as X } from '../encode.ts'
import { moveFloat as move } from '../float.ts'
import { BINARY } from './binary.ts'
import { BITS, EXTRACT, REPLACE, SPLAT, TEST } from './lanes.ts'
import { COMPOSED, SHIFT } from './shifts.ts'
import { findShuffle } from './shuffles.ts'
import { MOVD, PAND, PXOR, op, ordered, shiftBy } from './sse.ts'
import { ROUNDING, UNARY } from './unary.ts'

/** Those that take a temporary register. */
const TEMPORARY =
  /[lg][et]_u$|^f..x.\.m(?:in|ax)$|extmul_.*_i(?:8x16|16x8)_|^i(?:8x16\.(?:m.._s|sh)|16x8\.(?:m.._u|narrow_i32x4_u)|32x4\.m(?:ul|.._)|64x2\.(?:mul|eq|ne|shr_s))/

/** An order of operands that is as good. */
const COMMUTES = /\.(?:add|mul|eq|ne|and|or|xor|avgr|dot|min_|max_)/

const binary = byNumber(BINARY)
const shifts = byNumber(SHIFT)
const composed = byNumber(COMPOSED)
const splats = byNumber(SPLAT)
const extracts = byNumber(EXTRACT)
const replaces = byNumber(REPLACE)
const tests = byNumber(TEST)
const bits = byNumber(BITS)
/** Bits of the lanes that are shifted. */
const laneBits = new Uint8Array(512)
for (const name of Object.keys({ ...SHIFT, ...COMPOSED }))
  laneBits[vectorNumber(name)] = Number(name.slice(1, name.indexOf('x')))

const made: (VectorAssembler | undefined)[] = []

export const x64Vectors = (hasRounding: boolean): VectorAssembler => (made[Number(hasRounding)] ??= make(hasRounding))

function make(hasRounding: boolean): VectorAssembler {
  const unaryRows = hasRounding ? { ...UNARY, ...ROUNDING } : UNARY
  const unary = byNumber(unaryRows)
  const how = new Uint8Array(512)
  const commutes = new Uint8Array(512)
  const tables = [BINARY, unaryRows, SHIFT, COMPOSED, SPLAT, EXTRACT, REPLACE, TEST, BITS]
  for (const name of [...tables.flatMap((table) => Object.keys(table)), 'v128.bitselect', 'i8x16.shuffle']) {
    how[vectorNumber(name)] = TEMPORARY.test(name) ? WITH_TEMPORARY : INLINE
    commutes[vectorNumber(name)] = COMMUTES.test(name) ? 1 : 0
  }

  return {
    how,
    commutes,
    binary: (sub, d, a, b, t) => binary[sub]!(d, a, b, t),
    unary: (sub, d, a, t) => unary[sub]!(d, a, t),
    shift(sub, d, a, count, t) {
      rr(0, 0, 0x8b, R11, count)
      ri(0, 4, R11, laneBits[sub] - 1)
      op(MOVD, X, R11)
      const row = shifts[sub]
      if (row) ordered(0x66, row.opcode, d, a, X)
      else composed[sub]!(d, a, t)
    },
    shiftConstant(sub, d, a, count, t) {
      const row = shifts[sub]
      if (row) {
        move(d, a)
        shiftBy(row.group, row.extension, d, count)
        return
      }
      rr(0, 0, 0xc7, 0, R11)
      for (const part of [count, 0, 0, 0]) byte(part)
      op(MOVD, X, R11)
      composed[sub]!(d, a, t)
    },
    splat: (sub, d, a) => splats[sub]!(d, a, -1),
    extract: (sub, d, a, lane) => extracts[sub]!(d, a, lane),
    replace: (sub, d, a, b, lane) => replaces[sub]!(d, a, b, lane),
    test: (sub, a) => tests[sub]!(a),
    bits: (sub, d, a) => bits[sub]!(d, a, -1),
    select(d, a, b, mask) {
      move(X, a)
      op(PXOR, X, b)
      op(PAND, X, mask)
      op(PXOR, X, b)
      move(d, X)
    },
    shuffles: (bytes, at, wanted) => findShuffle(bytes, at, wanted) !== undefined,
    shuffle: (d, a, b, bytes, at, wanted, t) => findShuffle(bytes, at, wanted)!(d, a, b, t),
  }
}
