/**
 * Every module of the official scripts, valid or not, against our own decoder and validator. Text that the text parser
 * (an npm package) refuses already says nothing about us and is counted apart.
 */
import { describe, expect, test } from 'vitest'
import { CompileError } from '../../compiler/errors.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import type { Feature } from '../../compiler/wasm/opcodes.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { toBytes } from './convert.ts'
import { GROUPS, groupOf, type Group } from './groups.ts'
import { HOW_TO_GET, readSuiteFile, scripts, suiteDir } from './suite.ts'
import { readScript, type Command } from './wast.ts'

const BASE = [
  'mvp',
  'mutable-global',
  'sign-extension',
  'saturating-float-to-int',
  'multi-value',
  'bulk-memory',
] as const
const WASM_3: Feature[] = [
  ...BASE,
  'reference-types',
  'simd',
  'relaxed-simd',
  'tail-call',
  'exception-handling',
  'function-references',
  'extended-const',
  'multi-memory',
  'memory64',
  'gc',
]

/** The scripts of a proposal extend the standard of their day: those of threads know one memory and one table. */
const FEATURES: Partial<Record<Group, Feature[]>> = {
  legacy: [...WASM_3, 'legacy-exceptions'],
  threads: [...BASE, 'threads'],
}

type WithSource = Extract<Command, { source: unknown }>

function verdict(bytes: Uint8Array, features: Feature[]): CompileError | undefined {
  try {
    validateModule(decode(bytes, { name: 'module' }), { features: new Set(features) })
    return undefined
  } catch (error) {
    if (error instanceof CompileError) return error
    throw error
  }
}

/** What is wrong with the verdict on a module, if anything. */
function judge(command: WithSource, error: CompileError | undefined, group: Group): string | undefined {
  if (command.kind !== 'assert_invalid' && command.kind !== 'assert_malformed') return error?.message
  if (error === undefined) return `accepted, but: ${command.message}`
  const expected = command.kind.slice('assert_'.length)
  // Text may be malformed in what its bytes express well; what threads does not know yet is unsupported there.
  const fits =
    error.code === expected || command.source.kind === 'quote' || (group === 'threads' && error.code === 'unsupported')
  return fits ? undefined : `${error.code} instead of ${expected}: ${error.reason}`
}

async function checkGroup(dir: string, group: Group): Promise<string[]> {
  const wrong: string[] = []
  const counts = { checked: 0, 'refused by the text parser': 0 }
  for (const script of scripts(dir).filter((name) => groupOf(name) === group)) {
    for (const command of readScript(readSuiteFile(dir, script))) {
      if (!('source' in command)) continue
      const bytes = await toBytes(command.source, { legacy: group === 'legacy' }).catch((error: unknown) =>
        String(error),
      )
      if (typeof bytes === 'string') {
        if (command.kind === 'assert_malformed') counts['refused by the text parser']++
        else wrong.push(`${script}:${command.line}: ${bytes}`)
        continue
      }
      const error = verdict(bytes, FEATURES[group] ?? WASM_3)
      counts.checked++
      const problem = judge(command, error, group)
      if (problem !== undefined) wrong.push(`${script}:${command.line}: ${command.kind}: ${problem}`)
    }
  }
  console.log(
    `${group}: ${Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}`,
  )
  expect(counts.checked).toBeGreaterThan(0)
  return wrong
}

describe('the official scripts', () => {
  if (suiteDir === undefined) {
    test.skip(`are not here: ${HOW_TO_GET}`, () => {})
    return
  }
  const dir = suiteDir
  for (const group of GROUPS) {
    test(`of the group ${group} get the right verdict on every module`, async () => {
      expect(await checkGroup(dir, group)).toEqual([])
    })
  }
})
