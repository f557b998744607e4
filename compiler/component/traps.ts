/** Why calls between components trap: the runtime has the same list, runtime/component/traps.h. */
import type { ImportName } from '../wasm/module.ts'
import { COMPONENT_MODULE } from '../wasi.ts'
import { I32, type FuncType } from '../wasm/types.ts'

export const TRAPS = [
  'cannot leave component instance',
  'cannot enter component instance',
  'unaligned pointer',
  'pointer out of bounds of memory',
  'list content out-of-bounds',
  'string content out-of-bounds',
  'string pointer/length out of bounds of memory',
  'list or string of more than 2^28 bytes',
  'realloc return: result not aligned',
  'realloc return: beyond end of memory',
  'invalid utf-8',
  'incomplete utf-8 byte sequence',
  'invalid utf-16',
  'invalid `char` bit pattern',
  'invalid variant discriminant',
  'unknown handle index #',
  'handle index # used with the wrong type',
  'cannot lift own resource from a borrow',
  'cannot remove owned resource while borrowed',
  'borrow handles still remain at the end of the call',
  'an exception left a component',
  'more than # handles',
  'no memory is left for what the system keeps of components',
  'the system failed with errno #',
  'poll of no pollables',
  'more zeroes than check-write permitted',
] as const

export type Trap = (typeof TRAPS)[number]

/** The runtime's function that ends the program: a reason's place in the list, and the number that comes with it. */
export const TRAP_FUNCTION: ImportName & { type: FuncType } = {
  module: COMPONENT_MODULE,
  name: 'trap',
  type: { params: [I32, I32], results: [] },
}

/** Whether an import is {@link TRAP_FUNCTION}, which no module of a component can name. */
export const isTrapFunction = ({ module }: ImportName): boolean => module === TRAP_FUNCTION.module
