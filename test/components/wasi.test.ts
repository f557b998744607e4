/** The programs of test/wasi as components, through an adapter of preview 1 that nobody knows: they do the same over WASI 0.2. */
import { componentOf, findAdapter, NEEDS_ADAPTER, otherAdapter } from '../support/component.ts'
import { describeWasiSuite } from '../support/wasi-suite.ts'

/** What the adapter answers by itself, whatever WASI 0.2 would say, and programs that show it. */
const ADAPTER: Record<string, string> = {
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

const leftOut = new Map(
  Object.entries(ADAPTER).flatMap(([reason, names]) =>
    names.split(' ').map((name): [string, string] => [name, `the adapter ${reason}`]),
  ),
)

const known = await findAdapter()
const adapter = known && (await otherAdapter(known))

describeWasiSuite(`${process.platform}-${process.arch}`, 1, {
  name: 'WASI 0.2',
  missing: adapter === undefined ? NEEDS_ADAPTER : undefined,
  convert: (wasm) => componentOf(wasm, adapter!),
  leftOut,
})
