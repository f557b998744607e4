/** Programs of preview 1 as components, through an adapter that is known, whose calls are the runtime's own, and through another. */
import { readFileSync } from 'node:fs'
import { decodeComponent } from '../../compiler/component/decode.ts'
import { planComponent } from '../../compiler/component/program.ts'
import { readHost } from '../../compiler/component/stages.ts'
import type { ProgramPlan } from '../../compiler/plan.ts'
import { componentOf, findAdapter, NEEDS_ADAPTER, otherAdapter } from '../support/component.ts'
import type { SuiteForm } from '../support/wasi-suite.ts'

/** Its path; undefined where npm's registry does not give it. */
export const knownAdapter = await findAdapter()
const other = knownAdapter && (await otherAdapter(knownAdapter))

/** What the adapter answers by itself, whatever WASI 0.2 would say, and programs that show it. */
const OTHER_LEFT_OUT: Record<string, string> = {
  'has the calls of today alone': 'unstable-calls',
  'says only success or failure of an exit': 'exit-127 exit-255 exit-3 exit-handlers exit-immediate exit-return',
  'has no rights':
    'descriptor-rights descriptor-rights-directory descriptor-rights-each descriptor-rights-inherit descriptor-rights-type ' +
    'descriptor-directory-calls file-rights-read file-seek-tells file-truncate-read-only file-write-only',
  'has room for 128 descriptors': 'descriptor-exhausted directory-deep embed-poll file-many-open',
  'cannot renumber onto what is open': 'descriptor-renumber',
  'has other numbers of errors':
    'clock-cputime clock-unknown descriptor-close descriptor-not-directory poll-file stream-seek',
  'passes over flags that it does not know': 'descriptor-flags file-lookup-flags file-open-flags file-times-invalid',
  'cannot allocate': 'file-allocate file-allocate-invalid file-allocate-read-only',
  'transfers one vector': 'file-vectors stdout-vectors',
  'lists "." and ".." itself, and counts cookies':
    'directory-cookies-backward directory-cookies-far directory-removed-open embed-list',
  'traps, or believes what it is given': 'pointer-bad poll-clock-past signal-raise socket-none',
}

/** Programs that do something else there, or ask for what an adapter refuses, and are then not linked without it. */
const KNOWN_LEFT_OUT: Record<string, string> = {
  'says only success or failure of an exit': 'exit-127 exit-255 exit-3 exit-handlers exit-immediate exit-return',
  'has the calls of today alone': 'unstable-calls',
  'refuses some calls':
    'descriptor-renumber-grant descriptor-renumber-position descriptor-renumber-self descriptor-renumber-stdout ' +
    'descriptor-renumber descriptor-rights-directory descriptor-rights-each descriptor-rights descriptor-unknown embed-refuses ' +
    'escape-readonly-renumber file-allocate-invalid file-allocate-read-only file-allocate readonly-descriptor signal-raise ' +
    'socket-none',
}

const reasons = (table: Record<string, string>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(table).flatMap(([reason, names]) =>
      names.split(' ').map((name): [string, string] => [name, `the adapter ${reason}`]),
    ),
  )

export async function planOf(path: string): Promise<ProgramPlan> {
  const component = decodeComponent(readFileSync(path), { file: path })
  return planComponent(component, { name: 'program', file: path, host: await readHost('plain') })
}

/** One is there for `exit`, at most. */
export const isDirect = ({ modules }: ProgramPlan): boolean => modules.length <= 2

const missing = knownAdapter === undefined ? NEEDS_ADAPTER : undefined

/** Programs that call what the adapter refuses are linked with it. */
export const ANY_KNOWN: SuiteForm = {
  name: 'behind an adapter',
  missing,
  convert: (wasm) => componentOf(wasm, knownAdapter!),
}

export const KNOWN: SuiteForm = {
  name: 'preview 1 behind an adapter',
  missing,
  convert: async (wasm) => {
    const path = await componentOf(wasm, knownAdapter!)
    if (!isDirect(await planOf(path))) throw new Error(`${path} is linked with its adapter`)
    return path
  },
  leftOut: reasons(KNOWN_LEFT_OUT),
}

/** They do the same over WASI 0.2. */
export const OTHER: SuiteForm = {
  name: 'WASI 0.2',
  missing,
  convert: (wasm) => componentOf(wasm, other!),
  leftOut: reasons(OTHER_LEFT_OUT),
}
