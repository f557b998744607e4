import { describe, expect, test } from 'vitest'
import { DEFAULT_TARGETS, hostTarget } from '../../../compiler/index.ts'
import { resolveOptions, type Options } from '../../../src/options.ts'

test('defaults', () => {
  expect(resolveOptions()).toEqual({
    program: {
      targets: DEFAULT_TARGETS,
      optimize: undefined,
      cpu: 'baseline',
      grants: {},
      heapMax: undefined,
      embed: {},
      modules: {},
      profileUse: [],
      windows: undefined,
      macos: undefined,
      debug: false,
      fileName: undefined,
      public: false,
    },
    trust: [],
    manifest: 'exe-manifest.json',
    report: true,
    dts: undefined,
    ship: { npm: undefined, tauri: undefined, macos: undefined, archives: undefined, sbom: undefined },
    selectors: DEFAULT_TARGETS,
    environments: new Map(),
    cacheDir: undefined,
    toolchain: undefined,
    launcher: undefined,
  })
  expect(DEFAULT_TARGETS).toHaveLength(6)
})

test.each<[Options['targets'], string[]]>([
  ['host', [hostTarget()!.name]],
  [
    ['win32-x64', 'linux-x64'],
    ['linux-x64', 'win32-x64'],
  ],
])('targets: %j', (targets, expected) => {
  expect(resolveOptions({ targets }).program.targets).toEqual(expected)
})

test("targets of Vite's environments", () => {
  const { environments } = resolveOptions({ environments: { ssr: { targets: ['linux-x64', 'linux-arm64'] } } })
  const targets = ['linux-x64', 'linux-arm64']
  expect(environments).toEqual(new Map([['ssr', { targets, selectors: targets }]]))
})

test('manifest names a file, or switches it off', () => {
  expect(resolveOptions({ manifest: false }).manifest).toBeUndefined()
  expect(resolveOptions({ manifest: 'meta/exe.json' }).manifest).toBe('meta/exe.json')
})

describe('errors', () => {
  test.each<[unknown, RegExp]>([
    [{ target: 'host' }, /unknown option "target" .*; did you mean "targets"\?/],
    [{ targets: 7 }, /targets is neither a name nor a list/],
    [{ targets: [] }, /no target was given/],
    [{ targets: ['darwin'] }, /unknown target "darwin"/],
    [{ optimize: 'fast' }, /unknown optimization level "fast"/],
    [{ debug: 'yes' }, /debug is not true or false/],
    [{ grants: { dir: {} } }, /unknown option "dir" in grants; did you mean "dirs"\?/],
    [{ grants: { dirs: { '/': '$HOEM' } } }, /did you mean "HOME"\?/],
    [{ modules: ['math.wasm'] }, /modules is no object\n.*modules: \{ math: /],
    [{ modules: { math: 1 } }, /modules\["math"\] names no file/],
    [{ manifest: 1 }, /manifest is neither/],
    [{ windows: { version: 'v1' } }, /windows\.version: "v1" is no version/],
    [{ npm: { name: 'Hello', version: '1.2.3' } }, /"Hello" is no name of an npm package/],
    [{ npm: { name: 'hello', version: '1.2' } }, /"1\.2" is no version/],
    [{ npm: { name: 'hello', version: '1.2.3', dir: 'x' } }, /unknown option "dir" in npm/],
    [{ sbom: 1 }, /sbom is neither true, false nor a file name/],
    [{ sbom: '../x' }, /leads out of the output directory/],
    [{ archives: 'zip' }, /archives is neither true, false nor an object/],
    [{ archives: { licence: 'x' } }, /did you mean "license"\?/],
    [{ tauri: 7 }, /tauri is neither true, false nor a directory/],
    [{ windows: 'app.ico' }, /windows is no object/],
    [{ macos: { identifier: 'a b' } }, /macos\.identifier: "a b" is no identifier/],
    [{ cacheDir: 1 }, /cacheDir is 1, not a string/],
    [{ toolchain: '' }, /toolchain is "", not a string/],
    [{ fileName: '/etc/[target]' }, /leads out of the output directory/],
    [{ fileName: '[name][ext]' }, /gives every target the same name/],
    [{ environments: 'ssr' }, /environments is no object/],
    [{ environments: { ssr: {} } }, /environments\.ssr names no targets/],
    [{ environments: { ssr: { targets: 'linux' } } }, /unknown target "linux"/],
    [{ environments: { ssr: { targets: 'host', optimize: 2 } } }, /unknown option "optimize" in environments\.ssr/],
    ['host', /the options are no object/],
  ])('%j', (options, message) => {
    expect(() => resolveOptions(options as Options)).toThrow(message)
  })
})
