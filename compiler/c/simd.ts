/** Vector instructions with immediates; the others are rows of the opcode table, called by their names. */
import { opcodes, type Opcode } from '../wasm/opcodes.ts'
import { V128 } from '../wasm/types.ts'
import { expression, LOADS, settled, TRAPS } from './expression.ts'
import type { Handler, Handlers } from './handlers.ts'
import { access, accessFlags, storedValue } from './memory.ts'
import { promotes } from './numeric.ts'

/** 16 bytes as the two halves of a vector, the lower first. */
export function vectorLiteral(lanes: Uint8Array): string {
  const view = new DataView(lanes.buffer, lanes.byteOffset, 16)
  const half = (at: number): string => {
    const value = view.getBigUint64(at, true)
    return value > 9n ? `0x${value.toString(16)}ull` : `${value}`
  }
  return `V128(${half(0)}, ${half(8)})`
}

const cName = (op: Opcode): string => op.name.replaceAll('.', '_')

/** `i8x16.replace_lane 3` is `i8x16_replace_lane(a, 3, x)`. */
const lane: Handler = (w, { op, index }) => {
  const [vector, ...rest] = w.popMany(op.params!.length)
  const text = [vector.text, `${index!}`, ...rest.map((value) => value.text)].join(', ')
  w.push(expression(`${cName(op)}(${text})`, op.results![0], 0, [vector, ...rest]))
}

/** `v128.load8_lane` and `v128.store8_lane`. */
const laneAccess: Handler = (w, instruction) => {
  const { op, index } = instruction
  const [base, operand] = w.popMany(2)
  const vector = storedValue(w, operand, instruction)
  if (op.results!.length === 0) w.settleBelow(LOADS | TRAPS)
  const text = `${access(w, base, instruction)}, ${vector.text}, ${index!})`
  if (op.results!.length === 0) return w.line(`${text};`)
  w.push(expression(text, V128, accessFlags(w, instruction), [base, vector]))
}

/** A vector of which the text says what it is. */
const IS_KNOWN = /^V128\(|^f\w+_splat\(-?[\d.]+f?\)$/

/** Compilers take x * 1, x - 0 and the like for x, and would leave a signalling NaN as it is. */
const arithmetic: Handler = (w, { op }) => {
  const operands = w.popMany(2)
  const shape = op.name.slice(0, 5)
  const texts = operands.map(({ text }, i) => (IS_KNOWN.test(operands[1 - i].text) ? `${shape}_quiet(${text})` : text))
  w.push(expression(`${cName(op)}(${texts.join(', ')})`, V128, 0, operands))
}

const demote: Handler = (w, { op }) => {
  const value = w.pop()
  const text = `${cName(op)}(${value.text})`
  w.push(expression(promotes(w) ? `f32x4_quiet(${text})` : text, V128, 0, [value]))
}

export const simdHandlers: Handlers = {
  'f32x4.demote_f64x2_zero': demote,
  'v128.const': (w, { lanes }) => w.push(settled(vectorLiteral(lanes!), V128)),
  'i8x16.shuffle': (w, { lanes }) => {
    const [a, b] = w.popMany(2)
    w.push(expression(`i8x16_shuffle(${a.text}, ${b.text}, ${[...lanes!].join(', ')})`, V128, 0, [a, b]))
  },
}
for (const op of opcodes) {
  if (op.imm === 'lane') simdHandlers[op.name] = lane
  if (op.imm === 'memarg lane') simdHandlers[op.name] = laneAccess
  if (/^f(32x4|64x2)\.(add|sub|mul|div)$/.test(op.name)) simdHandlers[op.name] = arithmetic
}
