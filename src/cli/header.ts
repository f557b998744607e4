import { writeFile } from 'node:fs/promises'
import { createHeader } from '../../compiler/object.ts'
import { lastValue } from './args.ts'
import type { CommandDefinition } from './command.ts'
import { checkOutput } from './destination.ts'
import { readInput } from './input.ts'

export const header: CommandDefinition = {
  usage: 'header FILE.wasm [-o FILE.h]',
  files: 1,
  options: {
    output: { short: 'o', value: 'FILE.h', description: 'Default: the module’s name with .h; - is standard output' },
  },
  examples: ['wasm-exe header fib.wasm -o fib.h', 'wasm-exe header fib.wasm -o - | less'],
  async run(args, { output }) {
    const input = await readInput(args.positionals[0])
    const text = await createHeader(input.bytes, { file: input.file, name: input.name })
    const file = lastValue(args, 'output') ?? `${input.name}.h`
    if (file === '-') {
      output.result(text)
      return 0
    }
    checkOutput(file, [input.file])
    await writeFile(file, text)
    output.result(file)
    return 0
  },
}
