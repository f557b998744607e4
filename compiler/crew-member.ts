/** A thread of a crew: see crew.ts. */
import { parentPort } from 'node:worker_threads'
import { claim, lastChunk, type Answer, type Order } from './crew.ts'
import { buffersOf, takeGeneration } from './machine/pieces.ts'
import { takeValidation } from './wasm/validate.ts'

const say = (answer: Answer, transfer: ArrayBuffer[] = []): void => parentPort!.postMessage(answer, transfer)

parentPort!.on('message', (order: Order) => {
  const { number, work } = order
  let next: ((chunk: number) => void) | undefined
  while (claim(order)) {
    const chunk = lastChunk(order)
    try {
      next ??= worker(number, work)
      next(chunk)
    } catch {
      // Who shares the work does this chunk, and finds out why.
      say({ number, chunk })
    }
  }
  say({ number })
})

function worker(number: number, { kind, work }: Order['work']): (chunk: number) => void {
  if (kind === 'validate') {
    const validate = takeValidation(work)
    return (chunk) => say({ number, chunk, result: validate(chunk) })
  }
  const write = takeGeneration(work)
  return (chunk) => {
    const result = write(chunk)
    say({ number, chunk, result }, buffersOf(result))
  }
}
