import { join } from 'node:path'
import type { CompileMode, LinkCall } from './index.ts'
import { CPUS, type Cpu, type Optimize } from '../options.ts'
import { memoryAt, memoryName, slotAddress } from '../targets.ts'

/**
 * What the semantics of WebAssembly ask of every C compiler: no fused multiply-add, no undefined overflow, no aliasing
 * rules, deep recursion stays recursion. And what executables do without: unwind tables, stack protectors, errno.
 */
const COMMON = [
  '-std=gnu11',
  '-fno-stack-protector',
  '-fomit-frame-pointer',
  '-fno-math-errno',
  '-ffp-contract=off',
  '-fno-strict-overflow',
  '-fno-strict-aliasing',
  '-fno-unwind-tables',
  '-fno-asynchronous-unwind-tables',
  '-ffunction-sections',
  '-fdata-sections',
  '-fno-optimize-sibling-calls',
  '-w',
] as const

/**
 * Where in a line of the cache a loop begins decides on up to a fifth of its speed; the beginning is best. Compilers
 * leave this out where they optimize for size. On arm64, whose nops are single, it was a fifth more instructions.
 */
const ALIGN = ['-falign-loops=64'] as const

/** Where the memory of the program itself would be. */
const FORGET_MEMORY = ['-UWASM_MEMORY_SYMBOL', '-UWASM_MEMORY_BASE'] as const

/** The loops of memcpy and its kin must not be compiled into calls of themselves. Jump tables are larger than comparisons. */
const RUNTIME = ['-fno-builtin', '-fno-jump-tables'] as const

/**
 * For clang, from version 14 on: of a place that is changed in part, as by `*p |= 1`, it would write that part alone, so that nothing
 * traps where only the rest is out of bounds.
 */
export const WHOLE_STORES = ['reduce-load-op-store-width', 'shrink-load-replace-store-with-store'].flatMap((name) => [
  '-mllvm',
  `-combiner-${name}=false`,
])

/** In a function with a red zone, which none here needs, clang takes ten bytes for a small constant instead of three. */
const RUNTIME_X64 = ['-mno-red-zone'] as const

/** On x64 the module's processor, as `spell` writes its name; the runtime of an executable checks for it, by its level. */
export function cpuFlag({ kind, form, target, cpu }: CompileMode, spell: (cpu: Cpu) => string): string[] {
  if (target.arch !== 'x64' || cpu === 'baseline') return []
  if (kind === 'module') return [spell(cpu)]
  return kind === 'runtime' && form === 'executable' ? [`-DWASM_CPU_LEVEL=${CPUS.indexOf(cpu) + 1}`] : []
}

/** The part of a compile call that is the same for all compilers. Runtime and config are optimized for size at any level. */
export function commonFlags(mode: CompileMode, levels: Record<Optimize, readonly string[]>): string[] {
  return [
    ...COMMON,
    ...levels[mode.kind === 'module' ? mode.optimize : 's'],
    ...(mode.kind === 'module' && typeof mode.optimize === 'number' && mode.optimize > 0 && mode.target.arch === 'x64'
      ? ALIGN
      : []),
    mode.debug ? '-g' : '-g0',
    ...(mode.kind === 'module' ? [] : RUNTIME),
    ...(mode.kind !== 'module' && mode.target.arch === 'x64' ? RUNTIME_X64 : []),
    ...mode.target.compile,
    ...mode.target[mode.form],
    ...memoryFlags(mode),
  ]
}

function memoryFlags({ target: { librarySlots }, memorySlot }: CompileMode): string[] {
  if (librarySlots === undefined) return [`-DWASM_MEMORY_NAME=${memoryName(memorySlot)}`]
  if (memorySlot === undefined) return []
  return [...FORGET_MEMORY, memoryAt(slotAddress(librarySlots, memorySlot))]
}

/** The part of a link call that is the same for all linkers. */
export function linkFlags({ target, runtime, debug }: Pick<LinkCall, 'target' | 'runtime' | 'debug'>): string[] {
  const script = target.linkScript === undefined ? [] : ['-T', join(runtime, target.linkScript)]
  return [...target.link, ...script, ...(debug ? [] : target.strip)]
}
