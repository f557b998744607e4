/** What the project set out to reach, beside what was measured. */
import { markdownTable, type Report } from './report.ts'

interface Criterion {
  what: string
  /** undefined: not measured in this run. */
  figure: (report: Report) => number | undefined
  /** The figure may be as large. */
  bound: number
  unit?: string
}

/** The kernels are those whose geometric mean the report has. */
const worst = ({ kernels, programs }: Report): number | undefined => {
  const ratios = programs.filter(({ name }) => kernels.includes(name)).map(({ ratio }) => ratio.native ?? 0)
  return ratios.length === 0 ? undefined : Math.max(...ratios)
}

const quotient = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a / b

const largest = (values: Record<string, number> | undefined): number | undefined =>
  values === undefined ? undefined : Math.max(...Object.values(values)) / 1024

const seconds = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : milliseconds / 1000

const CRITERIA: readonly Criterion[] = [
  { what: 'kernels: geometric mean / native', figure: ({ geomean }) => geomean.native, bound: 1 },
  { what: 'kernels: the worst / native', figure: worst, bound: 1.25 },
  { what: 'kernels: geometric mean / wasm2c', figure: ({ geomean }) => geomean.wasm2c, bound: 0.75 },
  { what: 'kernels: geometric mean / Node', figure: ({ geomean }) => geomean.node, bound: 0.65 },
  {
    what: 'hello from C, linux-x64',
    figure: ({ sizes }) => sizes.hello?.['linux-x64'],
    bound: 6 * 1024,
    unit: 'bytes',
  },
  {
    what: 'hello from C, win32-x64',
    figure: ({ sizes }) => sizes.hello?.['win32-x64'],
    bound: 8 * 1024,
    unit: 'bytes',
  },
  { what: 'start of hello / static native', figure: ({ startup }) => startup.hello?.[START_RATIO], bound: 1.2 },
  {
    what: 'hello from Rust, release / native, stripped',
    figure: ({ sizes }) => quotient(sizes['hello.rs release']?.['linux-x64'], sizes['hello.rs release']?.native),
    bound: 1,
  },
  { what: 'hello for six targets, cold', figure: ({ build }) => seconds(build.hello?.cold), bound: 3, unit: 's' },
  {
    what: 'the same, nothing changed',
    figure: ({ build }) => seconds(build.hello?.['nothing changed']),
    bound: 0.3,
    unit: 's',
  },
  {
    what: 'one changed function of 1 MB (SQLite)',
    figure: ({ build }) => seconds(build.sqlite?.['one function changed']),
    bound: 2,
    unit: 's',
  },
  { what: 'esbuild: C generated', figure: ({ build }) => seconds(build.esbuild?.generate), bound: 6, unit: 's' },
  {
    what: 'esbuild: built at level 1',
    figure: ({ build }) => seconds(build.esbuild?.['level 1']),
    bound: 2,
    unit: 's',
  },
  {
    what: 'esbuild: built at level 2',
    figure: ({ build }) => seconds(build.esbuild?.['level 2']),
    bound: 240,
    unit: 's',
  },
  {
    what: 'esbuild: memory of any process',
    figure: ({ memory }) => largest(memory['building esbuild']),
    bound: 1024,
    unit: 'MiB',
  },
  {
    what: 'esbuild: `--version`, level 2',
    figure: ({ startup }) => startup['esbuild --version']?.['level 2'],
    bound: 30,
    unit: 'ms',
  },
]

/** Where the report has the time of a start divided by that of a static native program. */
export const START_RATIO = 'ours / native, musl, static'

/** A table of the criteria that were measured in this run, '' if none was. */
export function criteria(report: Report): string {
  const rows = CRITERIA.flatMap(({ what, figure, bound, unit = '' }) => {
    const value = figure(report)
    if (value === undefined) return []
    return [[what, number(value), `≤ ${number(bound)}`, unit, value <= bound ? 'yes' : '**no**']]
  })
  if (rows.length === 0) return ''
  return ['## Criteria', '', markdownTable(['criterion', 'figure', 'bound', '', 'reached'], rows)].join('\n')
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
