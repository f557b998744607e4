/** The C file that gives a random module its imports and calls its exports. */
import { prototype, cType } from '../../compiler/c/types.ts'
import { symbol } from '../../compiler/c/symbols.ts'
import { cString } from '../../compiler/config.ts'
import type { CompiledModule } from '../../compiler/compile.ts'
import type { Func } from '../../compiler/wasm/module.ts'
import type { Kind, Plan, PlannedCall } from './plan.ts'

const TABLE = 'module_table'

/** Bodies of imported functions over their parameters l0, l1…; the peer's do the same. */
const IMPORTS: Record<string, string> = {
  'log-i32': 'fuzz_text("i32"); fuzz_hex(l0, 8); fuzz_text("\\n");',
  'log-i64': 'fuzz_text("i64"); fuzz_hex(l0, 16); fuzz_text("\\n");',
  'log-f32': 'u32 b; __builtin_memcpy(&b, &l0, 4); fuzz_text("f32"); fuzz_hex(b, 8); fuzz_text("\\n");',
  'log-f64': 'u64 b; __builtin_memcpy(&b, &l0, 8); fuzz_text("f64"); fuzz_hex(b, 16); fuzz_text("\\n");',
  'log-v128': 'fuzz_text("v128"); fuzz_hex(l0[1], 16); fuzz_hex(l0[0], 16); fuzz_text("\\n");',
  'log-funcref': 'log_reference(l0);',
  'log-externref': 'fuzz_text("any"); log_external(l0); fuzz_text("\\n");',
  'log-anyref': 'fuzz_text("any"); log_external(l0); fuzz_text("\\n");',
  throw: 'throw_value(l0);',
  sleep: 'return l1;',
  'table-get': `return l0 < ${TABLE}_size() ? ${TABLE}_get(l0) : NULL_FUNCREF;`,
  'table-set': `if (l0 < ${TABLE}_size()) ${TABLE}_set(l0, l1);`,
  'call-ref': 'log_reference(l0);',
  'call-ref-catch': 'log_reference(l0); return 0;',
  'call-export': 'call_export(l0);',
  'call-export-catch':
    'call_export(l0); u32 thrown = wasm_exception.tag != NULL; wasm_exception.tag = NULL; return thrown;',
}

function importedFunction(func: Func): string {
  const { module, name } = func.import!
  const body = module === 'fuzzing-support' ? IMPORTS[name] : undefined
  if (body === undefined) throw new Error(`the generator imports ${module}.${name}, which the driver does not know`)
  return `WASM_ABI ${prototype(symbol(module, name), func.type, true)} { ${body} }`
}

/** C of a statement that logs a value. */
function logValue(kind: Kind, value: string): string {
  if (kind === 'f32' || kind === 'f64') return `fuzz_${kind}(${value});`
  if (kind === 'externref') return `log_external(${value});`
  if (kind === 'funcref') return `fuzz_text(${value}.code ? " function" : " null");`
  return `fuzz_hex((u64)${value}, ${kind === 'i32' ? 8 : 16});`
}

function literal(kind: Kind, text: string): string {
  switch (kind) {
    case 'i32':
      return `(u32)(i64)${text}ll`
    case 'i64':
      return text === '9223372036854775807' ? `${text}ull` : `(u64)${text}ll`
    case 'externref':
      return `(externref)${text}`
    case 'funcref':
      return 'NULL_FUNCREF'
    default:
      return `(${kind})${/[.e]/.test(text) ? text : `${text}.0`}`
  }
}

function callFunction(call: PlannedCall, index: number, name: string): string {
  const { params, results, rounds } = call
  const args = params.map((kind, i) => {
    const values = rounds.map((round) => literal(kind, round[i]))
    return `round == 0 ? ${values[0]} : round == 1 ? ${values[1]} : ${values[2]}`
  })
  const invocation = `${symbol(name, call.name)}(${args.join(', ')})`
  const logs = results.map(
    (kind, i) => `fuzz_text("="); ${logValue(kind, results.length > 1 ? `r._${i}` : 'r')} fuzz_text("\\n");`,
  )
  return [
    `static void call${index}(u32 round) {`,
    `    fuzz_text(${cString(`call ${call.name}\n`)});`,
    `    ${results.length > 0 ? '__auto_type r = ' : ''}${invocation};`,
    '    if (wasm_exception.tag) return;',
    ...logs.map((line) => `    ${line}`),
    '}',
  ].join('\n')
}

function throwFunction(catches: boolean): string[] {
  const wasmtag = symbol('fuzzing-support', 'wasmtag')
  const jstag = symbol('fuzzing-support', 'jstag')
  return [
    `const struct wasm_tag ${wasmtag} = {4}, ${jstag} = {8};`,
    'static void throw_value(u32 value) {',
    '    fuzz_text("throw"); fuzz_hex(value, 8); fuzz_text("\\n");',
    ...(catches
      ? [
          '    externref token = TOKEN;',
          '    if (value) __builtin_memcpy(wasm_exception_values, &value, sizeof value);',
          '    else __builtin_memcpy(wasm_exception_values, &token, sizeof token);',
          `    wasm_exception.tag = value ? &${wasmtag} : &${jstag};`,
        ]
      : ['    fuzz_uncaught();']),
    '}',
  ]
}

function tableFunctions(name: string, hasTable: boolean): string[] {
  const table = symbol(name, 'table')
  return [
    ...(hasTable ? [`extern struct wasm_table ${table};`] : []),
    `static u64 ${TABLE}_size(void) { return ${hasTable ? `instantiated ? ${table}.size : 0` : '0'}; }`,
    `static funcref ${TABLE}_get(u32 i) { return ${hasTable ? `${table}.functions[i]` : 'NULL_FUNCREF'}; }`,
    `static void ${TABLE}_set(u32 i, funcref f) { ${hasTable ? `${table}.functions[i] = f;` : ''} }`,
  ]
}

/** The same for `compiler/machine`: references are addresses, and functions take their arguments from memory. */
function callEntry(call: PlannedCall, index: number, name: string): string {
  const { params, results, rounds } = call
  const entry = `${symbol(name, call.name)}_Zentry`
  const args = params.map((kind, i) => {
    const values = rounds.map((round) => literal(kind, round[i]))
    return `    a[${i}].${kind}_ = round == 0 ? ${values[0]} : round == 1 ? ${values[1]} : ${values[2]};`
  })
  const logs = results.map((kind, i) => `    fuzz_text("="); ${logValue(kind, `r[${i}].${kind}_`)} fuzz_text("\\n");`)
  return [
    `WASM_ABI void ${entry}(const slot *, slot *);`,
    `static void call${index}(u32 round) {`,
    `    slot a[${params.length + 1}] = {}, r[${results.length + 1}] = {};`,
    `    fuzz_text(${cString(`call ${call.name}\n`)});`,
    ...args,
    `    ${entry}(a, r);`,
    '    if (wasm_exception.tag) return;',
    ...logs,
    '}',
  ].join('\n')
}

const MACHINE_TYPES = `typedef void *reference;
typedef union { u32 i32_; u64 i64_; f32 f32_; f64 f64_; externref externref_; reference funcref_; u8 bytes[16]; } slot;
#define funcref reference
#undef NULL_FUNCREF
#define NULL_FUNCREF NULL`

/** What of a driver differs for `compiler/machine`. */
export const forMachine = (code: string): string =>
  code
    .replaceAll('.code ?', ' ?')
    .replaceAll('.functions[i]', '.externs[i]')
    .replaceAll('__builtin_memcpy(wasm_exception_values,', '__builtin_memcpy(wasm_exception_values + 16,')
    .replaceAll(/u8 \*(\w+)_memory\(void\);/g, 'extern struct wasm_memory $1_Zmemory;')
    .replaceAll(/u64 \w+_memory_size\(void\);/g, '')
    .replaceAll(
      /fuzz_memory\((\w+)_memory\(\), \w+_memory_size\(\)\)/g,
      'fuzz_memory($1_Zmemory.base, $1_Zmemory.size)',
    )

/** What is an i31, one of the host's, or an object. */
const EXTERNAL = [
  '__attribute__((unused)) static void log_external(externref r) {',
  '    if ((u64)r & 1) fuzz_hex((u32)((i32)(u32)(u64)r >> 1), 8);',
  '    else fuzz_text(!r ? " null" : r == TOKEN ? " host" : " object");',
  '}',
]

/** The driver of a module. It is told by its first argument which function to begin with. */
export function driverCode({ module, info, code }: CompiledModule, plan: Plan, machine = false): string {
  const { name } = info
  const exported = new Map(module.exports.map((entry) => [entry.name, entry.index]))
  const structures = new Set(
    code.chunks.flatMap((chunk) =>
      [...chunk.code.matchAll(/^struct wasm_[ilfdvepx]+ \{[^}]*\};$/gm)].map(([text]) => text),
    ),
  )
  const calls = plan.calls.map((call, i) => {
    const { type } = module.funcs[exported.get(call.name)!]
    if (machine) return callEntry(call, i, name)
    return `${prototype(symbol(name, call.name), type, false)};\n${callFunction(call, i, name)}`
  })
  const globals = plan.globals.map(({ name: globalName, kind }) => {
    const { import: from, type } = module.globals[exported.get(globalName)!]
    // What is imported keeps the symbol of where it comes from.
    const place = from ? symbol(from.module, from.name) : symbol(name, globalName)
    const text = `fuzz_text(${cString(`global ${globalName}`)}); ${logValue(kind, place)} fuzz_text("\\n");`
    return { declaration: from ? '' : `extern ${cType(type.type)} ${place};`, text }
  })
  const importedGlobals = module.globals.flatMap(({ import: from, type }) => {
    if (!from) return []
    if (cType(type.type) !== 'externref')
      throw new Error(`the generator imports the global ${from.name} of another type`)
    return [`const externref ${symbol(from.module, from.name)} = TOKEN;`]
  })
  const count = plan.calls.length
  return [
    `#include "support.h"`,
    'typedef u64 v128 __attribute__((vector_size(16)));',
    ...(machine ? [MACHINE_TYPES] : structures),
    `WASM_ABI void ${info.name}_instantiate(void);`,
    `u8 *${info.name}_memory(void);`,
    `u64 ${info.name}_memory_size(void);`,
    ...EXTERNAL,
    ...new Set(importedGlobals),
    ...globals.map(({ declaration }) => declaration),
    ...throwFunction(plan.catches),
    // JavaScript has no exports while a start function runs.
    'static bool instantiated;',
    ...tableFunctions(name, plan.hasTable),
    'static void log_reference(funcref f) { fuzz_text(f.code ? "ref function\\n" : "ref null\\n"); }',
    ...new Set(module.funcs.filter((func) => func.import).map(importedFunction)),
    ...calls,
    `static void (*const calls[])(u32) = {${[...plan.calls.map((_, i) => `call${i}`), '0'].join(', ')}};`,
    'static void call_export(u32 index) {',
    '    static u32 depth;',
    `    if (!instantiated || ${count} == 0 || depth >= MAX_DEPTH) return;`,
    '    depth++;',
    `    calls[index % ${Math.max(count, 1)}](0);`,
    '    depth--;',
    '}',
    'static void look(void) {',
    ...globals.map(({ text }) => `    ${text}`),
    ...(plan.hasMemory ? [`    fuzz_memory(${name}_memory(), ${name}_memory_size());`] : []),
    '}',
    'static void run(void) {',
    '    u32 first = fuzz_begin();',
    `    ${name}_instantiate();`,
    '    instantiated = true;',
    '    look();',
    `    for (u32 i = first; i < first + ${count}; i++) {`,
    `        calls[i % ${Math.max(count, 1)}](i % 3);`,
    '        if (wasm_exception.tag) fuzz_uncaught();',
    '        look();',
    '    }',
    '    fuzz_end();',
    '}',
    'WASM_ABI void wasm_program_run(void) { run(); }',
    '',
  ].join('\n')
}
