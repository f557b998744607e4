/** Writes a module as C: its chunks of functions, and the chunk that holds everything else. */
import { append } from '../append.ts'
import { nameFile } from '../errors.ts'
import { decodeBody } from '../wasm/body.ts'
import { CanonicalTypes } from '../wasm/canonical-types.ts'
import { unsupported } from '../wasm/features.ts'
import { isTraced, usesObjects } from '../wasm/objects.ts'
import type { Body } from '../wasm/instructions.ts'
import { entitiesOf, type Func, type Module } from '../wasm/module.ts'
import { spawnsThreads } from '../wasm/threads.ts'
import { I32, I64, type ValType } from '../wasm/types.ts'
import { MANY_ROWS, RowFiles } from './assembler-rows.ts'
import { dataCode, dataFile, DataPool } from './data.ts'
import { callGraph } from './call-graph.ts'
import { planChunks } from './chunks.ts'
import { checkConflicts } from './conflicts.ts'
import { constant, initializer } from './constant.ts'
import { stringLiteral, unsignedLiteral } from './consts.ts'
import { declarations, preamble } from './declarations.ts'
import { exceptionDefinitions } from './exceptions.ts'
import { FunctionWriter } from './function.ts'
import type { Chunk, Generated, GenerateOptions } from './generated.ts'
import { header } from './header.ts'
import { createMemory, memoryLinkage } from './memories.ts'
import { linkDefinitions, registerLinks } from './links.ts'
import { restoreLoops } from './loops/index.ts'
import { LineDirectives } from './line-directives.ts'
import { wrapped } from './lines.ts'
import { Scope } from './scope.ts'
import { Routines } from '../libc/routines.ts'
import { elementDefinition, startElements } from './elements.ts'
import { printable } from '../printable.ts'
import { symbol } from './symbols.ts'
import { planTables } from './tables.ts'
import { instantiate, threadLocal } from './threads.ts'
import { tableDefinitions } from './table-definitions.ts'
import { cType, prototype } from './types.ts'
import { unrollings } from './unrolling.ts'
import { callsWasi, ownWasiCalls, wasiMemory } from './wasi-calls.ts'
import { cloneName } from './wide.ts'

const ALONE_BYTES = 64 * 1024

/**
 * The C of a decoded and validated module. Chunks come in module order, the one with the module's data and
 * `<symbol>_instantiate` last; a small module is one chunk.
 */
export function generate(input: Module, options: GenerateOptions): Generated {
  const steps = generateInSteps(input, options)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** {@link generate} with pauses: after each chunk, which takes some hundredths of a second. */
export function* generateInSteps(module: Module, options: GenerateOptions): Generator<void, Generated> {
  try {
    return yield* chunksInSteps(module, options)
  } catch (error) {
    throw nameFile(error, module.file)
  }
}

function* chunksInSteps(module: Module, options: GenerateOptions): Generator<void, Generated> {
  if (usesObjects(module) && spawnsThreads(module))
    throw unsupported('gc', {
      what: 'objects in a program that starts threads',
      offset: module.features.get('gc')?.offset,
    })
  const scope = new Scope(module, options.types ?? new CanonicalTypes(), options.ownWasi, options.objects)
  checkConflicts(scope)
  scope.graph = callGraph(module, scope.canonical, options.importsThrow)
  if (options.debug) scope.lines = new LineDirectives(module, options.file)
  if (options.replaceLibc ?? true) scope.routines = new Routines(module)
  scope.plans = planTables(module, (func) => scope.typeOfFunction(func))
  const plans = planChunks(module, options.chunkBytes, options.aloneBytes ?? ALONE_BYTES)
  const chunks: Chunk[] = []
  const { keep = (chunk) => chunk } = options
  if (plans.length > 1) {
    for (const plan of plans) {
      scope.beginChunk()
      const texts = plan.functions.map((func) => functionDefinition(scope, func, 'WASM_HIDDEN '))
      const top = preamble(scope, options.file) + declarations(scope, plan.functions, 'extern WASM_HIDDEN ')
      // Not the chunk's number: one more or less among those before it would make others of all that follow.
      const name = `${module.name}-f${plan.functions[0].index}`
      const { functions, bytes, giant } = plan
      chunks.push(keep({ name, code: [top, ...texts].join('\n'), functions: functions.length, bytes, giant }))
      yield
    }
  }
  const pool = new DataPool(dataFile(scope.symbol))
  const single = plans.length === 1 ? plans[0] : undefined
  const rowFiles = single ? undefined : new RowFiles(pool.file)
  scope.beginChunk()
  const functions = single?.functions ?? []
  const hidden = single ? 'static ' : 'WASM_HIDDEN '
  const code = functions.map((func) => functionDefinition(scope, func, 'WASM_HIDDEN ')).join('\n')
  const rest = moduleDefinitions(scope, options.file, pool, hidden, rowFiles)
  const top = preamble(scope, options.file) + declarations(scope, functions, single ? 'static ' : 'extern WASM_HIDDEN ')
  rowFiles?.definitions.forEach((definition, i) => {
    const name = `${module.name}-rows${i}`
    chunks.push({ name, code: preamble(scope, options.file) + definition, functions: 0, bytes: 0, giant: false })
  })
  chunks.push({
    name: module.name,
    code: [top, code, scope.lines?.end(`${module.name}.c`), rest].filter(Boolean).join('\n'),
    functions: functions.length,
    bytes: single?.bytes ?? 0,
    giant: single?.giant ?? false,
  })
  const bytes = pool.bytes()
  return {
    symbol: scope.symbol,
    chunks,
    header: header(scope, options.file),
    data: [...(bytes.length > 0 ? [{ name: pool.file, bytes }] : []), ...(rowFiles?.files ?? [])],
  }
}

/** What is written of a function: its code, with loops restored unless it is one that is known by its instructions. */
function bodyOf(scope: Scope, func: Func): Body {
  const body = decodeBody(scope.module, func)
  if (scope.lines !== undefined) return body
  const restored = restoreLoops(scope.module, func, body)
  return restored === body || scope.routines?.find(func, body) !== undefined ? body : restored
}

function functionDefinition(scope: Scope, func: Func, linkage: string): string {
  const exported = scope.isExported('func', func.index)
  const body = bodyOf(scope, func)
  const kept = scope.demands.kept(func, body)
  const text = unrollings(scope, func, body)
    .map((form) => new FunctionWriter(scope, func, body, kept, form).write(exported ? '' : linkage, linkage))
    .join('\n')
  scope.addText(text.length, func.body!.start)
  return text
}

/** Globals, memories, tables, segments, the descriptor, and the function that instantiates the module. */
function moduleDefinitions(
  scope: Scope,
  file: string,
  pool: DataPool,
  hidden: string,
  rowFiles: RowFiles | undefined,
): string {
  const { module } = scope
  const parts: string[] = []
  /** What instantiation does once, and what it does for each thread. */
  const shared: string[] = []
  const start: string[] = []

  if (scope.objects) startObjects(scope, parts, shared)
  module.memories.forEach((memory, i) => {
    if (memory.import) return
    const name = scope.memories[i]
    const linkage = memoryLinkage(module, i, scope.isExported('memory', i) ? '' : hidden)
    parts.push(`${linkage}struct wasm_memory ${name} WASM_MEMORY_BEFORE;\n`)
    shared.push(createMemory(module, i, name))
  })
  if (module.memories.length > 0 || callsWasi(module)) shared.push(`wasm_wasi_memory = &${wasiMemory(scope)};`)

  module.globals.forEach((global, i) => {
    if (global.import) return
    const value = constant(scope, global.init!)
    const name = scope.globals[i]
    const { type, mutable } = global.type
    const linkage = scope.isExported('global', i) ? '' : hidden
    if (!mutable && value.static) {
      parts.push(`${linkage}const ${cType(type)} ${name} = ${initializer(value.text, type)};\n`)
      return
    }
    // Not as initial values: memory that is all zeros takes no room in the file, and no page of it is read.
    const kept = mutable && linkage !== '' && scope.isPrivate(i) ? 'KEPT_GLOBAL ' : ''
    parts.push(`${kept}${linkage}${mutable ? threadLocal(scope) : ''}${cType(type)} ${name};\n`)
    if (value.zero) return
    const isInteger = type === I32 || type === I64
    ;(mutable ? start : shared).push(isInteger ? `START_INTEGER(${name}, ${value.text});` : `${name} = ${value.text};`)
  })

  module.tables.forEach((table, i) => {
    if (table.import) return
    const plan = scope.plans[i]
    if (plan.kind === 'constant') {
      parts.push(tableDefinitions(scope, i, plan, hidden, rowFiles))
      return
    }
    const { min, max, ref } = table.type
    parts.push(
      `${scope.isExported('table', i) ? '' : hidden}${threadLocal(scope)}struct wasm_table ${scope.tables[i]};\n`,
    )
    start.push(
      `wasm_table_create(&${scope.tables[i]}, sizeof(${cType(ref)}), ${unsignedLiteral(min)}, ${unsignedLiteral(max ?? 0xffffffff)});`,
    )
    if (scope.objects && ['externref', 'exnref'].includes(cType(ref))) start.push(`wasm_gc_table(&${scope.tables[i]});`)
    if (table.init)
      start.push(
        `table_fill_${cType(ref)}(&${scope.tables[i]}, 0, ${constant(scope, table.init).text}, ${unsignedLiteral(min)}, 0, 0);`,
      )
  })

  module.elements.forEach((segment, i) => {
    const used = scope.everUsed.elements.has(i)
    const plan = segment.mode === 'active' ? scope.plans[segment.table] : undefined
    if (plan?.kind === 'constant' && !used) return
    parts.push(elementDefinition(scope, i, hidden, used, rowFiles))
    if (plan?.kind !== 'constant') append(start, startElements(scope, segment, i))
  })
  const data = dataCode(scope, pool, hidden)
  append(parts, data.definitions)
  append(spawnsThreads(module) ? shared : start, data.start)
  append(parts, exceptionDefinitions(scope, hidden))
  if (module.start !== undefined) {
    start.push(`START_FUNCTION(${scope.func(module.start)});`)
    if (scope.mayThrow(module.start)) start.push('if (THROWN) wasm_exception_uncaught();')
  }

  if (module.memories.length > 0) parts.push(memoryAccess(scope))
  if (scope.ownWasi) parts.push(ownWasiCalls(scope))
  parts.push(aliases(scope))
  parts.push(descriptor(scope, file, pool, rowFiles))
  parts.push(linkDefinitions(scope))
  parts.push(scope.identities.definition())
  const registered = [...scope.identities.registration(), ...registerLinks(scope)]
  const load = scope.own('load')
  if (registered.length > 0) parts.push(registration(load, registered))
  parts.push(instantiate(scope, [...(registered.length > 0 ? [`WASM_LOADED(${load});`] : []), ...shared], start))
  return parts.filter(Boolean).join('\n')
}

/** Tells the collector of types, and of references outside of objects. */
function startObjects(scope: Scope, parts: string[], start: string[]): void {
  const { module } = scope
  if (usesObjects(module)) {
    const { words, count } = scope.describeTypes()
    const name = scope.own('object_types')
    parts.push(`static const u32 ${name}[] = {\n${wrapped('    ', words.map(String)).replace(/;$/, '')}};\n`)
    start.push(`wasm_gc_types((const struct wasm_gc_type *)${name}, ${count}u);`)
  }
  const roots = (type: ValType, name: string, count: string): void => {
    const call = isTraced(type, module.types) ? 'wasm_gc_roots' : 'wasm_gc_words'
    if (call === 'wasm_gc_roots' || cType(type) === 'exnref') start.push(`${call}((u64 *)${name}, ${count});`)
  }
  module.globals.forEach((global, i) => {
    const { type, mutable } = global.type
    if (global.import || (!mutable && constant(scope, global.init!).static)) return
    roots(type, `&${scope.globals[i]}`, `sizeof ${scope.globals[i]} / 8`)
  })
  module.elements.forEach(({ items, type, mode }, i) => {
    const values = items.map((item) => (typeof item === 'number' ? undefined : constant(scope, item)))
    if (mode === 'declarative' || values.every((value) => value?.static ?? true)) return
    roots(type, scope.elementName(i), `sizeof ${scope.elementName(i)} / 8`)
  })
}

/**
 * What an object for C programs does before any module is instantiated, whose start function may call another's functions. The
 * runtime, behind the module, is that of the first object: see runtime/version.c.
 */
const registration = (name: string, statements: readonly string[]): string => `#ifdef WASM_LIBRARY
static void version_check(void);
WASM_AT_LOAD(${name})
static void ${name}(void)
{
    version_check();
${statements.map((statement) => `    ${statement}\n`).join('')}}
#endif
`

/** For C programs; see the header. */
function memoryAccess(scope: Scope): string {
  const name = scope.memory(0)
  return `u8 *${scope.symbol}_memory(void)
{
    return ${name}.base;
}

u64 ${scope.symbol}_memory_size(void)
{
    return ${name}.size;
}
`
}

/** What is exported under a second name, or imported and exported again. */
function aliases(scope: Scope): string {
  const { module } = scope
  let text = ''
  let included = false
  for (const { kind, index, name } of module.exports) {
    const own = symbol(module.name, name)
    const names = {
      func: scope.functions,
      table: scope.tables,
      memory: scope.memories,
      global: scope.globals,
      tag: scope.tags,
    }[kind]
    if (names[index] === own || names[index] === undefined) continue
    if (kind !== 'func') {
      if (entitiesOf(module)[kind][index].import) continue
      text += `WASM_ALIAS(${own}, ${names[index]});\n`
      continue
    }
    const { type } = module.funcs[index]
    const args = type.params.map((_, i) => `l${i}`).join(', ')
    const pass = `tail_pass((wasm_code)${own}, (wasm_code)${scope.func(index)});`
    if (!scope.graph && !included) text += '#include "ops/tail.h"\n'
    included = true
    text += `${prototype(own, type, true)}\n{\n    ${pass}\n    ${type.results.length > 0 ? 'return ' : ''}${scope.func(index)}(${args});\n}\n`
  }
  return text
}

/** `struct wasm_module`, with the table of functions and their names. */
function descriptor(scope: Scope, file: string, pool: DataPool, rowFiles: RowFiles | undefined): string {
  const { module } = scope
  const defined = module.funcs.filter((func) => func.body)
  const many = rowFiles !== undefined && defined.length >= MANY_ROWS
  const table = scope.own('functions')
  const functions =
    defined.length === 0 ? '' : many ? functionRows(scope, defined, rowFiles) : functionTable(scope, defined)
  let definitions = ''
  let names = '    NULL'
  if (defined.some(({ name }) => name !== undefined)) {
    const texts = defined.map(({ name = '' }) => `${printable(name)}\0`)
    if (many) {
      const bytes = new TextEncoder().encode(texts.join(''))
      const place = `"${pool.file}", ${pool.add(bytes)}, ${bytes.length}`
      definitions = `extern WASM_HIDDEN const u8 ${scope.own('names')}[];\nWASM_DATA(${scope.own('names')}, ${place});\n`
      names = `    (const char *)${scope.own('names')}`
    } else names = texts.map((text) => `    ${stringLiteral(text)}`).join('\n')
  }
  const clones = cloneTable(scope, rowFiles === undefined)
  return `${functions}${definitions}${clones}const struct wasm_module ${scope.symbol}_module = {
    ${stringLiteral(printable(file))}, ${defined.length > 0 ? table : 'NULL'},
${names},
    ${defined.length}, ${scope.importedFunctions}${clones && `, NULL, WIDE_ROWS(${scope.own('clones')}, ${scope.clones.length})`}};
`
}

/** Of functions that are there twice, the others; '' if there are none. @param here whether they are in this chunk. */
function cloneTable(scope: Scope, here: boolean): string {
  if (scope.clones.length === 0) return ''
  const table = scope.own('clones')
  const rows = scope.clones.map((index) => {
    const row = scope.inlining.inlinesFaults(index) ? 'WASM_FUNCTION_INLINES' : 'WASM_FUNCTION'
    return `\n    ${row}(${table}, ${cloneName(scope, index)}, 0x${scope.module.funcs[index].body!.start.toString(16)})`
  })
  const declared = here
    ? []
    : scope.clones.map((index) => `extern WASM_HIDDEN const u8 ${cloneName(scope, index)}[];\n`)
  return `#ifdef WASM_WIDE\n${declared.join('')}WASM_FUNCTIONS(${table},${rows.join('')});\n#endif\n`
}

function functionTable(scope: Scope, defined: readonly Func[]): string {
  const table = scope.own('functions')
  const rows = defined.map((func) => {
    const code = scope.hasTailForm(func.index) ? scope.tail(func.index) : scope.func(func.index)
    const row = scope.inlining.inlinesFaults(func.index) ? 'WASM_FUNCTION_INLINES' : 'WASM_FUNCTION'
    return `\n    ${row}(${table}, ${code}, 0x${func.body!.start.toString(16)})`
  })
  return `WASM_FUNCTIONS(${table},${rows.join('')});\n`
}

function functionRows(scope: Scope, defined: readonly Func[], files: RowFiles): string {
  const rows = defined.map(({ index, body }) => {
    const code = scope.hasTailForm(index) ? scope.tailName(index) : scope.functions[index]
    return `wasm_row ${code}, 0x${body!.start.toString(16)}, ${scope.inlining.inlinesFaults(index) ? 1 : 0}\n`
  })
  files.add('WASM_FUNCTION_ROWS', scope.own('functions'), rows)
  return `extern WASM_HIDDEN const struct wasm_function ${scope.own('functions')}[];\n`
}
