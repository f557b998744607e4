/** Which proposal each script belongs to, as the suite's README counts them. */
import type { Feature } from '../../compiler/wasm/opcodes.ts'

export const GROUPS = [
  'core',
  'bulk',
  'exceptions',
  'gc',
  'memory64',
  'multi-memory',
  'relaxed-simd',
  'simd',
  'legacy',
  'threads',
] as const
export type Group = (typeof GROUPS)[number]

/** Scripts of a proposal extend the standard of their day: those of threads know one memory and one table. */
export const FEATURES: Partial<Record<Group, ReadonlySet<Feature>>> = {
  threads: new Set([
    'mvp',
    'mutable-global',
    'sign-extension',
    'saturating-float-to-int',
    'multi-value',
    'bulk-memory',
    'threads',
  ]),
}

const words = (text: string): string[] => text.trim().split(/\s+/)

const LISTS: Partial<Record<Group, string[]>> = {
  bulk: words('bulk memory_copy memory_fill memory_init table_copy table_fill table_init table-sub'),
  exceptions: words('tag throw throw_ref try_table'),
  gc: words(`array array_copy array_fill array_init_data array_init_elem array_new_data array_new_elem binary-gc br_on_cast
    br_on_cast_fail extern i31 ref_cast ref_eq ref_test struct type-subtyping`),
  'relaxed-simd': words(`i16x8_relaxed_q15mulr_s i32x4_relaxed_trunc i8x16_relaxed_swizzle relaxed_dot_product
    relaxed_laneselect relaxed_madd_nmadd relaxed_min_max`),
  'multi-memory': words(`address0 address1 align0 binary0 data0 data1 data_drop0 exports0 float_exprs0 float_exprs1
    float_memory0 imports0 imports1 imports2 imports3 imports4 linking0 linking1 linking2 linking3 load0 load1 load2
    memory-multi memory_copy0 memory_copy1 memory_fill0 memory_init0 memory_size0 memory_size1 memory_size2 memory_size3
    memory_size_import memory_trap0 memory_trap1 simd_memory-multi start0 store0 store1 store2 traps0`),
  memory64: words(`address64 align64 binary_leb128_64 bulk64 call_indirect64 endianness64 float_memory64 load64 memory64
    memory64-imports memory_copy64 memory_fill64 memory_grow64 memory_init64 memory_redundancy64 memory_trap64 table64
    table_copy64 table_copy_mixed table_fill64 table_get64 table_grow64 table_init64 table_set64 table_size64`),
}

/** Scripts not run, with the reason. */
export const LEFT_OUT: Record<string, string> = {}

export function groupOf(script: string): Group {
  if (script.startsWith('legacy/')) return 'legacy'
  if (script.startsWith('proposals/threads/')) return 'threads'
  const name = script.replace('.wast', '')
  for (const [group, names] of Object.entries(LISTS)) if (names.includes(name)) return group as Group
  return name.startsWith('simd_') ? 'simd' : 'core'
}
