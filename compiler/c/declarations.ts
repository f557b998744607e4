/** The top of a chunk: the runtime's header and declarations of what the chunk refers to. */
import { printable } from '../printable.ts'
import { entitiesOf, type ExternKind, type Func } from '../wasm/module.ts'
import { spawnsThreads } from '../wasm/threads.ts'
import type { Scope } from './scope.ts'
import { threadLocal } from './threads.ts'
import { MAX_LITERAL } from './data.ts'
import { isFixed, memoryLinkage } from './memories.ts'
import { constant } from './constant.ts'
import type { FuncType } from '../wasm/types.ts'
import { tailAdapter } from './tail-calls.ts'
import { cType, defineResultStruct, prototype, resultType } from './types.ts'

export function preamble(scope: Scope, file: string): string {
  const { memories } = scope.module
  const own = memories.length > 0 && isFixed(scope.module, 0) ? `#define WASM_OWN_MEMORY ${scope.memories[0]}\n` : ''
  const simd = scope.module.features.has('simd') ? '#include "simd.h"\n' : ''
  const isThreaded = spawnsThreads(scope.module)
  const atomic = isThreaded || scope.module.features.has('threads') ? '#include "ops/atomic.h"\n' : ''
  const libc = scope.uses.libc.size > 0 ? '#include "libc.h"\n' : ''
  const more = scope.graph ? '#include "ops/exception.h"\n#include "ops/tail.h"\n' : ''
  const objects = scope.objects ? '#include "ops/gc.h"\n' : ''
  const threads = isThreaded ? '#define WASM_THREADED\n' : ''
  const shared = memories.some(({ type }) => type.shared) ? '#define WASM_SHARED_MEMORY\n' : ''
  return `/* ${printable(file).replaceAll('*/', '* /')}, as C. */\n${threads}${shared}${own}#define WASM_MODULE ${scope.symbol}_module\n#include "wasm.h"\n${simd}${atomic}${libc}${more}${objects}`
}

/** The assembler names functions in the module's table. */
const FUNCTION_LINKAGE = 'extern WASM_HIDDEN '

/**
 * Declarations for the functions written to this chunk and everything in {@link Scope.uses}. `linkage` is that of what the
 * module does not export.
 */
export function declarations(scope: Scope, functions: readonly Func[], linkage: string): string {
  const { module, uses } = scope
  const sections: string[] = []
  const add = (lines: string[]): void => {
    if (lines.length > 0) sections.push(lines.join('\n') + '\n')
  }
  const mentioned = new Set(uses.functions)
  for (const func of functions) mentioned.add(func.index)
  for (const index of mentioned) mention(scope, module.funcs[index].type.results)
  for (const index of uses.types) mention(scope, module.types[index].results)
  add([...uses.results].sort().map(([, results]) => defineResultStruct(results).trimEnd()))
  add([scope.identities.declaration().trimEnd()].filter(Boolean))
  add(
    sorted(uses.types).map((index) => {
      const { params, results } = module.types[index]
      return `typedef ${resultType(results)} (*${scope.typeName(index)})(${params.map(cType).join(', ') || 'void'});`
    }),
  )
  const seen = new Set<string>()
  add(
    sorted(mentioned)
      .map((index) => {
        const func = module.funcs[index]
        const text = `${linkageOf(scope, 'func', index, FUNCTION_LINKAGE)}${prototype(scope.functions[index], func.type, false)};`
        // The same import may stand in the module several times.
        return seen.has(text) ? '' : (seen.add(text), text)
      })
      .filter(Boolean),
  )

  const tails = new Set([
    ...uses.tails,
    ...functions.map(({ index }) => index).filter((index) => scope.hasTailForm(index)),
  ])
  add(sorted(tails).map((index) => `${FUNCTION_LINKAGE}void *${scope.tailName(index)}(void);`))
  add(
    sorted(uses.tags).map(
      (index) => `${linkageOf(scope, 'tag', index, linkage)}const struct wasm_tag ${scope.tags[index]};`,
    ),
  )
  add(
    sorted(uses.memories).map(
      (index) =>
        `${memoryLinkage(module, index, linkageOf(scope, 'memory', index, linkage), 'extern ')}struct wasm_memory ${scope.memories[index]};`,
    ),
  )
  add(
    sorted(uses.globals)
      .map((index) => global(scope, index, linkage))
      .filter(Boolean),
  )
  add(
    sorted(uses.tables).map((index) => {
      const plan = scope.plans[index]
      const name = scope.tables[index]
      if (plan.kind === 'dynamic')
        return `${linkageOf(scope, 'table', index, linkage)}${threadLocal(scope)}struct wasm_table ${name};`
      return `${linkage}const funcref ${name}[${Math.max(plan.entries.length, 1)}];`
    }),
  )
  add(
    [...uses.views].map((key) => {
      const [table, type] = key.split(' ').map(Number)
      const plan = scope.plans[table]
      const size = plan.kind === 'constant' ? plan.entries.length : 0
      return `${linkage}const ${scope.typeName(type)} ${scope.viewName(table, type)}[${size}];`
    }),
  )
  add(
    sorted(uses.elements).flatMap((index) => {
      const count = `${linkage}${threadLocal(scope)}u32 ${scope.elementCount(index)};`
      return [count, ...element(scope, index, linkage)]
    }),
  )
  add(sorted(uses.data).map((index) => `${linkage}${threadLocal(scope)}u32 ${scope.dataSize(index)};`))
  add(sorted(uses.data).map((index) => dataDeclaration(scope, index, linkage)))
  for (const type of sorted(uses.adapters)) sections.push(tailAdapter(scope, type))
  return sections.map((section) => '\n' + section).join('')
}

function mention(scope: Scope, results: FuncType['results']): void {
  if (results.length > 1) scope.results(results)
}

const sorted = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b)

/**
 * Exports are for all, imports another's of the same executable or library: in another library the runtime is another one, which
 * knows neither the types of this one nor what was thrown. Linkers for Linux refuse what is hidden and not there.
 */
function linkageOf(scope: Scope, kind: ExternKind, index: number, own: string): string {
  const { module } = scope
  const entity = entitiesOf(module)[kind][index]
  if (entity.import) return 'extern WASM_HIDDEN '
  return scope.isExported(kind, index) ? 'extern WASM_EXPORTED ' : own
}

function global(scope: Scope, index: number, linkage: string): string {
  const { type, init, import: imported } = scope.module.globals[index]
  const qualifier = !type.mutable && (imported !== undefined || constant(scope, init!).static) ? 'const ' : ''
  const local = type.mutable ? threadLocal(scope) : ''
  return `${linkageOf(scope, 'global', index, linkage)}${local}${qualifier}${cType(type.type)} ${scope.globals[index]};`
}

function element(scope: Scope, index: number, linkage: string): string[] {
  const { items, type } = scope.module.elements[index]
  const qualifier =
    items.length > 0 && items.every((item) => typeof item === 'number' || constant(scope, item).static) ? 'const ' : ''
  return [`${linkage}${qualifier}${cType(type)} ${scope.elementName(index)}[${Math.max(items.length, 1)}];`]
}

function dataDeclaration(scope: Scope, index: number, linkage: string): string {
  const { start, end } = scope.module.data[index]
  const name = scope.dataName(index)
  if (end - start > MAX_LITERAL) return `extern WASM_HIDDEN const u8 ${name}[];`
  return `${linkage}const u8 ${name}[${end - start + 1}];`
}
