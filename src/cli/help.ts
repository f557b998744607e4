import { COMMON_OPTIONS } from './args.ts'
import type { Command, CommandEntry, OptionSpecs } from './command.ts'

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}

function optionRows(specs: OptionSpecs): [string, string][] {
  return Object.entries(specs).map(([name, { short, value, description }]) => [
    `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`,
    description,
  ])
}

/** The text of `wasm-exe --help`. */
export function overview(commands: readonly CommandEntry[]): string {
  const rows = commands.map(({ name, aliases = [], summary }): [string, string] => [
    [name, ...aliases].join(', '),
    summary,
  ])
  return `Turns WebAssembly programs (wasm32-wasi) into native executables.

Usage: wasm-exe COMMAND …

${table(rows)}

wasm-exe COMMAND --help says more about a command, wasm-exe --version prints the version.
`
}

/** The text of `wasm-exe COMMAND --help`. */
export function commandHelp(command: Command): string {
  return `${command.summary}

Usage: wasm-exe ${command.usage}

${table(optionRows({ ...command.options, ...COMMON_OPTIONS }))}

${command.examples.map((line) => `  ${line}`).join('\n')}
`
}
