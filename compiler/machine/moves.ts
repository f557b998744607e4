/** Moves between registers that happen at once. */
import { target } from './assembler.ts'
import { I64, V128, type Kind } from './types.ts'

const to = new Int32Array(64)
const from = new Int32Array(64)
const kinds = new Uint8Array(64)
export const moves = { length: 0 }

export function moveLater(d: number, s: number, kind: Kind): void {
  to[moves.length] = d
  from[moves.length] = s
  kinds[moves.length++] = kind
}

/** Carries them out; of a circle one value waits in the scratch register. */
export function parallelMoves(): void {
  const { asm } = target
  let left = moves.length
  while (left > 0) {
    let done = -1
    for (let i = 0; i < left && done < 0; i++) {
      if (to[i] === from[i]) {
        done = i
        break
      }
      let blocked = false
      for (let j = 0; j < left; j++) if (j !== i && from[j] === to[i]) blocked = true
      if (blocked) continue
      asm.move(kinds[i], to[i], from[i])
      done = i
    }
    if (done >= 0) {
      left--
      to[done] = to[left]
      from[done] = from[left]
      kinds[done] = kinds[left]
      continue
    }
    const s = from[0]
    const scratch = s < 32 ? asm.intScratch : asm.floatScratch
    asm.move(s < 32 ? I64 : V128, scratch, s)
    for (let i = 0; i < left; i++) if (from[i] === s) from[i] = scratch
  }
  moves.length = 0
}
