import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { UsageError, type Arguments, type Command, type OptionSpecs } from './command.ts'
import { didYouMean } from '../../compiler/suggest.ts'

/** Options that every command takes. */
export const COMMON_OPTIONS: OptionSpecs = {
  help: { short: 'h', description: 'Show this help' },
}

/**
 * Reads a command's arguments. Values stay the strings that were typed (a file may be called `007`), and what is not
 * known is an error with a suggestion.
 */
export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const specs: OptionSpecs = { ...command.options, ...COMMON_OPTIONS }
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(specs).map(([name, { value, short }]) => [
        name,
        { type: value ? ('string' as const) : ('boolean' as const), ...(short && { short }) },
      ]),
    ),
  })
  const end = tokens.find((token) => token.kind === 'option-terminator')?.index ?? argv.length
  const afterEnd = argv.slice(end + 1)
  const rest = command.passthrough ? afterEnd : []
  const result: Arguments = { positionals: [], options: new Map(), rest }
  for (const token of tokens) {
    if (token.index >= end) break
    if (token.kind === 'positional') result.positionals.push(token.value)
    if (token.kind !== 'option') continue
    const value = checkedValue(specs, token, argv[token.index])
    const before = specs[token.name].multiple ? result.options.get(token.name) : undefined
    result.options.set(token.name, [...(before ?? []), value])
  }
  if (!command.passthrough) result.positionals.push(...afterEnd)
  if (!result.options.has('help')) checkPositionals(command, result)
  return result
}

function checkedValue(
  specs: OptionSpecs,
  token: { name: string; rawName: string; value?: string; inlineValue?: boolean },
  word: string,
): string {
  const { name, rawName, value, inlineValue } = token
  if (!Object.hasOwn(specs, name)) {
    const known = Object.keys(specs).map((option) => `--${option}`)
    const file = existsSync(word) ? `; the file of that name is ./${word}` : didYouMean(`--${name}`, known)
    throw new UsageError(`unknown option ${rawName}${file}`)
  }
  const wanted = specs[name].value
  if (!wanted) {
    if (inlineValue) throw new UsageError(`${rawName} takes no value`)
    return ''
  }
  // `--optimize --json`: the next option was swallowed; a lone `-` is a value.
  const missing = value === undefined || (!inlineValue && value.startsWith('-') && value !== '-')
  if (missing) throw new UsageError(`${rawName} needs a value: ${rawName} ${wanted}`)
  return value
}

function checkPositionals(command: Command, { positionals }: Arguments): void {
  if (positionals.length < command.files) throw new UsageError(`${command.name} needs a file: ${command.usage}`)
  if (positionals.length > command.files && !command.moreFiles) {
    const extra = positionals.slice(command.files).join(' ')
    const hint = command.passthrough ? ` Arguments for the program go after --: ${command.usage}` : ''
    throw new UsageError(`${command.name} does not know what to do with: ${extra}.${hint}`)
  }
}

/** The last value of an option. */
export function lastValue(args: Arguments, name: string): string | undefined {
  return args.options.get(name)?.at(-1)
}

/** All values of an option that also takes lists: `--target a,b --target c`. */
export function listValue(args: Arguments, name: string): string[] {
  const values = args.options.get(name) ?? []
  return values
    .flatMap((value) => value.split(','))
    .map((part) => part.trim())
    .filter(Boolean)
}
