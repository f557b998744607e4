import type { Ratio } from './statistics.ts'

/** What `--json FILE` writes. Ratios are ours divided by theirs: below 1 we are faster. */
export interface Report {
  machine: string
  /** Of the peers that were run. */
  versions: Partial<Record<Peer, string>>
  programs: ProgramReport[]
  /** The names of those whose means these are. */
  kernels: string[]
  geomean: Partial<Record<Peer, number>>
  /** Of the kernels on arm64, ours divided by native: executed instructions, and estimated cycles of the hottest. */
  arm64?: { instructions: number; cycles: number }
  /** Bytes by program and kind of file. */
  sizes: Record<string, Record<string, number>>
  /** Milliseconds to start and end, by program and kind of file. */
  startup: Record<string, Record<string, number>>
  /** KiB at most while it runs, by program and kind of file. */
  memory: Record<string, Record<string, number>>
  /** Milliseconds to build, by program and stage. */
  build: Record<string, Record<string, number>>
}

/** What our executables are compared with; `segue` is wasm2c's memory behind a segment register, `base` another checkout of this project. */
export const PEERS = ['native', 'wasm2c', 'segue', 'node', 'wasmtime', 'wasmer', 'base'] as const
export type Peer = (typeof PEERS)[number]

export interface ProgramReport {
  name: string
  ratio: Partial<Record<Peer, number>>
  spread: Partial<Record<Peer, [number, number]>>
  /** Median seconds of user time. */
  seconds: Record<string, number>
}

export function emptyReport(machine: string): Report {
  return {
    machine,
    versions: {},
    programs: [],
    kernels: [],
    geomean: {},
    sizes: {},
    startup: {},
    memory: {},
    build: {},
  }
}

export function programReport(
  name: string,
  seconds: Record<string, number>,
  ratios: Partial<Record<Peer, Ratio>>,
): ProgramReport {
  const entries = Object.entries(ratios)
  return {
    name,
    seconds,
    ratio: Object.fromEntries(entries.map(([peer, { ratio }]) => [peer, ratio])),
    spread: Object.fromEntries(entries.map(([peer, { spread }]) => [peer, spread])),
  }
}

/** A table in Markdown; all columns but the first are numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
