import { hostTarget } from '../../compiler/target-selection.ts'
import { ALL_TARGETS, DEFAULT_TARGETS } from '../../compiler/targets.ts'
import type { CommandDefinition } from './command.ts'
import { formatTable } from './output.ts'

export const targets: CommandDefinition = {
  usage: 'targets [--json]',
  files: 0,
  options: { json: { description: 'Print them as JSON' } },
  examples: ['wasm-exe targets'],
  async run(args, { output }) {
    const rows = ALL_TARGETS.map(({ name, triple, zig, ext }) => ({
      name,
      triple,
      zig,
      ext,
      host: name === hostTarget()?.name,
      default: DEFAULT_TARGETS.includes(name),
    }))
    output.result(args.options.has('json') ? JSON.stringify({ targets: rows }) : table(rows))
    return 0
  },
}

function table(rows: readonly { name: string; triple: string; zig: string; host: boolean }[]): string {
  return formatTable([
    ['target', 'Rust triple', 'Zig target', ''],
    ...rows.map(({ name, triple, zig, host }) => [name, triple, zig || 'both of darwin', host ? 'this machine' : '']),
  ])
}
