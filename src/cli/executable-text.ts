import type { ProgramInfo } from '../../compiler/program-info.ts'
import { printable } from '../../compiler/printable.ts'
import { formatBytes, formatTable } from './output.ts'

/** What `wasm-exe inspect` says about an executable. */
export function executableText(file: string, bytes: number, info: ProgramInfo): string {
  const { name, wasm, imports, backend, toolchain, optimize, heapMax } = info
  return [
    `${printable(file)}: ${formatBytes(bytes)}, the program ${printable(name)}`,
    formatTable([
      ['module', `${formatBytes(wasm.bytes)}, ${wasm.integrity}`],
      [
        'compiled',
        `${backend === 'c' ? 'through C ' : ''}by ${toolchain.name} ${toolchain.version}, optimize ${optimize}`,
      ],
      ...(heapMax === undefined ? [] : [['heap', `${formatBytes(heapMax)} of objects at most`]]),
      ...Object.entries(imports).map(([module, names]) => ['imports', `${module}: ${names.join(', ')}`]),
    ]),
    `granted\n${formatTable(grantRows(info)).replaceAll(/^/gm, '  ')}`,
  ].join('\n\n')
}

const ABSENT = { required: '', optional: 'if it is there', create: 'made if it is not there' } as const

function grantRows({ grants, embedded, profile }: ProgramInfo): string[][] {
  const { dirs, env, args, listen, connect, resolve } = grants
  const words = args.fixed.map((word) => JSON.stringify(word))
  if (args.pass) words.push('those of the command line')
  return [
    ['arguments', words.join(', ') || 'none'],
    ...dirs.map(({ guest, host, readOnly, whenAbsent }) => [
      'directory',
      [`${guest} = ${host}`, readOnly ? 'read-only' : '', ABSENT[whenAbsent ?? 'required']].filter(Boolean).join(', '),
    ]),
    ...embedded.map(({ guest, files, bytes }) => ['embedded', `${guest}: ${files} files, ${formatBytes(bytes)}`]),
    ...(profile === undefined ? [] : [['writes', `${profile} in the current directory: what it counts`]]),
    ...env.map(({ name, value }) => ['variable', value === null ? name : `${name}=${value}`]),
    ...listen.map((address) => ['listen', address]),
    ...connect.map((address) => ['connect', address]),
    ...resolve.map((name) => ['resolve', name]),
  ]
}
