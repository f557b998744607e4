/** Objects that two versions of the package made, in one C program. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createObject } from '../../compiler/index.ts'
import { toBytes } from '../spec/convert.ts'
import { which } from '../support/tools.ts'
import { temporaryDirectory } from './program.ts'

const mocked = vi.hoisted(() => ({ version: '0.1.0' }))
vi.mock('../../compiler/version.ts', () => mocked)

test('are told before main, in whatever order they are linked', async (context) => {
  if (which('cc') === undefined) return context.skip('needs cc')
  const dir = temporaryDirectory('object-versions')
  const object = async (name: string, version: string): Promise<void> => {
    mocked.version = version
    const bytes = await toBytes({ kind: 'text', text: '(module (func (export "one") (result i32) (i32.const 1)))' })
    await createObject(bytes, { file: `${name}.wasm`, cacheDir: join(dir, 'cache'), outFile: join(dir, `${name}.o`) })
  }
  await object('a', '0.1.0')
  await object('same', '0.1.0')
  await object('newer', '0.1.1')
  writeFileSync(join(dir, 'main.c'), '#include <stdio.h>\nint main(void) { puts("main"); return 0; }\n')
  const run = (...objects: string[]) => {
    execFileSync('cc', ['main.c', ...objects, '-o', 'main'], { cwd: dir })
    const { status, stdout, stderr } = spawnSync(join(dir, 'main'), { encoding: 'utf8' })
    return { status, stdout, stderr: stderr.trim() }
  }
  expect(run('a.o', 'same.o')).toEqual({ status: 0, stdout: 'main\n', stderr: '' })
  const words = (first: string, second: string): string =>
    `wasm-exe: object files in this program were made by version ${first} and by version ${second}: make all of them with one`
  expect(run('a.o', 'newer.o')).toEqual({ status: 1, stdout: '', stderr: words('0.1.0', '0.1.1') })
  expect(run('newer.o', 'same.o', 'a.o')).toEqual({ status: 1, stdout: '', stderr: words('0.1.1', '0.1.0') })
})
