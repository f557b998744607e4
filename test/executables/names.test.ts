/** Whatever modules, exports and functions are called: no name of the generated C, of the runtime or of C is in the way. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generate } from '../../compiler/c/index.ts'
import { mangleModule, PUBLIC_NAMES, symbol, unmangle } from '../../compiler/c/symbols.ts'
import { createExecutable, createHeader, createObject, type Library } from '../../compiler/index.ts'
import { hostTarget } from '../../compiler/index.ts'
import { COMPONENT_MODULE, isWasiModule } from '../../compiler/wasi.ts'
import { TASKS_MODULE } from '../../compiler/component/async/tasks.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { GIVEN } from '../../compiler/wasm/given.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { assemble } from '../../compiler/wat.ts'
import { levelsOf } from '../support/levels.ts'
import { runExecutable } from '../support/run-target.ts'
import { root } from '../support/tools.ts'
import { temporaryDirectory } from './program.ts'

const cacheDir = join(temporaryDirectory('names'), 'cache')
const host = hostTarget()!.name

const KEYWORDS = `auto break case char const continue default do double else enum extern float for goto if inline int long
  register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm typeof
  main linux unix errno NULL stdin printf malloc memcpy memset exit abort environ`

/** Of everything that there is a kind of name for. `more` are further fields. */
const everything = (more = ''): string => `(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (type $many (func (param i32) (result i32 i64)))
  (type $one (func (param i32) (result i32)))
  (type $wide (func (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i32)))
  (memory (export "memory") 1)
  (table $constant 4 funcref) (table $changing 2 funcref) (table $wider 2 funcref)
  (elem (table $constant) (i32.const 1) func $seven $wide)
  (elem (table $wider) (i32.const 0) func $wide)
  (elem $passive func $seven)
  (global $counter (mut i32) (i32.const 5)) (global $constant i64 (i64.const 7))
  (tag $thrown (param i32))
  (data (i32.const 16) "data") (data $later "passive")
  (func $seven (param i32) (result i32) (i32.const 7))
  (func $wide (type $wide) (i32.const 1))
  (func $many (type $many) (local.get 0) (global.get $constant))
  (func $ping (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 3))))
    (return_call $pong (i64.extend_i32_u (i32.sub (local.get 0) (i32.const 1)))))
  (func $pong (param i64) (result i32) (return_call $ping (i32.wrap_i64 (local.get 0))))
  (func $recursive (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (i32.const 1))
      (else (i32.add (call $recursive (i32.sub (local.get 0) (i32.const 1)))
        (call $recursive (i32.sub (local.get 0) (i32.const 2)))))))
  (func $throws (param i32) (if (local.get 0) (then (throw $thrown (i32.const 9)))))
  (func (export "check") (result i32)
    (drop (call $yield))
    (table.init $changing $passive (i32.const 1) (i32.const 0) (i32.const 1)) (elem.drop $passive)
    (memory.init $later (i32.const 32) (i32.const 0) (i32.const 7)) (data.drop $later)
    (drop (drop (call $many (i32.const 1))))
    (global.set $counter (i32.add (global.get $counter) (call_indirect $constant (type $one) (i32.const 0) (i32.const 1))))
    (global.set $counter (i32.add (global.get $counter) (call_indirect $changing (type $one) (i32.const 0) (i32.const 1))))
    (global.set $counter (i32.add (global.get $counter) (call $ping (i32.const 100000))))
    (global.set $counter (i32.add (global.get $counter) (call $recursive (i32.const 5))))
    (global.set $counter (i32.add (global.get $counter)
      (try (result i32) (do (call $throws (i32.const 1)) (i32.const 0)) (catch $thrown))))
    (i32.add (global.get $counter) (i32.sub (i32.load8_u (i32.const 16)) (i32.const 97))))
  ${more})`
/** What `check` gives is 5 + 7 + 7 + 3 + 8 + 9 + 'd' - 'a'. */
const CHECKED = 42

const program = (imports: string, calls: string): string => `(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) ${imports}
  (memory (export "memory") 1) (func (export "_start") ${calls} (call $exit (i32.const ${CHECKED}))))`
const orTrap = (call: string): string => `(if (i32.ne ${call} (i32.const ${CHECKED})) (then (unreachable)))`

const identifiers = (text: string): string[] =>
  text.replace(/\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"/g, ' ').match(/[A-Za-z_]\w*/g) ?? []
const runtime = readdirSync(join(root, 'runtime'), { recursive: true, withFileTypes: true })
  // What is compiled to WebAssembly is a module of its own.
  .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name) && !entry.parentPath.split(sep).includes('component'))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
/** A structure, which has no name of a function, a variable of a unit without module, and parts of longer names. */
const ELSEWHERE = new Set(['win_exception', 'threads_instantiate', 'expected_shared_memory', 'out_of_memory'])
const runtimeNames = new Set(runtime.flatMap(identifiers))

async function generated(text: string, name: string): Promise<{ names: Set<string>; header: string }> {
  const module = decode(await assemble(text), { name })
  validateModule(module)
  const chunks = [Infinity, 1].flatMap((chunkBytes) => generate(module, { file: 'a.wasm', chunkBytes }).chunks)
  return {
    names: new Set(chunks.flatMap(({ code }) => identifiers(code))),
    header: generate(module, { file: 'a.wasm' }).header,
  }
}

describe('by construction', () => {
  test('no name of the runtime is a symbol of a module, but those that modules import', () => {
    const given = new Set(GIVEN.map(({ module, name }) => symbol(module, name)))
    const symbols = [...runtimeNames].filter((name) => unmangle(name) !== undefined && !given.has(name))
    // No module may have these names, or is in a program with one that has: components are linked to no others.
    const own = new Set([COMPONENT_MODULE, TASKS_MODULE])
    const isOwn = (module: string) => isWasiModule(module) || own.has(module)
    expect(symbols.filter((name) => !isOwn(unmangle(name)![0]) && name !== 'wasi__threadZ2dspawn')).toEqual([])
    expect([...runtimeNames].filter((name) => name.includes('Z_'))).toEqual([])
  })
  test('no name of the runtime is one that C programs know of a module', () => {
    const taken = [...runtimeNames].filter((name) => PUBLIC_NAMES.some((end) => name.endsWith(`_${end}`)))
    expect(taken.filter((name) => !name.startsWith('wasm_') && !ELSEWHERE.has(name))).toEqual([])
    expect(['wasm', 'wasm_wasi', 'wasm_x'].map(mangleModule).filter((name) => name.startsWith('wasm'))).toEqual([])
  })
  test('no own name of a module is a symbol, or own name, of another', async () => {
    const { names } = await generated(everything(), 'lib')
    const own = [...names].filter((name) => name.startsWith('lib') && !runtimeNames.has(name))
    expect(own.length).toBeGreaterThan(30)
    for (const name of own) {
      const imported = unmangle(name)
      if (imported) expect(imported).toEqual(['lib', expect.stringMatching(/^(check|memory)$/)])
      else expect(name).toMatch(new RegExp(`^lib(Z_[a-z]\\w*|_(${PUBLIC_NAMES.join('|')}))$`))
    }
  })
  test('the headers of a and A are both read', async () => {
    const guards = await Promise.all(
      ['a', 'A'].map(async (name) => /#ifndef (\w+)/.exec((await generated('(module)', name)).header)![1]),
    )
    expect(guards[0]).not.toBe(guards[1])
  })
})

describe.each(levelsOf(host))('level %s', (optimize) => {
  test('functions and exports named as everything in the C', async () => {
    const { names } = await generated(everything(), 'names')
    const all = [
      ...new Set([
        ...names,
        ...runtimeNames,
        ...identifiers(KEYWORDS),
        ...[...names].map((name) => name.replace(/^names_*/, '')),
      ]),
    ].filter((name) => /^\w+$/.test(name) && name !== 'memory' && name !== 'check')
    const taken = new Set(['seven', 'wide', 'many', 'ping', 'pong', 'recursive', 'throws', 'yield'])
    const functions = all.map(
      (name, i) => `(func $${taken.has(name) ? `${name}.` : name} (export "${name}") (result i32) (i32.const ${i}))`,
    )
    const text = everything(functions.join('\n'))
    const library: Library = { name: 'names', file: 'names.wasm', bytes: await assemble(text) }
    const calls = all.slice(0, 50).map((_, i) => `(if (i32.ne (call $f${i}) (i32.const ${i})) (then (unreachable)))`)
    const imports = all.slice(0, 50).map((name, i) => `(import "names" "${name}" (func $f${i} (result i32)))`)
    const bytes = await assemble(
      program(
        `(import "names" "check" (func $check (result i32))) ${imports.join(' ')}`,
        calls.join(' ') + orTrap('(call $check)'),
      ),
    )
    const { path } = await createExecutable(bytes, {
      cacheDir,
      name: 'main',
      file: 'main.wasm',
      modules: [library],
      optimize,
    })
    expect(await runExecutable(host, path)).toMatchObject({ stderr: '', code: CHECKED })
  })

  test('a function named tail that makes tail calls, one named as its form, and a table named as the array of another', async () => {
    const bytes = await assemble(
      program(
        `(type $t (func (param i32) (result i32))) (table $t1_type1 1 funcref) (table $type1 1 funcref)
         (elem (table $t1_type1) (i32.const 0) func $tail) (elem (table $type1) (i32.const 0) func $two_tail)
         (func $tail (param i32) (result i32)
           (if (i32.eqz (local.get 0)) (then (return (i32.const ${CHECKED}))))
           (return_call $two_tail (i64.extend_i32_u (i32.sub (local.get 0) (i32.const 1)))))
         (func $two_tail (param i64) (result i32) (return_call $tail (i32.wrap_i64 (local.get 0))))
         (func $run (param i32) (result i32) (call_indirect $t1_type1 (type $t) (i32.const 100000) (local.get 0)))
         (func $run2 (param i32) (result i32)
           (call_indirect $type1 (param i64) (result i32) (i64.const 100001) (local.get 0)))`,
        `${orTrap('(call $run (i32.const 0))')} ${orTrap('(call $run2 (i32.const 0))')}`,
      ),
    )
    const { path } = await createExecutable(bytes, { cacheDir, name: 'main', file: 'main.wasm', optimize })
    expect(await runExecutable(host, path)).toMatchObject({ stderr: '', code: CHECKED })
  })

  describe('modules of one program', () => {
    // A module cannot be told from another's own names by its name alone, nor by the file of its C.
    test.each([
      [['lib', 'lib_f1', 'libZ_f1', 'lib_tail', 'LIB', 'lib_', 'Lib']],
      [['wasm', 'wasi', 'i32', 'runtime-parts', 'main.config', 'con', 'x y']],
      [['wasi ', 'config', 'x_y', '', '_', 'main_', 'wasm_wasi']],
    ])('%j', async (libraryNames) => {
      const libraries = await Promise.all(
        libraryNames.map(async (name): Promise<Library> => ({
          name,
          file: `${name}.wasm`,
          bytes: await assemble(everything()),
        })),
      )
      const imports = libraryNames.map(
        (name, i) => `(import ${JSON.stringify(name)} "check" (func $check${i} (result i32)))`,
      )
      const calls = libraryNames.map((_, i) => orTrap(`(call $check${i})`))
      const bytes = await assemble(program(imports.join(' '), calls.join(' ')))
      const options = { cacheDir, name: 'main', file: 'main.wasm', modules: libraries, optimize }
      const { path } = await createExecutable(bytes, options)
      expect(await runExecutable(host, path)).toMatchObject({ stderr: '', code: CHECKED })
    })

    test("one named as the module that toolchains' own imports come from", async () => {
      const exports = GIVEN.filter(({ kind }) => kind === 'func').map(({ name }) => `(func (export "${name}"))`)
      const env: Library = { name: 'env', file: 'env.wasm', bytes: await assemble(everything(exports.join(' '))) }
      const bytes = await assemble(
        program('(import "env" "check" (func $check (result i32)))', orTrap('(call $check)')),
      )
      const options = { cacheDir, name: 'main', file: 'main.wasm', modules: [env], optimize }
      const { path } = await createExecutable(bytes, options)
      expect(await runExecutable(host, path)).toMatchObject({ stderr: '', code: CHECKED })
    })

    test('functions named with __ beside a module of the name before it', async () => {
      const named = (name: string, field: string): Promise<Library> =>
        assemble(`(module ${field})`).then((bytes) => ({ name, file: `${name}.wasm`, bytes }))
      const modules = [
        await named('lib', '(func $a__b (result i32) (i32.const 40)) (func (export "x") (result i32) (call $a__b))'),
        await named('lib_f0_a', '(func (export "b") (result i32) (i32.const 2))'),
        await named('lib_f0', '(func $c) (func $d) (func (export "y") (result i32) (i32.const 0))'),
      ]
      const bytes = await assemble(
        program(
          `(import "lib" "x" (func $x (result i32))) (import "lib_f0_a" "b" (func $b (result i32)))`,
          orTrap('(i32.add (call $x) (call $b))'),
        ),
      )
      const { path } = await createExecutable(bytes, { cacheDir, name: 'main', file: 'main.wasm', modules, optimize })
      expect(await runExecutable(host, path)).toMatchObject({ stderr: '', code: CHECKED })
    })
  })
})

describe('is told rather than left to the C compiler', () => {
  const failure = async (text: string, name: string): Promise<string> => {
    const bytes = await assemble(text)
    return createObject(bytes, { cacheDir, name, file: `${name}.wasm` }).then(
      () => 'built',
      (error: Error) => error.message,
    )
  }
  test('one import of two types', async () => {
    const message = await failure('(module (import "a" "f" (func)) (import "a" "f" (func (param i32))))', 'm')
    expect(message).toContain('m.wasm: imports a.f twice, of two types')
  })
  test('an import from a module of its own name', async () => {
    const message = await failure('(module (import "m" "f" (func (param i32))) (func (export "f")))', 'm')
    expect(message).toContain('m.wasm: imports m.f from a module of its own name, and exports it')
  })
  test("an export that is the runtime's", async () => {
    const message = await failure('(module (func (export "fd_write")))', 'wasi_snapshot_preview1')
    expect(message).toContain('exports fd_write as a module named wasi_snapshot_preview1')
  })
  test('but not what can be declared twice', async () => {
    const header = createHeader(await assemble('(module (import "a" "f" (func)) (import "a" "f" (func)))'), {
      file: 'm.wasm',
    })
    expect((await header).match(/a__f\(void\)/g)).toHaveLength(1)
  })
})
