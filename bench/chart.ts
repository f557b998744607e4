import type { Report } from './report.ts'

/** A series of dots: the time of a program divided by that of native code. */
const SERIES = [
  { name: 'node', label: 'Node', colour: '#9a9a9a' },
  { name: 'wasm2c', label: 'wasm2c', colour: '#d98c1f' },
  { name: 'ours', label: 'wasm-exe', colour: '#1f77d9' },
] as const

const LEFT = 110
const SCALE = 150
const ROW = 22
const TOP = 60
/** Times native; what is slower stands at the edge, with its numbers. */
const END = 4

/**
 * A dot for each program and way of running it, as SVG that is legible on light and dark pages: of the kernels if
 * they were measured, else of all programs that were compared with native code.
 */
export function chart({ kernels, programs, versions }: Pick<Report, 'kernels' | 'programs' | 'versions'>): string {
  const chosen = kernels.length === 0 ? programs : programs.filter(({ name }) => kernels.includes(name))
  const rows = chosen.filter(({ seconds }) => seconds.native !== undefined)
  const width = LEFT + END * SCALE + 120
  const height = TOP + rows.length * ROW + 20
  const x = (times: number) => LEFT + Math.min(times, END) * SCALE
  const lines = Array.from({ length: END + 1 }, (_, times) => {
    const label = times === 1 ? 'native' : `${times}×`
    const line = `<line x1="${x(times)}" y1="${TOP - 12}" x2="${x(times)}" y2="${height - 16}" class="${times === 1 ? 'native' : 'grid'}"/>`
    return `${line}<text x="${x(times)}" y="${TOP - 18}" text-anchor="middle">${label}</text>`
  })
  const legend = SERIES.toReversed().map(({ name, label, colour }, index) => {
    const at = LEFT + index * 130
    return `<circle cx="${at}" cy="16" r="5" fill="${colour}"/><text x="${at + 10}" y="20">${name === 'ours' ? label : `${label} ${versions[name] ?? ''}`.trim()}</text>`
  })
  const dots = rows.map(({ name, seconds }, index) => {
    const y = TOP + index * ROW
    const shown = SERIES.filter((one) => seconds[one.name] !== undefined).map(({ name: subject, colour }) => {
      return { times: seconds[subject] / seconds.native, colour }
    })
    const circles = shown.map(
      ({ times, colour }) => `<circle cx="${x(times).toFixed(1)}" cy="${y}" r="5" fill="${colour}"/>`,
    )
    const beyond = shown.filter(({ times }) => times > END).map(({ times }) => times.toFixed(1))
    const numbers = `<text x="${x(END) + 9}" y="${y + 4}">${beyond.join(', ')}</text>`
    return `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${name}</text>${circles.join('')}${numbers}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    '<title>User time, times native: less is faster</title>',
    '<style>text{font:13px sans-serif;fill:#555}.grid{stroke:#8884}.native{stroke:#888}',
    '@media (prefers-color-scheme:dark){text{fill:#bbb}}</style>',
    ...lines,
    ...legend,
    ...dots,
    '</svg>',
    '',
  ].join('\n')
}
