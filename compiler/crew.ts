/**
 * Threads of this process that have a part in work on large modules. Whatever keeps one from starting, or ends it, its work is
 * the caller's then: a crew makes builds faster and nothing else.
 */
import { Worker } from 'node:worker_threads'
import type { SharedWork, Share, Work } from './shared-work.ts'

/** Of the package; where it is run from its sources there is none. */
const ENTRY = new URL('./crew-member.js', import.meta.url)

/** More do not make up for what they have to load and to learn. */
const MOST = 4

/** What a member is told. `counts`: chunks that were taken, and those of them that were taken from the end. */
export interface Order {
  number: number
  work: Work
  chunks: number
  counts: Int32Array
}

/** What it says: what came of a chunk, nothing where that failed; that it has no more to do. */
export type Answer = { number: number; chunk: number; result?: unknown } | { number: number }

/** Counts, for an order of so many chunks: whether one was left. */
export const claim = ({ counts, chunks }: Pick<Order, 'counts' | 'chunks'>): boolean =>
  Atomics.add(counts, 0, 1) < chunks

/** The number of the chunk that a member has claimed. */
export const lastChunk = ({ counts, chunks }: Order): number => chunks - 1 - Atomics.add(counts, 1, 1)

export class Crew implements Share {
  readonly #members = new Set<Worker>()
  /** Bytes of modules as all threads can read them. */
  readonly #shared = new Map<Uint8Array, Uint8Array>()
  #orders = 0
  /** Of the order that is being done. */
  #results = new Map<number, unknown>()
  #busy = new Set<Worker>()
  #finish = (): void => {}

  /** @param size with the caller */
  constructor(size: number) {
    for (let i = 1; i < Math.min(size, MOST); i++) this.#hire()
  }

  #hire(): void {
    try {
      const member = new Worker(ENTRY, { execArgv: [], stdout: true, stderr: true })
      this.#members.add(member)
      member.on('message', (answer: Answer) => this.#hear(member, answer))
      member.on('error', () => this.#leave(member))
      member.on('exit', () => this.#leave(member))
    } catch {
      // Processes may be denied threads.
    }
  }

  validate(work: Extract<Work, { kind: 'validate' }>['work']): ReturnType<Share['validate']> {
    return this.#share({ kind: 'validate', work: { ...work, module: this.#readable(work.module) } }, work.chunks)
  }

  generate(work: Extract<Work, { kind: 'generate' }>['work']): ReturnType<Share['generate']> {
    const { unit } = work
    const shared = { ...work, unit: { ...unit, module: this.#readable(unit.module) } }
    return this.#share({ kind: 'generate', work: shared }, work.chunks)
  }

  #readable<M extends { bytes: Uint8Array }>(module: M): M {
    let bytes = this.#shared.get(module.bytes)
    if (bytes === undefined) {
      bytes = new Uint8Array(new SharedArrayBuffer(module.bytes.length))
      bytes.set(module.bytes)
      this.#shared.set(module.bytes, bytes)
    }
    return { ...module, bytes }
  }

  /** @param starts of chunks, and where the last one ends */
  #share<T>(work: Work, starts: readonly number[]): SharedWork<T> | undefined {
    if (this.#members.size === 0) return undefined
    const counts = new Int32Array(new SharedArrayBuffer(8))
    const order: Order = { number: ++this.#orders, work, chunks: starts.length - 1, counts }
    const results = (this.#results = new Map<number, unknown>())
    this.#busy = new Set(this.#members)
    const done = new Promise<void>((resolve) => (this.#finish = resolve))
    for (const member of this.#members) {
      try {
        member.postMessage(order)
      } catch {
        this.#leave(member)
      }
    }
    return { claim: () => claim(order), done, result: (chunk) => results.get(chunk) as T | undefined }
  }

  #hear(member: Worker, answer: Answer): void {
    if (answer.number !== this.#orders) return
    if ('chunk' in answer) this.#results.set(answer.chunk, answer.result)
    else this.#rest(member)
  }

  #leave(member: Worker): void {
    this.#members.delete(member)
    this.#rest(member)
  }

  #rest(member: Worker): void {
    this.#busy.delete(member)
    if (this.#busy.size === 0) this.#finish()
  }

  /** Ends all members, whatever they do. */
  async end(): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.terminate()))
  }
}
