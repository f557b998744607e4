import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generate } from '../../compiler/c/module.ts'
import { createExecutable, type Optimize } from '../../compiler/index.ts'
import { assembleText } from '../../compiler/text/assemble.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { assemble } from '../../compiler/wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { testCache, which } from '../support/tools.ts'
import { LEFT, OUT_OF_BOUNDS, PARTS, SHAPES, shapesModule } from './shapes.ts'

const host = `${process.platform}-${process.arch}`
const systemCc = process.platform === 'win32' ? undefined : (which('cc') ?? which('gcc') ?? which('clang'))
const COMPILERS = [
  { toolchain: 'zig', missing: canRun(host) },
  { toolchain: 'cc', missing: canRun(host) ?? (systemCc === undefined ? 'cc' : undefined) },
] as const
const LEVELS: readonly Optimize[] = [0, 1, 2, 3, 's']
const AT_ONCE = 4

/** How each shape ends, in a line. */
async function endings(file: string, shapes = SHAPES): Promise<Record<string, string>> {
  const ends: Record<string, string> = {}
  let next = 0
  const work = async (): Promise<void> => {
    while (next < shapes.length) {
      const i = next++
      const { code, stdout, stderr } = await runExecutable(host, file, new Array<string>(i).fill('x'))
      ends[shapes[i][0]] = `${stdout}${stderr.split('\n')[0]} ${code}`
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return ends
}

const expected = Object.fromEntries(
  SHAPES.map(([name, { output = '', trap = OUT_OF_BOUNDS }]) => [name, `${output}wasm trap: ${trap} 134`]),
)

describe('loads without influence trap', () => {
  for (const { toolchain, missing } of COMPILERS)
    for (const optimize of LEVELS)
      test.skipIf(missing !== undefined)(
        `${SHAPES.length} shapes with ${toolchain}, level ${optimize}${missing ? ` (skipped: needs ${missing})` : ''}`,
        async () => {
          const wasm = await assemble(shapesModule(), { file: 'shapes.wat' })
          const options = { file: 'shapes.wasm', target: host, cacheDir: join(testCache, 'cache'), toolchain, optimize }
          const { path } = await createExecutable(wasm, options)
          expect(await endings(path)).toEqual(expected)
        },
      )
})

const missing = canRun(host)
const trapped = Object.fromEntries(PARTS.map(([name]) => [name, `wasm trap: ${OUT_OF_BOUNDS} 134`]))

test.skipIf(missing !== undefined).each(LEVELS)(
  `a place that is changed in part is written as a whole, level %s${missing ? ` (skipped: needs ${missing})` : ''}`,
  async (optimize) => {
    const wasm = await assemble(shapesModule(PARTS), { file: 'parts.wat' })
    const options = { file: 'parts.wasm', target: host, cacheDir: join(testCache, 'cache'), optimize }
    expect(await endings((await createExecutable(wasm, options)).path, PARTS)).toEqual(trapped)
  },
)

test.skipIf(missing !== undefined)(
  `what is left of them traps at level 1 alone${missing ? ` (skipped: needs ${missing})` : ''}`,
  async () => {
    const wasm = await assemble(shapesModule(LEFT), { file: 'left.wat' })
    const ends = async (optimize: Optimize): Promise<Record<string, string>> => {
      const options = { file: 'left.wasm', target: host, cacheDir: join(testCache, 'cache'), optimize }
      return endings((await createExecutable(wasm, options)).path, LEFT)
    }
    const all = (ending: string) => Object.fromEntries(LEFT.map(([name]) => [name, ending]))
    expect(await ends(1)).toEqual(all(`wasm trap: ${OUT_OF_BOUNDS} 134`))
    expect(await ends(2)).toEqual(all(' 0'))
  },
)

test('places far beyond what a memory has are looked at for no time', () => {
  const place = (value: string): string => `(i64.const ${value})`
  const code = ['0x7fffffffffffffff', '-1'].map(
    (far) => `(i64.store ${place(far)} (i64.add (i64.load offset=0xfffffffffffffff0 ${place(far)}) (i64.const 0)))`,
  )
  const { bytes } = assembleText(`(module (memory i64 1) (func (export "run") ${code.join('')}))`, 'far.wat')
  const module = decode(bytes, { name: 'far' })
  validateModule(module)
  expect(generate(module, { file: 'far.wasm' }).chunks).toHaveLength(1)
})
