/** Why calls between components trap: the runtime has the same lists, in runtime/component. */
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
  'a function of wasi:http was called, which executables do not have',
] as const

/** Why tasks trap, of which only few programs know: runtime/component/task-traps.h. */
export const TASK_TRAPS = [
  'cannot block a synchronous task before returning',
  'deadlock detected: event loop cannot make further progress',
  'unsupported callback code',
  'async-lifted export failed to produce a result',
  'invalid `task.return` signature and/or options for current task',
  '`task.return` or `task.cancel` called more than once for current task',
  '`task.cancel` called by task which has not been cancelled',
  'cannot drop waitable set with waiters',
  'waitable cannot be used synchronously while added to a waitable set',
  'cannot drop a subtask which has not yet resolved',
  '`subtask.cancel` called after terminal status delivered',
  'cannot have concurrent operations active on a future/stream',
  'no operation is active on the future or stream',
  'cannot read from stream after being notified that the writable end dropped',
  'cannot write to stream after being notified that the readable end dropped',
  'cannot read from future after previous read succeeded',
  'cannot write to future after previous write succeeded or readable end dropped',
  'cannot lift stream after being notified that the writable end dropped',
  'cannot lift future after previous read succeeded',
  "cannot lift stream while it's in a waitable set",
  "cannot lift future while it's in a waitable set",
  'cannot remove busy stream',
  'cannot remove busy future',
  'cannot drop busy stream',
  'cannot drop busy future',
  'cannot drop future write end without first writing a value',
  'cannot read from and write to intra-component stream',
  'cannot read from and write to intra-component future',
  'backpressure counter overflow',
  'cannot resume thread which is not suspended',
  'unknown thread index #',
] as const

export type Trap = (typeof TRAPS)[number] | (typeof TASK_TRAPS)[number]

/** The runtime's functions that end the program: a reason's place in its list, and the number that comes with it. */
export const TRAP_FUNCTIONS: readonly (ImportName & { type: FuncType })[] = ['trap', 'task_trap'].map((name) => ({
  module: COMPONENT_MODULE,
  name,
  type: { params: [I32, I32], results: [] },
}))

/** How a reason is told to the runtime. */
export function trapCall(reason: Trap): { func: ImportName & { type: FuncType }; place: number } {
  const place = (TRAPS as readonly string[]).indexOf(reason)
  if (place >= 0) return { func: TRAP_FUNCTIONS[0], place }
  return { func: TRAP_FUNCTIONS[1], place: (TASK_TRAPS as readonly string[]).indexOf(reason) }
}

/** What else the runtime has for components: stacks of tasks (runtime/wasi/component.c). */
export const STACK_FUNCTIONS: readonly (ImportName & { type: FuncType })[] = [
  { module: COMPONENT_MODULE, name: 'stack_new', type: { params: [], results: [I32] } },
  { module: COMPONENT_MODULE, name: 'stack_switch', type: { params: [I32], results: [] } },
]

/** Whether an import is one of these functions, which no module of a component can name. */
export const isRuntimeFunction = ({ module }: ImportName): boolean => module === COMPONENT_MODULE
