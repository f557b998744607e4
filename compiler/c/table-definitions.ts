/** The C of constant tables: an array of functions for each type, or one of code and type. */
import { funcrefRows, type RowFiles } from './assembler-rows.ts'
import type { Scope } from './scope.ts'
import type { TablePlan } from './tables.ts'
import { prototype } from './types.ts'

/** Definitions of the arrays that the module's functions use. */
export function tableDefinitions(
  scope: Scope,
  table: number,
  plan: Extract<TablePlan, { kind: 'constant' }>,
  hidden: string,
  files: RowFiles | undefined,
): string {
  let text = ''
  for (const type of scope.viewsOf(table)) text += view(scope, table, type, plan.entries, hidden)
  if (scope.everUsed.tables.has(table)) text += entries(scope, table, plan.entries, hidden, files)
  return text
}

function entries(
  scope: Scope,
  table: number,
  functions: readonly (number | undefined)[],
  hidden: string,
  files: RowFiles | undefined,
): string {
  const name = scope.tables[table]
  const byAssembler = funcrefRows(scope, files, name, functions)
  if (byAssembler !== undefined) return byAssembler
  const rows = functions.map((index) =>
    index === undefined ? '    {0, 0},\n' : `    {(wasm_code)${scope.func(index)}, ${scope.functionId(index)}},\n`,
  )
  return `${hidden}const funcref ${name}[${Math.max(rows.length, 1)}] = {\n${rows.join('') || '    {0, 0},\n'}};\n`
}

/** Null and functions of other types are functions that trap. */
function view(
  scope: Scope,
  table: number,
  type: number,
  functions: readonly (number | undefined)[],
  hidden: string,
): string {
  const { module } = scope
  const name = scope.view(table, type)
  const stubs = new Map<string, string>()
  const stub = (kind: string, trap: string): string => {
    const stubName = `${name}_${kind}`
    stubs.set(
      stubName,
      `static WASM_COLD ${prototype(stubName, module.types[type], true)}\n{\n    wasm_trap_at(${trap}, __builtin_return_address(0));\n}\n`,
    )
    return stubName
  }
  const rows = functions.map((index) => {
    if (index === undefined) return stub('null', 'WASM_TRAP_UNINITIALIZED_ELEMENT')
    if (scope.typeOfFunction(index) !== type) return stub('other', 'WASM_TRAP_INDIRECT_CALL_TYPE_MISMATCH')
    return scope.func(index)
  })
  const array = `${hidden}const ${scope.functionType(type)} ${name}[] = {\n${rows.map((row) => `    ${row},\n`).join('')}};\n`
  return [...stubs.values(), array].join('')
}
