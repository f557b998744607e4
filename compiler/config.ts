import { printable } from './printable.ts'
import { mangleModule, symbol } from './c/symbols.ts'
import type { EmbeddedInfo } from './embed.ts'
import { parseListen, type ListenAddress } from './listen.ts'
import { netRows, type NetRow } from './net.ts'
import type { NormalGrants } from './options.ts'
import { encodeProgramInfo, type ProgramInfo } from './program-info.ts'

export interface ProgramConfig {
  /** The module's name: what its symbols start with, and argv[0] where the host gives none. */
  name: string
  /** Names of exported functions to call after instantiation, in this order. */
  start: readonly string[]
  /** Modules that are instantiated before it, with the exports to call then. */
  libraries?: readonly { name: string; start: readonly string[] }[]
  /** One of them may let an exception out. */
  throws: boolean
  /** Bytes that the heap of objects may have; absent from programs without objects. */
  heapMax?: number
  /** It calls for sockets: then it binds them to the addresses that it is granted itself. */
  net: boolean
  grants: NormalGrants
  embedded: readonly EmbeddedInfo[]
  info: ProgramInfo
}

/** GRANT_… of runtime/program.h. */
export const ABSENT = { required: 0, optional: 1, create: 2 } as const

/** config.c: the one generated file that ties a module to the runtime. See runtime/program.h. */
export function generateConfig({
  name,
  libraries = [],
  start,
  throws,
  heapMax,
  net,
  grants,
  embedded,
  info,
}: ProgramConfig): string {
  const steps = [...libraries, { name, start }].flatMap((module) => [
    `${mangleModule(module.name)}_instantiate`,
    ...module.start.map((exported) => symbol(module.name, exported)),
  ])
  const dirs = grants.dirs.map(
    ({ guest, host, readOnly, whenAbsent }) =>
      `{${cString(guest)}, ${cString(host)}, ${readOnly}, ${ABSENT[whenAbsent ?? 'required']}}`,
  )
  const env = grants.env.map(
    (entry) => `{${cString(entry.name)}, ${entry.value === null ? 'NULL' : cString(entry.value)}}`,
  )
  const listen = listenRows(grants, net).map(
    ({ text, port, udp, bytes }) =>
      `{${cString(text)}, ${port}, ${bytes.length === 16}, {${bytes.join(', ')}}${udp ? ', true' : ''}}`,
  )
  const rows = net ? netRows(grants) : []
  const lists = [
    list('dir', 'const struct wasm_grant_dir dirs', dirs),
    list('env', 'const struct wasm_grant_env env', env),
    list('arg', 'const char *const args', grants.args.fixed.map(cString)),
    list('listen', 'const struct wasm_grant_listen listen', listen),
    list(
      'embedded',
      'const struct wasm_embedded_dir embedded',
      embedded.map(({ guest }, node) => `{${cString(guest)}, ${node}}`),
    ),
  ]
  return [
    '#include "program.h"',
    '#include "exception.h"',
    '',
    ...steps.map((step) => `void ${step}(void);`),
    '',
    ...lists.flatMap(({ definition }) => definition),
    ...(net ? ['const struct wasm_grant_net wasm_net_grants[] = {', ...rows.map(netRow), '    {0},', '};'] : []),
    '',
    `WASM_INFO static const char info[] = ${cString(encodeProgramInfo(info))};`,
    '',
    'const struct wasm_program wasm_program = {',
    `    .name = ${cString(printable(name))},`,
    ...lists.flatMap(({ fields }) => fields),
    ...(grants.args.pass ? [] : ['    .args_fixed = true,']),
    '};',
    '',
    ...(heapMax === undefined ? [] : [`const u64 wasm_gc_maximum = ${heapMax}ull;`, '']),
    'void wasm_program_run(void)',
    '{',
    '    WASM_KEEP(info);',
    ...steps.flatMap((step) => [`    ${step}();`, ...(throws ? ['    wasm_exception_check();'] : [])]),
    '}',
    '',
  ].join('\n')
}

/** The granted addresses to listen at. Datagrams are taken by components alone. */
export const listenRows = ({ listen }: NormalGrants, net: boolean): ListenAddress[] =>
  listen.map(parseListen).filter(({ udp }) => net || !udp)

const netRow = ({ name, port, flags, prefix, bytes }: NetRow): string =>
  `    {${name === undefined ? 'NULL' : cString(name)}, ${port}, ${flags}, ${prefix}, {${bytes.join(', ') || 0}}},`

/** ISO C has no empty arrays; an absent one is a null pointer, and its count 0. */
function list(
  count: string,
  declaration: string,
  items: readonly string[],
): { definition: string[]; fields: string[] } {
  if (items.length === 0) return { definition: [], fields: [] }
  const name = declaration.slice(declaration.lastIndexOf(' ') + 1)
  return {
    definition: [`static ${declaration}[] = {`, ...items.map((item) => `    ${item},`), '};'],
    fields: [`    .${name} = ${name},`, `    .${count}_count = ${items.length},`],
  }
}

/** A C string literal of the UTF-8 bytes; octal escapes are three digits long and so end by themselves. */
export function cString(text: string): string {
  let literal = ''
  for (const byte of new TextEncoder().encode(text)) {
    const char = String.fromCharCode(byte)
    literal += /[\w !#-&(-/:-@[\]^{-~]/.test(char) && char !== '?' ? char : `\\${byte.toString(8).padStart(3, '0')}`
  }
  return `"${literal}"`
}
