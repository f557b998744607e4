/** Pairs of types, programs that call a function of the first by the second, and tests of them that take long. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  createExecutables,
  createObject,
  hostTarget,
  type Library,
  type Optimize,
  type TargetName,
} from '../../compiler/index.ts'
import { toBytes } from '../spec/convert.ts'
import { runExecutable } from '../support/run-target.ts'
import { which } from '../support/tools.ts'
import { temporaryDirectory } from './program.ts'

export const dir = temporaryDirectory('type-identity')
export const cacheDir = join(dir, 'cache')
export const host = hostTarget()!.name
export const assemble = (text: string): Promise<Uint8Array> => toBytes({ kind: 'text', text })

/** Types $a, of the function, and $b, by which it is called. */
export interface Pair {
  types: string
  /** What is passed to the one called as $b. */
  args: string
  equal: boolean
}

const words = (letters: string): string[] =>
  Array.from(letters, (letter) => ({ i: 'i32', l: 'i64', e: 'externref', p: 'funcref' })[letter]!)
const plain = (name: string, letters: string): string => `(type $${name} (func (param ${words(letters).join(' ')})))`
const zeros = (letters: string): string =>
  words(letters)
    .map((type) => (type.endsWith('ref') ? `(ref.null ${type.slice(0, -3)})` : `(${type}.const 0)`))
    .join(' ')

// Of these two SHA-256 begins with the same 63 bits.
const HASHED_A = 'leiiieipeeplppppipieeleelpipilie'
const HASHED_B = 'lplpleeiliileieeeepellieleeepppp'
const WIDE = 'iiiiiiiiiiiiiiiiiiiiiiii'

export const pairs: Record<string, Pair> = {
  'one hash for both': { types: plain('a', HASHED_A) + plain('b', HASHED_B), args: zeros(HASHED_B), equal: false },
  'one parameter more': { types: plain('a', WIDE) + plain('b', `${WIDE}i`), args: zeros(`${WIDE}i`), equal: false },
  'a parameter that is a result': {
    types: `${plain('a', WIDE)} (type $b (func (param ${words(WIDE.slice(1)).join(' ')}) (result i32)))`,
    args: zeros(WIDE.slice(1)),
    equal: false,
  },
  'references to functions of other types': {
    types:
      '(type $p (func)) (type $q (func (param i32))) (type $a (func (param (ref $p)))) (type $b (func (param (ref $q))))',
    args: '(ref.func $q)',
    equal: false,
  },
  'a reference that may not be to any function': {
    types: '(type $p (func (param i32))) (type $a (func (param (ref $p)))) (type $b (func (param funcref)))',
    args: '(ref.null func)',
    equal: false,
  },
  'other types two references away': {
    types: `(type $p (func)) (type $p1 (func (param (ref $p)))) (type $q (func (param i32))) (type $q1 (func (param (ref $q))))
      (type $a (func (param (ref $p1)))) (type $b (func (param (ref $q1))))`,
    args: '(ref.func $q1)',
    equal: false,
  },
  'a parameter of the type that is the supertype of the other': {
    types: '(type $t (sub (func))) (type $a (sub (func (param (ref null $t))))) (type $b (sub $t (func)))',
    args: '',
    equal: false,
  },
  'a parameter of a type of the group that is the supertype of the other': {
    types: `(rec (type $t (sub (func))) (type $a (sub final (func (param (ref null $t))))))
      (rec (type $u (sub (func))) (type $b (sub final $u (func))))`,
    args: '',
    equal: false,
  },
  'one type under two indices': { types: plain('a', WIDE) + plain('b', WIDE), args: zeros(WIDE), equal: true },
  'one type under two indices, of references': {
    types: `(type $q (func (param i32))) (type $r (func (param i32))) (type $a (func (param (ref $q) ${words(WIDE).join(' ')})))
      (type $b (func (param (ref $r) ${words(WIDE).join(' ')})))`,
    args: `(ref.func $q) ${zeros(WIDE)}`,
    equal: true,
  },
}

const EXIT = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)'
const CALLEE = '(func $f (type $a) (call $exit (i32.const 42)) unreachable)'
/** Functions to refer to, of the types that a pair has. */
const referred = ({ types }: Pair): string =>
  ['q', 'q1']
    .filter((name) => types.includes(`(type $${name} `))
    .map((name) => `(func $${name} (type $${name})) (elem declare func $${name})`)
    .join(' ')
const callB = ({ args }: Pair, table: string, index: string): string =>
  `(call_indirect ${table} (type $b) ${args} ${index})`
const drops = ({ types }: Pair): string => (/\$b \(func[^$]*\(result/.test(types) ? 'drop' : '')

/** In one module: table 0 never changes, table 1 does. */
export const alone = (
  pair: Pair,
  table: number,
): string => `(module ${pair.types} ${EXIT.replace('(memory', '(table $0 1 funcref) (table $1 1 funcref) (memory')}
  (elem (table $0) (i32.const 0) func $f) (elem (table $1) (i32.const 0) func $f) ${CALLEE} ${referred(pair)}
  (func (export "set") (param i32) (table.set $1 (local.get 0) (ref.func $f)))
  (func (export "_start") ${callB(pair, `$${table}`, '(i32.const 0)')} ${drops(pair)}))`

/** In two: what the library is given it calls as $b. */
export const caller = (
  pair: Pair,
): string => `(module (type $unused (func (result i64 i64))) ${pair.types} (table 1 funcref) ${referred(pair)}
  (func (export "call") (param funcref) (table.set 0 (i32.const 0) (local.get 0)) ${callB(pair, '', '(i32.const 0)')} ${drops(pair)}))`
export const giver = (
  pair: Pair,
): string => `(module ${pair.types} (import "caller" "call" (func $call (param funcref))) ${EXIT} ${CALLEE}
  (elem declare func $f) (func (export "_start") (call $call (ref.func $f))))`

export const outcome = async (target: string, file: string): Promise<string> => {
  const { code, stderr } = await runExecutable(target, file)
  return code === 42 ? 'called' : `${code} ${stderr.split(/\r?\n/)[0]}`
}
export const expected = ({ equal }: Pair): string => (equal ? 'called' : '134 wasm trap: indirect call type mismatch')

export async function run(
  target: TargetName,
  optimize: Optimize,
  program: string,
  ...modules: Library[]
): Promise<string> {
  const options = { cacheDir, name: 'main', file: 'main.wasm', targets: [target], optimize, modules }
  const { executables } = await createExecutables(await assemble(program), options)
  return outcome(target, executables[0].path)
}

/** Whether they are one of `names`, all where there are none. */
const among =
  (names: readonly string[] | undefined) =>
  ([name]: readonly [string, ...unknown[]]): boolean =>
    names === undefined || names.includes(name)

/** Tests of objects of separate builds. */
export function testObjects(names?: readonly string[]): void {
  // An object for C programs has no types below others.
  const simple = Object.entries(pairs).filter(([, { types }]) => !types.includes('(sub '))
  describe.each(simple.filter(among(names)))('%s', (_, pair) => {
    test('between objects of separate builds', async (context) => {
      if (which('cc') === undefined) return context.skip('needs cc')
      const place = join(dir, Object.values(pairs).indexOf(pair).toString())
      mkdirSync(place)
      for (const [name, text, out] of [
        ['caller', caller(pair), 'caller.o'],
        ['giver', giver(pair), 'giver.a'],
      ]) {
        await createObject(await assemble(text), {
          file: `${name}.wasm`,
          cacheDir,
          outFile: join(place, out),
        })
      }
      const main = `void caller_instantiate(void); void giver_instantiate(void); void giver___start(void);
      int main(void) { caller_instantiate(); giver_instantiate(); giver___start(); }`
      writeFileSync(join(place, 'main.c'), main)
      execFileSync('cc', ['main.c', 'giver.a', 'caller.o', '-o', 'main'], { cwd: place })
      expect(await outcome(host, join(place, 'main'))).toBe(expected(pair))
    })
  })
}

const REFS = '(type $p (func)) (type $q (func (param i64)))'
/** `ext`: of the object that imports. */
const links: [what: string, exported: string, imported: string, use: string, ext?: 'a' | 'o'][] = [
  [
    'a function',
    '(func (export "x") (param i32))',
    '(import "lib" "x" (func $x (param i64)))',
    '(call $x (i64.const 0))',
  ],
  [
    'a function that its importer exports again',
    '(func (export "x") (param i32))',
    '(import "lib" "x" (func $x (param i64))) (export "again" (func $x))',
    '(call $x (i64.const 0))',
  ],
  // As many elements are no C's, and code of that size is compiled in parts.
  [
    'a function that nothing names but a table of a thousand',
    '(func (export "x") (param i32))',
    `(import "lib" "x" (func $x (param i64))) (table (export "table") 1024 funcref)
      (func $y ${'nop '.repeat(100_000)}) (elem (i32.const 0) func $x ${'$y '.repeat(1023)})`,
    '(call_indirect (param i64) (i64.const 0) (i32.const 0))',
    'a',
  ],
  [
    'a function of references',
    `${REFS} (func $f) (elem declare func $f) (func (export "x") (result (ref $p)) (ref.func $f))`,
    `${REFS} (import "lib" "x" (func $x (result (ref $q))))`,
    '(call_ref $q (i64.const 0) (call $x))',
  ],
  [
    'a global',
    '(global (export "x") (mut i64) (i64.const 7))',
    '(import "lib" "x" (global $x (mut externref)))',
    '(drop (ref.is_null (global.get $x)))',
  ],
  [
    'an immutable global',
    '(global (export "x") i32 (i32.const 7))',
    '(import "lib" "x" (global $x (mut i32)))',
    '(global.set $x (i32.const 1))',
  ],
  [
    'a table',
    '(table (export "x") 1 externref) (func (export "set") (param externref) (table.set 0 (i32.const 0) (local.get 0)))',
    '(import "lib" "x" (table $x 1 funcref))',
    '(call_indirect $x (i32.const 0))',
  ],
  ['a memory', '(memory (export "x") i64 1)', '(import "lib" "x" (memory $x 1))', '(drop (i32.load (i32.const 0)))'],
  ['a tag', '(tag (export "x") (param i32))', '(import "lib" "x" (tag $x (param i64)))', '(throw $x (i64.const 0))'],
]

/** Tests of imports that no linker compares. */
export function testLinks(names?: readonly string[]): void {
  describe('an object that imports what another one exports with another type is stopped before either starts', () => {
    test.each(links.filter(among(names)))('%s', async (what, exported, imported, use, ext = 'o') => {
      if (which('cc') === undefined) return void console.warn('skipped: needs cc')
      const place = join(dir, `links-${what.replaceAll(' ', '-')}`)
      mkdirSync(place)
      // What is used at the start is used before the other one is instantiated, if it ever is.
      const user = `(module ${imported} (func $use (export "use") ${use}) (start $use))`
      for (const [name, text, form] of [
        ['lib', `(module ${exported})`, 'a'],
        ['user', user, ext],
      ]) {
        const outFile = join(place, `${name}.${form}`)
        await createObject(await assemble(text), { file: `${name}.wasm`, cacheDir, outFile })
      }
      for (const order of [['lib', 'user'], ['user', 'lib'], ['user']]) {
        const calls = order.map((name) => `${name}_instantiate();`).join(' ')
        const main = `void lib_instantiate(void); void user_instantiate(void); void user__use(void); int main(void) { ${calls} user__use(); }`
        writeFileSync(join(place, 'main.c'), main)
        execFileSync('cc', ['main.c', `user.${ext}`, 'lib.a', '-o', 'main'], { cwd: place })
        const result = await runExecutable(host, join(place, 'main'))
        expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/^wasm-exe: lib\.x is imported as a /) })
      }
    })
  })
}
