/** Of a module whose C was generated once is remembered what its objects are found by. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createExecutables, type Progress } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { temporaryDirectory } from './program.ts'

const LIBRARY = '(module (func (export "one") (result f64) (f64.ceil (f64.const 0.5))))'
const PROGRAM = `(module
  (import "library" "one" (func $one (result f64)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "text")
  (func (export "_start") (call $exit (i32.add (i32.const EDIT) (i32.trunc_f64_s (call $one))))))`

async function build(cacheDir: string, options: { grants?: object; targets?: string[]; edit?: number } = {}) {
  const { grants, targets = ['linux-x64'], edit = 1 } = options
  const bytes = await assemble(PROGRAM.replace('EDIT', String(edit)))
  const modules = [{ name: 'library', bytes: await assemble(LIBRARY) }]
  const steps: Progress[] = []
  const onProgress = (progress: Progress): void => void steps.push(progress)
  const { executables } = await createExecutables(bytes, {
    file: 'program.wasm',
    modules,
    optimize: 2,
    targets,
    grants,
    cacheDir,
    onProgress,
  })
  return {
    bytes: readFileSync(executables[0].path),
    generated: steps.filter(({ stage }) => stage === 'generate').length,
    compiled: steps.filter(({ stage, cached }) => stage === 'compile' && !cached).map(({ name }) => name),
  }
}

test('a change of grants alone generates no C; one of the module, a target or what was lost does', async () => {
  const cacheDir = temporaryDirectory('remembered')
  const first = await build(cacheDir)
  expect(first.generated).toBe(2)

  const granted = await build(cacheDir, { grants: { env: ['HOME'] } })
  expect(granted).toMatchObject({ generated: 0, compiled: ['program.config'] })
  const anew = await build(temporaryDirectory('anew'), { grants: { env: ['HOME'] } })
  expect(granted.bytes.equals(anew.bytes)).toBe(true)

  // Of another target no object is there: what was remembered is generated after all, once.
  const arm = await build(cacheDir, { targets: ['linux-arm64'] })
  expect(arm.generated).toBe(2)
  expect(arm.compiled).toContain('program')
  const edited = await build(cacheDir, { edit: 2 })
  expect(edited.generated).toBe(2)
  expect(edited.compiled.sort()).toEqual(['program', 'program.config'])

  // Objects that were pruned are compiled from C that is generated again.
  rmSync(join(cacheDir, 'v2/objects'), { recursive: true })
  const pruned = await build(cacheDir, { grants: { env: ['USER'] } })
  expect(pruned.generated).toBe(2)
  expect(pruned.compiled).toContain('program')
})
