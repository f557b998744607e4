/** What code reads of the collector's: runtime/gc.h. */
import { symbolOf } from './unit.ts'

/**
 * struct wasm_gc: where memory is free and where that ends; the heap's address; where types are by number; its last 8 bytes, by number; what
 * cards it has, by address, whose references are those that the collector has seen.
 */
export const GC = { CURSOR: 0, LIMIT: 8, BASE: 16, TYPES: 32, LAST: 40, CLEAN: 48 } as const
/** struct wasm_gc_type: how many types it is below, and those. */
export const TYPE = { DEPTH: 12, MORE: 32 } as const
/** As many of those are there at least. */
export const DISPLAY = 8

export const collector = (): number => symbolOf('wasm_gc')

/** Bytes of a card, by their logarithm. */
export const CARD_SHIFT = 9
