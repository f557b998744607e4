import { mangleModule, symbol } from './c/symbols.ts'
import type { NormalGrants } from './options.ts'

export interface ProgramConfig {
  /** The module's name: what its symbols start with, and argv[0] where the host gives none. */
  name: string
  /** Names of exported functions to call after instantiation, in this order. */
  start: readonly string[]
  grants: NormalGrants
}

/** config.c: the one generated file that ties a module to the runtime. See runtime/program.h. */
export function generateConfig({ name, start, grants }: ProgramConfig): string {
  const steps = [`${mangleModule(name)}_instantiate`, ...start.map((exported) => symbol(name, exported))]
  const dirs = grants.dirs.map(({ guest, host, readOnly }) => `{${cString(guest)}, ${cString(host)}, ${readOnly}}`)
  const env = grants.env.map(
    (entry) => `{${cString(entry.name)}, ${entry.value === null ? 'NULL' : cString(entry.value)}}`,
  )
  return [
    '#include "program.h"',
    '',
    ...steps.map((step) => `void ${step}(void);`),
    '',
    `static void (*const steps[])(void) = {${[...steps, 'NULL'].join(', ')}};`,
    ...array('const struct wasm_grant_dir dirs', dirs),
    ...array('const struct wasm_grant_env env', env),
    '',
    'const struct wasm_program wasm_program = {',
    `    .name = ${cString(name)},`,
    '    .steps = steps,',
    ...(dirs.length > 0 ? ['    .dirs = dirs,', `    .dir_count = ${dirs.length},`] : []),
    ...(env.length > 0 ? ['    .env = env,', `    .env_count = ${env.length},`] : []),
    '};',
    '',
  ].join('\n')
}

/** ISO C has no empty arrays; an absent one is a null pointer. */
function array(declaration: string, items: string[]): string[] {
  return items.length === 0 ? [] : [`static ${declaration}[] = {`, ...items.map((item) => `    ${item},`), '};']
}

/** A C string literal of the UTF-8 bytes; octal escapes are three digits long and so end by themselves. */
export function cString(text: string): string {
  let literal = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte)
    literal += /[\w !#-&(-/:-@[\]^{-~]/.test(char) && char !== '?' ? char : `\\${byte.toString(8).padStart(3, '0')}`
  }
  return `"${literal}"`
}
