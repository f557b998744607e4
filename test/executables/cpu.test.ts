import { describe, expect, test } from 'vitest'
import { createExecutables, type Cpu } from '../../compiler/index.ts'
import { loader } from '../support/loaders.ts'
import { canRun, collect, runExecutable } from '../support/run-target.ts'
import { which } from '../support/tools.ts'
import { assemble } from '../../compiler/wat.ts'
import { helloWorld, temporaryDirectory } from './program.ts'

const cacheDir = temporaryDirectory('cpu')
const wasm = await helloWorld('Hello!\n')
const targets = ['linux-x64', 'darwin-x64', 'win32-x64']

async function build(cpu: Cpu): Promise<Record<string, string>> {
  const { executables } = await createExecutables(wasm, { file: 'hello.wasm', cacheDir, targets, cpu, optimize: 2 })
  return Object.fromEntries(executables.map(({ target, path }) => [target, path]))
}
const needs = (what: string, cpu: Cpu): string =>
  `wasm-exe: hello needs a processor with ${what}: it was built with cpu '${cpu}'\n`
const v2 = needs('SSE4.2 and POPCNT', 'x86-64-v2')
const v3 = needs('AVX2, BMI2 and FMA', 'x86-64-v3')

const absent = ['qemu-x86_64'].filter((name) => which(name) === undefined)
const qemu = absent.length > 0 ? ' (skipped: needs qemu-x86_64 on the PATH)' : ''
/** What each processor of qemu's prints: levels 1, 2 and 3 of the psABI. */
const emulated: [processor: string, cpu: Cpu, refusal: string][] = [
  ['qemu64', 'baseline', ''],
  ['qemu64', 'x86-64-v2', v2],
  ['qemu64', 'x86-64-v3', v3],
  ['Nehalem', 'x86-64-v2', ''],
  ['Nehalem', 'x86-64-v3', v3],
  ['max', 'x86-64-v3', ''],
]

describe.skipIf(qemu !== '')(`a processor${qemu}`, () => {
  test.each(emulated)('%s on %s', async (processor, cpu, refusal) => {
    const { 'linux-x64': linux, 'darwin-x64': darwin } = await build(cpu)
    const expected = { stdout: refusal ? '' : 'Hello!\n', stderr: refusal, code: refusal ? 1 : 0 }
    expect(await collect('qemu-x86_64', ['-cpu', processor, linux], {})).toMatchObject(expected)
    const command = ['-cpu', processor, await loader('macho', 'x86_64'), darwin]
    expect(await collect('qemu-x86_64', command, {})).toMatchObject(expected)
  })
})

test('this machine runs what is built for level 2, on every system', async () => {
  const files = await build('x86-64-v2')
  for (const target of targets)
    if (canRun(target) === undefined)
      expect(await runExecutable(target, files[target])).toMatchObject({ stdout: 'Hello!\n', stderr: '', code: 0 })
})

describe.skipIf(qemu !== '')(`relaxed multiplications and additions${qemu}`, () => {
  // Of (1 + 2^-12)^2 - 1 - 2^-11 the rounded product leaves nothing; of its negation as well.
  const program = (shape: 'f32x4' | 'f64x2', bits: number) => {
    const type = shape.slice(0, 3)
    return assemble(`(module
      (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
      (memory (export "memory") 1)
      (func $once (param v128) (result i32)
        (${type}.ne (${shape}.extract_lane 1 (local.get 0)) (${type}.const 0)))
      (func (export "_start") (local $a v128) (local $c v128)
        (local.set $a (${shape}.splat (${type}.const ${1 + 2 ** -bits})))
        (local.set $c (${shape}.splat (${type}.const ${1 + 2 ** (1 - bits)})))
        (call $proc_exit (i32.add
          (call $once
            (${shape}.relaxed_madd (local.get $a) (local.get $a) (${shape}.neg (local.get $c))))
          (i32.shl (call $once
            (${shape}.relaxed_nmadd (local.get $a) (local.get $a) (local.get $c))) (i32.const 1))))))`)
  }
  const cases = [
    ['f32x4', 12],
    ['f64x2', 27],
  ] as const

  test.each(cases)('%s: rounded once where the processor has FMA, else twice', async (shape, bits) => {
    const module = await program(shape, bits)
    const run = async (cpu: Cpu) => {
      const options = { file: 'fma.wasm', cacheDir, targets: ['linux-x64'], cpu, optimize: 2 } as const
      const [{ path }] = (await createExecutables(module, options)).executables
      return (await collect('qemu-x86_64', ['-cpu', 'max', path], {})).code
    }
    expect([await run('x86-64-v2'), await run('x86-64-v3')]).toEqual([0, 3])
  })
})
