import { expect, test } from 'vitest'
import { compileStages } from '../../compiler/compile.ts'
import { assemble } from '../../compiler/wat.ts'

const add = '(i32.add (local.get 0) (i32.const 1000000)) (local.set 0)\n'
const names = { file: 'large.wasm', name: 'large' }
/** Half a megabyte: several chunks of C. */
const large = await assemble(`(module ${`(func (param i32)\n${add.repeat(100)})\n`.repeat(600)})`)

test('a large module gives way while it is validated, and while its C is generated', async () => {
  const turns: Record<string, number> = {}
  let count = 0
  let next: NodeJS.Immediate
  const turn = (): void => {
    count++
    next = setImmediate(turn)
  }
  turn()
  const { code } = await compileStages(large, names, {
    done: ({ stage }) => {
      turns[stage] = count
      count = 0
    },
  })
  clearImmediate(next!)
  // One turn is the pause after decoding.
  expect(turns.validate).toBeGreaterThan(2)
  expect(code.chunks.length).toBeGreaterThan(3)
  expect(turns.generate).toBeGreaterThanOrEqual(code.chunks.length)
})

test.each([
  ['decode', ['decode']],
  ['validate', ['decode', 'validate']],
])('and can be stopped in the stage after %s', async (before, complete) => {
  const abort = new AbortController()
  const stages: string[] = []
  const compiled = compileStages(large, names, {
    signal: abort.signal,
    done: ({ stage }) => {
      stages.push(stage)
      // One turn is the pause between the stages, the next the first of the stage.
      if (stage === before) setImmediate(() => setImmediate(() => abort.abort(new Error('enough'))))
    },
  })
  await expect(compiled).rejects.toThrow('enough')
  expect(stages).toEqual(complete)
})
