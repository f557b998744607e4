import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { collect } from '../support/run-target.ts'
import { root, which } from '../support/tools.ts'
import { differences } from '../support/wasi-expectation.ts'
import { makeFixture, suiteEnvironment } from '../support/wasi-fixture.ts'
import { buildSuite, readPrograms } from '../support/wasi-programs.ts'

const run = promisify(execFile)
const runtime = join(root, 'runtime')
const scratch = mkdtempSync(join(tmpdir(), 'wasm-exe-sanitizers-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const here = process.platform === 'linux' && process.arch === 'x64' && which('gcc') !== undefined

const sanitize = ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer', '-g']
// Above AddressSanitizer's shadow, below where the kernel puts libraries.
const memory = '-DWASM_MEMORY_BASE=0x200000000000'
const flags = [
  '-std=gnu11',
  '-O1',
  '-w',
  '-fwrapv',
  '-fno-strict-aliasing',
  '-fno-builtin',
  '-ffp-contract=off',
  memory,
]

/** The grants of `suiteGrants`, and a libc's entry point instead of ours. */
const main = `
#include "program.h"
static const struct wasm_grant_dir dirs[] = {{.guest = "/", .host = "root"}, {.guest = "/ro", .host = "ro", .read_only = true}};
static const struct wasm_grant_env env[] = {{"GREETING", NULL}, {"ABSENT", NULL}, {"FIXED", "a value"}};
const struct wasm_program wasm_program = {.name = "suite", .dirs = dirs, .dir_count = 2, .env = env, .env_count = 3};
void suite_instantiate(void);
void suite___start(void);
int main(void) { suite_instantiate(); suite___start(); return 0; }
`

describe.skipIf(!here)(
  `WASI under AddressSanitizer and UBSan${here ? '' : ' (skipped: needs gcc on Linux x64)'}`,
  () => {
    const programs = readPrograms().filter(({ grants }) => grants === 'all')
    const suite = join(scratch, 'suite')

    beforeAll(async () => {
      const wasm = await buildSuite(programs)
      const { code } = await compile(await readFile(wasm), { file: 'suite.wasm' })
      for (const { name, bytes } of code.data) writeFileSync(join(scratch, name), bytes)
      writeFileSync(join(scratch, 'main.c'), main)
      const units = [
        ['main.o', join(scratch, 'main.c'), ...sanitize],
        ['runtime.o', join(runtime, 'runtime.c'), '-DWASM_LIBRARY', ...sanitize],
        ...code.chunks.map((chunk, index) => {
          const source = join(scratch, `chunk${index}.c`)
          writeFileSync(source, chunk.code)
          return [`chunk${index}.o`, source]
        }),
      ]
      for (const [object, source, ...more] of units)
        await run('gcc', [...flags, ...more, `-I${runtime}`, '-c', source, '-o', object], {
          cwd: scratch,
          timeout: 600_000,
        })
      await run('gcc', [...sanitize, ...units.map(([object]) => object), '-o', suite], { cwd: scratch })
    })

    test.each(programs)('$name: $title', async (program) => {
      const fixture = makeFixture({ symlinks: true })
      try {
        const env = { ...process.env, ...suiteEnvironment, ASAN_OPTIONS: 'detect_leaks=0:handle_segv=0:handle_abort=0' }
        const result = await collect(suite, [program.name, ...program.args], {
          stdin: program.stdin,
          cwd: fixture.path,
          env,
        })
        expect(result.stderr).not.toMatch(/Sanitizer|runtime error/)
        expect(differences(program, result).join('\n')).toBe('')
      } finally {
        fixture.remove()
      }
    })
  },
)
