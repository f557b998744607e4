import { describe, expect, test } from 'vitest'
import { deadAssignments } from '../../compiler/c/liveness.ts'
import { decodeBody } from '../../compiler/wasm/body.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { assemble } from '../../compiler/wat.ts'

/** Which of the `local.set` of a body, counted from 0, are dead. */
async function dead(body: string): Promise<number[]> {
  const module = decode(await assemble(`(module (func (param $c i32) (result i32) (local $x i32) ${body}))`), {
    name: 'm',
  })
  const { instructions } = decodeBody(module, module.funcs[0])
  const sets = instructions.flatMap(({ op }, i) => (op.name === 'local.set' ? [i] : []))
  const found = deadAssignments(instructions, [0, 1])
  return sets.flatMap((at, i) => (found.has(at) ? [i] : []))
}

const set = '(local.set $x (i32.const 1))'

describe('deadAssignments', () => {
  test('overwritten', async () => {
    expect(await dead(`${set} ${set} (local.get $x)`)).toEqual([0])
  })
  test('read on one path', async () => {
    expect(await dead(`${set} (if (local.get $c) (then ${set})) (local.get $x)`)).toEqual([])
    expect(await dead(`${set} (if (local.get $c) (then ${set}) (else ${set})) (local.get $x)`)).toEqual([0])
  })
  test('left by a branch', async () => {
    expect(await dead(`(block ${set} (br_if 0 (local.get $c)) ${set}) (local.get $x)`)).toEqual([])
    expect(await dead(`${set} (return (i32.const 0))`)).toEqual([0])
    expect(await dead(`${set} (unreachable)`)).toEqual([0])
  })
  test('read in the next round of a loop', async () => {
    expect(await dead(`(loop (drop (local.get $x)) ${set} (br_if 0 (local.get $c))) (i32.const 0)`)).toEqual([])
    expect(await dead(`(loop ${set} (br_if 0 (local.get $c))) (i32.const 0)`)).toEqual([0])
  })
  test('in handlers and in what they guard', async () => {
    expect(await dead(`(try (do ${set}) (catch_all ${set})) (local.get $x)`)).toEqual([])
    expect(await dead(`(try (do ${set}) (catch_all (rethrow 0))) ${set} (local.get $x)`)).toEqual([0])
    expect(await dead(`(try (do ${set}) (delegate 0)) (local.get $x)`)).toEqual([])
  })
  test('through a table of branches', async () => {
    const table = `(block (block ${set} (br_table 0 1 (local.get $c))) ${set}) (local.get $x)`
    expect(await dead(table)).toEqual([])
  })
})
