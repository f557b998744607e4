import { fileURLToPath } from 'node:url'
import { readFile } from 'node:fs/promises'
import { WASI } from 'node:wasi'
import { beforeAll, describe, expect, test } from 'vitest'
import { executableOf, wasmOf } from './compile-wat.ts'
import { canRun, runExecutable } from './run-target.ts'
import { webAssembly } from './webassembly.ts'

/** The functions of `test/programs/traps.wat` in the order of its table, each with its trap. */
const traps: [name: string, message: string, functionName?: string][] = [
  ['unreachable', 'unreachable'],
  ['div_s_zero', 'integer divide by zero'],
  ['div_u_zero', 'integer divide by zero'],
  ['rem_s_zero', 'integer divide by zero'],
  ['rem_u_zero', 'integer divide by zero'],
  ['div64_zero', 'integer divide by zero'],
  ['div_s_overflow', 'integer overflow'],
  ['div64_s_overflow', 'integer overflow'],
  ['trunc_nan', 'invalid conversion to integer'],
  ['trunc_large', 'integer overflow'],
  ['trunc64_u_negative', 'integer overflow'],
  ['call_undefined', 'undefined element'],
  ['call_uninitialized', 'uninitialized element'],
  ['call_mismatch', 'indirect call type mismatch'],
  ['table_get', 'out of bounds table access'],
  ['table_set', 'out of bounds table access'],
  ['table_fill', 'out of bounds table access'],
  ['table_copy', 'out of bounds table access'],
  ['table_init', 'out of bounds table access'],
  ['table_init_dropped', 'out of bounds table access'],
  ['memory_fill', 'out of bounds memory access'],
  ['memory_copy', 'out of bounds memory access'],
  ['memory_init', 'out of bounds memory access'],
  ['memory_init_dropped', 'out of bounds memory access'],
  ['load_end', 'out of bounds memory access'],
  ['load_last_byte', 'out of bounds memory access'],
  ['load_far', 'out of bounds memory access'],
  ['store_end', 'out of bounds memory access'],
  ['store_straddling', 'out of bounds memory access'],
  ['store_far', 'out of bounds memory access'],
  ['load_after_grow', 'out of bounds memory access'],
  ['recursion', 'call stack exhausted'],
  ['mutual_recursion', 'call stack exhausted'],
  ['large_frames', 'call stack exhausted'],
  ['deep_inside', 'unreachable', 'unreachable'],
  // In a function so small that compilers make it part of its caller, and say so.
  ['load_inside', 'out of bounds memory access', 'load_small'],
]

const source = fileURLToPath(new URL('../programs/traps.wat', import.meta.url))

/** Where V8 sees the trap: an offset in the module and the name of the function. */
async function placeInNode(wasm: string, index: number): Promise<{ name: string; offset: number } | undefined> {
  const wasi = new WASI({ version: 'preview1', args: ['traps', String.fromCharCode(65 + index)] })
  const { instance } = await webAssembly.instantiate(await readFile(wasm), wasi.getImportObject())
  try {
    wasi.start(instance)
  } catch (error) {
    const [, name, offset] = /at (?:\w+\.)?(\w+) \(wasm:[^)]*:0x([0-9a-f]+)\)/.exec((error as Error).stack ?? '') ?? []
    if (name !== undefined && offset !== undefined) return { name, offset: Number.parseInt(offset, 16) }
  }
  return undefined
}

/** Defines the tests of one target: each trap's message, function, place and exit code. */
export function describeTraps(target: string, levels: readonly (1 | 2)[]): void {
  const missing = canRun(target)
  describe.skipIf(missing !== undefined)(`traps on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
    for (const optimize of levels)
      describe(`optimize ${optimize}`, () => {
        let wasm: string
        let file: string
        beforeAll(async () => {
          wasm = await wasmOf(source)
          file = await executableOf(wasm, target, { optimize })
        })
        for (const [index, [name, message, functionName]] of traps.entries())
          test(name, async () => {
            const { code, stdout, stderr } = await runExecutable(target, file, [String.fromCharCode(65 + index)])
            const [, text, where, offset, inlined] =
              /^wasm trap: (.*)\n  in \$(\w+) \(traps\.wasm\+0x([0-9a-f]+)\)( or a function inlined into it)?\n$/.exec(
                stderr,
              ) ?? []
            expect({ code, stdout, text }, stderr).toEqual({ code: 134, stdout: '', text: message })
            const place = await placeInNode(wasm, index)
            if (message === 'call stack exhausted') {
              expect(name === 'mutual_recursion' ? [name, 'mutual_other'] : [name]).toContain(where)
            } else {
              if (inlined) {
                expect([where, optimize]).toEqual([name, 2])
                expect(name).toMatch(/^(load|store|call)_/)
              } else expect(where).toBe(functionName ?? name)
              // C compilers tell faults of plain loads and stores at their function's beginning, all others at the instruction.
              if (inlined) expect(offset).not.toBe('')
              else if (optimize !== 1 && /^(load|store)_/.test(name))
                expect(Number.parseInt(offset, 16)).toBeLessThanOrEqual(place!.offset)
              else expect(offset).toBe(place!.offset.toString(16))
            }
          })
      })
  })
}
