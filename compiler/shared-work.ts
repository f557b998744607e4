/** Work on a large module that several threads do, chunk by chunk. Who has threads offers them; the core knows none. */
import type { GenerationWork, Piece } from './machine/pieces.ts'
import type { ValidatedChunk, ValidationWork } from './wasm/validate.ts'

/** Long work with pauses, in which others may have the thread; what is given in one has to be waited for. */
export type Steps<T> = Generator<void | Promise<void>, T>

/** What other threads are told, and can be sent. */
export type Work = { kind: 'validate'; work: ValidationWork } | { kind: 'generate'; work: GenerationWork }

/** The others take chunks from the last one backward; who shares the work takes them from the first one on. */
export interface SharedWork<T> {
  /** Whether the next chunk is the caller's; if not, none are left. */
  claim(): boolean
  /** Resolves once none of the others is at work. */
  readonly done: Promise<void>
  /** What came of a chunk by then; undefined where it failed, and is the caller's to do. */
  result(chunk: number): T | undefined
}

/** Gives others a part in work, if there are any. */
export interface Share {
  validate(work: ValidationWork): SharedWork<ValidatedChunk> | undefined
  generate(work: GenerationWork): SharedWork<Piece> | undefined
}
