/** What is odd about grants that are each valid. */
import { printable } from './printable.ts'
import type { NormalGrants } from './options.ts'

/** As C libraries match paths: the root and the current directory are one, and slashes around a name mean nothing. */
const meaning = (guest: string): string =>
  guest
    .replace(/^(?:\.?\/+)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '')

/** Whether a host path is the directory that the executable lies in, or one above it. */
function holdsExecutable(host: string): boolean {
  const [, way] = /^\$EXE_DIR((?:[\\/].*)?)$/s.exec(host) ?? []
  const below: string[] = []
  for (const part of way?.split(/[\\/]/) ?? []) {
    if (part === '..') below.pop()
    else if (part !== '' && part !== '.') below.push(part)
  }
  return way !== undefined && below.length === 0
}

/** For whoever builds the program, one sentence each. */
export function grantWarnings({ dirs, env }: Pick<NormalGrants, 'dirs' | 'env'>): string[] {
  const warnings: string[] = []
  const names = new Map<string, string>()
  for (const { guest, host, readOnly } of dirs) {
    if (!readOnly && holdsExecutable(host))
      warnings.push(
        `the program may put another executable in its own place, as ${printable(guest)} is granted for writing: grant it for reading (:ro), or a directory in it`,
      )
    const before = names.get(meaning(guest))
    if (before !== undefined)
      warnings.push(
        `the granted directories ${printable(before)} and ${printable(guest)} are one name to the program, which sees one of them`,
      )
    else names.set(meaning(guest), guest)
  }
  const variables = new Set<string>()
  for (const { name } of env) {
    if (variables.has(name))
      warnings.push(`the variable ${printable(name)} is granted twice, and the program sees one of them`)
    variables.add(name)
  }
  return warnings
}
