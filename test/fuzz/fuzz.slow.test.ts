import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { root } from '../support/tools.ts'
import { checkSeed, host } from './check.ts'
import { installTools, missing, type Tools } from './tools.ts'

const COUNT = 30

describe.skipIf(missing !== undefined)(`random modules${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
  let tools: Tools
  beforeAll(async () => {
    tools = await installTools()
  })
  const options = { target: host, levels: [0, 2] as const, keepIn: join(root, 'test/.tmp/fuzz') }
  for (let seed = 1; seed <= COUNT; seed++)
    test.concurrent(`seed ${seed} does what it does on V8`, async () => {
      const { failures, lines } = await checkSeed(tools, seed, options)
      expect(failures.join('\n')).toBe('')
      expect(lines).toBeGreaterThan(0)
    })
})
