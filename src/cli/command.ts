import type { Output } from './output.ts'
import type { Signals } from './signals.ts'

/** One option of a command: how it is parsed and what `--help` says about it. */
export interface OptionSpec {
  /** Placeholder of the value in the help; a flag has none. */
  value?: string
  short?: string
  /** May be given more than once; otherwise the last one counts. */
  multiple?: boolean
  description: string
}

export type OptionSpecs = Record<string, OptionSpec>

/** What was typed after the command's name. */
export interface Arguments {
  positionals: string[]
  /** Values by option name in the order given; a flag that was given has the single value ''. */
  options: Map<string, string[]>
  /** Everything after `--`, for commands that pass it on; for all others that is files. */
  rest: string[]
}

/** What the list of commands says about one of them. */
export interface CommandEntry {
  name: string
  aliases?: readonly string[]
  /** One line. */
  summary: string
  load(): Promise<CommandDefinition>
}

export interface CommandDefinition {
  /** What follows the command's name in the usage line. */
  usage: string
  /** How many files the command needs. */
  files: 0 | 1
  /** Takes any number of files more. */
  moreFiles?: boolean
  /** Takes arguments for the program after `--`; standard error is the program's. */
  passthrough?: boolean
  options: OptionSpecs
  examples: readonly string[]
  /** Returns the exit code. */
  run(args: Arguments, context: Context): Promise<number>
}

export interface Context {
  output: Output
  signals: Signals
}

export type Command = CommandEntry & CommandDefinition

/** A mistake in what was typed: printed with a hint at `--help`, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
