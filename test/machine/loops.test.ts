/** Where innermost loops of x64 begin: padding of nops, all of whose forms LLVM's disassembler knows. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { code, resetCode } from '../../compiler/machine/code.ts'
import { alignLoop, nop } from '../../compiler/machine/x64/loops.ts'
import { which } from '../support/tools.ts'

const MC = ['llvm-mc', 'llvm-mc-14', 'llvm-mc-19'].find((name) => which(name) !== undefined)

/** Where a loop of so many bytes of the module begins that could begin at `at`. */
function begins(at: number, bytes: number): number {
  resetCode()
  code.at = at
  alignLoop(bytes)
  return code.at
}

test('a loop begins on the next line where it would take a line more than it needs, and little is lost', () => {
  // About 60 bytes of code.
  expect(begins(4, 50)).toBe(4)
  expect(begins(40, 50)).toBe(64)
  expect(begins(31, 50)).toBe(31)
  expect(begins(64 + 33, 50)).toBe(128)
  // Two lines: from 108 on they are three.
  expect(begins(44, 70)).toBe(44)
  expect(begins(45, 70)).toBe(64)
  expect(begins(0, 70)).toBe(0)
  // Long ones, wherever they are.
  expect(begins(63, 250)).toBe(63)
})

test('sections are aligned to lines where loops are', () => {
  begins(0, 250)
  expect(code.alignment).toBe(16)
  begins(0, 50)
  expect(code.alignment).toBe(64)
})

test.skipIf(MC === undefined)(`nops of each length${MC ? '' : ' (skipped: needs llvm-mc)'}`, () => {
  for (let bytes = 1; bytes <= 20; bytes++) {
    resetCode()
    nop(bytes)
    expect(code.at).toBe(bytes)
    const hex = Array.from(code.bytes.subarray(0, bytes), (value) => `0x${value.toString(16)}`).join(' ')
    const text = execFileSync(MC!, ['--disassemble', '--triple=x86_64'], { input: hex, encoding: 'utf8' })
    const names = text.split('\n').flatMap((line) => /^\s+([a-z]+)/.exec(line)?.[1] ?? [])
    expect(names.filter((name) => name !== 'text')).toHaveLength(Math.ceil(bytes / 9))
    for (const name of names.filter((other) => other !== 'text')) expect(name).toMatch(/^(nop[lw]?|xchgw)$/)
  }
})
