/** Random modules of the proposals that the compiler supports. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SUPPORTED } from '../../compiler/wasm/features.ts'
import type { Feature } from '../../compiler/wasm/opcodes.ts'
import { randomBytes } from './random.ts'
import type { Tools } from './tools.ts'

/** What wasm-opt calls a proposal; absent where it is left out. */
const FLAGS: Partial<Record<Feature, string[]>> = {
  'mutable-global': ['--enable-mutable-globals'],
  'sign-extension': ['--enable-sign-ext'],
  'saturating-float-to-int': ['--enable-nontrapping-float-to-int'],
  'multi-value': ['--enable-multivalue'],
  'bulk-memory': ['--enable-bulk-memory', '--enable-bulk-memory-opt'],
  'reference-types': ['--enable-reference-types'],
  simd: ['--enable-simd'],
  'extended-const': ['--enable-extended-const'],
  'tail-call': ['--enable-tail-call'],
  'exception-handling': ['--enable-exception-handling', '--emit-exnref'],
  'multi-memory': ['--enable-multimemory'],
  memory64: ['--enable-memory64'],
  gc: ['--enable-gc'],
}

/**
 * Proposals that every second, third… module has, so that code without them is tested as well: those for which the
 * compiler takes other ways where they are used.
 */
const SOMETIMES: Partial<Record<Feature, number>> = {
  'exception-handling': 2,
  'tail-call': 2,
  'reference-types': 3,
  'multi-memory': 3,
  memory64: 3,
  gc: 2,
}

/** What a proposal cannot do without. */
const NEEDS: Partial<Record<Feature, Feature>> = { 'exception-handling': 'reference-types', gc: 'reference-types' }

export function featuresOf(seed: number): Set<Feature> {
  const features = new Set(
    [...SUPPORTED].filter((feature) => {
      const every = SOMETIMES[feature]
      // Divided by primes beyond them, so that the choices do not go together.
      return FLAGS[feature] !== undefined && (every === undefined || Math.imul(seed, 7 * every + 1) % every === 0)
    }),
  )
  for (const feature of features) if (NEEDS[feature]) features.add(NEEDS[feature])
  return features
}

/** The module of a seed, always the same for the same set of supported proposals. `folder` is for files on the way. */
export async function randomModule(tools: Tools, seed: number, folder: string): Promise<Uint8Array> {
  const input = join(folder, 'seed.bin')
  const output = join(folder, 'random.wasm')
  await writeFile(input, randomBytes(seed))
  const flags = [...featuresOf(seed)].flatMap((feature) => FLAGS[feature]!)
  await tools.wasmOpt([input, '-ttf', '-mvp', ...flags, '-o', output])
  return readFile(output)
}
