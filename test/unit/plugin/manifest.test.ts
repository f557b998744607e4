import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { createManifest, formatManifest } from '../../../src/manifest.ts'
import { builtProgram } from './built.ts'
import type { BuiltFile } from '../../../src/pipeline.ts'

const schema = JSON.parse(readFileSync(new URL('../../../manifest.schema.json', import.meta.url), 'utf8')) as object
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema)

const emitted = ({ name, target, ext }: BuiltFile) => `assets/${name}-${target}${ext}`
const grants = {
  dirs: [{ guest: '/', host: '.', readOnly: true }],
  env: [{ name: 'HOME', value: null }],
  args: { fixed: ['serve'], pass: false },
  listen: ['tcp://127.0.0.1:8080'],
}
const programs = [
  builtProgram('/project/src/hello.wasm?exe', ['linux-x64', 'win32-x64']),
  builtProgram('/project/src/hello.wasm?target=darwin-arm64&exe', ['darwin-arm64']),
  builtProgram('/project/src/hello.wasm?debug&exe', ['linux-x64'], { debug: true, grants }),
  builtProgram('/project/lib/cat.wat?exe', ['linux-x64']),
]

test('is keyed by source file; builds with equal options share an entry', () => {
  const manifest = createManifest('/project', programs, emitted)
  expect(Object.keys(manifest.programs)).toEqual(['lib/cat.wat', 'src/hello.wasm'])
  const { builds, ...rest } = manifest.programs['src/hello.wasm']
  expect(rest).toEqual({
    name: 'hello',
    wasm: { bytes: 95, integrity: `sha256-${'A'.repeat(43)}=` },
    imports: ['wasi_snapshot_preview1.fd_write', 'wasi_snapshot_preview1.proc_exit'],
  })
  expect(builds.map(({ debug, executables }) => [debug, Object.keys(executables)])).toEqual([
    [false, ['darwin-arm64', 'linux-x64', 'win32-x64']],
    [true, ['linux-x64']],
  ])
  expect(builds[0].executables['win32-x64']).toMatchObject({
    file: 'assets/hello-win32-x64.exe',
    bytes: 14,
    triple: 'x86_64-pc-windows-msvc',
  })
  expect(builds[1].grants).toEqual(grants)
})

test('follows its schema', () => {
  const manifest = JSON.parse(formatManifest(createManifest('/project', programs, emitted))) as object
  expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ ...manifest, version: 2 })).toBe(false)
  expect(validate({ ...manifest, extra: true })).toBe(false)
})

test('does not depend on the order of imports', () => {
  const backwards = formatManifest(createManifest('/project', programs.toReversed(), emitted))
  expect(backwards).toBe(formatManifest(createManifest('/project', programs, emitted)))
})

test('leaves out what did not get into the bundle', () => {
  const onlyLinux = (file: BuiltFile) => (file.target === 'linux-x64' ? emitted(file) : undefined)
  const { programs: listed } = createManifest('/project', programs.slice(0, 2), onlyLinux)
  expect(listed['src/hello.wasm'].builds).toHaveLength(1)
  expect(Object.keys(listed['src/hello.wasm'].builds[0].executables)).toEqual(['linux-x64'])
})
