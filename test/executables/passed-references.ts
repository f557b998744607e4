/**
 * Every way in which a function reference comes from one module of a program into another, which then calls it: exceptions
 * pass through the other module, and endless tail calls through it take no stack.
 */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createExecutables, hostTarget, type Library, type Optimize } from '../../compiler/index.ts'
import { toBytes } from '../spec/convert.ts'
import { levelsOf } from '../support/levels.ts'
import { runExecutable } from '../support/run-target.ts'
import { testCache } from '../support/tools.ts'

const cacheDir = join(testCache, 'cache')
const host = hostTarget()!.name
export const COUNT = 3_000_000

/** Fields of both modules, so that `get` in the one that calls is a reference the other one gave. */
interface Way {
  lib?: string
  program?: string
  /** Of both modules. */
  types?: string
  /** What both import from. */
  shared?: string
  /** What the one that calls takes the reference from; default: its parameter `$given`. */
  get?: string
  /** What its function takes beside the number. */
  param?: string
  /** What the other one passes for that; default: nothing. */
  arg?: string
  /** What the program does first. */
  setup?: string
  /** How the function that calls is called, where not by its name. */
  call?: string
}

const TYPE = '(type $t (func (param i32) (result i32)))'
const NULLABLE = '(ref null $t)'
const F = '(ref.func $f)'
const cast = (funcref: string): string => `(block (result funcref) ${funcref})`

const HOLDER = `(type $holder (struct (field (mut ${NULLABLE}))))`
const HOLDERS = `(type $holders (array ${NULLABLE}))`

const intoLibrary: Record<string, Way> = {
  'a typed parameter': { param: `(param $given ${NULLABLE})`, arg: F },
  'a parameter of any function type': { param: '(param $given funcref)', arg: F, get: cast('(local.get $given)') },
  'an exported global': {
    lib: `(global $hook (export "hook") (mut ${NULLABLE}) (ref.null $t))`,
    program: `(import "lib" "hook" (global $hook (mut ${NULLABLE})))`,
    setup: `(global.set $hook ${F})`,
    get: '(global.get $hook)',
  },
  'an exported table': {
    lib: '(table $hooks (export "hooks") 1 funcref)',
    program: '(import "lib" "hooks" (table $hooks 1 funcref))',
    setup: `(table.set $hooks (i32.const 0) ${F})`,
    get: cast('(table.get $hooks (i32.const 0))'),
  },
  'an exported table of its type, by a segment': {
    lib: `(table $hooks (export "hooks") 1 ${NULLABLE})`,
    program: `(import "lib" "hooks" (table $hooks 1 ${NULLABLE})) (elem (table $hooks) (i32.const 0) ${NULLABLE} (item ${F}))`,
    get: '(table.get $hooks (i32.const 0))',
  },
  'a global of a third module': {
    shared: `(global (export "hook") (mut ${NULLABLE}) (ref.null $t))`,
    lib: `(import "shared" "hook" (global $hook (mut ${NULLABLE})))`,
    program: `(import "shared" "hook" (global $hook (mut ${NULLABLE})))`,
    setup: `(global.set $hook ${F})`,
    get: '(global.get $hook)',
  },
  'a table of a third module': {
    shared: `(table (export "hooks") 1 ${NULLABLE})`,
    lib: `(import "shared" "hooks" (table $hooks 1 ${NULLABLE}))`,
    program: `(import "shared" "hooks" (table $hooks 1 ${NULLABLE}))`,
    setup: `(table.set $hooks (i32.const 0) ${F})`,
    get: '(table.get $hooks (i32.const 0))',
  },
  'a result of a third module': {
    shared: `(global $hook (mut ${NULLABLE}) (ref.null $t)) (func (export "get") (result ${NULLABLE}) (global.get $hook))
      (func (export "set") (param ${NULLABLE}) (global.set $hook (local.get 0)))`,
    lib: `(import "shared" "get" (func $get (result ${NULLABLE})))`,
    program: `(import "shared" "set" (func $set (param ${NULLABLE})))`,
    setup: `(call $set ${F})`,
    get: '(call $get)',
  },
  'the value of an exception': {
    lib: `(tag $carries (export "carries") (param ${NULLABLE}))
      (func $unpack (param exnref) (result ${NULLABLE})
        (block $caught (result ${NULLABLE}) (try_table (catch $carries $caught) (throw_ref (local.get 0))) (unreachable)))`,
    program: `(import "lib" "carries" (tag $carries (param ${NULLABLE})))
      (func $pack (result exnref) (block $caught (result ${NULLABLE} exnref)
        (try_table (catch_ref $carries $caught) (throw $carries ${F})) (unreachable)) (return))`.replace(
      '(return))',
      '(local.set $kept) (drop) (local.get $kept))',
    ),
    param: '(param $given exnref)',
    arg: '(call $pack)',
    get: '(call $unpack (local.get $given))',
  },
  'the field of an object': {
    types: HOLDER,
    param: '(param $given (ref $holder))',
    arg: `(struct.new $holder ${F})`,
    get: '(struct.get $holder 0 (local.get $given))',
  },
  'the element of an array, as a reference of the host': {
    types: HOLDERS,
    param: '(param $given externref)',
    arg: `(extern.convert_any (array.new_fixed $holders 1 ${F}))`,
    get: '(array.get $holders (ref.cast (ref $holders) (any.convert_extern (local.get $given))) (i32.const 0))',
  },
  'the field of an object in a global that does not change': {
    types: HOLDER,
    lib: `(global $hook (export "hook") (ref $holder) (struct.new $holder (ref.null $t)))`,
    program: `(import "lib" "hook" (global $hook (ref $holder)))`,
    setup: `(struct.set $holder 0 (global.get $hook) ${F})`,
    get: '(struct.get $holder 0 (global.get $hook))',
  },
  'the field of an object that is a result': {
    types: HOLDER,
    lib: `(global $hook (ref $holder) (struct.new $holder (ref.null $t)))
      (func (export "hook") (result (ref $holder)) (global.get $hook))`,
    program: `(import "lib" "hook" (func $hook (result (ref $holder))))`,
    setup: `(struct.set $holder 0 (call $hook) ${F})`,
    get: '(struct.get $holder 0 (global.get $hook))',
  },
  'an argument of a function that it gave away as a result': {
    param: `(param $given ${NULLABLE})`,
    arg: F,
    lib: '(func (export "use_reference") (result (ref $use_type)) (ref.func $use)) (elem declare func $use)',
    program: '(import "lib" "use_reference" (func $use_reference (result (ref $use_type))))',
    call: 'call_ref $use_type',
  },
  'an argument of a function that it gave away as a global': {
    param: `(param $given ${NULLABLE})`,
    arg: F,
    lib: '(global (export "use_global") (ref $use_type) (ref.func $use))',
    program: '(import "lib" "use_global" (global $use_global (ref $use_type)))',
    call: 'call_ref $use_type',
  },
}

const intoProgram: Record<string, Way> = {
  'a typed result': {
    lib: `(func (export "give") (result ${NULLABLE}) ${F})`,
    program: `(import "lib" "give" (func $give (result ${NULLABLE})))`,
    get: '(call $give)',
  },
  'a result of any function type': {
    lib: `(func (export "give") (result funcref) ${F})`,
    program: '(import "lib" "give" (func $give (result funcref)))',
    get: cast('(call $give)'),
  },
  'an imported global': {
    lib: `(global (export "give") (ref $t) ${F})`,
    program: '(import "lib" "give" (global $give (ref $t)))',
    get: '(global.get $give)',
  },
  'an imported mutable global': {
    lib: `(global (export "give") (mut ${NULLABLE}) ${F})`,
    program: `(import "lib" "give" (global $give (mut ${NULLABLE})))`,
    get: '(global.get $give)',
  },
  'an imported table': {
    lib: '(table (export "give") funcref (elem $f))',
    program: '(import "lib" "give" (table $give 1 funcref))',
    get: cast('(table.get $give (i32.const 0))'),
  },
  'a segment of imported globals': {
    lib: `(global (export "give") (ref $t) ${F})`,
    program: `(import "lib" "give" (global $give (ref $t))) (table $own 1 ${NULLABLE})
      (elem (table $own) (i32.const 0) ${NULLABLE} (item (global.get $give)))`,
    get: '(table.get $own (i32.const 0))',
  },
  'the value of an exception': {
    lib: `(tag $carries (export "carries") (param ${NULLABLE})) (func (export "give") (throw $carries ${F}))`,
    program: `(import "lib" "carries" (tag $carries (param ${NULLABLE}))) (import "lib" "give" (func $give))
      (func $unpack (result ${NULLABLE})
        (block $caught (result ${NULLABLE}) (try_table (catch $carries $caught) (call $give)) (unreachable)))`,
    get: '(call $unpack)',
  },
  'the imported function itself': {
    lib: '(export "give" (func $f))',
    program: '(import "lib" "give" (func $give (type $t))) (elem declare func $give)',
    get: '(ref.func $give)',
  },
}

/** The function that calls what it was given, in the module it came into. */
function user({ param = '', get = '(local.get $given)' }: Way, tail: boolean, exported: string): string {
  const any = get.startsWith('(block (result funcref)')
  const number = tail ? '(i32.sub (local.get $n) (i32.const 1))' : '(local.get $n)'
  const through = any
    ? `(table.set $through (i32.const 0) ${get}) (${tail ? 'return_' : ''}call_indirect $through (type $t) ${number} (i32.const 0))`
    : `(${tail ? 'return_' : ''}call_ref $t ${number} ${get})`
  return `${any ? '(table $through 1 funcref)' : ''}
    (func $use ${exported} (type $use_type) ${param} (param $n i32) (result i32) ${through} ${tail ? '' : 'unreachable'})`
}

const EXIT = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)'
const types = ({ param = '', types: more = '' }: Way): string =>
  `${TYPE} ${more} (type $use_type (func ${param} (param i32) (result i32)))`
/** The inside of parentheses, with so many in it. */
const nested = (depth: number): string => (depth === 0 ? '[^()]*' : `(?:[^()]|\\(${nested(depth - 1)}\\))*`)
const IMPORT = new RegExp(`\\(import ${nested(3)}\\)`, 'g')
const TYPES = new RegExp(`^((?:\\s*\\(type ${nested(4)}\\))*)([^]*)$`)
/** Imports come before all else. */
function moduleOf(...fields: string[]): string {
  const imports: string[] = []
  const rest = fields.join('\n').replace(IMPORT, (text) => (imports.push(text), ''))
  const [, head, tail] = TYPES.exec(rest)!
  return `(module ${head} ${imports.join(' ')} ${tail})`
}
const START = (setup: string, body: string): string => `(func (export "_start") ${setup} ${body})`
const CATCH = (call: string): string =>
  `(block $caught (try_table (catch $e $caught) (drop ${call})) (unreachable)) (call $exit (i32.const 42))`
/** The body of a function that ends when its argument is 0. */
export const COUNT_DOWN = (call: string): string =>
  `(if (i32.eqz (local.get 0)) (then (return (i32.const 42)))) ${call}`

/** The program and its library: the program's $f is called by the library. */
function programToLibrary(way: Way, tail: boolean): [program: string, lib: string] {
  const pass = (number: string, word: string): string => {
    const callee = way.lib?.includes('use_reference')
      ? '(call $use_reference)'
      : way.call
        ? '(global.get $use_global)'
        : ''
    return `(${word}${way.call ?? 'call $use'} ${way.arg ?? ''} ${number} ${callee})`
  }
  const program = [
    types(way),
    (way.program ?? '').replace('(result exnref) (block', '(result exnref) (local $kept exnref) (block'),
    way.call ? '' : '(import "lib" "use" (func $use (type $use_type)))',
    EXIT,
    '(elem declare func $f) (tag $e)',
    tail ? `(func $f (type $t) ${COUNT_DOWN(pass('(local.get 0)', 'return_'))})` : '(func $f (type $t) (throw $e))',
    START(way.setup ?? '', tail ? `(call $exit (call $f (i32.const ${COUNT})))` : CATCH(pass('(i32.const 1)', ''))),
  ]
  const lib = [types(way), way.lib ?? '', user(way, tail, way.call ? '' : '(export "use")')]
  return [moduleOf(...program), moduleOf(...lib)]
}

/** The library's $f is called by the program. */
function libraryToProgram(way: Way, tail: boolean): [program: string, lib: string] {
  const program = [
    types(way),
    way.program ?? '',
    `(import "lib" "e" (tag $e)) (import "lib" "back" (global $back (mut ${NULLABLE})))`,
    EXIT,
    user(way, tail, ''),
    '(elem declare func $loop)',
    `(func $loop (type $t) ${COUNT_DOWN('(return_call $use (local.get 0))')})`,
    START(
      '(global.set $back (ref.func $loop))',
      tail ? `(call $exit (call $loop (i32.const ${COUNT})))` : CATCH('(call $use (i32.const 1))'),
    ),
  ]
  const lib = [
    types(way),
    way.lib ?? '',
    `(tag $e (export "e")) (global $back (export "back") (mut ${NULLABLE}) (ref.null $t)) (elem declare func $f)`,
    tail
      ? '(func $f (type $t) (return_call_ref $t (local.get 0) (global.get $back)))'
      : '(func $f (type $t) (throw $e))',
  ]
  return [moduleOf(...program), moduleOf(...lib)]
}

async function run([program, lib]: [string, string], shared: string | undefined, optimize: Optimize): Promise<unknown> {
  const library = async (name: string, text: string): Promise<Library> => ({
    name,
    file: `${name}.wasm`,
    bytes: await toBytes({ kind: 'text', text }),
  })
  const modules = [await library('lib', lib)]
  if (shared !== undefined) modules.push(await library('shared', `(module ${TYPE} ${shared})`))
  const options = { cacheDir, name: 'main', file: 'main.wasm', modules, optimize }
  const { executables } = await createExecutables(await toBytes({ kind: 'text', text: program }), options)
  const { code, stderr } = await runExecutable(host, executables[0].path)
  return { code, stderr }
}

export const fine = { code: 42, stderr: '' }

/** Tests of the ways whose names are among those, or of all. */
export function testWays(names?: readonly string[]): void {
  const chosen = (ways: Record<string, Way>) =>
    Object.entries(ways).filter(([name]) => names === undefined || names.includes(name))
  describe.each(levelsOf(host))('level %s', (level) => {
    describe.each(chosen(intoLibrary))('from the program into a library as %s', (_, way) => {
      test('exceptions', async () => expect(await run(programToLibrary(way, false), way.shared, level)).toEqual(fine))
      test('tail calls', async () => expect(await run(programToLibrary(way, true), way.shared, level)).toEqual(fine))
    })
    describe.each(chosen(intoProgram))('from a library into the program as %s', (_, way) => {
      test('exceptions', async () => expect(await run(libraryToProgram(way, false), undefined, level)).toEqual(fine))
      test('tail calls', async () => expect(await run(libraryToProgram(way, true), undefined, level)).toEqual(fine))
    })
  })
}
