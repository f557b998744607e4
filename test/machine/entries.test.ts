import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findTarget } from '../../compiler/targets.ts'
import { canRun } from '../support/run-target.ts'
import { runScript } from '../spec/script.ts'

const COUNT = 200
const numbers = Array.from({ length: COUNT }, (_, i) => i)
const type = `(param ${'i64 '.repeat(COUNT)}) (result ${'i64 '.repeat(COUNT)})`
const constants = (first: number): string => numbers.map((i) => `(i64.const ${i + first})`).join(' ')

/** 1,600 bytes of arguments, as many of results, in and out: what a frame has for them must be asked of the signature. */
const script = `(module
  (func (export "reverse") ${type} (local i64)
    ${numbers.map((i) => `(local.get ${COUNT - 1 - i})`).join(' ')}))
(assert_return (invoke "reverse" ${constants(7)}) ${numbers.map((i) => `(i64.const ${COUNT - 1 - i + 7})`).join(' ')})`

test.skipIf(canRun('linux-x64') !== undefined)('C calls a function of many parameters and results', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'wasm-exe-entries-'))
  writeFileSync(join(dir, 'entries.wast'), script)
  const { passed, failed } = await runScript(dir, 'entries.wast', findTarget('linux-x64')!, 2, 1, 'machine')
  expect({ passed, failed }).toEqual({ passed: 1, failed: [] })
})
