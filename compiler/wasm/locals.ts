import type { ValType } from './types.ts'

/** Locals of one type that follow each other. */
export interface LocalGroup {
  count: number
  type: ValType
}

/** More are not written out one by one: a few bytes of a module can ask for 50,000, in each of a million functions. */
const MAX_LIST = 256

/** The types of a function's locals after its parameters. */
export class Locals {
  readonly length: number
  readonly groups: readonly LocalGroup[]
  /** One by one, where they are few. */
  readonly #list: ValType[] | undefined
  /** Where each group ends. */
  readonly #ends: number[] = []

  constructor(groups: readonly LocalGroup[]) {
    this.groups = groups
    let length = 0
    for (const { count } of groups) this.#ends.push((length += count))
    this.length = length
    if (length > MAX_LIST) return
    const list: ValType[] = []
    for (const { count, type } of groups) for (let i = 0; i < count; i++) list.push(type)
    this.#list = list
  }

  /** The type of a local, undefined beyond the last one. */
  type(index: number): ValType | undefined {
    return this.#list ? this.#list[index] : this.#find(index)
  }

  #find(index: number): ValType | undefined {
    let low = 0
    for (let high = this.#ends.length; low < high;) {
      const middle = (low + high) >>> 1
      if (this.#ends[middle] > index) high = middle
      else low = middle + 1
    }
    return this.groups[low]?.type
  }
}
