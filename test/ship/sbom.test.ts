/** Bills of materials: they validate against CycloneDX's schema, and say what was built of what by what. */
import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { rollup } from 'rollup'
import { expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { unplugin } from '../../src/index.ts'
import { createSbom } from '../../src/ship/sbom.ts'
import { cli, fixture } from '../cli/cli.ts'
import { temporaryDirectory } from '../executables/program.ts'

const dir = temporaryDirectory('sbom')

interface Bill {
  serialNumber: string
  metadata: { timestamp?: string; tools: { components: { name: string; version: string }[] } }
  components: {
    name: string
    type: string
    'bom-ref': string
    hashes: { alg: string; content: string }[]
    properties?: { name: string; value: string }[]
  }[]
  dependencies: { ref: string; dependsOn?: string[] }[]
}

/** @throws unless it is valid */
async function read(text: string): Promise<Bill> {
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull()
  return JSON.parse(text) as Bill
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A section 'producers' behind a module. */
function withProducers(wasm: Uint8Array): Buffer {
  const text = (value: string): number[] => [value.length, ...Buffer.from(value)]
  const field = (name: string, ...values: [string, string][]): number[] => [
    ...text(name),
    values.length,
    ...values.flat().flatMap(text),
  ]
  const body = [
    ...text('producers'),
    2,
    ...field('language', ['Rust', '']),
    ...field('processed-by', ['rustc', '1.90'], ['clang', '21']),
  ]
  return Buffer.from([...wasm, 0, body.length, ...body])
}

test('the command line: the module and its producers, the executables, the tools', async () => {
  const wasm = withProducers(await assemble(readFileSync(fixture('hello.wat'))))
  writeFileSync(join(dir, 'hello.wasm'), wasm)
  const args = ['build', 'hello.wasm', '-o', 'out/', '-t', 'linux-x64,win32-x64', '--sbom', 'out/hello.cdx.json']
  expect(await cli(args, { cwd: dir })).toMatchObject({ code: 0 })
  const text = readFileSync(join(dir, 'out/hello.cdx.json'), 'utf8')
  const { components, dependencies, metadata } = await read(text)
  const hashOf = (name: string) => components.find((component) => component.name === name)?.hashes
  expect(hashOf('hello.wasm')).toEqual([{ alg: 'SHA-256', content: sha256(wasm) }])
  for (const name of ['hello-linux-x64', 'hello-win32-x64.exe']) {
    expect(hashOf(name)).toEqual([{ alg: 'SHA-256', content: sha256(readFileSync(join(dir, 'out', name))) }])
    expect(dependencies).toContainEqual({ ref: `executable:${name}`, dependsOn: ['module:hello.wasm'] })
  }
  expect(components.find(({ name }) => name === 'hello.wasm')!.properties).toEqual([
    { name: 'unplugin-wasm-exe:producers:language', value: 'Rust' },
    { name: 'unplugin-wasm-exe:producers:processed-by', value: 'clang 21' },
    { name: 'unplugin-wasm-exe:producers:processed-by', value: 'rustc 1.90' },
  ])
  expect(metadata.tools.components.map(({ name }) => name)).toEqual(['unplugin-wasm-exe'])
  // Equal builds have equal bills.
  expect(metadata.timestamp).toBeUndefined()
  expect(await cli(args, { cwd: dir })).toMatchObject({ code: 0 })
  expect(readFileSync(join(dir, 'out/hello.cdx.json'), 'utf8')).toBe(text)
})

test('the plugin: beside the manifest', async () => {
  copyFileSync(fixture('hello.wat'), join(dir, 'plugin.wat'))
  writeFileSync(join(dir, 'main.js'), "export { default } from './plugin.wat?exe'\n")
  const plugin = unplugin.rollup({ targets: 'linux-x64', sbom: true, cacheDir: join(dir, 'cache') })
  const bundle = await rollup({ input: join(dir, 'main.js'), plugins: [plugin] })
  await bundle.write({ dir: join(dir, 'dist') })
  const { components } = await read(readFileSync(join(dir, 'dist/exe-sbom.cdx.json'), 'utf8'))
  const executable = components.find((component) => component['bom-ref'].startsWith('executable:'))!
  expect(executable.hashes[0].content).toBe(sha256(readFileSync(join(dir, 'dist', executable.name))))
})

test('a C compiler is a tool, with the hash of its binary', async () => {
  const wasm = await assemble('(module)')
  const made = (sha: string | null) => ({ name: 'zig', version: '0.16.0', sha256: sha })
  const integrity = `sha256-${'A'.repeat(43)}=`
  const executable = {
    target: 'linux-x64',
    path: 'a',
    integrity,
    toolchain: made('ab'.repeat(32)),
    optimize: 2,
  } as const
  const libraries = [{ name: 'math', bytes: 1, integrity }]
  const bill = await read(
    await createSbom([
      { name: 'a', source: 'a.wasm', wasm: { bytes: wasm, integrity }, libraries, executables: [executable] },
    ]),
  )
  expect(bill.metadata.tools.components).toContainEqual(
    expect.objectContaining({ name: 'zig', version: '0.16.0', hashes: [{ alg: 'SHA-256', content: 'ab'.repeat(32) }] }),
  )
  expect(bill.dependencies).toContainEqual({ ref: 'executable:a', dependsOn: ['library:a.wasm:math', 'module:a.wasm'] })
})
