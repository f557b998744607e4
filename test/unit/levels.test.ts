/** Which level a program is built at where nobody chose one, and where somebody did. */
import { expect, test } from 'vitest'
import { levelFor } from '../../compiler/levels.ts'
import type { BuildOptions } from '../../compiler/options.ts'
import { findTarget } from '../../compiler/targets.ts'

test.each<[BuildOptions, string, number | string, string | undefined]>([
  [{}, 'linux-x64', 1, undefined],
  [{}, 'win32-arm64', 1, undefined],
  [{ jobs: 2, cacheDir: 'x', cpu: 'baseline', debug: false }, 'darwin-x64', 1, undefined],
  [{}, 'linux-riscv64', 2, 'the target linux-riscv64'],
  [{ debug: true }, 'linux-x64', 2, 'debug: true'],
  [{ toolchain: 'cc' }, 'linux-x64', 2, "toolchain: 'cc'"],
  [{ launcher: 'ccache' }, 'linux-x64', 2, "launcher: 'ccache'"],
  [{ cpu: 'x86-64-v3' }, 'linux-x64', 2, "cpu: 'x86-64-v3'"],
  // Only x64 executables ask for it.
  [{ cpu: 'x86-64-v3' }, 'linux-arm64', 1, undefined],
  [{ optimize: 2 }, 'linux-x64', 2, 'optimize: 2'],
  [{ optimize: 's', debug: true }, 'linux-riscv64', 's', "optimize: 's'"],
  // What was chosen is not changed: whoever builds at it refuses what it lacks.
  [{ optimize: 1, debug: true, toolchain: 'cc', cpu: 'x86-64-v3' }, 'linux-x64', 1, undefined],
  [{ optimize: 1 }, 'linux-riscv64', 1, undefined],
  [{ optimize: 0 }, 'linux-x64', 0, undefined],
])('%j for %s: %s', (options, target, optimize, what) => {
  const level = levelFor(options, findTarget(target)!)
  expect([level.optimize, level.need?.what]).toEqual([optimize, what])
})
