import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateConfig } from '../../compiler/config.ts'
import { embedUnit } from '../../compiler/embed-unit.ts'
import { readEmbedded } from '../../compiler/embed.ts'
import { compile, type Grants } from '../../compiler/index.ts'
import { normalizeGrants } from '../../compiler/options.ts'
import { follow } from '../programs/following.ts'
import { polled } from '../programs/polling.ts'
import { freePort } from '../support/network.ts'
import { collect } from '../support/run-target.ts'
import { root } from '../support/tools.ts'
import { differences } from '../support/wasi-expectation.ts'
import { makeEmbedded, makeFixture, ownGrants, suiteEnvironment } from '../support/wasi-fixture.ts'
import { buildSuite, readProgram, readPrograms, type WasiProgram } from '../support/wasi-programs.ts'
import { apart } from './apart.ts'
import { compileAll, environment, flags, here, run, runtime, sanitize, skipped } from './sanitize.ts'

const scratch = mkdtempSync(join(tmpdir(), 'wasm-exe-sanitizers-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** The runtime with all its parts, and a libc's entry point instead of ours. */
const main = `
#include "runtime.c"
int main(void) {
    listeners_open();
    wasm_program_run();
    return 0;
}
`

/** Links the suite with what it is granted and made of. */
async function link(
  name: string,
  objects: string[],
  given: { grants?: Grants; embed?: Record<string, string> },
): Promise<string> {
  const grants = normalizeGrants(given.grants)
  const embedded = await readEmbedded(given.embed)
  const tables = embedUnit('suite', embedded)
  const info = { version: 1, name: 'suite', grants } as Parameters<typeof generateConfig>[0]['info']
  const config = generateConfig({
    name: 'suite',
    start: ['_start'],
    throws: false,
    net: false,
    grants,
    embedded: embedded.info,
    info,
  })
  const write = (file: string, content: string | Uint8Array): void => writeFileSync(join(scratch, file), content)
  write(`${name}.c`, config)
  write(`${name}.embedded.c`, tables.code ?? '')
  for (const { name: file, bytes } of tables.data ?? []) write(file, bytes)
  const own = [`${name}.o`, `${name}.embedded.o`]
  await compileAll(
    scratch,
    own.map((object) => [object, join(scratch, object.replace(/o$/, 'c'))]),
  )
  // In library objects all is weak: the linker takes what comes first.
  await run('gcc', [...sanitize, ...own, ...objects, '-o', join(scratch, name)], { cwd: scratch })
  return join(scratch, name)
}

describe.skipIf(!here)(`WASI under AddressSanitizer and UBSan${skipped}`, () => {
  // In one module the first argument chooses a program: none may be granted before it.
  const programs = readPrograms().filter(({ grants }) => !grants.startsWith('args'))
  const groups = [...new Set(programs.map(({ grants }) => grants))]
  const suites = new Map<WasiProgram['grants'], string>()
  let port: number
  let polling: string

  beforeAll(async () => {
    makeEmbedded()
    const wasm = await buildSuite([...programs, readProgram(join(root, 'test/programs/poll.c'))])
    const { code } = await compile(await readFile(wasm), { file: 'suite.wasm' })
    for (const { name, bytes } of code.data) writeFileSync(join(scratch, name), bytes)
    writeFileSync(join(scratch, 'main.c'), main)
    const units = [
      ['main.o', join(scratch, 'main.c'), '-DWASM_EMBED', '-DWASM_LISTEN', ...sanitize],
      ...code.chunks.map((chunk, index) => {
        const source = join(scratch, `chunk${index}.c`)
        writeFileSync(source, apart(chunk.code))
        return [`chunk${index}.o`, source]
      }),
    ]
    await compileAll(scratch, units)
    const objects = units.map(([object]) => object)
    for (const group of groups)
      suites.set(group, await link(group, objects, ownGrants[group === 'all' ? 'own' : group]))
    port = await freePort()
    polling = await link('polling', objects, { grants: { dirs: { '/': '.' }, listen: [`127.0.0.1:${port}`] } })
  })

  test.each(programs)('$name: $title', async (program) => {
    const fixture = makeFixture({ symlinks: true })
    try {
      const options = { stdin: program.stdin, cwd: fixture.path, env: { ...environment, ...suiteEnvironment } }
      const result = await collect(suites.get(program.grants)!, [program.name, ...program.args], options)
      expect(result.stderr).not.toMatch(/Sanitizer|runtime error/)
      expect(differences(program, result).join('\n')).toBe('')
    } finally {
      fixture.remove()
    }
  })

  test('waiting for sockets, pipes, files and clocks', async () => {
    expect(await follow([polling, 'poll'], environment, port)).toEqual(polled)
  })
})

/** A granted and an embedded directory. */
const granted = `
#include "program.h"
static const struct wasm_grant_dir dirs[] = {{.guest = "/", .host = "."}};
static const struct wasm_embedded_dir embedded[] = {{.guest = "/share", .node = 0}};
const struct wasm_embedded_node wasm_embedded_nodes[] = {{1, 1, 0, true}, {5, 6, 0, false}};
const u8 wasm_embedded_bytes[] = "name\\0inside";
const struct wasm_program wasm_program = {
    .name = "races", .dirs = dirs, .dir_count = 1, .embedded = embedded, .embedded_count = 1};
`

test.skipIf(!here)(`WASI calls of several threads under ThreadSanitizer${skipped}`, async () => {
  const races = join(scratch, 'races')
  writeFileSync(join(scratch, 'granted.c'), granted)
  // In library objects all is weak: the linker takes what comes first.
  const sources = [join(scratch, 'granted.c'), join(root, 'test/runtime/thread-races.c')]
  await run('gcc', [...flags, '-g', '-pthread', '-fsanitize=thread', `-I${runtime}`, ...sources, '-o', races])
  const cwd = mkdtempSync(join(scratch, 'races-'))
  const result = await collect(races, [], { cwd, env: process.env, reply: ['closed', 'xxxx'] })
  expect(result).toMatchObject({ code: 0, stdout: 'closed\n0 failures\n', stderr: '' })
})
