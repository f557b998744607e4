/** Who calls and who is called between components. */
import type { CoreItem } from './builder.ts'
import type { StringEncoding } from './definitions.ts'
import type { Limited } from './limits.ts'
import type { Resource, ValType } from './types.ts'

/** A component instance, as calls see it. */
export interface Instance {
  /** Of its table of handles. */
  number: number
  parent?: Instance
  /** 1 while it may not leave, or not be entered. */
  stays: CoreItem
  entered: CoreItem
  /** The system's side: its resources are what it knows them by, and it has no table. */
  isHost: boolean
}

/** One side of a call. */
export interface Side {
  instance: Instance
  memory?: CoreItem
  realloc?: CoreItem
  encoding: StringEncoding
}

/** The functions that keep handles, and what the whole program has. */
export interface HandleFunctions {
  /** Code for more of what is limited. @throws CompileError beyond the limit */
  count(what: Limited): void
  /** The program has tasks, each with threads. */
  readonly hasTasks: boolean
  item(name: string): CoreItem
  resourceNumber(resource: Resource): number
  /** The instance that implements it. */
  ownerOf(resource: Resource): Instance | undefined
  /** The same for equal types of streams and futures. */
  transferNumber(type: ValType): number
}

/** What a function is lifted from. */
export interface Callee {
  side: Side
  func: CoreItem
  postReturn?: CoreItem
  /** It returns by task.return. */
  async?: boolean
  /** What is called with events. */
  callback?: CoreItem
}

/** Whether an instance is another one, or made by it. */
export function isWithin(instance: Instance, outer: Instance): boolean {
  for (let at: Instance | undefined = instance; at; at = at.parent) if (at === outer) return true
  return false
}
