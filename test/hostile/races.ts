import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { levelsOf } from '../support/levels.ts'
import { collect } from '../support/run-target.ts'
import { host, hostileDirectory, hostileSuite } from './hostile-programs.ts'

interface Race {
  title: string
  /** Which paths `race.c` tries. */
  mode: string
  /** What `swap.c` exchanges; a single path is taken away and put back. */
  swapped: string[]
}

const races: Race[] = [
  {
    title: 'a directory on the way and a link to one outside',
    mode: 'through',
    swapped: ['root/place', 'outside/place'],
  },
  { title: 'a file and a link to one outside', mode: 'file', swapped: ['root/text', 'outside/link'] },
  { title: 'a directory that is moved out while ".." leads back', mode: 'above', swapped: ['root/deep/moved'] },
  { title: 'changes in a directory that becomes a link', mode: 'change', swapped: ['root/place', 'outside/place'] },
]

/** Defines the races between a program that opens paths and another process that puts links in their way. */
export function describeRaces(tries: number): void {
  describe.skipIf(process.platform === 'win32').each(levelsOf(host))(
    `links swapped during ${tries} tries, level %s`,
    (level) => {
      let suite: string
      beforeAll(async () => {
        suite = await hostileSuite(host, level)
      })

      test.each(races)('$title', async ({ mode, swapped }) => {
        const base = makeTree()
        const swapper = spawn(suite, ['swap', ...swapped], { cwd: base, stdio: ['pipe', 'pipe', 'inherit'] })
        const ended = once(swapper, 'close')
        await once(swapper.stdout, 'data')
        const options = { cwd: join(base, 'root'), timeout: 60_000 + tries * 10 }
        const result = await collect(suite, ['race', mode, `${tries}`], options)
        swapper.stdin.end()
        const [code] = await ended
        expect(code, 'the swapping process').toBe(0)
        expect(result).toMatchObject({ code: 0, stderr: '' })
        // Both must have happened, or there was no race.
        const [, inside, stopped] = /inside (\d+) (refused \d+ missing \d+) escaped 0 other 0/.exec(result.stdout) ?? []
        expect(Number(inside), result.stdout).toBeGreaterThan(0)
        expect(stopped).not.toBe('refused 0 missing 0')
        expectOutsideUntouched(base)
      })
    },
  )
}

/** `root` is granted, `outside` is not; a `text` says where it stands, also above both, where ".." of a moved directory leads. */
function makeTree(): string {
  const top = hostileDirectory('base/root/place', 'base/root/deep/moved', 'base/outside')
  const base = join(top, 'base')
  for (const file of ['root/text', 'root/place/text']) writeFileSync(join(base, file), 'inside')
  for (const file of ['../text', 'outside/text', 'outside/outside-only']) writeFileSync(join(base, file), 'outside')
  mkdirSync(join(base, 'outside/made'))
  symlinkSync('../outside', join(base, 'outside/place'))
  symlinkSync('../outside/text', join(base, 'outside/link'))
  return base
}

function expectOutsideUntouched(base: string): void {
  const expected = ['link', 'made', 'outside-only', 'text']
  const names = readdirSync(join(base, 'outside')).filter((name) => name !== 'place')
  expect(names.toSorted()).toEqual(expected)
  for (const name of ['../text', 'outside/text', 'outside/outside-only'])
    expect(readFileSync(join(base, name), 'utf8')).toBe('outside')
  expect(existsSync(join(base, 'parked'))).toBe(false)
}
