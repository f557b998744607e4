import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createExecutables, type Optimize } from '../compiler/index.ts'
import type { Settings } from './settings.ts'
import { measure } from './measure.ts'
import { markdownTable, programReport, type Report } from './report.ts'
import { compare, median } from './statistics.ts'
import { missingForRust, PROGRAMS, RUSTC, tool, WORK, zig } from './tools.ts'

/** A program of the classic experiment, in one build profile. */
interface Variant {
  name: string
  build: (wasm: string, native: string) => Promise<void> | void
  /** Runs long enough for its user time to mean something. */
  timed?: boolean
}

const ROUNDS = 5

function rust(source: string, profile: readonly string[]): Variant['build'] {
  return (wasm, native) => {
    const input = join(PROGRAMS, source)
    tool(RUSTC, ['--target', 'wasm32-wasi', '-C', 'linker=wasm-ld-14', ...profile, input, '-o', wasm])
    tool(RUSTC, [...profile, input, '-o', native])
  }
}

const DEBUG: readonly string[] = []
const RELEASE = ['-C', 'opt-level=3', '-C', 'lto', '-C', 'panic=abort', '-C', 'strip=symbols']

const VARIANTS: readonly Variant[] = [
  { name: 'hello.rs debug', build: rust('hello.rs', DEBUG) },
  { name: 'hello.rs release', build: rust('hello.rs', RELEASE) },
  { name: 'fib(45) debug', build: rust('fib.rs', DEBUG), timed: true },
  { name: 'fib(45) release', build: rust('fib.rs', RELEASE), timed: true },
  {
    name: 'hello.c -Oz',
    async build(wasm, native) {
      const source = join(PROGRAMS, 'hello.c')
      await zig(['cc', '-target', 'wasm32-wasi', '-Oz', '-s', source, '-o', wasm])
      tool('cc', ['-Os', '-s', source, '-o', native])
    },
  },
]

/**
 * The experiment with which `create-exe` was introduced: Rust's hello and fib(45), debug and release, as wasm, as our
 * executable and compiled natively. Returns Markdown; fills the report.
 */
export async function classic(report: Report, { optimize }: Settings): Promise<string> {
  const missing = missingForRust()
  const variants = missing ? VARIANTS.filter(({ name }) => name.startsWith('hello.c')) : VARIANTS
  const rows: string[][] = []
  for (const variant of variants) rows.push(await runVariant(variant, report, optimize))
  const head = ['program', 'wasm', 'linux-x64', 'win32-x64', 'native', 'ours s', 'native s', 'ours / native']
  return [
    '## The classic experiment',
    '',
    'Bytes of the module, of our executables and of the native one (release: stripped); user time, medians of',
    `${ROUNDS} interleaved runs, with the lowest and highest ratio of a round.`,
    '',
    markdownTable(head, rows),
    ...(missing ? ['', `Rust programs skipped: ${missing}`] : []),
  ].join('\n')
}

async function runVariant({ name, build, timed }: Variant, report: Report, optimize: Optimize): Promise<string[]> {
  const directory = join(WORK, name.replaceAll(/[^\w.-]+/g, '-'))
  mkdirSync(directory, { recursive: true })
  const file = (stem: string) => join(directory, stem)
  await build(file('program.wasm'), file('native'))
  const started = performance.now()
  await createExecutables(readFileSync(file('program.wasm')), {
    file: 'program.wasm',
    targets: ['linux-x64', 'win32-x64'],
    optimize,
    cacheDir: file('cache'),
    outFile: (target) => file(target),
  })
  report.build[name] = { 'linux-x64 and win32-x64': Math.round(performance.now() - started) }
  const kinds = ['program.wasm', 'linux-x64', 'win32-x64', 'native']
  const sizes = kinds.map((kind) => statSync(file(kind)).size)
  report.sizes[name] = Object.fromEntries(kinds.map((kind, index) => [kind, sizes[index]]))

  const subjects = [
    { name: 'ours', command: [file('linux-x64')] },
    { name: 'native', command: [file('native')] },
  ]
  const runs = measure(Array.from({ length: timed ? ROUNDS : 1 }, () => subjects))
  const cells = [name, ...sizes.map((size) => size.toLocaleString('en'))]
  if (!timed) return [...cells, '', '', '']
  const user = (subject: string) => (runs.get(subject) ?? []).map((run) => run.user)
  const ratio = compare(user('ours'), user('native'))
  const seconds = { ours: median(user('ours')), native: median(user('native')) }
  report.programs.push(programReport(name, seconds, { native: ratio }))
  const [low, high] = ratio.spread.map((value) => value.toFixed(2))
  return [...cells, seconds.ours.toFixed(2), seconds.native.toFixed(2), `${ratio.ratio.toFixed(2)} (${low}–${high})`]
}
