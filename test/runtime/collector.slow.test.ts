/**
 * The collector under AddressSanitizer and UBSan: it runs at each allocation, and memory without an object is poisoned, so
 * that a use of what it should have kept is found where it happens.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { generateConfig } from '../../compiler/config.ts'
import { compile } from '../../compiler/index.ts'
import { normalizeGrants } from '../../compiler/options.ts'
import { CHANGES, KEEPERS, NUMBERS, REGISTERS, smaller } from '../executables/object-programs.ts'
import { sourcesOf } from '../spec/build.ts'
import { toBytes } from '../spec/convert.ts'
import { groupOf } from '../spec/groups.ts'
import { runScript } from '../spec/script.ts'
import { HOW_TO_GET, scripts, suiteDir } from '../spec/suite.ts'
import { findTarget } from '../../compiler/targets.ts'
import { collect } from '../support/run-target.ts'
import { root } from '../support/tools.ts'
import { apart } from './apart.ts'
import { compileAll, environment, here, MEMORY_BASE, run, sanitize, skipped } from './sanitize.ts'

const scratch = mkdtempSync(join(tmpdir(), 'wasm-exe-collector-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** The driver of scripts leaves functions by a jump, which poisons of their frames would outlive. */
const stressed = [...sanitize, '--param=asan-stack=0', '-DWASM_GC_STRESS']

/** The C program's own stack is the one to look at. */
const MAIN = `
#include "gc.c"
extern void *__libc_stack_end;
INTERNAL u8 *process_stack_top(void) { return __libc_stack_end; }
`

async function link(name: string, sources: readonly { name: string; code: string }[]): Promise<string> {
  const units: string[][] = []
  for (const source of sources) {
    await writeFile(join(scratch, `${name}-${source.name}`), source.code)
    units.push([`${name}-${source.name}.o`, `${name}-${source.name}`, ...stressed])
  }
  await compileAll(scratch, units)
  await run('gcc', [...sanitize, ...units.map(([object]) => object), '-o', name], { cwd: scratch })
  return join(scratch, name)
}

describe.skipIf(!here)(`programs${skipped}`, () => {
  test.each([
    ['what is kept stays, wherever it is', smaller(KEEPERS)],
    ['blocks of references', NUMBERS],
    ['what is stored in objects that are no longer new', smaller(CHANGES)],
    ['registers while objects are made', REGISTERS],
  ])('%s', async (name, text) => {
    const { code } = await compile(await toBytes({ kind: 'text', text }), { file: 'objects.wasm' })
    const grants = normalizeGrants()
    const info = { version: 1, name: 'objects', grants } as Parameters<typeof generateConfig>[0]['info']
    const start = { name: 'objects', start: ['_start'], throws: true, net: false, heapMax: 2 ** 32 }
    const main = `#include "runtime.c"\n${MAIN}int main(void) { wasm_program_run(); return 0; }\n`
    const program = await link(name.replaceAll(/\W+/g, '-'), [
      { name: 'config.c', code: generateConfig({ ...start, grants, embedded: [], info }) },
      { name: 'main.c', code: main },
      ...code.chunks.map((chunk, i) => ({ name: `chunk${i}.c`, code: apart(chunk.code) })),
    ])
    const { code: ended, stderr } = await collect(program, [], { env: environment })
    expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' })
  })
})

const missing = here
  ? suiteDir === undefined
    ? ` (skipped: needs the official test scripts: ${HOW_TO_GET})`
    : ''
  : skipped
const groups = suiteDir === undefined ? [] : scripts(suiteDir).filter((script) => groupOf(script) === 'gc')

describe.skipIf(missing !== '')(`official scripts of the group gc${missing}`, () => {
  test.each(groups.length > 0 ? groups : ['gc'])('%s', async (script) => {
    const target = findTarget('linux-x64')!
    const { passed, failed } = await runScript(suiteDir!, script, target, 2, 1, 'c', async (planner, driver) => {
      const sources = sourcesOf(planner, driver).map(({ name, code }) => ({ name, code: placed(code, name) }))
      return link(script.replaceAll(/\W+/g, '-'), sources)
    })
    expect(failed).toEqual([])
    expect(passed).toBeGreaterThan(0)
  })
})

const DRIVER = join(root, 'test/spec/driver/driver.c')

/** Memories lie above AddressSanitizer's shadow; the driver gets a main function. */
function placed(code: string, name: string): string {
  const hook = '#define WASM_TRAP_HOOK\n'
  if (name === 'driver.c')
    return `${hook}${code.replace('"driver.c"', `"${DRIVER}"`)}${MAIN}int main(void) { spec_run(); return 0; }\n`
  const at = (_: string, define: string, base: string): string =>
    `${define}0x${(BigInt(base) + MEMORY_BASE).toString(16)}`
  // Functions carry their types as those of executables do.
  return `${hook}#undef WASM_LIBRARY\n${code.replace(/(#define WASM_MEMORY_BASE )(0x\w+)/, at)}`
}
