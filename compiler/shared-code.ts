/**
 * Objects of modules that were compiled once for several systems: ELF, in the convention of System V. What differs between the
 * systems comes in when one of them is linked.
 */
import { withoutPages } from './fit-objects.ts'
import type { RelocatableObject } from './image/object.ts'
import { readObject } from './image/read.ts'
import type { Target } from './targets.ts'

const ROUNDING = { ceil: 'ceil', floor: 'floor', trunc: 'trunc', nearbyint: 'nearest', rint: 'nearest' }

/** What C compilers call on their own, where the runtime has it in two conventions; see runtime/machine/bytes.h. */
const SYSTEM_V = new Map([
  ...['memcpy', 'memmove', 'memset', 'memcmp'].map((name) => [name, `wasm_machine_${name}`] as const),
  ...Object.entries(ROUNDING).flatMap(([name, of]) => [
    [name, `wasm_machine_f64_${of}`] as const,
    [`${name}f`, `wasm_machine_f32_${of}`] as const,
  ]),
])

/** @throws CompileError if the file is no such object */
export function readShared(file: Uint8Array, name: string, target: Target): RelocatableObject {
  const object = readObject(file, name)
  const named =
    target.platform === 'win32' && target.arch === 'x64'
      ? object.symbols.map((symbol) => ({ ...symbol, name: SYSTEM_V.get(symbol.name) ?? symbol.name }))
      : object.symbols
  return target.imagePage === undefined ? withoutPages({ ...object, symbols: named }) : { ...object, symbols: named }
}
