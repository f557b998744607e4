import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createExecutable } from '../compiler/index.ts'
import { assemble } from '../compiler/wat.ts'
import { measure, type Subject } from './measure.ts'
import { PADDINGS, paddingZig } from './padding.ts'
import { nodeCommand } from './peers.ts'
import { markdownTable, programReport, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { compare, median } from './statistics.ts'
import { CACHE, WORK } from './tools.ts'

/** How Fibonacci's function may fail, or gives its result. */
interface Variant {
  name: string
  /** What happens for a number that never comes. */
  fail: string
  /** What happens to the sum of the two calls, and to the result at the end of the recursion. */
  give: string
  /** A call whose argument is on the stack. */
  call: string
  /** The argument: a run takes about a second in our executables, and in Node. */
  n: { ours: number; node: number }
}

const VARIANTS: readonly Variant[] = [
  { name: 'cannot throw', fail: 'unreachable', give: 'return', call: 'call $fib', n: { ours: 41, node: 41 } },
  { name: 'may throw, and never do', fail: 'throw $tag', give: 'return', call: 'call $fib', n: { ours: 41, node: 41 } },
  {
    name: 'throw their result',
    fail: 'unreachable',
    give: 'throw $tag',
    call: 'call $caught',
    n: { ours: 38, node: 27 },
  },
]

const text = ({ fail, give, call }: Variant, n: number): string => `(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (tag $tag (param i32))
  (func $fib (param $n i32) (result i32)
    (if (i32.lt_s (local.get $n) (i32.const 0)) (then local.get $n ${fail}))
    (if (i32.lt_s (local.get $n) (i32.const 2)) (then local.get $n ${give}))
    (i32.sub (local.get $n) (i32.const 1)) ${call}
    (i32.sub (local.get $n) (i32.const 2)) ${call}
    i32.add ${give})
  (func $caught (param $n i32) (result i32)
    (try (result i32) (do (call $fib (local.get $n))) (catch $tag)))
  (func (export "_start") i32.const ${n} ${call} i32.eqz call $exit))`

/** How often fib(n) calls itself, the first call included. */
function calls(n: number): number {
  let [current, next] = [1, 1]
  for (let i = 1; i < n; i++) [current, next] = [next, current + next]
  return 2 * next - 1
}

/** The cost of calls that may throw, and of those that do: fib, in our executables and in V8. Returns Markdown. */
export async function exceptions(report: Report, settings: Settings): Promise<string> {
  const directory = join(WORK, 'exceptions')
  mkdirSync(directory, { recursive: true })
  const less = settings.quick ? 3 : 0
  const rounds: Subject[][] = []
  for (let round = 0; round < settings.rounds; round++) {
    const subjects: Subject[] = []
    for (const [index, variant] of VARIANTS.entries()) {
      const ours = await assemble(text(variant, variant.n.ours - less))
      const theirs = await assemble(text(variant, variant.n.node - less))
      const padding = PADDINGS[round % PADDINGS.length]
      const outFile = join(directory, `ours-${index}-${padding}`)
      const toolchain = process.platform === 'linux' ? await paddingZig(padding) : 'zig'
      await createExecutable(ours, { name: 'fib', toolchain, cacheDir: CACHE, optimize: settings.optimize, outFile })
      const wasm = join(directory, `node-${index}.wasm`)
      writeFileSync(wasm, theirs)
      subjects.push({ name: `ours ${variant.name}`, command: [outFile] })
      subjects.push({ name: `node ${variant.name}`, command: nodeCommand(wasm) })
    }
    rounds.push(subjects)
  }
  const runs = measure(rounds)
  /** Nanoseconds of each call, by round. */
  const times = (who: 'ours' | 'node', { name, n }: Variant): number[] =>
    (runs.get(`${who} ${name}`) ?? []).map(({ user }) => (user / calls(n[who] - less)) * 1e9)
  const cell = (ours: readonly number[], theirs: readonly number[]): string => {
    const { ratio, spread } = compare(ours, theirs)
    return `${ratio.toPrecision(3)} (${spread.map((value) => value.toPrecision(3)).join('–')})`
  }
  const rows = VARIANTS.map((variant) => {
    const [ours, node] = [times('ours', variant), times('node', variant)]
    const seconds = { ours: median(ours) / 1e9, node: median(node) / 1e9 }
    report.programs.push(programReport(`a call that ${variant.name}`, seconds, { node: compare(ours, node) }))
    const [first] = VARIANTS
    const ratios = [cell(ours, times('ours', first)), cell(node, times('node', first)), cell(ours, node)]
    return [variant.name, median(ours).toFixed(2), median(node).toFixed(2), ...ratios]
  })
  return [
    '## Exceptions',
    '',
    `Nanoseconds of user time for each call of fib, whose calls cannot throw, may throw, or throw and are caught; medians of ${settings.rounds}`,
    `interleaved runs with ${Math.min(PADDINGS.length, settings.rounds)} layouts of our code, with the lowest and highest ratio of a round.`,
    '',
    markdownTable(['calls', 'ours ns', 'Node ns', 'ours / cannot throw', 'Node / cannot throw', 'ours / Node'], rows),
  ].join('\n')
}
