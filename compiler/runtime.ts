import { join } from 'node:path'
import type { BuildContext } from './build.ts'
import type { Unit } from './unit.ts'

/** The runtime as a unit: compiled once for each target and toolchain, whatever the program. */
export function runtimeUnit({ sources }: BuildContext): Unit {
  return {
    kind: 'runtime',
    module: '',
    name: 'runtime',
    file: { path: join(sources.runtime, 'runtime.c'), hash: sources.runtimeHash },
    data: [],
    contents: 'the runtime of unplugin-wasm-exe',
    weight: 100_000,
  }
}
