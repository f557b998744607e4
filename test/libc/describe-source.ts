import { describe, expect, test } from 'vitest'
import { findTarget } from '../../compiler/targets.ts'
import { FINGERPRINTS } from '../../compiler/libc/table.ts'
import { canRun, collect, runExecutable } from '../support/run-target.ts'
import { which } from '../support/tools.ts'
import { build } from './build.ts'
import { functionsOf, type Source } from './sources.ts'

/** Rounds for each function: emulators are slower. */
export const TARGETS: [target: string, rounds: number][] = [
  ['linux-x64', 10_000],
  ['linux-arm64', 2000],
  ['linux-riscv64', 2000],
]

const EMULATED_ROUNDS = 2000
const QEMU = 'qemu-x86_64'
/** Routines ask for AVX2 when they run: without it, and with it whatever this machine has. */
const PROCESSORS = ['Nehalem', 'max']

/** Defines the tests of one library. */
export function describeSource(source: Source): void {
  describe(source.title, () => {
    const skipped = source.missing === undefined ? '' : ` (skipped: needs ${source.missing})`

    test.skipIf(skipped)(`its functions are known${skipped}`, async () => {
      const functions = functionsOf(source, await source.module())
      expect(functions.length).toBeGreaterThan(5)
      for (const { fingerprint, routine } of functions) expect(FINGERPRINTS.get(fingerprint)).toBe(routine)
    })

    test.for(TARGETS)('the routines do what its functions do on %s', async ([name, rounds], { skip }) => {
      const missing = source.missing ?? canRun(name)
      if (missing !== undefined) skip(`needs ${missing}`)
      const { stdout, stderr, code } = await runExecutable(name, await build(source, findTarget(name)!, rounds))
      expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: 'done\n', code: 0 })
    })

    test.for(PROCESSORS)('and on the processor %s', async (processor, { skip }) => {
      const missing = source.missing ?? (which(QEMU) === undefined ? `${QEMU} on the PATH` : undefined)
      if (missing !== undefined) skip(`needs ${missing}`)
      const executable = await build(source, findTarget('linux-x64')!, EMULATED_ROUNDS)
      expect(await collect(QEMU, ['-cpu', processor, executable], {})).toMatchObject({
        stdout: '',
        stderr: 'done\n',
        code: 0,
      })
    })
  })
}
