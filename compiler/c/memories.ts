/** How the memories of a module are represented, and what instantiation does for them. */
import type { Memory, Module } from '../wasm/module.ts'
import { unsignedLiteral } from './consts.ts'

/** Whether a 32-bit index cannot leave the reservation, so that accesses need no check. */
export const isUnchecked = ({ type }: Memory): boolean => !type.is64 && type.pageSizeLog2 === 16

/** Whether accesses need not name the memory: it is at the address that the target sets. */
export const isFixed = (module: Module, index: number): boolean =>
  index === 0 && !module.memories[0].import && isUnchecked(module.memories[0])

/** Pages that a memory without a maximum may have. */
function pageLimit({ type: { is64, pageSizeLog2 } }: Memory): bigint {
  const limit = 1n << BigInt((is64 ? 64 : 32) - pageSizeLog2)
  return pageSizeLog2 === 0 ? limit - 1n : limit
}

/** The statement that makes a memory of the module. */
export function createMemory(module: Module, index: number, name: string): string {
  const memory = module.memories[index]
  const { min, max, pageSizeLog2 } = memory.type
  const pages = `${unsignedLiteral(min)}, ${unsignedLiteral(max ?? pageLimit(memory))}`
  if (!isUnchecked(memory)) return `wasm_memory_create_checked(&${name}, ${pages}, ${pageSizeLog2});`
  return `wasm_memory_create(&${name}, ${isFixed(module, index) ? 'WASM_MEMORY_PLACE' : 'NULL'}, ${pages});`
}

/** The linkage of a memory, `other` where it is as of other things: the assembler's words name the one at a fixed address. */
export const memoryLinkage = (module: Module, index: number, other: string, declared = ''): string =>
  isFixed(module, index) ? `${declared}WASM_HIDDEN ` : other
