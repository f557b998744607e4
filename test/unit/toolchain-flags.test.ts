/** What compilers are told, where it decides on more than speed. */
import { expect, test } from 'vitest'
import { knownTo } from '../../compiler/toolchain/cc.ts'
import { TARGETS } from '../../compiler/targets.ts'

const PROBE = '-fstack-clash-protection'

test.each(['gcc', 'clang'] as const)('large frames touch every page where %s is the compiler', (name) => {
  for (const { compile, platform } of TARGETS.filter((target) => target.platform !== 'win32')) {
    const flags = knownTo(name, compile)
    expect(flags).toContain(PROBE)
    // Which clang's driver drops for macOS without a word.
    expect(flags.includes('-Xclang')).toBe(name === 'clang' && platform === 'darwin')
  }
})
