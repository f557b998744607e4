import { expect, test } from 'vitest'
import { executable } from './programs.ts'
import { describeThreads } from './suite.ts'

describeThreads(`${process.platform}-${process.arch}`)

test('are refused for targets that have none', async () => {
  await expect(executable('count.wat', 'darwin-arm64')).rejects.toThrow(
    'starts threads, which is not supported yet for darwin-arm64',
  )
})
