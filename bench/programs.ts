/** Programs in C against native code, wasm2c and V8: user time, ratios, geometric mean. */
import { BUILDERS, type Program, type SubjectName } from './peers.ts'
import { isAlike, measure, type Subject } from './measure.ts'
import { PADDINGS } from './padding.ts'
import { markdownTable, programReport, type Peer, type ProgramReport, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { attempt, Unavailable } from './sources.ts'
import { compare, geomean, median, type Ratio } from './statistics.ts'

/** What a table shows: programs by name, those that cannot be had here among them. */
export type Programs = Record<string, () => Program>

/** Measures each program; returns Markdown and geometric means, fills the report. What is skipped is named. */
export async function comparePrograms(
  title: string,
  programs: Programs,
  report: Report,
  settings: Settings,
): Promise<{ markdown: string; geomean: Partial<Record<Peer, number>> }> {
  const skipped = settings.peers.flatMap((peer) => {
    const missing = BUILDERS[peer].missing?.()
    return missing === undefined ? [] : [`${peer} skipped: ${missing}`]
  })
  const peers = settings.peers.filter((peer) => BUILDERS[peer].missing?.() === undefined)
  for (const peer of peers) report.versions[peer] = BUILDERS[peer].version?.()
  const results: ProgramReport[] = []
  for (const [name, find] of Object.entries(programs)) {
    const program = attempt(find)
    if (program instanceof Unavailable) {
      skipped.push(`${name} skipped: ${program.message}`)
      continue
    }
    const result = await compareProgram(program, peers, settings)
    console.error(`${name}: ${peers.map((peer) => `${cell(result, peer)} of ${peer}`).join(', ')}`)
    results.push(result)
  }
  report.programs.push(...results)
  const means = Object.fromEntries(
    peers.map((peer) => [
      peer,
      geomean(results.map(({ ratio }) => ratio[peer]).filter((value) => value !== undefined)),
    ]),
  )
  const rows = results.map((result) => [
    result.name,
    result.seconds.ours.toFixed(2),
    ...peers.map((peer) => cell(result, peer)),
  ])
  const mean = ['geometric mean', '', ...peers.map((peer) => `**${means[peer].toFixed(3)}**`)]
  const markdown = [
    `## ${title}`,
    '',
    `User time of ours divided by that of others, medians of ${settings.rounds} interleaved runs with ` +
      `up to ${Math.min(PADDINGS.length, settings.rounds)} layouts of the code, with the lowest and highest ratio of a round.`,
    '',
    markdownTable(['program', 'ours s', ...peers.map((peer) => `/ ${peerLabel(peer)}`)], [...rows, mean]),
    ...skipped.flatMap((line) => ['', line]),
  ].join('\n')
  return { markdown, geomean: means }
}

async function compareProgram(program: Program, peers: readonly Peer[], settings: Settings): Promise<ProgramReport> {
  const names: SubjectName[] = ['ours', ...peers]
  const args = settings.quick ? program.quickArgs : program.args
  const rounds: Subject[][] = []
  const paddings = PADDINGS.slice(0, program.layouts)
  for (let round = 0; round < settings.rounds; round++) {
    if (round < paddings.length) rounds.push(await subjects(program, names, paddings[round], args, settings))
    else rounds.push(rounds[round % paddings.length])
  }
  const runs = measure(rounds, settings.cpu === 'baseline' && process.arch === 'x64' ? undefined : isAlike)
  const user = (name: string) => (runs.get(name) ?? []).map((run) => run.user)
  const seconds = Object.fromEntries(names.map((name) => [name, median(user(name))]))
  const ratios = Object.fromEntries(peers.map((peer): [Peer, Ratio] => [peer, compare(user('ours'), user(peer))]))
  return programReport(program.name, seconds, ratios)
}

async function subjects(
  program: Program,
  names: readonly SubjectName[],
  padding: number,
  args: readonly string[],
  settings: Settings,
): Promise<Subject[]> {
  const all: Subject[] = []
  for (const name of names) {
    all.push({ name, command: [...(await BUILDERS[name].build(program, padding, settings)), ...args] })
  }
  return all
}

/** 'wasm2c 1.0.32'. */
const peerLabel = (peer: Peer): string => [peer, BUILDERS[peer].version?.()].filter(Boolean).join(' ')

function cell({ ratio, spread }: ProgramReport, peer: Peer): string {
  const [low, high] = (spread[peer] ?? []).map((value) => value.toFixed(2))
  return `${ratio[peer]?.toFixed(2)} (${low}–${high})`
}
