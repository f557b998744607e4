/** Machine code is written into a buffer that grows: whatever is written where, it is all there. */
import { expect, test } from 'vitest'
import { code } from '../../compiler/machine/code.ts'
import { generateMachineCode } from '../../compiler/machine/index.ts'
import { loadVectors } from '../../compiler/machine/vectors.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { assemble } from '../../compiler/wat.ts'

await loadVectors()

const repeat = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')

/**
 * When the handler has put the first values into registers and slots for longer than an instruction is expected to, the numbers
 * with a point are in registers, and go to their slots all at once.
 */
const values = [
  ...Array.from({ length: 281 }, () => 'i64'),
  ...Array.from({ length: 40 }, () => 'f64'),
  ...Array.from({ length: 100 }, () => 'i64'),
]

/** The first functions: few bytes that become more code than a new buffer holds. */
const padding = `(func $many (result ${'i64 '.repeat(90)}) ${'(i64.const 1)'.repeat(90)})
  (func $take (param ${'i64 '.repeat(90)}))
  (func $padding ${'(call $many) (call $take)'.repeat(48)})`

const wat = `(module (tag $t (param ${values.join(' ')})) ${padding}
  (func $throw ${repeat(values.length, (i) => `(${values[i]}.const ${i})`)} (throw $t))
  (func (export "_start")
    (block $c (result ${values.join(' ')}) (try_table (catch $t $c) (call $throw)) (return))
    ${'(drop)'.repeat(values.length)}))`

/** Bytes of code. */
const LAST_FUNCTION = 10_000

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

test.each(['x64', 'arm64'] as const)('the code for %s is the same wherever its buffer ends', async (arch) => {
  const module = decode(await assemble(wat, { file: 'm.wat' }), { name: 'm' })
  validateModule(module)
  const text = (): Uint8Array => {
    const object = generateMachineCode(module, { arch, memoryAt: 0x1000000000, file: 'm.wasm' })
    return object.sections.find(({ kind }) => kind === 'text')!.bytes!.slice()
  }
  code.bytes = new Uint8Array(1 << 20)
  const all = text()
  const least = 0x11000
  expect(all.length).toBeGreaterThan(least + LAST_FUNCTION)
  for (let size = all.length - LAST_FUNCTION; size <= all.length; size += 24) {
    code.bytes = new Uint8Array(size)
    if (!same(text(), all)) expect.fail(`other code in a buffer of ${size} bytes`)
  }
})
