/** The header with which a C or C++ program calls a module linked into it. */
import { printable } from '../printable.ts'
import type { FuncType, ValType } from '../wasm/types.ts'
import type { Scope } from './scope.ts'
import { isWasi, symbol } from './symbols.ts'
import { cType, resultStruct, typeLetter } from './types.ts'

const STANDARD: Record<string, string> = {
  u32: 'uint32_t',
  u64: 'uint64_t',
  f32: 'float',
  f64: 'double',
  externref: 'void *',
  funcref: 'struct wasm_funcref',
  exnref: 'struct wasm_exnref',
}
const publicType = (type: ValType): string => STANDARD[cType(type)] ?? cType(type)

function publicResult(results: readonly ValType[]): string {
  if (results.length === 0) return 'void'
  return results.length === 1 ? publicType(results[0]) : resultStruct(results)
}

const spaced = (type: string): string => (type.endsWith('*') ? type : type + ' ')

function publicPrototype(name: string, type: FuncType): string {
  const params = type.params.map((param, i) => `${spaced(publicType(param))}p${i}`)
  return `${spaced(publicResult(type.results))}${name}(${params.join(', ') || 'void'});`
}

/** As a comment on one line. */
const quoted = (...names: string[]): string =>
  `/* ${names.map((name) => printable(JSON.stringify(name)).replaceAll('*/', '*\\/')).join(' ')} */`

/** Structures that several headers of one program may define. */
function once(name: string, definition: string): string {
  const guard = `${name.toUpperCase()}_DEFINED`
  return `#ifndef ${guard}\n#define ${guard}\n${definition}#endif\n`
}

function structures(types: readonly FuncType[]): string[] {
  const all = types.flatMap((type) => [...type.params, ...type.results])
  const texts: string[] = []
  if (all.some((type) => typeLetter(type) === 'p')) {
    texts.push(
      once(
        'wasm_funcref',
        '/* A reference to a function, or null where code is NULL. To be passed on, not made or called. */\n' +
          'struct wasm_funcref {\n    void (*code)(void);\n    uint64_t type;\n};\n',
      ),
    )
  }
  if (all.some((type) => typeLetter(type) === 'x')) {
    texts.push(
      once(
        'wasm_exnref',
        '/* A reference to an exception, or null where tag is NULL. To be passed on, not made. */\n' +
          'struct wasm_exnref {\n    const void *tag;\n    uint64_t value;\n};\n',
      ),
    )
  }
  const results = new Map(
    types.filter((type) => type.results.length > 1).map((type) => [resultStruct(type.results), type.results]),
  )
  for (const [name, list] of [...results].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const members = list.map((type, i) => `    ${spaced(publicType(type))}_${i};\n`).join('')
    texts.push(once(name.replace('struct ', ''), `${name} {\n${members}};\n`))
  }
  return texts
}

/** The text of the header. `file` is the module's, for comments. */
export function header(scope: Scope, file: string): string {
  const { module } = scope
  const guard = `WASM_HEADER_${scope.symbol}`
  const exported = module.exports.filter(({ kind }) => kind === 'func')
  const needed = module.funcs.filter((func) => func.import && !isWasi(func.import.module))
  const sections = [
    `/* ${printable(file).replaceAll('*/', '* /')}, compiled to native code: what a C or C++ program may call. Generated; edits are lost. */
#ifndef ${guard}
#define ${guard}

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
`,
    ...structures([...exported.map(({ index }) => module.funcs[index].type), ...needed.map((func) => func.type)]),
    `/* Call it once before anything else of the module: prepares memory, tables and globals, and runs the start function.
   A trap, here and in every other call, prints its cause and place and ends the process with exit code 134. */
void ${scope.symbol}_instantiate(void);
`,
  ]
  if (module.memories.length > 0) {
    sections.push(`/* The module's memory: its address, which never changes, and its size in bytes, which may grow in any call.
   A pointer in the module's sense is an offset into it. */
uint8_t *${scope.symbol}_memory(void);
uint64_t ${scope.symbol}_memory_size(void);
`)
  }
  if (module.tags.length > 0) {
    sections.push(`/* 1 if the call before it was ended by an exception that the module did not catch; what it returned means nothing
   then. Forgets the exception. Ask after each call that may throw, before the next one. */
uint32_t ${scope.symbol}_exception(void);
`)
  }
  const lines = (title: string, list: string[]): void => {
    if (list.length > 0) sections.push(`/* ${title} */\n${list.join('\n')}\n`)
  }
  lines(
    'Functions the module exports.',
    exported.map(
      ({ name, index }) => `${quoted(name)}\n${publicPrototype(symbol(module.name, name), module.funcs[index].type)}`,
    ),
  )
  lines(
    'Globals the module exports.',
    module.exports
      .filter(({ kind }) => kind === 'global')
      .flatMap(({ name, index }) => {
        const { type, import: imported } = module.globals[index]
        if (imported || cType(type.type) === 'v128') return []
        const qualifier = type.mutable ? '' : 'const '
        return [`${quoted(name)}\nextern ${qualifier}${spaced(publicType(type.type))}${symbol(module.name, name)};`]
      }),
  )
  const seen = new Set<string>()
  lines(
    'Functions the module imports, which your program must define, in the executable or shared library that has the module.',
    needed.flatMap((func) => {
      const text = publicPrototype(scope.functions[func.index], func.type)
      if (seen.has(text)) return []
      seen.add(text)
      return [`${quoted(func.import!.module, func.import!.name)}\n${text}`]
    }),
  )
  sections.push(`#ifdef __cplusplus
}
#endif

#endif
`)
  return sections.join('\n')
}
