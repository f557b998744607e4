import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { Random } from '../fuzz/components.ts'
import { parseComponent } from '../support/component.ts'
import { levelsOf } from '../support/levels.ts'
import { runExecutable } from '../support/run-target.ts'
import { testCache } from '../support/tools.ts'
import { host, hostileDirectory } from './hostile-programs.ts'
import { argumentComponent, KINDS, patched, randomTry, resultComponent, trapOf } from './lengths.ts'

const TRIES = Number(process.env.LENGTHS_TRIES ?? 15)

// An executable for macOS that was changed would have to be signed again.
test
  .skipIf(host.startsWith('darwin'))
  .each(levelsOf(host).flatMap((level) => (['arguments', 'results'] as const).map((way) => [level, way] as const)))(
  'level %s, lists and strings as %s: pointers, lengths and places at the edges',
  async (optimize, way) => {
    const isResult = way === 'results'
    const bytes = await parseComponent(isResult ? resultComponent() : argumentComponent())
    const options = { file: 'lengths.wasm', target: host, optimize, cacheDir: join(testCache, 'cache') } as const
    const { path } = await createExecutable(bytes, options)
    const executable = readFileSync(path)
    const cwd = hostileDirectory()
    const random = new Random(Number(process.env.LENGTHS_SEED ?? 5))
    const wrong: unknown[] = []
    const traps = new Set<string | undefined>()
    for (let run = 0; run < TRIES * KINDS.length; run++) {
      const tried = randomTry(run % KINDS.length, isResult, random)
      const file = join(cwd, `lengths-${run}.exe`)
      writeFileSync(file, patched(executable, tried), { mode: 0o755 })
      const { code, stderr } = await runExecutable(host, file)
      const trap = code === 0 ? undefined : (/^wasm trap: (.*)/.exec(stderr)?.[1] ?? stderr)
      const expected = trapOf(tried)
      traps.add(expected)
      if (trap !== expected || (code !== 0 && code !== 134))
        wrong.push({ title: KINDS[tried.kind].title, ...tried, trap, expected, code })
    }
    expect(wrong).toEqual([])
    expect(traps.size, 'ways to end').toBe(isResult ? 5 : 4)
  },
)
