/** The compiler without Node makes what the command line makes, in Node and in Chromium, from what bundlers make of it. */
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseAst } from 'rollup/parseAst'
import { build, preview, type PreviewServer } from 'vite'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createExecutables, inspectModule } from '../../compiler/browser.ts'
import { compile } from '../../compiler/index.ts'
import { readRuntime } from '../../compiler/runtime-file.ts'
import { DEFAULT_TARGETS } from '../../compiler/targets.ts'
import { helloComponent } from '../support/component.ts'
import { png } from '../support/images.ts'
import { launch, missing } from './chromium.ts'
import { built, EMBED, expected, hello, OPTIONS, SHOWN } from './program.ts'

const digest = (bytes: Uint8Array) => `sha256-${createHash('sha256').update(bytes).digest('base64')}`
const CASES = [
  ['as it is', {}],
  ['with a name and grants', OPTIONS],
  ['with embedded files', { ...OPTIONS, embed: EMBED }],
  ['with what Windows and macOS show', SHOWN],
] as const

/** What a module imports: statically, and by `import()` of a text. */
function importsOf(source: string): string[] {
  const found: string[] = []
  const nodes: unknown[] = [parseAst(source)]
  while (nodes.length > 0) {
    const node = nodes.pop()
    if (typeof node !== 'object' || node === null) continue
    if (/^Import|^Export.*Declaration/.test((node as Node).type) && (node as Node).source)
      found.push(textOf(node as Node))
    for (const part of Object.values(node)) nodes.push(part)
  }
  return found
}

interface Node {
  type: string
  source?: { value?: string; quasis?: { value: { cooked: string } }[] }
}

function textOf({ source }: Node): string {
  const text = source!.value ?? source!.quasis?.[0]?.value.cooked
  if (text === undefined || (source!.quasis?.length ?? 1) > 1) throw new Error('an import of what is no text')
  return text
}

test('nothing of Node is reachable from the built entry point', () => {
  const seen = new Set<string>()
  const outside: string[] = []
  let code = 0
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const source = readFileSync(file, 'utf8')
    code += source.length
    for (const specifier of importsOf(source)) {
      if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier))
      else outside.push(`${file}: ${specifier}`)
    }
    if (/\b(?:Buffer|process|require)\b[.(]/.test(source)) outside.push(`${file}: a global of Node`)
  }
  visit(built)
  // The whole generator and linker are there.
  expect(seen.size).toBeGreaterThan(3)
  expect(code).toBeGreaterThan(300_000)
  expect(outside).toEqual([])
})

test.each(CASES)('in Node: %s, the same bytes for every target', async (_, options) => {
  const wasm = await hello()
  const { executables } = await createExecutables(wasm, { ...options, runtime: readRuntime })
  expect(executables.map(({ target }) => target)).toEqual(DEFAULT_TARGETS)
  const wanted = await expected(wasm, options)
  for (const { target, bytes, integrity } of executables) {
    expect(Buffer.compare(bytes, wanted.get(target)!), target).toBe(0)
    expect(integrity).toBe(digest(bytes))
  }
})

test('in Node: an icon, and a file for both kinds of Mac', async () => {
  const wasm = await hello()
  const options = { ...SHOWN, windows: { icon: png(48) } }
  const targets = ['win32-arm64', 'darwin-universal'] as const
  const { executables } = await createExecutables(wasm, { ...options, targets, runtime: readRuntime })
  const wanted = await expected(wasm, options, targets)
  expect(executables.map(({ target }) => target).toSorted()).toEqual(targets.toSorted())
  for (const { target, bytes } of executables) expect(Buffer.compare(bytes, wanted.get(target)!), target).toBe(0)
})

const componentRuntime = () => readFileSync(join(dirname(built), '../runtime/component.bin'))

test('in Node: a component, the same bytes for every target', async () => {
  const wasm = await helloComponent()
  const options = { file: 'greet.wasm' }
  const { executables } = await createExecutables(wasm, { ...options, runtime: readRuntime, componentRuntime })
  const wanted = await expected(wasm, options)
  for (const { target, bytes } of executables) expect(Buffer.compare(bytes, wanted.get(target)!), target).toBe(0)
  expect(inspectModule(wasm, options)).toMatchObject({
    kind: 'component',
    imports: expect.arrayContaining([{ module: 'wasi:cli/stdout@0.2.0', name: 'get-stdout', kind: 'func' }]) as unknown,
    exports: [{ name: 'wasi:cli/run@0.2.0', kind: 'instance' }],
    features: [],
  })
  const modules = [{ name: 'm', bytes: await hello() }]
  await expect(createExecutables(wasm, { modules, componentRuntime })).rejects.toThrow(
    'modules cannot be linked to a component',
  )
  expect(() => inspectModule(wasm.subarray(0, -3), options)).toThrow('greet.wasm: malformed module at 0x')
})

test('errors are the same, with file, offset and hint', async () => {
  const damaged = (await hello()).slice(0, -3)
  const error = await compile(damaged, { file: 'greet.wasm' }).then(
    () => '',
    (failure: Error) => failure.message,
  )
  expect(error).toContain('greet.wasm: malformed module at 0x')
  await expect(createExecutables(damaged, { file: 'greet.wasm' })).rejects.toThrow(error)
  expect(() => inspectModule(damaged, { file: 'greet.wasm' })).toThrow(error)
  const wasm = await hello()
  await expect(createExecutables(wasm, { targets: ['linux-x46'] })).rejects.toThrow('did you mean "linux-x64"')
  await expect(createExecutables(wasm, { targets: ['linux-riscv64'] })).rejects.toThrow('optimize: 1 does not build')
  await expect(createExecutables(wasm, { heapMax: '1T' })).rejects.toThrow('heapMax: "1T" is no size')
  await expect(createExecutables(wasm, { embed: { '/s': { 'a/b': '' } } })).rejects.toThrow(
    '"a/b" in /s is no file name',
  )
  await expect(createExecutables(wasm, { ...OPTIONS, embed: { '/data': {} } })).rejects.toThrow('both a granted and an')
})

describe.skipIf(missing)('in Chromium, bundled by Vite', () => {
  let browser: Browser
  let server: PreviewServer
  let page: Page
  const folder = mkdtempSync(join(tmpdir(), 'wasm-exe-bundle-'))
  beforeAll(async () => {
    writeFileSync(join(folder, 'index.html'), '<script type="module" src="./main.js"></script>')
    writeFileSync(
      join(folder, 'main.js'),
      `import * as compiler from ${JSON.stringify(built)}\nglobalThis.compiler = compiler`,
    )
    const settings = { root: folder, configFile: false, logLevel: 'warn' } as const
    await build({ ...settings, build: { outDir: 'out', target: 'es2022' } })
    server = await preview({ ...settings, build: { outDir: 'out' }, preview: { port: 0 } })
    browser = await launch()
    page = await browser.newPage()
    await page.goto(server.resolvedUrls!.local[0])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each([...CASES, ['a component', { file: 'component.wasm' }] as const])(
    '%s, the same bytes for every target',
    async (_, options) => {
      const wasm = 'file' in options && options.file === 'component.wasm' ? await helloComponent() : await hello()
      const made = await page.evaluate(
        async ({ bytes, options: given }) => {
          type Compiler = typeof import('../../compiler/browser.ts')
          const { compiler } = globalThis as unknown as { compiler: Compiler }
          const { executables } = await compiler.createExecutables(Uint8Array.from(bytes), given)
          return executables.map(({ target, bytes: executable }) => [target, [...executable]] as const)
        },
        { bytes: [...wasm], options },
      )
      expect(made.map(([target]) => target)).toEqual(DEFAULT_TARGETS)
      const wanted = await expected(wasm, options)
      for (const [target, bytes] of made)
        expect(Buffer.compare(Uint8Array.from(bytes), wanted.get(target)!), target).toBe(0)
    },
  )
})
