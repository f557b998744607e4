/** Vector instructions with operands and results in each other's places, and shuffles of all kinds, against Node's V8. */
import { describe, expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { opcodes } from '../../compiler/wasm/opcodes.ts'
import { F32, F64, I32, I64, V128, type ValType } from '../../compiler/wasm/types.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const RESULTS = 4096
const INPUTS = 16
/** Of `a op b` and the like: which locals are operands, and which takes the result; the others are read afterwards. */
const PLACES = [
  ['x', 'y', 'z'],
  ['x', 'y', 'x'],
  ['x', 'y', 'y'],
  ['x', 'x', 'x'],
  ['x', 'x', 'y'],
]
const NAMES = new Map<ValType, string>([
  [I32, 'i32'],
  [I64, 'i64'],
  [F32, 'f32'],
  [F64, 'f64'],
])

let state = 7
const random = (below: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor((state / 2 ** 32) * below)
}
const lanes = (count: number, lane: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => lane(i))

/** Numbers that are neither NaN nor give one, for what would show which of them came out. */
const FLOATS = [1.5, 3, 0.125, 7e6, -2.25, -1024.5]
function input(name: string): string {
  const float = (): number => FLOATS[random(name.endsWith('sqrt') ? 4 : 6)]
  if (/^f32x4|_f32x4/.test(name)) return `(v128.const f32x4 ${lanes(4, float).join(' ')})`
  if (/^f64x2|_f64x2/.test(name)) return `(v128.const f64x2 ${lanes(2, float).join(' ')})`
  return `(v128.const i8x16 ${lanes(16, () => random(256)).join(' ')})`
}

/** Programs that leave vectors in memory: functions, and calls of them that say where. */
class Program {
  private functions = ''
  private calls = ''
  private count = 0

  add(name: string, body: string, locals = '(local $x v128) (local $y v128) (local $z v128)'): void {
    const at = RESULTS + 48 * this.count
    this.functions += `(func $f${this.count} (param $p i32) ${locals}
      (local.set $x ${input(name)}) (local.set $y ${input(name)}) (local.set $z ${input(name)})
      ${body}
      (v128.store (local.get $p) (local.get $x))
      (v128.store offset=16 (local.get $p) (local.get $y))
      (v128.store offset=32 (local.get $p) (local.get $z)))\n`
    this.calls += `(call $f${this.count} (i32.const ${at}))\n`
    this.count++
  }

  /** It writes what is in memory. */
  text(): string {
    const bytes = 48 * this.count
    return `(module
      (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") ${1 + ((RESULTS + bytes) >> 16)})
      (data (i32.const 64) "${lanes(64, () => random(256))
        .map((byte) => `\\${byte.toString(16).padStart(2, '0')}`)
        .join('')}")
      ${this.functions}
      (func (export "_start") ${this.calls}
        (i32.store (i32.const 0) (i32.const ${RESULTS})) (i32.store (i32.const 4) (i32.const ${bytes}))
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`
  }
}

const scalar = (type: ValType, shown: string): string => `(${NAMES.get(type)}.const ${shown})`
/** 3 is a count of every shift; bytes that are replaced have a sign. */
const SCALARS = ['3', '-77', '300', '0']

function instructions(): Program {
  const program = new Program()
  for (const { name, feature, imm, params = [], results = [] } of opcodes) {
    if (feature !== 'simd' || (imm !== '' && imm !== 'lane')) continue
    const lanesOf = { 8: 16, 16: 8, 32: 4, 64: 2 }[Number(/^.(\d+)/.exec(name)?.[1])] ?? 1
    const immediates = imm === 'lane' ? lanes(lanesOf, (i) => i).map(String) : ['']
    for (const immediate of immediates) {
      for (const [a, b, d] of PLACES) {
        const vectors = [a, b, 'z']
        const others = params.some((type) => type !== V128) ? SCALARS : ['']
        for (const other of others) {
          const operands = params.map((type, i) => (type === V128 ? `(local.get $${vectors[i]})` : scalar(type, other)))
          const value = `(${name} ${immediate} ${operands.join(' ')})`
          const splat = (type: ValType): string =>
            `(${NAMES.get(type)}x${type === I32 || type === F32 ? 4 : 2}.splat ${value})`
          program.add(name, `(local.set $${d} ${results[0] === V128 ? value : splat(results[0])})`)
          // A count that is known only when the program runs.
          if (/\.sh[lr]/.test(name))
            program.add(
              name,
              `(local.set $${d} (${name} (local.get $${a}) (i32.add (local.get $p) ${scalar(I32, other)})))`,
            )
        }
      }
    }
  }
  return program
}

/** Lanes by themselves, with zeros where compilers do not care. */
const KINDS: ((i: number, k: number) => number)[] = [
  (i, k) => (i + k) & 31,
  (i, k) => (i + k) & 15,
  (i, k) => 16 + ((i + k) & 15),
  (i, k) => (i & ~3) | ((i + k) & 3),
  (i, k) => (i & ~7) | ((i + k) & 7),
  (i, k) => (i & ~1) | ((i + k) & 1),
  (i, k) => (i < 8 ? i + (k & 7) : 0),
  (i, k) => (i < 4 ? i + (k % 12) : 0),
  (i, k) => (i === 0 ? k : 0),
  (i, k) => 4 * ((k >> (i >> 2)) & 3) + (i & 3),
  (i, k) => 4 * ((k >> (i >> 2)) & 3) + (i & 3) + (i < 8 ? 0 : 16),
  (i, k) => 4 * ((k >> (i >> 2)) & 3) + (i & 3) + (i < 8 ? 16 : 0),
  (i, k) => (i & 1 ? 16 : 0) + (i >> 1) + (k & 8),
  (i, k) => (i & 1 ? 0 : 16) + (i >> 1) + (k & 8),
  (i, k) => (i & 2 ? 16 : 0) + ((i >> 2) << 1) + (i & 1) + (k & 8),
  (i, k) => (i & 4 ? 16 : 0) + ((i >> 3) << 2) + (i & 3) + (k & 8),
  (i, k) => (i & 8 ? 16 : 0) + (i & 7) + (k & 8),
  (i, k) => (i === k ? 31 : i),
  () => random(32),
  () => random(16),
  (i) => 15 - i,
]
const EXTENSIONS = ['', 'i16x8.extend_low_i8x16_u', 'i32x4.extend_low_i16x8_s', 'i16x8.extend_high_i8x16_u']

function shuffles(): Program {
  const program = new Program()
  for (const kind of KINDS)
    for (let k = 0; k < INPUTS; k++) {
      const numbers = lanes(16, (i) => kind(i, k)).join(' ')
      const [a, b, d] = PLACES[k % PLACES.length]
      const value = `(i8x16.shuffle ${numbers} (local.get $${a}) (local.get $${b}))`
      for (const extension of EXTENSIONS)
        program.add('i8x16', `(local.set $${d} ${extension ? `(${extension} ${value})` : value})`)
      // What is taken of it by two instructions.
      program.add('i8x16', `(local.set $${d} (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_s ${value})))`)
    }
  return program
}

function accesses(): Program {
  const program = new Program()
  for (const { name, feature, imm, size = 0 } of opcodes) {
    if (feature !== 'simd' || !imm.startsWith('memarg')) continue
    for (const d of ['x', 'y']) {
      if (imm === 'memarg') {
        if (name !== 'v128.store') program.add('i8x16', `(local.set $${d} (${name} offset=3 (i32.const 66)))`)
        continue
      }
      for (let lane = 0; lane < 16 / size; lane++)
        program.add(
          'i8x16',
          name.includes('load')
            ? `(local.set $${d} (${name} offset=5 ${lane} (i32.const 70) (local.get $x)))`
            : `(${name} offset=1 ${lane} (i32.const 96) (local.get $x)) (local.set $${d} (v128.load (i32.const 96)))`,
        )
    }
  }
  return program
}

/** What V8 writes. */
async function expected(bytes: Uint8Array): Promise<string> {
  let written = ''
  const module = await WebAssembly.compile(new Uint8Array(bytes))
  const instance = await WebAssembly.instantiate(module, {
    wasi_snapshot_preview1: {
      fd_write() {
        const memory = instance.exports.memory as WebAssembly.Memory
        const [at, size] = new Uint32Array(memory.buffer, 0, 2)
        written = Buffer.from(memory.buffer, at, size).toString('hex')
        return 0
      },
    },
  })
  ;(instance.exports._start as () => void)()
  return written
}

const TARGETS = ['linux-x64', 'linux-arm64', 'win32-x64', 'darwin-x64', 'darwin-arm64'].filter(
  (target) => canRun(target) === undefined,
)

describe.each([
  ['instructions', instructions()],
  ['shuffles', shuffles()],
  ['loads and stores', accesses()],
])('%s', (_, program) => {
  test.each(TARGETS)('%s', async (target) => {
    const wasm = await assemble(program.text())
    const wanted = await expected(wasm)
    const { stdoutBytes, code } = await runExecutable(target, await executableFrom(wasm, target, { optimize: 1 }))
    expect(code).toBe(0)
    // Three vectors of each function.
    const split = (hex: string): string[] => hex.match(/.{1,96}/g) ?? []
    expect(split(stdoutBytes.toString('hex'))).toEqual(split(wanted))
  })
})
