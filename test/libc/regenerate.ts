/** Writes compiler/libc/table.ts: `npx tsx test/libc/regenerate.ts`. Rows of what is not on this machine stay. */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { functionsOf, packageSources, sources } from './sources.ts'

const table = fileURLToPath(new URL('../../compiler/libc/table.ts', import.meta.url))

const old = await readFile(table, 'utf8')
const seen = new Set<string>()
let rows = ''
for (const source of [...sources, ...packageSources]) {
  const mark = `  // ${source.title}\n`
  rows += mark
  if (source.missing !== undefined) {
    const kept = old.split(mark)[1]?.split(/^(?: {2}\/\/|\])/m)[0] ?? ''
    for (const [fingerprint] of kept.matchAll(/[0-9a-f]{32}/g)) seen.add(fingerprint)
    rows += kept
    console.warn(`${source.title}: needs ${source.missing}, its rows stay as they were`)
    continue
  }
  for (const { fingerprint, routine } of functionsOf(source, await source.module())) {
    if (!seen.has(fingerprint)) rows += `  ['${fingerprint}', '${routine}'],\n`
    seen.add(fingerprint)
  }
}
const text = `/**
 * Fingerprints of functions of the C library, as compilers have written them, and the routines that do what they do. Made by
 * test/libc/regenerate.ts; test/libc/libc.test.ts compares each routine with the function.
 */
import type { Routine } from './routines.ts'

const ROWS: [fingerprint: string, routine: Routine][] = [
${rows}]

export const FINGERPRINTS: ReadonlyMap<string, Routine> = new Map(ROWS)
`
await writeFile(table, text)
