import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { root } from '../support/tools.ts'
import { run } from './project.ts'
import { tarballOf } from './setup.ts'

/** Runs a tool of the repository beside the installed package. */
function tool(name: string, ...args: string[]) {
  return run(process.execPath, [join(root, 'node_modules/.bin', name), ...args], inject('installed'))
}

describe('what is published', () => {
  test('has the files that its exports name', async () => {
    const { code, stdout, stderr } = await tool(
      'publint',
      '--strict',
      '--pack',
      'false',
      'node_modules/unplugin-wasm-exe',
    )
    expect(code, stdout + stderr).toBe(0)
  })

  test('has types for each of them', async () => {
    const tarball = tarballOf(inject('installed'))
    // The export `types` declares modules and has no code.
    const { code, stdout, stderr } = await tool(
      'attw',
      tarball,
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      'types',
    )
    expect(code, stdout + stderr).toBe(0)
  })
})
