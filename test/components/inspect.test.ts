/** What the command line and the plugins say of a component, and of executables made of one. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rollup } from 'rollup'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostTarget } from '../../compiler/index.ts'
import wasmExeRollup from '../../plugins/rollup.ts'
import wasmExeVite from '../../plugins/vite.ts'
import type { Manifest } from '../../src/manifest.ts'
import { cli } from '../cli/cli.ts'
import { helloComponent, parseComponent } from '../support/component.ts'

let cwd: string
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'component-inspect-'))
  writeFileSync(join(cwd, 'hello.wasm'), await helloComponent())
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const IMPORTS = {
  'wasi:cli/stdout@0.2.0': ['get-stdout'],
  'wasi:io/streams@0.2.6': ['[method]output-stream.blocking-write-and-flush'],
}

test('inspect of a component: its world with types, and its core modules', async () => {
  const json = JSON.parse((await cli(['inspect', 'hello.wasm', '--json'], { cwd })).stdout) as object
  expect(json).toMatchObject({
    kind: 'component',
    imports: [
      { name: 'wasi:io/error@0.2.6', kind: 'instance', functions: [], resources: ['error'] },
      { name: 'wasi:io/streams@0.2.6', resources: ['error', 'output-stream'] },
      {
        name: 'wasi:cli/stdout@0.2.0',
        functions: [{ name: 'get-stdout', type: 'func() -> own<output-stream>', implemented: true }],
      },
    ],
    exports: [
      { name: 'wasi:cli/run@0.2.0', kind: 'instance', functions: [{ name: 'run', type: 'func() -> result<_, _>' }] },
    ],
    modules: [
      { functions: 0, imported: 0, data: 23 },
      { functions: 1, imported: 2, data: 0 },
    ],
    problem: null,
  })
  const { stdout } = await cli(['inspect', 'hello.wasm'], { cwd })
  expect(stdout).toMatch(/^hello\.wasm: a component, [\d.]+ K?B, sha256-/)
  expect(stdout).toMatch(/\n {2}wasi:cli\/stdout@0\.2\.0 +interface\n/)
  expect(stdout).toMatch(/\n {4}get-stdout +func\(\) -> own<output-stream>\n/)
  expect(stdout).toMatch(/\nIt is a program: wasm-exe build\.\n$/)
})

test('inspect says which functions nothing answers, and that it cannot be built', async () => {
  const text = `(component
    (import "wasi:nothing/at-all@1.0.0" (instance $i (export "go" (func))))
    (core func $f (canon lower (func $i "go")))
    (core module $M (func (export "run") (result i32) (i32.const 0)))
    (core instance $m (instantiate $M))
    (func $run (result (result)) (canon lift (core func $m "run")))
    (instance $run (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $run)))`
  writeFileSync(join(cwd, 'other.wasm'), await parseComponent(text))
  const { stdout, code } = await cli(['inspect', 'other.wasm'], { cwd })
  expect(code).toBe(0)
  expect(stdout).toMatch(/\n {4}go +not implemented {2}func\(\)\n/)
  expect(stdout).toMatch(
    /\nIt cannot be built: imports go of wasi:nothing\/at-all@1\.0\.0, which no host function answers\n$/,
  )
})

test('inspect of its executable: the interfaces of WASI that it calls', async () => {
  const built = await cli(['build', 'hello.wasm', '-o', 'out/', '-t', 'linux-x64,win32-x64,darwin-arm64'], { cwd })
  expect(built.stderr).not.toContain('wasm-exe:')
  for (const name of ['hello-linux-x64', 'hello-win32-x64.exe', 'hello-darwin-arm64']) {
    const { stdout } = await cli(['inspect', `out/${name}`, '--json'], { cwd })
    expect(JSON.parse(stdout)).toMatchObject({ name: 'hello', imports: IMPORTS })
  }
})

test('run runs it; what is made of core modules alone is refused by name', async () => {
  expect(await cli(['run', 'hello.wasm', '--', 'word'], { cwd })).toMatchObject({
    code: 0,
    stdout: 'Hello from a component\n',
  })
  for (const command of ['object', 'header']) {
    const { code, stderr } = await cli([command, 'hello.wasm'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toContain('hello.wasm: this is a WebAssembly component, not a core module\n  components become exec')
  }
  writeFileSync(join(cwd, 'math.wasm'), Buffer.from('0061736d01000000', 'hex'))
  for (const command of ['inspect', 'build', 'run']) {
    const { code, stderr } = await cli([command, 'hello.wasm', '--module', 'math=math.wasm'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('hello.wasm: modules cannot be linked to a component by their names')
  }
})

test.each(['rollup', 'vite'])(
  'an import in %s is an executable, and the manifest names its interfaces',
  async (name) => {
    const out = join(cwd, name)
    const source = `import hello from './hello.wasm?exe'\nconsole.log(hello.targets)`
    writeFileSync(join(cwd, `${name}.js`), source)
    const host = hostTarget()!.name
    // Modules by name are for programs that import them, and a component imports none.
    const options = {
      cacheDir: process.env.WASM_EXE_TEST_CACHE,
      targets: [host],
      modules: { math: join(cwd, 'math.wasm') },
      manifest: true,
    }
    const input = join(cwd, `${name}.js`)
    if (name === 'rollup') {
      const bundle = await rollup({ input, plugins: [wasmExeRollup(options)] })
      await bundle.write({ dir: out })
      await bundle.close()
    } else {
      await build({
        root: cwd,
        configFile: false,
        logLevel: 'error',
        plugins: [wasmExeVite(options)],
        build: { outDir: out, lib: { entry: input, formats: ['es'], fileName: 'main' } },
      })
    }
    const manifest = JSON.parse(readFileSync(join(out, 'exe-manifest.json'), 'utf8')) as Manifest
    const [program] = Object.values(manifest.programs)
    expect(program.imports).toContain('wasi:cli/stdout@0.2.0.get-stdout')
    const { file } = program.builds[0].executables[host]!
    expect(execFileSync(join(out, file), { encoding: 'utf8' })).toBe('Hello from a component\n')
  },
)
