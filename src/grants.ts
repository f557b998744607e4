import type { ArgsGrant, DirGrantOptions, Grants } from '../compiler/options.ts'

/** What may stand behind a directory grant, each after a colon. */
const DIR_FLAGS = { ro: 'readOnly', optional: 'optional', create: 'create' } as const
const FLAG = /:(ro|optional|create)$/

/**
 * A directory grant as one word, in queries and on the command line: `GUEST=HOST`, or one path that is the same on both sides;
 * behind it `:ro` for reading only, `:optional` or `:create` for what need not be there. Undefined if a path is missing.
 */
export function parseDirGrant(text: string): [guest: string, grant: DirGrantOptions] | undefined {
  const flags: Partial<DirGrantOptions> = {}
  let pair = text
  for (let match = FLAG.exec(pair); match !== null; match = FLAG.exec(pair)) {
    flags[DIR_FLAGS[match[1] as keyof typeof DIR_FLAGS]] = true
    pair = pair.slice(0, match.index)
  }
  const split = pair.indexOf('=')
  const [guest, host] = split < 0 ? [pair, pair] : [pair.slice(0, split), pair.slice(split + 1)]
  return guest === '' || host === '' ? undefined : [guest, { host, readOnly: false, ...flags }]
}

/** `GUEST=HOST` for embedded files. Undefined if a path is missing. */
export function parseEmbed(text: string): [guest: string, host: string] | undefined {
  const split = text.indexOf('=')
  const [guest, host] = [text.slice(0, split), text.slice(split + 1)]
  return split < 1 || host === '' ? undefined : [guest, host]
}

/** What the word `args` takes: whether the command line's arguments are passed on. */
export const ARGS_MODES = ['pass', 'fixed'] as const

/** The grant for arguments given one by one, and a word of {@link ARGS_MODES}; undefined for another word. */
export function parseArgsGrant(fixed: readonly string[], mode: string): ArgsGrant | undefined {
  return ARGS_MODES.some((known) => known === mode) ? { fixed, pass: mode === 'pass' } : undefined
}

/** Fixed arguments that a grant has so far. */
export function fixedArgs({ args = [] }: Grants): readonly string[] {
  return Array.isArray(args) ? args : ((args as Exclude<ArgsGrant, readonly string[]>).fixed ?? [])
}
