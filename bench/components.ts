import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createExecutable, type Library } from '../compiler/index.ts'
import { assemble } from '../compiler/wat.ts'
import { componentOf, findAdapter, NEEDS_ADAPTER, otherAdapter, parseComponent } from '../test/support/component.ts'
import { helloWasm } from './hello.ts'
import { launch, type Launch } from './launch.ts'
import { measure, type Subject } from './measure.ts'
import { markdownTable, programReport, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { Unavailable } from './sources.ts'
import { compare, median } from './statistics.ts'
import { CACHE, WORK } from './tools.ts'

const STARTS = 200
const ROUNDS = 5

/** What components cost: hello through an adapter, and calls of the system and of each other. Returns Markdown. */
export async function components(report: Report, settings: Settings): Promise<string> {
  return [await starts(report, settings), await calls(report, settings)].join('\n\n')
}

async function starts(report: Report, { optimize }: Settings): Promise<string> {
  const adapter = await findAdapter()
  if (adapter === undefined) throw new Unavailable(`needs ${NEEDS_ADAPTER}`)
  const module = await helloWasm()
  const files = {
    'the module': module,
    'a component, by an adapter that is known': await componentOf(module, adapter),
    'a component, by another one': await componentOf(module, await otherAdapter(adapter)),
  }
  const paths = new Map<string, string>()
  for (const [name, file] of Object.entries(files))
    paths.set(name, (await createExecutable(readFileSync(file), { file, optimize, cacheDir: CACHE })).path)
  const commands = Object.fromEntries(Array.from(paths, ([name, path]) => [name, [path]]))
  const launches: Record<string, Launch>[] = []
  for (let round = 0; round < ROUNDS; round++) launches.push(await launch(STARTS, commands))
  const rows = Array.from(paths, ([name, path]) => {
    const [own, module] = [name, 'the module'].map((key) => launches.map((round) => round[key].milliseconds))
    const { ratio, spread } = compare(own, module)
    const size = statSync(path).size
    report.sizes[`hello as ${name}`] = { executable: size }
    report.startup[`hello as ${name}`] = { executable: median(own) }
    const span = spread.map((value) => value.toFixed(2)).join('–')
    return [name, size.toLocaleString('en'), median(own).toFixed(3), `${ratio.toFixed(2)} (${span})`]
  })
  return [
    '## Hello as a component',
    '',
    `Level ${optimize}; from vfork to its end, medians of ${ROUNDS} rounds of ${STARTS} starts by turns.`,
    '',
    markdownTable(['hello from C is', 'bytes', 'ms', '/ the module'], rows),
  ].join('\n')
}

/** A loop that makes a call so many times. */
interface Loop {
  name: string
  count: number
  /** The interface and function that a component imports, or the functions of another component. */
  component: (count: number) => string
  /** The same of preview 1, or of two modules. */
  peer: (count: number) => { program: string; library?: string }
}

const loop = (count: number, call: string): string => `
    (func (export "run") (result i32) (local $i i32) (local $sum i32)
      (loop $again
        (local.set $sum ${call})
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${count}))))
      (i32.eq (local.get $sum) (i32.const 123456789)))`

const start = `
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))`
const main = `
    (func (export "_start") (call $exit (call $run)))`
const exportRun = `
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run))`

const NOW = '(local.get $sum) (i32.wrap_i64 (call $now))'

const CLOCK: Loop = {
  name: 'monotonic-clock now / clock_time_get',
  count: 20_000_000,
  component: (count) => `(component
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock (export "now" (func (result u64)))))
  (core func $now (canon lower (func $clock "now")))
  (core module $Main
    (import "" "now" (func $now (result i64)))${loop(count, `(i32.add ${NOW})`)})
  (core instance $main (instantiate $Main (with "" (instance (export "now" (func $now))))))${exportRun})`,
  peer: (count) => ({
    program: `(module${start}
    (import "wasi_snapshot_preview1" "clock_time_get" (func $get (param i32 i64 i32) (result i32)))
    (memory (export "memory") 1)
    (func $now (result i64)
      (drop (call $get (i32.const 1) (i64.const 1) (i32.const 0)))
      (i64.load (i32.const 0)))${loop(count, `(i32.add ${NOW})`).replace('(func', '(func $run')}${main})`,
  }),
}

/** Two components, one of which calls what the other has; `types` are those of the function in components and in wasm. */
const between = (name: string, type: string, core: string, body: string, options: string, call: string): Loop => ({
  name,
  count: 100_000_000,
  component: (count) => `(component
  (component $Callee
    (core module $M (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
      (func (export "f") ${core} ${body}))
    (core instance $m (instantiate $M))
    (func (export "f") ${type} (canon lift (core func $m "f") ${options})))
  (component $Caller
    (import "f" (func $f ${type}))
    (core module $Memory (memory (export "memory") 1) (data (i32.const 16) "sixteen letters."))
    (core instance $memory (instantiate $Memory))
    (core func $f (canon lower (func $f) ${options === '' ? '' : '(memory (core memory $memory "memory"))'}))
    (core module $Main
      (import "" "f" (func $f ${core}))${loop(count, call)})
    (core instance $main (instantiate $Main (with "" (instance (export "f" (func $f))))))
    (func (export "run") (result (result)) (canon lift (core func $main "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "f" (func $callee "f"))))
  (instance $run (export "run" (func $caller "run")))
  (export "wasi:cli/run@0.2.0" (instance $run)))`,
  peer: (count) => ({
    library: `(module (memory (export "memory") 1) (func (export "f") ${core} ${body}))`,
    program: `(module${start}
    (import "callee" "f" (func $f ${core}))
    (memory (export "memory") 1)${loop(count, call).replace('(func', '(func $run')}${main})`,
  }),
})

const ADD = between(
  'two numbers to another component',
  '(param "a" u32) (param "b" u32) (result u32)',
  '(param i32 i32) (result i32)',
  '(i32.add (local.get 0) (local.get 1))',
  '',
  '(call $f (local.get $sum) (local.get $i))',
)

const TEXT = between(
  '16 bytes of text to another component',
  '(param "text" string) (result u32)',
  '(param i32 i32) (result i32)',
  '(i32.load8_u (local.get 0))',
  '(memory (core memory $m "memory")) (realloc (core func $m "realloc"))',
  '(i32.add (local.get $sum) (call $f (i32.const 16) (i32.const 16)))',
)

async function calls(report: Report, settings: Settings): Promise<string> {
  const directory = join(WORK, 'components')
  mkdirSync(directory, { recursive: true })
  const { optimize, quick } = settings
  const loops = [CLOCK, ADD, TEXT].map((each) => ({ ...each, count: quick ? each.count / 10 : each.count }))
  const subjects: Subject[] = []
  for (const [index, { name, component, peer, count }] of loops.entries()) {
    const make = async (kind: string, bytes: Uint8Array, modules: readonly Library[] = []): Promise<void> => {
      const outFile = join(directory, `${kind}-${index}`)
      await createExecutable(bytes, { name: 'loop', optimize, modules, cacheDir: CACHE, outFile })
      subjects.push({ name: `${kind} ${name}`, command: [outFile] })
    }
    await make('component', await parseComponent(component(count)))
    const { program, library } = peer(count)
    const modules = library === undefined ? [] : [{ name: 'callee', bytes: await assemble(library) }]
    await make('peer', await assemble(program), modules)
  }
  const runs = measure(Array.from({ length: settings.rounds }, () => subjects))
  const rows = loops.map(({ name, count }) => {
    const [ours, theirs] = ['component', 'peer'].map((kind) =>
      (runs.get(`${kind} ${name}`) ?? []).map(({ user }) => user / count),
    )
    const result = compare(ours, theirs)
    report.programs.push(programReport(name, { ours: median(ours) }, {}))
    const span = result.spread.map((value) => value.toFixed(2)).join('–')
    const millions = (1e-6 / median(ours)).toFixed(0)
    return [
      name,
      millions,
      (median(ours) * 1e9).toFixed(2),
      (median(theirs) * 1e9).toFixed(2),
      `${result.ratio.toFixed(2)} (${span})`,
    ]
  })
  return [
    '## Calls of components',
    '',
    `Level ${optimize}; user time of each call, medians of ${settings.rounds} interleaved runs. Beside it the same call of preview 1, or between two`,
    'modules, which pass addresses where components copy.',
    '',
    markdownTable(['call', 'millions a second', 'ns', 'without components, ns', 'ratio'], rows),
  ].join('\n')
}
