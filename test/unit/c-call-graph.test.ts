import { describe, expect, test } from 'vitest'
import { callGraph, type CallGraph } from '../../compiler/c/call-graph.ts'
import { canonicalTypes } from '../../compiler/wasm/canonical-types.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { assemble } from '../../compiler/wat.ts'

/** The graph of a module, and its functions' indices by name. */
async function graphOf(
  fields: string,
  importsThrow?: boolean,
): Promise<{ graph: CallGraph; at: (name: string) => number }> {
  const module = decode(await assemble(`(module ${fields})`), { name: 'm' })
  validateModule(module)
  const numbers = canonicalTypes(module.types)
  const graph = callGraph(
    module,
    numbers.map((number) => numbers.indexOf(number)),
    importsThrow,
  )!
  return { graph, at: (name) => module.funcs.find((func) => func.name === name)!.index }
}

describe('which functions may throw', () => {
  test('callers of those that do, by name and through tables', async () => {
    const { graph, at } = await graphOf(`
      (tag $t)
      (type $a (func)) (type $b (func (param i32)))
      (table funcref (elem $throws $quiet_b))
      (func $throws (type $a) (throw $t))
      (func $quiet_b (type $b))
      (func $quiet (type $a))
      (func $calls (call $throws))
      (func $calls_caller (call $calls))
      (func $indirect_a (call_indirect (type $a) (i32.const 0)))
      (func $indirect_b (call_indirect (type $b) (i32.const 0) (i32.const 0)))
      (func $tail (return_call $calls))`)
    const may = (name: string): boolean => graph.mayThrow(at(name))
    expect(['throws', 'calls', 'calls_caller', 'indirect_a', 'tail'].map(may)).toEqual([true, true, true, true, true])
    expect(['quiet', 'quiet_b', 'indirect_b'].map(may)).toEqual([false, false, false])
  })

  test('imports, but those of WASI', async () => {
    const fields = `
      (import "env" "host" (func $host))
      (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
      (func $calls (call $host))
      (func $yields (result i32) (call $yield))`
    const { graph, at } = await graphOf(`${fields} (tag)`)
    expect(graph.mayThrow(at('calls'))).toBe(true)
    expect(graph.mayThrow(at('yields'))).toBe(false)
    const told = await graphOf(fields, true)
    expect(told.graph.mayThrow(told.at('calls'))).toBe(true)
  })

  test('a module without exceptions and tail calls has no graph', async () => {
    expect((await graphOf('(func)')).graph).toBeUndefined()
  })
})

describe('tail calls', () => {
  const callees = `
    (type $a (func (param i32))) (type $b (func (param i64)))
    (func $leaf (type $a))
    (func $to_leaf (type $a) (return_call $leaf (local.get 0)))
    (func $self (type $a) (return_call $self (local.get 0)))
    (func $ping (type $a) (return_call $pong (local.get 0)))
    (func $pong (type $a) (return_call $ping (local.get 0)))
    (func $wide (type $a) (return_call $narrow (i64.const 0)))
    (func $narrow (type $b) (return_call $wide (i32.const 0)))`

  test('that cannot come back, come back in one type, in several', async () => {
    const { graph, at } = await graphOf(callees)
    const of = (name: string): string => graph.tailCalls(at(name))
    expect(['leaf', 'to_leaf', 'self'].map(of)).toEqual(['none', 'none', 'none'])
    expect(['ping', 'pong'].map(of)).toEqual(['registers', 'registers'])
    expect(['wide', 'narrow'].map(of)).toEqual(['memory', 'memory'])
    expect(graph.tailCallRecurs(at('ping'), at('pong'))).toBe(true)
    expect(graph.tailCallRecurs(at('to_leaf'), at('leaf'))).toBe(false)
  })

  test('through a table, by the types of what is in it', async () => {
    const { graph, at } = await graphOf(`
      (type $a (func (param i32))) (type $b (func (param i64)))
      (table funcref (elem $in_table))
      (func $in_table (type $a) (return_call_indirect (type $a) (local.get 0) (i32.const 0)))
      (func $beside (type $a) (return_call_indirect (type $b) (i64.const 0) (i32.const 0)))`)
    expect(graph.tailCalls(at('in_table'))).toBe('registers')
    expect(graph.typeTailCallRecurs(at('in_table'), 0)).toBe(true)
    expect(graph.tailCalls(at('beside'))).toBe('none')
  })

  test('to other modules, which may call back', async () => {
    const { graph, at } = await graphOf(`
      (type $a (func (param i32)))
      (import "env" "host" (func $host (type $a)))
      (func $out (export "out") (type $a) (return_call $host (local.get 0)))`)
    expect(graph.tailCalls(at('out'))).toBe('memory')
  })
})

describe('references to functions of other modules come', () => {
  const HOLDER = '(type $holder (struct (field (mut funcref))))'
  const call = '(type $t (func)) (table $own 1 funcref) (func $caller (call_indirect $own (type $t) (i32.const 0)))'
  /** Whether a call through a table that no one else knows may lead to one of them. */
  const comes = async (fields: string): Promise<boolean> => {
    const { graph, at } = await graphOf(`${fields} ${call}`, true)
    return graph.mayThrow(at('caller'))
  }
  test.each([
    ['an imported function', '(import "m" "f" (func (result funcref)))'],
    ['an imported table', '(import "m" "t" (table 1 funcref))'],
    ['an imported global', '(import "m" "g" (global funcref))'],
    ['an imported mutable global', '(import "m" "g" (global (mut funcref)))'],
    ['an imported tag', '(import "m" "e" (tag (param funcref)))'],
    ['an argument of an exported function', '(func (export "f") (param i32 funcref))'],
    ['an exported table', '(table (export "t") 1 funcref)'],
    ['an exported mutable global', '(global (export "g") (mut funcref) (ref.null func))'],
    ['an exported tag', '(tag (export "e") (param funcref))'],
    [
      'an argument of a function that is a result',
      '(elem declare func $f) (func $f (param funcref)) (func (export "give") (result funcref) (ref.func $f))',
    ],
    [
      'an argument of a function in an exported global',
      '(func $f (param funcref)) (global (export "g") funcref (ref.func $f))',
    ],
    ['an object in an argument', `${HOLDER} (func (export "f") (param (ref $holder)))`],
    ['an object of any type in an argument', `${HOLDER} (func (export "f") (param eqref))`],
    ["an object that is the host's in an argument", `${HOLDER} (func (export "f") (param externref))`],
    [
      'an object in an object in a table',
      `${HOLDER} (type $outer (array (mut (ref null $holder)))) (table (export "t") 1 (ref null $outer))`,
    ],
    ['an object in a global', `${HOLDER} (global (export "g") (mut anyref) (ref.null any))`],
    [
      'an object that was given away as a global',
      `${HOLDER} (global (export "g") (ref $holder) (struct.new_default $holder))`,
    ],
    ['an object that was given away as a result', `${HOLDER} (func (export "f") (result anyref) (ref.null any))`],
    [
      'an object that was given away by a function that was',
      `${HOLDER} (elem declare func $f) (func $f (result anyref) (ref.null any)) (func (export "give") (result funcref) (ref.func $f))`,
    ],
    ['an object of an exception', `${HOLDER} (tag (export "e") (param arrayref))`],
  ])('as %s', async (_, fields) => expect(await comes(fields)).toBe(true))
  test.each([
    ['functions of WASI', '(import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))'],
    [
      'numbers',
      '(func (export "f") (param i32)) (global (export "g") (mut i32) (i32.const 0)) (tag (export "e") (param i64))',
    ],
    ['references of the host', '(func (export "f") (param externref)) (table (export "t") 1 externref)'],
    [
      'references to what holds no functions',
      `${HOLDER} (func (export "f") (param i31ref nullref exnref)) (global (export "g") (mut i31ref) (ref.null i31))`,
    ],
    [
      'objects without functions',
      '(type $s (struct (field (mut anyref)))) (func (export "f") (param (ref $s)) (result eqref) (local.get 0))',
    ],
    ['results', '(func $f) (elem declare func $f) (func (export "give") (result funcref) (ref.func $f))'],
    ['what stays inside', '(func $f (param funcref)) (elem declare func $f) (global $g (mut funcref) (ref.func $f))'],
  ])('but not as %s', async (_, fields) => expect(await comes(fields)).toBe(false))
})
