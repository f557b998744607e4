/** The C of a script's driver: one function per export that is called, and the tables of driver/driver.h. */
import { symbol } from '../../compiler/c/index.ts'
import { cType, prototype } from '../../compiler/c/types.ts'
import { F32, F64, I32, I64, V128, type ValType } from '../../compiler/wasm/types.ts'
import type { Call, Planner, Row } from './plan.ts'
import type { Value } from './values.ts'

/** Member of `union value` that holds a type; references are special. */
const MEMBERS = new Map<ValType, string>([
  [I32, 'i32'],
  [I64, 'i64'],
  [F32, 'f32'],
  [F64, 'f64'],
  [V128, 'v128'],
])

const read = (type: ValType, slot: string): string => {
  if (type === V128) return `*(const v128 *)${slot}.v128`
  if (MEMBERS.has(type)) return `${slot}.${MEMBERS.get(type)}`
  return cType(type) === 'externref' ? `(externref)${slot}.ref` : `NULL_FUNCREF`
}
const write = (type: ValType, slot: string, value: string): string => {
  if (type === V128) return `{ v128 v = ${value}; __builtin_memcpy(${slot}.v128, &v, 16); }`
  if (MEMBERS.has(type)) return `${slot}.${MEMBERS.get(type)} = ${value};`
  const c = cType(type)
  if (c === 'externref') return `${slot}.ref = ${value};`
  return `${slot}.ref = (const void *)${value}.${c === 'exnref' ? 'tag' : 'code'};`
}

/** Declarations and body of the function that carries out a call; undefined if the script names what is not there. */
function callBody(call: Call, planner: Planner): { declaration: string; body: string } | undefined {
  const { instance } = call
  if (call.kind === 'instantiate') {
    const name = `${instance.generated.symbol}_instantiate`
    return { declaration: `WASM_ABI void ${name}(void);`, body: `${name}();` }
  }
  const resolved = planner.resolve(instance, call.field)
  if (!resolved) return undefined
  const name = symbol(resolved.module, resolved.name)
  if (resolved.kind === 'global') {
    const { type } = resolved.instance.module.globals[resolved.index].type
    if (planner.generator === 'machine' && cType(type) === 'funcref')
      return { declaration: `extern externref ${name};`, body: `r[0].ref = ${name};` }
    return { declaration: `extern ${cType(type)} ${name};`, body: write(type, 'r[0]', name) }
  }
  if (planner.generator === 'machine') {
    const entry = `${name}_Zentry`
    return { declaration: `WASM_ABI void ${entry}(const value *a, value *r);`, body: `${entry}(a, r);` }
  }
  const { type } = resolved.instance.module.funcs[resolved.index]
  const invocation = `${name}(${type.params.map((param, i) => read(param, `a[${i}]`)).join(', ')})`
  const declaration = `${prototype(name, type, false)};`
  if (type.results.length === 0) return { declaration, body: `${invocation};` }
  if (type.results.length === 1) return { declaration, body: write(type.results[0], 'r[0]', invocation) }
  const stores = type.results.map((result, i) => write(result, `r[${i}]`, `s._${i}`))
  return { declaration, body: `__auto_type s = ${invocation}; ${stores.join(' ')}` }
}

const hex = (bits: bigint): string => `0x${bits.toString(16)}ull`
const LOW = (1n << 64n) - 1n

function pattern(value: Value, alternatives: number): string {
  const { lanes } = value
  const nans = lanes ? lanes.nans.map((nan) => `NAN_${nan.toUpperCase()}`).join(', ') : '0'
  return `{KIND_${value.kind.toUpperCase()}, ${lanes?.width ?? 0}, {${nans}}, ${alternatives}, ${hex(value.bits & LOW)}, ${hex(value.bits >> 64n)}},`
}

/** Several results need the structures that headers of the modules define. */
function resultStructs(rows: Row[], planner: Planner): string[] {
  const structs = new Set<string>()
  for (const { instance } of rows.map((row) => row.call))
    for (const chunk of planner.plan.instances.find((item) => item === instance)!.generated.chunks)
      for (const [definition] of chunk.code.matchAll(/^struct wasm_[ilfdvepx]+ \{[^}]*\};$/gm)) structs.add(definition)
  return [...structs]
}

/** The driver's C file; it includes driver/driver.c, which includes the runtime. Rows whose export is missing are left out and returned. */
export function driverCode(planner: Planner): { code: string; missing: Row[] } {
  const calls = new Map<string, number>()
  const declarations = new Set<string>()
  const functions: string[] = []
  const values: string[] = []
  const expected: string[] = []
  const rows: string[] = []
  const missing: Row[] = []
  for (const row of planner.plan.rows) {
    const call = callBody(row.call, planner)
    if (!call) {
      missing.push(row)
      continue
    }
    declarations.add(call.declaration)
    if (!calls.has(call.body)) {
      calls.set(call.body, functions.length)
      functions.push(`static void call${functions.length}(const value *a, value *r) { (void)a, (void)r; ${call.body} }`)
    }
    const firstArgument = values.length
    for (const { bits } of row.args) values.push(`{.half = {${hex(bits & LOW)}, ${hex(bits >> 64n)}}},`)
    const firstPattern = expected.length
    for (const result of row.results) result.forEach((value, i) => expected.push(pattern(value, result.length - i)))
    const message = row.message === undefined ? '0' : JSON.stringify(row.message)
    rows.push(
      `{${row.line}, ${row.command}, ${row.results.length}, call${calls.get(call.body)}, ${firstArgument}, ${firstPattern}, ${message}},`,
    )
  }
  const code = [
    '#include "driver.c"',
    'static const struct wasm_module no_module;',
    '#define WASM_MODULE no_module',
    '#include "wasm.h"',
    '#include "simd.h"',
    ...resultStructs(planner.plan.rows, planner),
    ...declarations,
    ...functions,
    `const value arguments[] = {\n${values.join('\n')}\n{.i32 = 0}};`,
    `const struct pattern patterns[] = {\n${expected.join('\n')}\n{0}};`,
    `const struct row rows[] = {\n${rows.join('\n')}\n{0}};`,
    `const u32 row_count = ${rows.length};`,
    'void wasm_program_run(void) { spec_run(); }',
    '',
  ].join('\n')
  return { code, missing }
}
