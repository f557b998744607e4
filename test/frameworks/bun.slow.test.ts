/** Bun, which runs bundlers; and its own, which does not take the plugin and says so. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { otherDay } from '../support/rotation.ts'
import { directoryOf, environment, execute, install } from './project.ts'

const directory = directoryOf('bun')
const other = otherDay(6)

describe.skipIf(other !== '')(`Bun${other}`, () => {
  let env: NodeJS.ProcessEnv
  let installing: string

  beforeAll(async () => {
    installing = await install('bun', directory)
    env = await environment(directory, {})
  })

  const bun = (file: string) => execute(join(directory, 'node_modules/.bin/bun'), [file], { cwd: directory, env })

  test('npm warns of nothing', () => {
    expect(installing).not.toMatch(/ERESOLVE|peer/)
  })

  test.each(['esbuild', 'rollup', 'vite'])('%s builds in Bun, and what it built runs there', async (bundler) => {
    rmSync(join(directory, 'dist'), { recursive: true, force: true })
    await bun(`${bundler}.js`)
    expect((await bun('dist/main.js')).stdout).toBe('Hello from hello! from Bun\n')
  })

  test("Bun's own bundler is refused by name", async () => {
    const failed = await bun('bun.js').catch((error: { stderr: string }) => error.stderr)
    expect(failed).toMatch(
      /Bun's bundler takes esbuild's plugins without all .*\n {2}bundle with esbuild, Vite, Rollup/,
    )
  })
})
