/**
 * Which assignments of locals are never read. C compilers drop those, and with them the loads they assign, which may be
 * out of bounds. Backward over the instructions; sets of live locals are bit vectors.
 */
import type { Instruction } from '../wasm/instructions.ts'
import { opcodes } from '../wasm/opcodes.ts'

interface Frame {
  /** Live where a branch to the block's label goes: after its end, or at the head of a loop. */
  target: Uint32Array
  /** Live after the block. */
  after: Uint32Array
  /** Live at the start of the else branch, once that was passed. */
  otherwise?: Uint32Array
}

function include(into: Uint32Array, from: Uint32Array): boolean {
  let changed = false
  for (let i = 0; i < into.length; i++) {
    const union = into[i] | from[i]
    if (union >>> 0 !== into[i]) {
      into[i] = union
      changed = true
    }
  }
  return changed
}

/** Indices of the instructions `local.set` whose value no one reads, as far as `locals` are concerned. */
export function deadAssignments(instructions: readonly Instruction[], locals: Iterable<number>): Set<number> {
  const slots = new Map([...new Set(locals)].map((local, slot) => [local, slot]))
  const relevant = relevantInstructions(instructions, slots)
  const starts = matchBlocks(instructions, relevant)
  const words = (slots.size + 31) >>> 5
  const heads = new Map<number, Uint32Array>()
  let dead = new Set<number>()
  // What is live at the head of a loop is found by passing it until nothing changes.
  for (let changed = true; changed;) {
    changed = false
    dead = new Set()
    let live = new Uint32Array(words)
    const frames: Frame[] = [{ target: new Uint32Array(words), after: new Uint32Array(words) }]
    const target = (label: number): Uint32Array => (frames.at(-1 - label) ?? frames[0]).target
    for (let at = relevant.length - 2; at >= 0; at--) {
      const i = relevant[at]
      const { op, index, labels } = instructions[i]
      switch (op.name) {
        case 'local.get':
        case 'local.set':
        case 'local.tee': {
          const slot = slots.get(index!)!
          const bit = 1 << (slot & 31)
          if (op.name === 'local.get') {
            live[slot >>> 5] |= bit
            break
          }
          if (op.name === 'local.set' && (live[slot >>> 5] & bit) === 0) dead.add(i)
          live[slot >>> 5] &= ~bit
          break
        }
        case 'br':
          live = target(index!).slice()
          break
        case 'br_if':
        case 'br_on_null':
        case 'br_on_non_null':
          include(live, target(index!))
          break
        case 'br_table':
          live = new Uint32Array(words)
          for (const label of new Set(labels)) include(live, target(label))
          break
        case 'return':
        case 'return_call':
        case 'return_call_indirect':
        case 'return_call_ref':
        case 'throw':
        case 'throw_ref':
        case 'rethrow':
        case 'unreachable':
          live = new Uint32Array(words)
          break
        case 'delegate':
        case 'end': {
          const start = starts[i]
          const after = live.slice()
          let head: Uint32Array | undefined
          if (instructions[start].op.name === 'loop') {
            head = heads.get(start) ?? new Uint32Array(words)
            heads.set(start, head)
          }
          frames.push({ target: head ?? after, after })
          break
        }
        case 'else': {
          const frame = frames.at(-1)!
          frame.otherwise = live
          live = frame.after.slice()
          break
        }
        case 'if': {
          const frame = frames.pop()!
          include(live, frame.otherwise ?? frame.after)
          break
        }
        case 'loop':
          if (include(heads.get(i)!, live)) changed = true
          frames.pop()
          break
        case 'catch':
        case 'catch_all':
          // What handlers read is not taken for live in the code they guard: that only keeps more loads.
          live = frames.at(-1)!.after.slice()
          break
        case 'block':
        case 'try':
        case 'try_table':
          frames.pop()
          break
      }
    }
  }
  return dead
}

const CONTROL = /^(br|return|throw|rethrow$|unreachable$|delegate$|end$|else$|catch)/
const RELEVANCE: readonly ('local' | 'control' | undefined)[] = opcodes.map(({ name, imm }) =>
  imm === 'local' ? 'local' : imm.startsWith('block') || CONTROL.test(name) ? 'control' : undefined,
)

/** Where one of the locals is used or control goes elsewhere: the last of them is the `end` of the function. */
function relevantInstructions(instructions: readonly Instruction[], locals: ReadonlyMap<number, number>): number[] {
  const relevant: number[] = []
  for (let i = 0; i < instructions.length; i++) {
    const { op, index } = instructions[i]
    const relevance = RELEVANCE[op.id]
    if (relevance === 'control' || (relevance === 'local' && locals.has(index!))) relevant.push(i)
  }
  return relevant
}

/** For each `end` the index of the instruction that opened the block. */
function matchBlocks(instructions: readonly Instruction[], relevant: readonly number[]): Int32Array {
  const starts = new Int32Array(instructions.length)
  const open: number[] = []
  for (const i of relevant) {
    const { op } = instructions[i]
    if (op.imm.startsWith('block')) open.push(i)
    else if (op.name === 'end' || op.name === 'delegate') starts[i] = open.pop() ?? -1
  }
  return starts
}
