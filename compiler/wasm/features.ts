import { CompileError } from '../errors.ts'
import type { Feature } from './opcodes.ts'

/** Where a proposal was met first, and in which construct: 'v128.load'. */
export interface FeatureUse {
  what: string
  offset: number
}
export type FeatureUses = Map<Feature, FeatureUse>

/** What the compiler generates code for. Enabling a proposal is one word here. */
export const SUPPORTED: ReadonlySet<Feature> = new Set<Feature>([
  'mvp',
  'mutable-global',
  'sign-extension',
  'saturating-float-to-int',
  'multi-value',
  'bulk-memory',
  'reference-types',
  'simd',
  'relaxed-simd',
  'extended-const',
  'multi-memory',
  'memory64',
  'threads',
  'custom-page-sizes',
  'function-references',
  'tail-call',
  'exception-handling',
  'legacy-exceptions',
  'wide-arithmetic',
  'compact-imports',
  'gc',
])

/** Every proposal by the name people know, and how to build without it. */
const FEATURES: Record<Feature, { title: string; without?: string }> = {
  mvp: { title: 'WebAssembly 1.0' },
  'mutable-global': { title: 'mutable globals' },
  'sign-extension': { title: 'sign extension', without: 'compile with -mno-sign-ext' },
  'saturating-float-to-int': { title: 'saturating conversions', without: 'compile with -mno-nontrapping-fptoint' },
  'multi-value': { title: 'multiple values', without: 'compile with -mno-multivalue' },
  'bulk-memory': { title: 'bulk memory', without: 'compile with -mno-bulk-memory' },
  'reference-types': { title: 'reference types', without: 'compile with -mno-reference-types' },
  simd: { title: 'SIMD', without: 'compile with -mno-simd128 (Rust: -C target-feature=-simd128)' },
  'relaxed-simd': { title: 'relaxed SIMD', without: 'compile with -mno-relaxed-simd' },
  'tail-call': { title: 'tail calls', without: 'compile with -mno-tail-call' },
  'exception-handling': {
    title: 'exceptions',
    without: 'compile with -fno-exceptions, without -fwasm-exceptions (Rust: -C panic=abort)',
  },
  'legacy-exceptions': {
    title: 'the older form of exceptions',
    without: 'compile with -fno-exceptions, without -fwasm-exceptions (Rust: -C panic=abort)',
  },
  'function-references': { title: 'typed function references' },
  gc: { title: 'garbage collection', without: 'choose a toolchain that brings its own memory management' },
  'extended-const': { title: 'extended constant expressions', without: 'compile with -mno-extended-const' },
  'multi-memory': {
    title: 'several memories',
    without: 'compile with -mno-multimemory; wasm-opt --multi-memory-lowering merges them',
  },
  memory64: { title: '64-bit memories and tables', without: 'build for wasm32 rather than wasm64' },
  threads: { title: 'threads', without: 'build for wasm32-wasip1 rather than wasm32-wasip1-threads' },
  'custom-page-sizes': { title: 'custom page sizes', without: 'link without --page-size' },
  'wide-arithmetic': {
    title: 'wide arithmetic',
    without: 'compile with -mno-wide-arithmetic (Rust: -C target-feature=-wide-arithmetic)',
  },
  'compact-imports': {
    title: 'compact import sections',
    without: 'have the tool that wrote the module write each import by itself',
  },
  'stack-switching': { title: 'stack switching', without: 'compile coroutines without it, as ordinary functions' },
  stringref: { title: 'reference-typed strings', without: 'keep strings in linear memory' },
  'half-precision': {
    title: 'half-precision floats',
    without: 'compile without -mfp16 (Rust: -C target-feature=-fp16)',
  },
  'shared-everything-threads': {
    title: 'shared-everything threads',
    without: 'share nothing but a memory: build for wasm32-wasip1-threads',
  },
  'memory-control': { title: 'memory control', without: 'fill with zeros (memory.fill) what is to be discarded' },
  'custom-descriptors': {
    title: 'custom descriptors',
    without: 'choose a toolchain that brings its own memory management',
  },
  'rounding-mode-control': { title: 'rounding variants', without: 'round in software' },
}

/** Proposals that are only recognized, to be refused by name (proposals.ts). */
const RECOGNIZED: ReadonlySet<Feature> = new Set<Feature>([
  'stack-switching',
  'stringref',
  'half-precision',
  'shared-everything-threads',
  'memory-control',
  'custom-descriptors',
  'rounding-mode-control',
])

/** What the decoder and the validator know. */
export const KNOWN: ReadonlySet<Feature> = new Set(
  (Object.keys(FEATURES) as Feature[]).filter((feature) => !RECOGNIZED.has(feature)),
)

/** Notes that a proposal is used, unless it was met before. */
export function use(uses: FeatureUses, feature: Feature, what: string, offset: number): void {
  if (!uses.has(feature)) uses.set(feature, { what, offset })
}

/** The error for a construct of a proposal that is not supported. */
export function unsupported(
  feature: Feature,
  { what, offset }: Pick<FeatureUse, 'what'> & Partial<FeatureUse>,
): CompileError {
  const { title, without } = FEATURES[feature]
  return new CompileError(`uses ${title} (${what}, proposal '${feature}'), which is not supported yet`, {
    code: 'unsupported',
    offset,
    hint: without ?? `build without the proposal '${feature}'`,
  })
}

/** Throws for the first use of a proposal that is not among `supported`. */
export function checkFeatures(uses: FeatureUses, supported: ReadonlySet<Feature>): void {
  const refused = [...uses].filter(([feature]) => !supported.has(feature)).sort(([, a], [, b]) => a.offset - b.offset)
  if (refused.length > 0) throw unsupported(...refused[0])
}
