#!/usr/bin/env node
import { CompileError } from '../../compiler/errors.ts'
import { printableText } from '../../compiler/printable.ts'
import { version } from '../../compiler/version.ts'
import { parseArguments } from './args.ts'
import { UsageError } from './command.ts'
import { COMMANDS, findCommand } from './commands.ts'
import { commandHelp, overview } from './help.ts'
import { Output } from './output.ts'
import { Interrupted, Signals } from './signals.ts'

/** Exit codes: 0 done, 1 it failed, 2 the command line is wrong, 128 + n ended by a signal. */
const FAILED = 1
const USAGE = 2

/** Codes of errors about what was typed rather than about a module. */
const USAGE_CODES = new Set(['target', 'option'])

async function main(argv: readonly string[]): Promise<number> {
  const [word, ...rest] = argv
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    const topic = rest[0] === undefined ? undefined : await findCommand(rest[0])
    process.stdout.write(topic ? commandHelp(topic) : overview(COMMANDS))
    return word === undefined ? USAGE : 0
  }
  if (word === '--version' || word === '-v') {
    process.stdout.write(`${version}\n`)
    return 0
  }
  const command = await findCommand(word)
  const args = parseArguments(command, rest)
  if (args.options.has('help')) {
    process.stdout.write(commandHelp(command))
    return 0
  }
  const signals = new Signals()
  signals.listen()
  const output = await Output.open(command.passthrough)
  try {
    return await command.run(args, { output, signals })
  } finally {
    output.stop()
  }
}

/** Prints what went wrong and what to do about it; returns the exit code. */
function report(error: unknown): number {
  const say = (...lines: string[]) => process.stderr.write(`${printableText(lines.join('\n  '))}\n`)
  if (error instanceof Interrupted) {
    say(`wasm-exe: ${error.message}`)
    return error.exitCode
  }
  if (error instanceof UsageError) {
    say(`wasm-exe: ${error.message}`, 'wasm-exe --help lists what there is')
    return USAGE
  }
  if (error instanceof CompileError) {
    say(`wasm-exe: ${error.message}`)
    return USAGE_CODES.has(error.code) ? USAGE : FAILED
  }
  // Not one of ours, so the stack is what a bug report needs.
  say(`wasm-exe: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return FAILED
}

// `npm run wasm-exe` in a checkout runs in the package's folder; paths are meant from where it was typed.
const { npm_lifecycle_event: script, npm_package_name: owner, INIT_CWD: typedIn } = process.env
if (script === 'wasm-exe' && owner === 'unplugin-wasm-exe' && typedIn) process.chdir(typedIn)

// Nobody reads any more, as behind `| head`: what is being built is built all the same.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

process.exitCode = await main(process.argv.slice(2)).catch(report)
