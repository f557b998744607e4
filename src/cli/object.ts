import { compile } from '../../compiler/compile.ts'
import { createObject } from '../../compiler/object.ts'
import { selectTargets } from '../../compiler/target-selection.ts'
import { lastValue } from './args.ts'
import type { CommandDefinition } from './command.ts'
import { destinations } from './destination.ts'
import { readInput } from './input.ts'
import { C_OPTIONS, compileOptions, targetNames } from './options.ts'
import { formatBytes, formatTable } from './output.ts'

export const object: CommandDefinition = {
  usage: 'object FILE.wasm [-o FILE.o | -o FILE.a | -o DIR/] [--target NAMES] [options]',
  files: 1,
  options: {
    output: { short: 'o', value: 'PATH', description: 'The file (.o or .obj, or .a for an archive), or a directory' },
    target: {
      short: 't',
      value: 'NAMES',
      multiple: true,
      description: 'Targets, separated by commas, or host or all; default: host',
    },
    ...C_OPTIONS,
    json: { description: 'Print the result as JSON, and nothing else, on standard output' },
  },
  examples: ['wasm-exe object fib.wasm -o fib.o', 'wasm-exe header fib.wasm -o fib.h', 'cc main.c fib.o -o main'],
  async run(args, { output, signals }) {
    const targets = selectTargets(args.options.has('target') ? targetNames(args) : ['host'])
    const options = compileOptions(args)
    const input = await readInput(args.positionals[0])
    const files = destinations(input, targets, lastValue(args, 'output'), (target) => target.objectExt)
    const module = await compile(input.bytes, { file: input.file, name: input.name })
    const objects: { target: string; file: string; bytes: number; integrity: string }[] = []
    for (const { name: target } of targets) {
      const file = files.get(target) as string
      const { size, integrity } = await createObject(module, {
        ...options,
        target,
        outFile: file,
        signal: signals.abort,
        onProgress: (progress) => output.progress(`${input.file} for ${target}`, progress),
      })
      objects.push({ target, file, bytes: size, integrity })
    }
    const table = () =>
      formatTable(
        objects.map(({ target, file, bytes }) => [file, target, formatBytes(bytes)]),
        [2],
      )
    if (args.options.has('json')) output.json({ objects })
    else output.result(table())
    return 0
  },
}
