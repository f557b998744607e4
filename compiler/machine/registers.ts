/** Which locals are pinned to registers for the whole function. */
import { target } from './assembler.ts'
import { local, pinOf, temporary, typeOf, weight } from './locals.ts'
import { found } from './scan.ts'
import { F32 } from './types.ts'
import type { Signature } from './unit.ts'

export interface Pins {
  /** Registers that the function saves. */
  saved: number[]
  /** Locals whose registers calls do not keep. */
  aroundCalls: readonly number[]
  intTemps: readonly number[]
  floatTemps: readonly number[]
}

const order: number[] = []
const isPinned = new Uint8Array(64)
const NONE: number[] = []

/** A pin is saved and restored: it has to be used more often than that. */
const WORTH_SAVING = 2

export function choosePins({ params, places }: Signature): Pins {
  const { asm } = target
  order.length = 0
  for (const l of local.used) {
    pinOf[l] = -1
    if (weight[l] > 1 && !temporary[l]) order.push(l)
  }
  if (order.length === 0) return { saved: [], aroundCalls: NONE, intTemps: asm.intTemps, floatTemps: asm.floatTemps }
  const saved: number[] = []
  const aroundCalls: number[] = []
  const free = asm.intSaved.slice()
  // Until the parameters on the stack are taken, this register says where they are.
  const reserved = places.some((at) => at < 0) ? asm.incoming : -1
  const lost = asm.intPins.filter((register) => register !== reserved)
  const floats = asm.floatPins.slice()
  isPinned.fill(0)
  order.sort((a, b) => weight[b] - weight[a] || a - b)
  for (const l of order) {
    if (!free.length && !lost.length && !floats.length) break
    let register: number | undefined
    if (typeOf[l] >= F32) {
      if (weight[l] > 2 * found.calls + 1) register = floats.pop()
      if (register !== undefined) aroundCalls.push(l)
    } else if (found.calls === 0 && lost.length > 0) {
      // A parameter stays where it arrives, if it can.
      const arrival = l < params.length ? lost.indexOf(places[l]) : -1
      register = arrival >= 0 ? lost.splice(arrival, 1)[0] : lost.pop()
      aroundCalls.push(l)
    } else if (free.length > 0 && weight[l] > WORTH_SAVING) {
      register = free.shift()!
      saved.push(register)
    } else if (lost.length > 0 && weight[l] > 2 * found.calls + 1) {
      register = lost.pop()
      aroundCalls.push(l)
    }
    if (register === undefined) continue
    pinOf[l] = register
    isPinned[register] = 1
  }
  const unpinned = (registers: readonly number[]): number[] => registers.filter((register) => isPinned[register] === 0)
  return { saved, aroundCalls, intTemps: unpinned(asm.intTemps), floatTemps: unpinned(asm.floatTemps) }
}
