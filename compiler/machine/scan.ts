/** What a function's body is like, found in one pass before it is written. */
import { target, type Assembler } from './assembler.ts'
import { grown } from './arrays.ts'
import { beginHeads, endOfLoop, meetLoop, meetTable, noteCopy } from './heads.ts'
import { initialized, local, remaining, temporary, typeOf, weight } from './locals.ts'
import { r, u32 } from './reader.ts'
import { SHUFFLE, shuffleCalls, vectorCalls } from './simd.ts'
import { skipImmediates, skipPrefixed } from './skip.ts'
import { outgoingBytes, signatureOf, unit, type Signature } from './unit.ts'
import { V128 } from './types.ts'

export const found = {
  /** Calls, by 8 to the depth of loops. */
  calls: 0,
  /** Bytes that calls need in the frame. */
  outgoing: 0,
  /** Accesses memory. */
  memory: false,
  /** Has vectors among its operands. */
  vectors: false,
  /** The deepest nesting of `try`, if there is a `rethrow`. */
  tries: 0,
}

const WEIGHTS = [1, 8, 64, 512, 4096, 32768]
const BLOCK = 0
const LOOP = 1
const TRY = 2
/** A loop that begins by dispatching. */
const HEAD = 3
let blocks = new Uint8Array(1024)
/** Where their parts begin, from the body's beginning. */
let begins = new Int32Array(1024)

/** By local: the stretch of code in which it was last set, or is a parameter's; where it was set in that; -1. */
let stretchOf = new Int32Array(1024)
let setAt = new Int32Array(1024)
/** The scan that met it last, by number. */
let metBy = new Float64Array(1024)
let scans = 0
/** How often a parameter's first value is read. */
export let parameterUses = new Int32Array(1024)

/** Instructions that may be calls of the runtime, beside those with a prefix. */
const CALLS = new Uint8Array(256)
for (const op of [0x25, 0x26, 0x40]) CALLS[op] = 1
const POPCOUNTS = [0x69, 0x7b]
const TRUNCATIONS = [0xa8, 0xa9, 0xaa, 0xab, 0xae, 0xaf, 0xb0, 0xb1]
const CONVERSIONS = [0xb5, 0xba]
const ROUNDINGS = [0x8d, 0x8e, 0x8f, 0x90, 0x9b, 0x9c, 0x9d, 0x9e]

export function scan(end: number, parameters: number): void {
  const start = r.pos
  prepare(end - start, parameters)
  const { asm } = target
  const { usesOf } = local
  let depth = 0
  let loops = 0
  let tries = 0
  let deepest = 0
  let rethrows = false
  let weigh = 1
  let straight = true
  let stretch = 1
  let accesses = 0
  /** Instructions behind which nothing is reached, or not from what comes before alone. */
  let leaves = 0
  beginHeads(end - start)
  while (r.pos < end) {
    const at = r.pos
    const op = r.bytes[r.pos++]
    switch (op) {
      case 0x20: {
        const l = u32()
        if (metBy[l] !== scans) meet(l)
        weight[l] += weigh
        if (stretchOf[l] !== stretch) temporary[l] = 0
        else if (setAt[l] < 0) parameterUses[l]++
        else usesOf[setAt[l]]++
        if (straight && initialized[l] === 0) initialized[l] = 2
        break
      }
      case 0x21:
      case 0x22: {
        const l = u32()
        if (metBy[l] !== scans) meet(l)
        weight[l] += weigh
        stretchOf[l] = stretch
        setAt[l] = at - start
        usesOf[at - start] = 0
        if (straight && initialized[l] === 0) initialized[l] = 1
        break
      }
      case 0x02:
      case 0x03:
      case 0x04:
      case 0x06:
      case 0x1f:
        if (depth === blocks.length) {
          blocks = grown(blocks, depth * 2)
          begins = grown(begins, depth * 2)
        }
        begins[depth] = at - start
        blocks[depth++] = op === 0x03 ? LOOP : op === 0x06 ? TRY : BLOCK
        if (op === 0x03) {
          meetLoop(at - start, depth - 1, accesses, leaves)
          stretch++
          weigh = WEIGHTS[Math.min(++loops, 5)]
        } else if (op === 0x06) deepest = Math.max(deepest, ++tries)
        if (op === 0x06 || op === 0x1f) leaves++
        if (op !== 0x02) straight = false
        skipImmediates(op)
        break
      case 0x05:
        usesOf[begins[depth - 1]] = at
        begins[depth - 1] = at - start
        stretch++
        straight = false
        break
      case 0x07:
      case 0x19:
        stretch++
        leaves++
        straight = false
        skipImmediates(op)
        break
      case 0x18:
      case 0x0b:
        stretch++
        if (op === 0x18) u32()
        if (depth === 0) break
        depth--
        usesOf[begins[depth]] = at
        if (blocks[depth] === LOOP || blocks[depth] === HEAD) {
          endOfLoop(begins[depth])
          weigh = WEIGHTS[Math.min(--loops, 5)]
        } else if (blocks[depth] === TRY) tries--
        break
      case 0x09:
        rethrows = true
        leaves++
        straight = false
        u32()
        break
      case 0x00:
      case 0x08:
      case 0x0a:
        straight = false
        leaves++
        if (op === 0x08) u32()
        break
      case 0x0c: {
        straight = false
        leaves++
        const outside = depth - 1 - u32()
        if (outside >= 0 && blocks[outside] === HEAD) noteCopy(at, outside)
        break
      }
      case 0x0d:
      case 0xd5:
      case 0xd6:
        straight = false
        u32()
        break
      case 0x10:
      case 0x12:
        if (op === 0x12) {
          straight = false
          leaves++
        }
        call(signatureOf(unit.module.funcs[u32()].type), weigh)
        break
      case 0x11:
      case 0x13:
        if (op === 0x13) {
          straight = false
          leaves++
        }
        call(signatureOf(unit.module.types[u32()]), weigh)
        u32()
        break
      case 0x14:
      case 0x15:
        if (op === 0x15) {
          straight = false
          leaves++
        }
        call(signatureOf(unit.module.types[u32()]), weigh)
        break
      case 0x0e:
        straight = false
        for (let b; (b = meetTable(at, start, depth, accesses, leaves)) >= 0;) blocks[b] = HEAD
        leaves++
        skipImmediates(op)
        break
      case 0x0f:
        straight = false
        leaves++
        skipImmediates(op)
        break
      case 0xfc: {
        const before = r.pos
        const sub = u32()
        if (sub < 8 ? !asm.hasSaturation : sub < 19) found.calls += weigh
        r.pos = before
        skipImmediates(op)
        break
      }
      case 0xfb: {
        const sub = u32()
        if (sub === 0x18 || sub === 0x19) straight = false
        if (!INLINE[sub]) found.calls += weigh
        skipPrefixed(op, sub)
        break
      }
      case 0xfd: {
        found.vectors = true
        found.memory = true
        const sub = u32()
        if (sub === SHUFFLE ? shuffleCalls() : vectorCalls()[sub]) found.calls += weigh
        skipPrefixed(op, sub)
        break
      }
      case 0xfe:
        found.memory = true
        found.calls += weigh
        skipImmediates(op)
        break
      default:
        if (op >= 0x28 && op <= 0x3e) {
          found.memory = true
          accesses++
        } else if (CALLS[op]) found.calls += weigh
        skipImmediates(op)
    }
  }
  found.tries = rethrows ? deepest : 0
  local.used.sort((a, b) => a - b)
  r.pos = start
}

/** Instructions on objects that call nothing, or hardly ever: accesses, conversions, i31, small objects, casts. */
const CASTS = [0x14, 0x15, 0x16, 0x17, 0x18, 0x19]
const INLINE = new Uint8Array(32)
for (const sub of [0, 1, 2, 3, 4, 5, 7, 8, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, ...CASTS])
  INLINE[sub] = 1

let calledBy: Assembler | undefined

function prepareCalls(asm: Assembler): void {
  calledBy = asm
  for (const op of POPCOUNTS) CALLS[op] = asm.hasPopcount ? 0 : 1
  for (const op of ROUNDINGS) CALLS[op] = asm.hasRounding ? 0 : 1
  for (const op of TRUNCATIONS) CALLS[op] = asm.truncates(op) ? 0 : 1
  for (const op of CONVERSIONS) CALLS[op] = asm.converts(op) ? 0 : 1
}

function prepare(bytes: number, parameters: number): void {
  if (calledBy !== target.asm) prepareCalls(target.asm)
  found.calls = found.outgoing = 0
  found.memory = found.vectors = false
  if (bytes > local.usesOf.length) local.usesOf = new Int32Array(bytes * 2)
  if (typeOf.length > stretchOf.length) {
    stretchOf = new Int32Array(typeOf.length)
    setAt = new Int32Array(typeOf.length)
    parameterUses = new Int32Array(typeOf.length)
    metBy = new Float64Array(typeOf.length)
  }
  scans++
  local.used.length = 0
  for (let l = 0; l < parameters; l++) {
    meet(l)
    stretchOf[l] = 1
  }
}

function meet(l: number): void {
  metBy[l] = scans
  local.used.push(l)
  weight[l] = 0
  initialized[l] = 0
  temporary[l] = 1
  remaining[l] = 0
  stretchOf[l] = -1
  setAt[l] = -1
  parameterUses[l] = 0
  if (typeOf[l] === V128) found.vectors = true
}

function call(signature: Signature, weigh: number): void {
  found.calls += weigh
  found.outgoing = Math.max(found.outgoing, outgoingBytes(signature))
}
