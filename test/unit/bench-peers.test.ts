import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findRuntime } from '../../bench/runtime-peers.ts'
import { Unavailable } from '../../bench/sources.ts'
import { findWasm2c, missingForSegue, translate } from '../../bench/wasm2c.ts'

const directory = mkdtempSync(join(tmpdir(), 'bench-peers-'))
afterAll(() => rmSync(directory, { recursive: true }))

function file(name: string, contents: string): string {
  const path = join(directory, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, contents, { mode: 0o755 })
  return path
}

/** Writes a header with such a declaration, and the C beside it. */
const wasm2c = (version: string, declaration: string): string => `#!/bin/sh
[ "$1" = --version ] && { echo ${version}; exit; }
echo '${declaration}' > "$(dirname "$5")/program.h"
echo > "$5"
`

describe.skipIf(process.platform === 'win32')('what ours is compared with', () => {
  test('wasm2c in a build folder of its checkout, with its own runtime and names', () => {
    const path = file('wabt/build/wasm2c', wasm2c('1.0.40', 'void wasm2c_program_instantiate(void);'))
    file('wabt/wasm2c/wasm-rt-impl.c', '')
    file('wabt/wasm2c/wasm-rt-mem-impl.c', '')
    file('wabt/wasm2c/wasm-rt.h', '#define WASM_RT_ALLOW_SEGUE 0\n')
    // A link to it, as package managers make them, leads to the same.
    const link = join(directory, 'link')
    symlinkSync(path, link)
    for (const named of [path, link]) {
      const found = findWasm2c({ WASM2C: named })
      expect(found).toMatchObject({ version: '1.0.40', runtime: join(directory, 'wabt/wasm2c'), segue: true })
      const { sources, flags } = translate(found, 'program.wasm', join(directory, 'out'))
      expect(flags).toContain('-DNEW_NAMES')
      expect(sources).toContain(join(directory, 'wabt/wasm2c/wasm-rt-mem-impl.c'))
    }
  })

  test('an installed wasm2c of old names, without a segment register', () => {
    const path = file('usr/bin/wasm2c', wasm2c('1.0.32', 'void Z_program_instantiate(void);'))
    file('usr/share/wabt/wasm2c/wasm-rt-impl.c', '')
    file('usr/share/wabt/wasm2c/wasm-rt.h', '')
    const found = findWasm2c({ WASM2C: path })
    expect(found).toMatchObject({ version: '1.0.32', runtime: join(directory, 'usr/share/wabt/wasm2c'), segue: false })
    expect(missingForSegue(found)).toBe('wasm2c 1.0.32 has none: WASM2C=PATH names a newer one')
    const { sources, flags } = translate(found, 'program.wasm', join(directory, 'out'))
    expect(flags).not.toContain('-DNEW_NAMES')
    expect(sources).not.toContain(join(directory, 'usr/share/wabt/wasm2c/wasm-rt-mem-impl.c'))
  })

  test('a wasm2c whose runtime is elsewhere, and one that does not run', () => {
    const path = file('lonely/bin/wasm2c', wasm2c('1.0.40', ''))
    expect(() => findWasm2c({ WASM2C: path })).toThrow(/WASM2C_RUNTIME=DIRECTORY says where/)
    const runtime = dirname(file('elsewhere/wasm-rt-impl.c', ''))
    expect(findWasm2c({ WASM2C: path, WASM2C_RUNTIME: runtime }).runtime).toBe(runtime)
    expect(() => findWasm2c({ WASM2C: join(directory, 'nothing') })).toThrow(Unavailable)
  })

  test.each([
    ['wasmtime', 'WASMTIME', 'wasmtime 24.0.0 (abcdef 2024-08-20)', '24.0.0'],
    ['wasmer', 'WASMER', 'wasmer 4.3.7', '4.3.7'],
  ] as const)('%s, which compiles a module ahead and runs it', (name, variable, printed, version) => {
    const script = `#!/bin/sh
case "$1" in
--version) echo '${printed}' ;;
compile) cp "$2" "$4" ;;
run) shift; [ "$1" = --allow-precompiled ] && shift; cat "$1"; shift; echo "$@" ;;
esac
`
    const runtime = findRuntime(name, { [variable]: file(`bin/${name}`, script) })
    expect(runtime.version).toBe(version)
    const compiled = join(directory, `${name}.compiled`)
    runtime.compile(file('hello.wasm', 'hello '), compiled)
    const [program, ...args] = runtime.command(compiled)
    expect(execFileSync(program, [...args, '100'], { encoding: 'utf8' })).toBe('hello 100\n')
    expect(() => findRuntime(name, { [variable]: join(directory, 'nothing') })).toThrow(`${variable}=`)
  })
})
