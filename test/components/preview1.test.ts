/** Commands of preview 1 behind an adapter that is known: their calls are the runtime's own, and they do the same. */
import { readFileSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeComponent } from '../../compiler/component/decode.ts'
import { planComponent } from '../../compiler/component/program.ts'
import { readHost } from '../../compiler/component/stages.ts'
import type { ProgramPlan } from '../../compiler/plan.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { executableOf } from '../support/compile-wat.ts'
import { assemble } from '../../compiler/wat.ts'
import { componentOf, NEEDS_ADAPTER, otherAdapter, parseComponent, printComponent } from '../support/component.ts'
import { isDirect, KNOWN, knownAdapter, planOf } from './adapters.ts'
import { runExecutable } from '../support/run-target.ts'
import { describeWasiSuite } from '../support/wasi-suite.ts'

describeWasiSuite(`${process.platform}-${process.arch}`, 1, KNOWN)

const target = `${process.platform}-${process.arch}`

/** Prints a line, and ends with a code. */
const COMMAND = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00")
  (data (i32.const 16) "hello\\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $exit (i32.const 3))))`

async function commandOf(text: string): Promise<string> {
  return buildOnce(`command-${await hashOf([], text)}`, 'command.wasm', async (folder) => {
    await writeFile(join(folder, 'command.wasm'), await assemble(text, { file: 'command.wat' }))
  })
}

/** The plan of a command's component, whose text was changed. */
async function changed(component: string, change: (text: string) => string): Promise<ProgramPlan> {
  const text = await printComponent(readFileSync(component))
  const other = change(text)
  expect(other).not.toBe(text)
  const bytes = decodeComponent(await parseComponent(other), { file: component })
  return planComponent(bytes, { name: 'program', file: component, host: await readHost('plain') })
}

describe.skipIf(knownAdapter === undefined)(
  `which adapters are known${knownAdapter ? '' : ` (skipped: needs ${NEEDS_ADAPTER})`}`,
  () => {
    test('with one or without, a command prints and ends the same, as WASI 0.2 says that it ended', async () => {
      const command = await commandOf(COMMAND)
      const sizes: number[] = []
      for (const by of [knownAdapter!, await otherAdapter(knownAdapter!)]) {
        const component = await componentOf(command, by)
        expect(isDirect(await planOf(component))).toBe(by === knownAdapter)
        const executable = await executableOf(component, target)
        const { stdout, stderr, code } = await runExecutable(target, executable, [])
        expect([stdout, stderr, code]).toEqual(['hello\n', '', 1])
        sizes.push(statSync(executable).size)
      }
      const plain = statSync(await executableOf(command, target)).size
      expect(sizes[0]).toBeLessThan(plain * 1.3)
      expect(sizes[1]).toBeGreaterThan(plain * 1.3)
    })

    test('one number or one function that is another one makes it another adapter', async () => {
      const component = await componentOf(await commandOf(COMMAND), knownAdapter!)
      expect(isDirect(await changed(component, (text) => `${text} `))).toBe(true)
      const constant = await changed(component, (text) =>
        text.replace('i32.const 65536\n        i32.add', 'i32.const 65520\n        i32.add'),
      )
      expect(isDirect(constant)).toBe(false)
      const drop = '(export "get-stdout" (func $get-stdout))'
      const imported = await changed(component, (text) =>
        text.replace(drop, drop.replace('func $get-stdout', 'func $get-stderr')),
      )
      expect(isDirect(imported)).toBe(false)
    })

    test('what is more than a command and its adapter is linked as what it is', async () => {
      const component = await componentOf(await commandOf(COMMAND), knownAdapter!)
      const start = await changed(component, (text) =>
        text.replace('(export "_start" (func 2))', '$&\n(export "_initialize" (func 2))'),
      )
      expect(isDirect(start)).toBe(false)
      const begins = await changed(component, (text) =>
        text.replace('(export "_start" (func 2))', '$&\n(start 3)\n(func)'),
      )
      expect(isDirect(begins)).toBe(false)
      const more = await changed(component, (text) =>
        text.replace(
          /\n {2}\(core instance \$main /,
          '\n  (core module $more)\n  (core instance (instantiate $more))$&',
        ),
      )
      expect(isDirect(more)).toBe(false)
    })

    test('what an adapter refuses is asked of it', async () => {
      const allocate =
        '(import "wasi_snapshot_preview1" "fd_allocate" (func (param i32 i64 i64) (result i32)))\n  (memory'
      const command = await commandOf(COMMAND.replace('(memory', allocate))
      expect(isDirect(await planOf(await componentOf(command, knownAdapter!)))).toBe(false)
    })
  },
)
