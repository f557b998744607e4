import type { Cpu, Optimize } from '../compiler/index.ts'
import type { Peer } from './report.ts'

/** What the command line says about how to measure. */
export interface Settings {
  /** Short runs, few rounds: enough to see what changed by a lot. */
  quick: boolean
  rounds: number
  peers: readonly Peer[]
  /** The C library of native programs: Linux's usual one, dynamically linked, or musl, statically. */
  libc: 'gnu' | 'musl'
  /** Another checkout of this project, which is a peer then. */
  base?: string
  optimize: Optimize
  /** For what is measured at several: the level that was asked for, else 1 and 2. */
  levels: readonly Optimize[]
  /** Ours are built with what a short run of them counted. */
  profile: boolean
  /** The processor that all are compiled for. */
  cpu: Cpu
  targets?: readonly string[]
}
