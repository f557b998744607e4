import type { DirGrant } from '../compiler/index.ts'

/**
 * A directory grant as one word, in queries and on the command line: `GUEST=HOST`, `GUEST=HOST:ro` for reading only,
 * or one path that is the same on both sides. Undefined if a path is missing.
 */
export function parseDirGrant(text: string): [guest: string, grant: DirGrant] | undefined {
  const readOnly = text.endsWith(':ro')
  const pair = readOnly ? text.slice(0, -3) : text
  const split = pair.indexOf('=')
  const [guest, host] = split < 0 ? [pair, pair] : [pair.slice(0, split), pair.slice(split + 1)]
  return guest === '' || host === '' ? undefined : [guest, { host, readOnly }]
}
