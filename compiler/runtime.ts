import { join } from 'node:path'
import type { BuildContext } from './build.ts'
import type { Unit } from './unit.ts'

/** Parts of the runtime that few programs need, by the macro that adds them. */
const PARTS = { embed: 'WASM_EMBED', listen: 'WASM_LISTEN' } as const
export type RuntimeParts = Record<keyof typeof PARTS, boolean>

/** The runtime as a unit: compiled once for each target, toolchain and choice of parts, whatever the program. */
export function runtimeUnit({ sources }: BuildContext, parts?: RuntimeParts): Unit {
  const chosen = (Object.keys(PARTS) as (keyof typeof PARTS)[]).filter((part) => parts?.[part])
  const common = {
    kind: 'runtime',
    module: '',
    data: [],
    contents: 'the runtime of unplugin-wasm-exe',
    weight: 100_000,
  } as const
  if (chosen.length === 0) {
    return { ...common, name: 'runtime', file: { path: join(sources.runtime, 'runtime.c'), hash: sources.runtimeHash } }
  }
  const code = [...chosen.map((part) => `#define ${PARTS[part]}`), '#include "runtime.c"', ''].join('\n')
  return { ...common, name: `runtime-${chosen.join('-')}`, code, includes: sources.runtimeHash }
}
