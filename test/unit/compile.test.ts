import { expect, test } from 'vitest'
import { compileStages } from '../../compiler/compile.ts'
import { assemble } from '../../compiler/wat.ts'

const add = '(i32.add (local.get 0) (i32.const 1000000)) (local.set 0)\n'
const names = { file: 'large.wasm', name: 'large' }
/** Half a megabyte: several chunks of C. */
const large = await assemble(`(module ${`(func (param i32)\n${add.repeat(100)})\n`.repeat(600)})`)

test('a large module gives way while its C is generated', async () => {
  let turns = 0
  let next: NodeJS.Immediate
  const count = (): void => {
    turns++
    next = setImmediate(count)
  }
  count()
  const { chunks } = (await compileStages(large, names, {})).code
  clearImmediate(next!)
  expect(chunks.length).toBeGreaterThan(3)
  expect(turns).toBeGreaterThanOrEqual(chunks.length)
})

test('and can be stopped there', async () => {
  const abort = new AbortController()
  const stages: string[] = []
  const compiled = compileStages(large, names, {
    signal: abort.signal,
    done: ({ stage }) => {
      stages.push(stage)
      // One turn is the pause after validation, the next the first chunk.
      if (stage === 'validate') setImmediate(() => setImmediate(() => abort.abort(new Error('enough'))))
    },
  })
  await expect(compiled).rejects.toThrow('enough')
  expect(stages).toEqual(['decode', 'validate'])
})
