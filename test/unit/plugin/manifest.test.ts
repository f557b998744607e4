import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { createManifest, createReport, formatManifest, hasGrants, type Manifest } from '../../../src/manifest.ts'
import { builtProgram } from './built.ts'
import type { BuiltFile, BuiltProgram } from '../../../src/pipeline.ts'

const schema = JSON.parse(readFileSync(new URL('../../../manifest.schema.json', import.meta.url), 'utf8')) as object
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema)

const emitted = ({ name, target, ext }: BuiltFile) => `assets/${name}-${target}${ext}`
const grants = {
  dirs: [{ guest: '/', host: '.', readOnly: true }],
  env: [{ name: 'HOME', value: null }],
  args: { fixed: ['serve'], pass: false },
  listen: ['tcp://127.0.0.1:8080'],
  connect: ['api.example.com:443'],
  resolve: [],
}
const reportOf = (programs: BuiltProgram[], name = emitted) => createReport('/project', '/project/dist', programs, name)
const manifestOf = (programs: BuiltProgram[], name = emitted as (file: BuiltFile) => string | undefined): Manifest =>
  createManifest(createReport('/project', '/project/dist', programs, name), 'exe-manifest.json')
const programs = [
  builtProgram('/project/src/hello.wasm?exe', ['linux-x64', 'win32-x64']),
  builtProgram('/project/src/hello.wasm?target=darwin-arm64&exe', ['darwin-arm64']),
  builtProgram('/project/src/hello.wasm?debug&exe', ['linux-x64'], { debug: true, grants }),
  builtProgram('/project/src/hello.wasm?heapMax=64M&exe', ['linux-arm64'], { heapMax: 2 ** 26 }),
  builtProgram('/project/lib/cat.wat?exe', ['linux-x64']),
]

test('is keyed by source file; builds with equal options share an entry', () => {
  const manifest = manifestOf(programs)
  expect(Object.keys(manifest.programs)).toEqual(['lib/cat.wat', 'src/hello.wasm'])
  const { builds, ...rest } = manifest.programs['src/hello.wasm']
  expect(rest).toEqual({
    name: 'hello',
    wasm: { bytes: 95, integrity: `sha256-${'A'.repeat(43)}=` },
    imports: ['wasi_snapshot_preview1.fd_write', 'wasi_snapshot_preview1.proc_exit'],
  })
  expect(builds.map(({ debug, heapMax, executables }) => [debug, heapMax, Object.keys(executables)])).toEqual([
    [false, 2 ** 26, ['linux-arm64']],
    [false, undefined, ['darwin-arm64', 'linux-x64', 'win32-x64']],
    [true, undefined, ['linux-x64']],
  ])
  expect(builds[1].executables['win32-x64']).toMatchObject({
    file: 'assets/hello-win32-x64.exe',
    bytes: 14,
    triple: 'x86_64-pc-windows-msvc',
  })
  expect(reportOf(programs).programs['src/hello.wasm'].builds[2].grants).toEqual(grants)
})

test('follows its schema', () => {
  const manifest = JSON.parse(formatManifest(manifestOf(programs))) as object
  for (const document of [manifest, JSON.parse(formatManifest(reportOf(programs))) as object])
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ ...manifest, version: 1 })).toBe(false)
  expect(validate({ ...manifest, extra: true })).toBe(false)
})

test('does not depend on the order of imports', () => {
  const backwards = formatManifest(reportOf(programs.toReversed()))
  expect(backwards).toBe(formatManifest(reportOf(programs)))
})

test('leaves out what did not get into the bundle', () => {
  const onlyLinux = (file: BuiltFile) => (file.target === 'linux-x64' ? emitted(file) : undefined)
  const { programs: listed } = manifestOf(programs.slice(0, 2), onlyLinux)
  expect(listed['src/hello.wasm'].builds).toHaveLength(1)
  expect(Object.keys(listed['src/hello.wasm'].builds[0].executables)).toEqual(['linux-x64'])
})

test('the manifest is for everyone, the report is not', () => {
  const secret = {
    ...grants,
    dirs: [{ guest: '/', host: '/home/me', readOnly: true }],
    env: [{ name: 'KEY', value: 'k3y' }],
  }
  const outside = ['/home/me/a/x.wasm', '/home/me/b/x.wasm'].map((file) =>
    builtProgram(`${file}?exe`, ['linux-x64'], { grants: secret }),
  )
  const report = reportOf([...programs, ...outside])
  expect(hasGrants(report)).toBe(true)
  expect(hasGrants(reportOf(programs.slice(0, 2)))).toBe(false)
  expect(report.output).toBe('dist')
  expect(JSON.stringify(report)).toContain('/home/me')
  const text = formatManifest(createManifest(report, 'meta/m.json'))
  expect(text).not.toMatch(/\/home|k3y|"host"|"grants"|"output"/)
  const manifest = JSON.parse(text) as Manifest
  expect(Object.keys(manifest.programs)).toEqual(['../x.wasm', '../x.wasm#2', 'lib/cat.wat', 'src/hello.wasm'])
  expect(manifest.programs['lib/cat.wat'].builds[0].executables['linux-x64']!.file).toBe('../assets/cat-linux-x64')
})
