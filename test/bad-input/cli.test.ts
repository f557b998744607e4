import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { cli } from '../cli/cli.ts'
import { badModules } from './modules.ts'

const cwd = mkdtempSync(join(tmpdir(), 'bad-input-cli-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe('wasm-exe', () => {
  test.each(badModules.slice(0, 4))('refuses $title, and writes nothing', async ({ wat, says }) => {
    writeFileSync(join(cwd, 'bad.wasm'), typeof wat === 'string' ? await assemble(wat) : wat)
    const { code, stdout, stderr } = await cli(['build', 'bad.wasm', '-o', 'bad'], { cwd })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/bad\.wasm/)
    for (const pattern of says) expect(stderr).toMatch(pattern)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(readdirSync(cwd)).toEqual(['bad.wasm'])
    rmSync(join(cwd, 'bad.wasm'))
  })

  test.each<[string, string[], number, RegExp]>([
    [
      'a file that is not there',
      ['build', 'missing.wasm', '-o', 'x'],
      1,
      /missing\.wasm.*(no such file|not found|does not exist|not there)/i,
    ],
    ['a directory', ['build', '.', '-o', 'x'], 1, /directory/i],
    ['a mistake in text', ['build', 'mistake.wat', '-o', 'x'], 1, /mistake\.wat:2:/],
    ['an unknown target', ['build', 'ok.wat', '-o', 'x', '--target', 'linux-x46'], 2, /linux-x46.*linux-x64/],
    ['an unknown option', ['build', 'ok.wat', '-o', 'x', '--traget', 'all'], 2, /traget.*target/],
    ['an unknown command', ['biuld', 'ok.wat'], 2, /biuld.*build/],
    ['no file', ['build'], 2, /wasm/],
  ])('%s', async (_, args, code, says) => {
    writeFileSync(join(cwd, 'ok.wat'), '(module (memory (export "memory") 1) (func (export "_start")))')
    writeFileSync(join(cwd, 'mistake.wat'), '(module\n  (fnuc))')
    const result = await cli(args, { cwd })
    expect(result.stderr).toMatch(says)
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' })
    expect(result.stderr).not.toMatch(/\n\s+at /)
    expect(readdirSync(cwd).toSorted()).toEqual(['mistake.wat', 'ok.wat'])
  })
})
