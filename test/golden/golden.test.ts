/**
 * The C and the header of small modules, beside their text. `npx vitest run --project golden -u` writes them anew; whoever
 * does so reads the difference.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { generate } from '../../compiler/c/index.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { assemble } from '../../compiler/wat.ts'

const folder = new URL('.', import.meta.url)

async function build(name: string, options = {}) {
  const bytes = await assemble(readFileSync(new URL(`${name}.wat`, folder), 'utf8'), { file: `${name}.wat` })
  const module = decode(bytes, { name })
  validateModule(module)
  return generate(module, { file: `${name}.wasm`, ...options })
}

const names = readdirSync(folder).filter((file) => file.endsWith('.wat')).map((file) => file.slice(0, -4))

describe.each(names)('%s', (name) => {
  test('C and header', async () => {
    const { chunks, header } = await build(name)
    expect(chunks).toHaveLength(1)
    await expect(chunks[0].code).toMatchFileSnapshot(`${name}.c`)
    await expect(header).toMatchFileSnapshot(`${name}.h`)
  })
})

describe('chunks', () => {
  test('a module in several translation units', async () => {
    const { chunks } = await build('constant-table', { chunkBytes: 8, aloneBytes: 1000 })
    expect(chunks.length).toBeGreaterThan(1)
    expect(chunks.at(-1)!.name).toBe('constant-table')
    await expect(chunks.map(({ name, code }) => `// ${name}.c\n${code}`).join('\n')).toMatchFileSnapshot('chunks.txt')
  })
})
