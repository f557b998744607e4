/** Every component of the official scripts, valid or not, against our own decoder and validator. */
import { describe, expect, test } from 'vitest'
import { COMPONENT_GROUPS, componentSuiteDir, HOW_TO_GET_COMPONENTS, type ComponentGroup } from './component-suite.ts'
import { judgeScript } from './component-verdict.ts'
import { scripts } from './suite.ts'

async function checkGroup(dir: string, group: ComponentGroup): Promise<string[]> {
  const wrong: string[] = []
  let passed = 0
  const skipped = new Set<string>()
  for (const script of scripts(dir).filter((name) => name.startsWith(`${group}/`))) {
    const result = await judgeScript(dir, script)
    passed += result.passed
    wrong.push(...result.failed.map(({ line, text }) => `${script}:${line}: ${text}`))
    for (const { line, text } of result.skipped) skipped.add(`${script}:${line}: ${text}`)
  }
  console.log(`${group}: ${passed} right, ${skipped.size} left out`)
  for (const reason of skipped)
    if (!reason.endsWith('where machine code of ours does')) console.log(`left out ${reason}`)
  expect(passed).toBeGreaterThan(0)
  return wrong
}

describe('the official scripts of the component model', () => {
  if (componentSuiteDir === undefined) {
    test.skip(`are not here: ${HOW_TO_GET_COMPONENTS}`, () => {})
    return
  }
  const dir = componentSuiteDir
  for (const group of COMPONENT_GROUPS) {
    test(`of the group ${group} get the right verdict on every component`, async () => {
      expect(await checkGroup(dir, group)).toEqual([])
    })
  }
})
