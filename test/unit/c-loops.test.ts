/** Loops that are restored before they become C: they do what they did, here in V8. */
import { describe, expect, test } from 'vitest'
import { restoreLoops } from '../../compiler/c/loops/index.ts'
import { assembleText } from '../../compiler/text/assemble.ts'
import { decodeBody } from '../../compiler/wasm/body.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import type { Body, Instruction } from '../../compiler/wasm/instructions.ts'
import { F64, I32, I64 } from '../../compiler/wasm/types.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'

const PAGE = 65536
/** Parameters of all functions here: two places in memory, and what the loop runs to. */
const PARAMS = '(param $p i32) (param $q i32) (param $n i32)'

const moduleOf = (code: string): Uint8Array =>
  assembleText(`(module (memory (export "memory") 1) (func (export "run") ${PARAMS} ${code}))`, 'loops.wat').bytes

interface Restored {
  before: Uint8Array
  /** The module with the restored body; undefined where nothing was found. */
  after: Uint8Array | undefined
  body: Body
}

function restore(code: string): Restored {
  const before = moduleOf(code)
  const module = decode(before, { name: 'loops' })
  validateModule(module)
  const func = module.funcs[0]
  const body = decodeBody(module, func)
  const restored = restoreLoops(module, func, body)
  if (restored === body) return { before, after: undefined, body }
  const bytes = encode(restored)
  return { before, after: withCode(before, [1, ...leb(bytes.length), ...bytes]), body: restored }
}

/** A module with another code section. */
function withCode(bytes: Uint8Array, code: readonly number[]): Uint8Array {
  const parts = [...bytes.subarray(0, 8)]
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at++]
    let size = 0
    for (let shift = 0, more = true; more; shift += 7) {
      size |= (bytes[at] & 0x7f) << shift
      more = bytes[at++] >= 0x80
    }
    const section = id === CODE ? code : bytes.subarray(at, at + size)
    parts.push(id, ...leb(section.length), ...section)
    at += size
  }
  return Uint8Array.from(parts)
}

const CODE = 10

function leb(value: number | bigint): number[] {
  let rest = BigInt(value)
  const bytes: number[] = []
  do bytes.push(Number(rest & 0x7fn) | 0x80)
  while ((rest >>= 7n) > 0n)
  bytes[bytes.length - 1] &= 0x7f
  return bytes
}

function signed(value: number | bigint): number[] {
  let rest = BigInt(value)
  for (const bytes: number[] = []; ;) {
    const byte = Number(rest & 0x7fn)
    rest >>= 7n
    if (rest === (byte & 0x40 ? -1n : 0n)) return [...bytes, byte]
    bytes.push(byte | 0x80)
  }
}

function encode({ locals, instructions }: Body): number[] {
  const groups = locals.groups.flatMap(({ count, type }) => [...leb(count), type])
  const count = locals.groups.length + 3
  // For what is written out below.
  const more = [1, I64, 1, I32, 1, F64]
  const first = 3 + locals.length
  return [...leb(count), ...groups, ...more, ...instructions.flatMap((each) => encodeInstruction(each, first))]
}

/** A 64-bit address as one of 32 bits, which it must be: $0, an i64, and what lies on it go through locals. */
function encodeWide({ op }: Instruction, first: number): number[] {
  const value = op.params!.length === 1 ? undefined : leb(first + (op.params![1] === F64 ? 2 : 1))
  const local = leb(first)
  const check = [0x22, ...local, 0x42, 32, 0x88, 0x50, 0x45, 0x04, 0x40, 0x00, 0x0b, 0x20, ...local, 0xa7]
  return value === undefined ? check : [0x21, ...value, ...check, 0x20, ...value]
}

function encodeInstruction(instruction: Instruction, first: number): number[] {
  const { op, index, value, memarg, block } = instruction
  if (block) return [op.code, 0x40]
  if (op.name === 'memory.size') return [op.code, 0]
  if (memarg) {
    const access = [op.code, memarg.align, ...leb(memarg.offset)]
    return memarg.wide ? [...encodeWide(instruction, first), ...access] : access
  }
  if (op.name.endsWith('.const')) {
    if (op.name === 'f64.const') return [op.code, ...new Uint8Array(BigUint64Array.of(value as bigint).buffer)]
    return [op.code, ...signed(value!)]
  }
  return [op.code, ...(index === undefined ? [] : leb(index))]
}

/** What memory holds after a run, and whether it trapped. */
function run(bytes: Uint8Array, args: readonly number[]): unknown {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes as BufferSource))
  const { memory, run: start } = instance.exports as { memory: WebAssembly.Memory; run: (...args: number[]) => void }
  const words = new Uint32Array(memory.buffer)
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + 1, 0x9e3779b1)
  let trapped = false
  try {
    start(...args)
  } catch {
    trapped = true
  }
  return { trapped, memory: Buffer.from(memory.buffer).toString('base64') }
}

/** How often an instruction stands in the restored body. */
const count = ({ body }: Restored, name: string): number =>
  body.instructions.filter(({ op }) => op.name === name).length

function same({ before, after }: Restored, ...args: number[][]): void {
  for (const list of args) expect(run(after!, list)).toEqual(run(before, list))
}

/** `copies` times an addition to what lies at $p + $i, and the counter. */
const unrolled = (copies: number, condition: string, more = ''): string => `(local $i i32) (local $t i32)
  (local.set $i (i32.const 0))
  (loop
    ${Array.from({ length: copies }, (_, copy) => {
      const place = (base: string) => `(i32.add (i32.add (local.get ${base}) (local.get $i)) (i32.const ${copy * 4}))`
      return `(i32.store ${place('$p')} (i32.add (i32.load ${place('$p')}) (i32.mul (i32.load ${place('$q')}) (local.get $n))))`
    }).join('\n')}
    ${more}
    (local.set $i (i32.add (local.get $i) (i32.const ${copies * 4})))
    (br_if 0 ${condition}))`

describe('a loop that was unrolled', () => {
  test('is rolled up again', () => {
    const restored = restore(unrolled(3, '(i32.ne (local.get $i) (i32.const 1200))'))
    expect(count(restored, 'i32.store')).toBe(1)
    same(restored, [0, 4000, 7], [64, 68, 1], [68, 64, 2], [64400, 0, 3])
  })

  test('is written twice where its length is known when it runs', () => {
    const restored = restore(unrolled(4, '(i32.ne (local.get $i) (local.get $n))'))
    expect(count(restored, 'i32.store')).toBe(5)
    // With 24 the longer loop does not end before memory does.
    same(restored, [0, 4000, 32], [8, 0, 16], [0, 0, 24], [0, 0, 0])
  })

  test('is rolled up where it adds to integers, in whatever order', () => {
    const load = (at: number) => `(i32.load (i32.add (i32.add (local.get $p) (local.get $i)) (i32.const ${at})))`
    const sums = (order: readonly number[], more = '') => `(local $i i32) (local $t i32) (local $u i32)
      (local.set $i (i32.const 0))
      (loop
        ${order.map((at) => `(local.set $t (i32.add ${load(at)} (local.get $t)))`).join('\n')}
        ${order.map((at) => `(local.set $u (i32.sub (local.get $u) (i32.ne ${load(at)} (i32.const 17))))`).join('\n')}
        ${more}
        (local.set $i (i32.add (local.get $i) (i32.const ${4 * order.length})))
        (br_if 0 (i32.ne (local.get $i) (i32.const 120))))
      (i32.store (local.get $q) (local.get $t)) (i32.store offset=4 (local.get $q) (local.get $u))`
    const restored = restore(sums([12, 0, 8, 4, 16]))
    expect(count(restored, 'i32.load')).toBe(1)
    same(restored, [0, 4000, 0], [4, 4000, 0], [65536 - 119, 0, 0])
    expect(restore(sums([12, 0, 8, 4, 20])).after).toBeUndefined()
    expect(restore(sums([0, 4], '(i32.store (local.get $q) (local.get $t))')).after).toBeUndefined()
    expect(restore(sums([0, 4], '(local.set $u (i32.xor (local.get $u) (i32.const 1)))')).after).toBeUndefined()
  })

  test('is rolled up where it stores in another order', () => {
    const fill = (order: readonly number[], value = '(i32.const 7)') => `(local $i i32)
      (local.set $i (i32.const 0))
      (loop
        ${order.map((at) => `(i32.store (i32.add (i32.add (local.get $p) (local.get $i)) (i32.const ${at})) ${value})`).join('\n')}
        (local.set $i (i32.add (local.get $i) (i32.const ${4 * order.length})))
        (br_if 0 (i32.ne (local.get $i) (i32.const 120))))`
    const restored = restore(fill([0, 16, 12, 8, 4]))
    expect(count(restored, 'i32.store')).toBe(1)
    same(restored, [0, 0, 0], [65532, 0, 0])
    expect(restore(fill([0, 16, 12, 8, 6])).after).toBeUndefined()
    expect(restore(fill([0, 8, 4], '(i32.load (local.get $p))')).after).toBeUndefined()
  })

  test('stays where it stores to what lies over each other, be one address below 2^31 and the other one above', () => {
    const store = (at: number) =>
      `(i64.store (i32.add (local.get $p) (i32.const ${at})) (i64.const 0x0102030405060708))`
    const code = `(loop
      ${store(0x7ffffffc)} ${store(-0x80000000)}
      (local.set $p (i32.sub (local.get $p) (i32.const 8)))
      (br_if 0 (i32.ne (local.get $p) (i32.const ${-0x80000000 + 4000}))))`
    expect(restore(code).after).toBeUndefined()
  })

  test('is rolled up where it hands on what two copies loaded', () => {
    const copy = (at: number, [first, second, own]: string[]) => `
      (local.set $x (f64.load (i32.add (i32.add (local.get $q) (local.get $i)) (i32.const ${at}))))
      (f64.store (i32.add (i32.add (local.get $p) (local.get $i)) (i32.const ${at}))
        (f64.sub (f64.sub (local.get ${first}) (local.get ${second})) (local.get $x)))
      (local.set ${own} (local.get $x))`
    const code = (copies: string[]) => `(local $i i32) (local $x f64) (local $v f64) (local $w f64)
      (local.set $v (f64.const 3)) (local.set $w (f64.const 5)) (local.set $i (i32.const 0))
      (loop
        ${copies.join('\n')}
        (local.set $i (i32.add (local.get $i) (i32.const ${copies.length * 8})))
        (br_if 0 (i32.ne (local.get $i) (i32.const 160))))
      (f64.store (i32.const 0) (local.get $v)) (f64.store (i32.const 8) (local.get $w))`
    const restored = restore(code([copy(0, ['$v', '$w', '$v']), copy(8, ['$w', '$v', '$w'])]))
    expect(count(restored, 'f64.store')).toBe(3)
    same(restored, [100, 4000, 0], [100, 92, 0], [92, 100, 0])
    expect(restore(code([copy(0, ['$v', '$w', '$v']), copy(8, ['$v', '$w', '$w'])])).after).toBeUndefined()
  })

  test('stays where the shorter one would end within an iteration', () => {
    expect(restore(unrolled(3, '(i32.ne (local.get $i) (i32.const 1204))')).after).toBeUndefined()
  })

  test('stays where an iteration passes something on', () => {
    const more = '(local.set $t (i32.xor (i32.load (local.get $p)) (i32.rotl (local.get $t) (i32.const 1))))'
    expect(restore(unrolled(2, '(i32.ne (local.get $i) (i32.const 80))', more)).after).toBeUndefined()
  })

  test('stays where it loads what its copies do not', () => {
    const more = '(local.set $t (i32.load (local.get $q)))'
    expect(restore(unrolled(2, '(i32.ne (local.get $i) (i32.const 80))', more)).after).toBeUndefined()
  })

  test('leaves in other locals what it left', () => {
    const more = '(local.set $t (i32.add (local.get $i) (local.get $p)))'
    const code = unrolled(2, '(i32.ne (local.get $i) (i32.const 80))', more)
    const restored = restore(`${code} (i32.store (local.get $q) (i32.xor (local.get $t) (local.get $i)))`)
    expect(count(restored, 'i32.store')).toBe(2)
    same(restored, [0, 4000, 3])
  })

  test('of a memory that threads share stays', () => {
    const code = unrolled(2, '(i32.ne (local.get $i) (i32.const 80))')
    const bytes = assembleText(`(module (memory 1 1 shared) (func ${PARAMS} ${code}))`, 'loops.wat').bytes
    const module = decode(bytes, { name: 'loops' })
    const body = decodeBody(module, module.funcs[0])
    expect(restoreLoops(module, module.funcs[0], body)).toBe(body)
  })
})

describe('a loop that ends behind some of its copies', () => {
  /** Differences of neighbours in $q, for an odd number of places; a copy knows what the one before it loaded. */
  const differences = (copies: number, before: number, end: number, atExit = ''): string => {
    const copy = (i: number): string => {
      const place = (base: string) => `(i32.add (i32.add (local.get ${base}) (local.get $i)) (i32.const ${i * 8}))`
      const [last, next] = i % 2 === 0 ? ['$v', '$w'] : ['$w', '$v']
      const value = `(f64.sub (local.tee ${next} (f64.load ${place('$q')})) (local.get ${last}))`
      return `(f64.store ${place('$p')} (f64.add (f64.load ${place('$p')}) ${value}))`
    }
    const all = Array.from({ length: copies }, (_, i) => copy(i))
    return `(local $i i32) (local $v f64) (local $w f64)
      (local.set $i (i32.const 0))
      (block $out (loop $next
        ${all.slice(0, before).join('\n')}
        (block
          (br_if 0 (i32.ne (local.get $i) (i32.const ${end})))
          ${atExit}
          (br $out))
        ${all.slice(before).join('\n')}
        (local.set $i (i32.add (local.get $i) (i32.const ${copies * 8})))
        (br $next)))`
  }

  test('is rolled up again', () => {
    const restored = restore(differences(2, 1, 160))
    expect(count(restored, 'f64.store')).toBe(1)
    same(restored, [0, 4000, 0], [64, 72, 0], [72, 64, 0], [65536 - 168, 0, 0], [65536 - 160, 0, 0])
  })

  test('leaves in locals what it left', () => {
    const all = `(i32.store (i32.const 0) (local.get $i))
      (f64.store (i32.const 8) (local.get $v)) (f64.store (i32.const 16) (local.get $w))
      (block (br_if 0 (i32.lt_u (local.get $n) (i32.const 5))) (br_if $out (local.get $n)))`
    for (const end of [0, 16, 80]) {
      const restored = restore(differences(2, 1, end, all))
      expect(count(restored, 'f64.store')).toBe(3)
      same(restored, [100, 4000, 0], [100, 4000, 6], [100, 4000, 3])
    }
  })

  test('stays where what is run then leads back into it', () => {
    expect(restore(differences(2, 1, 160, '(br_if $next (local.get $n))')).after).toBeUndefined()
    expect(restore(differences(2, 1, 160, '(br_table 0 1 2 (local.get $n))')).after).toBeUndefined()
  })

  test('stays where its length is not known', () => {
    expect(restore(differences(2, 1, 164)).after).toBeUndefined()
  })
})

test('a counter that runs up to 0 runs from 0', () => {
  const restored = restore(`(local $i i32)
    (local.set $i (i32.const -400))
    (loop
      (f64.store (i32.add (local.get $i) (local.get $p)) (f64.load (i32.add (local.get $q) (local.get $i))))
      (br_if 0 (local.tee $i (i32.add (local.get $i) (i32.const 8)))))
    (i32.store (local.get $q) (local.get $i))`)
  expect(restored.after).toBeDefined()
  same(restored, [400, 4000, 0], [404, 400, 0], [0, 400, 0])
})

test('addresses of floats become pointers, where none of them leads beyond 4 GiB', () => {
  const restored = restore(`(local $i i32) (local $sum f64)
    (loop
      (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load (local.get $p)) (f64.load offset=8 (local.get $q)))))
      (local.set $sum (f64.add (local.get $sum) (f64.load (i32.add (local.get $p) (i32.const 8)))))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (local.set $q (i32.add (local.get $q) (i32.const 8)))
      (br_if 0 (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (f64.store (i32.const 0) (local.get $sum))`)
  expect(restored.body.instructions.filter(({ memarg }) => memarg?.wide)).toHaveLength(3)
  expect(count(restored, 'f64.load')).toBe(6)
  same(
    restored,
    [0, 4000, 20],
    [64, 64, 3],
    [65536 - 160, 0, 10],
    [65536 - 160, 0, 11],
    [-16, 0, 2],
    [0, -8, 1],
    [0, 0, 0],
    [0, 0, -1],
  )
})

test('what a loop uses several times is computed once', () => {
  const code = (statements: string) => `(local $i i32) (local $x f64)
    (loop
      (local.set $x (f64.mul (f64.load (local.get $p)) (f64.load offset=8 (local.get $p))))
      ${statements}
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (br_if 0 (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (f64.store (i32.const 0) (local.get $x))`
  const square = '(local.set $x (f64.mul (f64.sub (local.get $x) (f64.const 1)) (local.get $x)))'
  const restored = restore(code(square.repeat(12)))
  expect(count(restored, 'f64.mul')).toBe(2 * 13)
  same(restored, [0, 4000, 20], [65536 - 32, 0, 2], [65536 - 32, 0, 3], [-16, 0, 2], [0, 0, 0])
})

test('what an address is made of is computed once, also before the loop and behind its end', () => {
  const square = '(local.set $t (i32.mul (local.get $t) (local.get $t)))'
  const squares = `(local.set $t (local.get $n)) ${square.repeat(16)}`
  const place = '(i32.add (local.get $t) (i32.shl (local.get $i) (i32.const 3)))'
  const pointers = restore(`(local $i i32) (local $t i32) (local $s f64)
    (loop
      ${squares} (local.set $s (f64.add (local.get $s) (f64.load ${place})))
      (br_if 0 (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $p))))
    (f64.store (local.get $q) (local.get $s))`)
  // Before the loop, and in the one that stands beside it.
  expect(count(pointers, 'i32.mul')).toBeLessThan(4 * 16)
  same(pointers, [20, 40, 2], [8191, 8, 1], [8192, 0, 0], [8193, 0, 0])
  const copies = [0, 8].map((at) => `(f64.store (i32.add (local.get $i) (i32.const ${at})) (f64.const 3))`)
  const exit = restore(`(local $i i32) (local $t i32)
    (local.set $i (i32.const 0))
    (block $out (loop $next
      ${copies[0]} ${squares}
      (br_if $out (i32.eq (local.get $i) (i32.const 160)))
      ${copies[1]} (local.set $i (i32.add (local.get $i) (i32.const 16))) (br $next)))
    (i32.store (local.get $q) (local.get $t))`)
  expect(exit.after).toBeDefined()
  expect(count(exit, 'i32.mul')).toBeLessThan(2 * 16)
  same(exit, [0, 4000, 3])
})

/** Numbers that a seed decides. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A loop as compilers write it, or nearly: copies of some statements, perhaps with a mistake in one. */
function randomLoop(next: (below: number) => number): string {
  const copies = 1 + next(5)
  const width = [1, 4, 8][next(3)]
  const type = { 1: ['i32', '8', 'load8_u'], 4: ['i32', '', 'load'], 8: ['f64', '', 'load'] }[width]!
  const statements = 1 + next(3)
  const mistake = next(3) === 0 ? next(copies * statements) : -1
  const shapes = Array.from({ length: statements }, () => ({ gap: next(4) * 64, from: next(3) * 32, kind: next(5) }))
  const start = [0, 0, -copies * width * 8, 16][next(4)]
  const growth = copies * width
  const rounds = 1 + next(12)
  const end =
    next(4) === 0
      ? '(local.get $n)'
      : `(i32.const ${start < 0 ? 0 : start + growth * rounds + (next(6) === 0 ? width : 0)})`
  const lines: string[] = []
  for (let copy = 0; copy < copies; copy++) {
    shapes.forEach(({ gap, from, kind }, s) => {
      const off = copy * width + (copy * statements + s === mistake ? width : 0)
      const place = (base: string, more: number) =>
        `(i32.add (i32.add (local.get ${base}) (local.get $i)) (i32.const ${more}))`
      const load = `(${type[0]}.${type[2]} ${place('$q', from + off)})`
      const own = `(${type[0]}.${type[2]} ${place('$p', gap + off)})`
      const product = `(${type[0]}.mul ${load} ${own})`
      const value = [
        load,
        `(${type[0]}.add ${own} ${load})`,
        `(${type[0]}.mul ${load} ${load})`,
        `(${type[0]}.sub ${load} ${own})`,
        `(${type[0]}.mul (${type[0]}.sub ${product} ${load}) ${product})`,
      ][kind]
      lines.push(`(${type[0]}.store${type[1]} ${place('$p', gap + off)} ${value})`)
    })
  }
  return `(local $i i32) (local $t i32)
    (local.set $i (i32.const ${start}))
    (loop
      ${lines.join('\n')}
      ${next(3) === 0 ? '(local.set $t (i32.sub (local.get $p) (local.get $i)))' : ''}
      (local.set $i (i32.add (local.get $i) (i32.const ${growth})))
      (br_if 0 ${end === '(i32.const 0)' ? '(local.get $i)' : `(i32.ne (local.get $i) ${end})`}))
    (i32.store (i32.const 0) (i32.add (local.get $i) (local.get $t)))`
}

test('random loops do what they did', () => {
  let restored = 0
  for (let seed = 1; seed <= 150; seed++) {
    const next = random(seed)
    const code = randomLoop(next)
    const pair = restore(code)
    if (pair.after === undefined) continue
    restored++
    const places = [1000 + next(100), 1000 + next(100), 8 * next(40)]
    same(pair, places, [PAGE - next(200), next(2000), 8 * next(4)])
  }
  expect(restored).toBeGreaterThan(60)
})

/** A loop of copies that hands on what it loads, and ends behind all or some of them, or nearly so. */
function randomLoopThatHandsOn(next: (below: number) => number): string {
  const copies = 2 + next(4)
  const before = next(copies + 1)
  const mistake = next(4) === 0 ? next(copies) : -1
  const growth = copies * 8
  const start = 16 * next(3)
  const end = start + growth * (next(8) + (before === 0 ? 1 : 0)) + (next(6) === 0 ? 8 : 0)
  // A copy loads to another local than the one before, or to the same; the last one to what the first one uses.
  const names = next(2) === 0 ? ['$v', '$w', '$y'] : ['$v']
  const ownOf = (i: number) => (i === copies - 1 ? '$v' : names[(i + 1) % names.length])
  const handsOn = next(3) > 0
  const early = next(4)
  const lines = Array.from({ length: copies }, (_, i) => {
    const place = (base: string) =>
      `(i32.add (i32.add (local.get ${base}) (local.get $i)) (i32.const ${(i === mistake ? i + 1 : i) * 8}))`
    const last = i === 0 ? '$v' : ownOf(i - 1)
    const load = `(local.set $x (f64.load ${place('$q')}))`
    const value = handsOn ? `(f64.sub (local.get $x) (local.get ${last}))` : '(f64.neg (local.get $x))'
    const store = `(f64.store ${place('$p')} (f64.add (f64.load ${place('$p')}) ${value}))`
    return `${load} ${store} ${handsOn ? `(local.set ${ownOf(i)} (local.get $x))` : ''}
      ${i === early ? '(local.set $t (i32.sub (local.get $p) (local.get $i)))' : ''}`
  })
  const goesOn = `(br_if 0 (i32.ne (local.get $i) (i32.const ${end})))`
  const leaves = `(i32.eq (local.get $i) (i32.const ${end}))`
  const grow = `(local.set $i (i32.add (local.get $i) (i32.const ${growth})))`
  const ends = `(i32.store (i32.const 0) (local.get $i)) (i32.store (i32.const 4) (local.get $t))
    (f64.store (i32.const 8) (local.get $v)) (f64.store (i32.const 16) (local.get $w))
    (f64.store (i32.const 24) (local.get $x)) (f64.store (i32.const 32) (local.get $y))`
  const loop =
    before === 0
      ? `(loop ${lines.join('\n')} ${grow} ${goesOn}) ${ends}`
      : `(loop $next ${lines.slice(0, before).join('\n')}
          ${next(2) === 0 ? `(block ${goesOn} ${ends} (br $out))` : `(br_if $left ${leaves})`}
          ${lines.slice(before).join('\n')} ${grow} (br $next))`
  return `(local $i i32) (local $t i32) (local $v f64) (local $w f64) (local $x f64) (local $y f64)
    (local.set $i (i32.const ${start})) (local.set $t (local.get $q))
    (block $out (block $left ${loop}) ${ends})`
}

test('random loops that hand on what they load do what they did', () => {
  let restored = 0
  for (let seed = 1; seed <= 300; seed++) {
    const next = random(seed)
    const pair = restore(randomLoopThatHandsOn(next))
    if (pair.after === undefined) continue
    restored++
    same(pair, [1000 + next(100), 1000 + next(100), 0], [PAGE - next(800), next(2000), 0])
  }
  expect(restored).toBeGreaterThan(100)
})
