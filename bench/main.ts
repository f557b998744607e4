/**
 * `npm run bench [-- NAMES] [OPTIONS]`: runs benchmarks and prints Markdown; ratios are ours divided by theirs.
 * README.md in this folder says what there is.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CPUS, parseOptimize } from '../compiler/index.ts'
import { didYouMean } from '../compiler/suggest.ts'
import { arm64 } from './arm64.ts'
import { browser } from './browser.ts'
import { build } from './build.ts'
import { chart } from './chart.ts'
import { classic } from './classic.ts'
import { components } from './components.ts'
import { exceptions } from './exceptions.ts'
import { gc } from './gc.ts'
import { giant } from './giant.ts'
import { criteria } from './criteria.ts'
import { large } from './large.ts'
import { comparePrograms, type Programs } from './programs.ts'
import { rebuild } from './rebuild.ts'
import { runtimes } from './runtimes.ts'
import { sizes } from './sizes.ts'
import { startup } from './startup.ts'
import { Unavailable } from './sources.ts'
import { SUITES, type Suite } from './suites.ts'
import { emptyReport, PEERS, type Peer, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { machine, WORK } from './tools.ts'

type Benchmark = (report: Report, settings: Settings) => Promise<string>

/** The suite's geometric means are the report's if it is that of the kernels. */
const compareSuite =
  ({ title, programs, peers }: Suite): Benchmark =>
  async (report, settings) => {
    const known = settings.peers.filter((peer) => peers?.includes(peer) ?? true)
    const { markdown, geomean } = await comparePrograms(title, programs, report, { ...settings, peers: known })
    if (programs === SUITES.kernels.programs) Object.assign(report, { geomean, kernels: Object.keys(programs) })
    return markdown
  }

const BENCHMARKS: Record<string, Benchmark> = {
  kernels: compareSuite(SUITES.kernels),
  numeric: compareSuite(SUITES.numeric),
  real: compareSuite(SUITES.real),
  unoptimized: compareSuite(SUITES.unoptimized),
  wide: compareSuite(SUITES.wide),
  vectors: compareSuite(SUITES.vectors),
  classic,
  sizes,
  startup,
  runtimes,
  build,
  rebuild,
  exceptions,
  components,
  gc,
  arm64,
  large,
  browser,
  giant,
}
/** Those that take many minutes run only when they are asked for. */
const ON_REQUEST: ReadonlySet<string> = new Set(['large', 'browser', 'giant', 'gc'])
const PROGRAMS: Programs = Object.assign({}, ...Object.values(SUITES).map(({ programs }) => programs))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    svg: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    peers: { type: 'string', default: PEERS.filter((peer) => peer !== 'base').join() },
    libc: { type: 'string', default: 'gnu' },
    base: { type: 'string' },
    optimize: { type: 'string' },
    cpu: { type: 'string', default: 'baseline' },
    target: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
})

/** Ends with exit code 2 if the word is none of those known. */
function choose<T extends string>(what: string, word: string, known: readonly T[]): T {
  const found = known.find((name) => name === word)
  if (found !== undefined) return found
  console.error(`unknown ${what} ${word}${didYouMean(word, known)}\n  there are ${known.join(', ')}`)
  process.exit(2)
}

const { quick, base, optimize } = values
const peers = values.peers === '' ? [] : values.peers.split(',').map((name): Peer => choose('peer', name, PEERS))
const settings: Settings = {
  quick,
  rounds: Number(values.rounds ?? (quick ? 4 : 8)),
  peers: base === undefined ? peers : [...new Set<Peer>([...peers, 'base'])],
  libc: choose('C library', values.libc, ['gnu', 'musl']),
  base: base && resolve(base),
  optimize: parseOptimize(optimize ?? 2),
  levels: optimize === undefined ? [1, 2] : [parseOptimize(optimize)],
  cpu: choose('processor', values.cpu, CPUS),
  targets: values.target?.split(','),
  profile: values.profile,
}
if (!(Number.isInteger(settings.rounds) && settings.rounds > 0)) {
  console.error(`--rounds ${values.rounds} is no number of rounds; the default is 8, with --quick 4`)
  process.exit(2)
}

const benchmarks = Object.keys(BENCHMARKS)
const names = positionals.length > 0 ? positionals : benchmarks.filter((name) => !ON_REQUEST.has(name))
for (const name of names) choose('benchmark or program', name, [...benchmarks, ...Object.keys(PROGRAMS)])

mkdirSync(WORK, { recursive: true })
const report = emptyReport(machine())
/** Tables are quoted one by one: each says where it was measured. */
const show = (markdown: string): void => console.log(`${markdown.replaceAll(/^## .*$/gm, `$&\n\n${report.machine}`)}\n`)
const single = Object.entries(PROGRAMS).filter(([name]) => names.includes(name))
if (single.length > 0) {
  const { markdown } = await comparePrograms('Programs', Object.fromEntries(single), report, settings)
  show(markdown)
}
for (const name of benchmarks.filter((benchmark) => names.includes(benchmark))) {
  const markdown = await BENCHMARKS[name](report, settings).catch((error) => {
    if (error instanceof Unavailable) return `## ${name}\n\nskipped: ${error.message}`
    throw error
  })
  show(markdown)
}
const summary = criteria(report)
if (summary !== '') show(summary)
if (values.svg !== undefined) writeFileSync(values.svg, chart(report))
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
