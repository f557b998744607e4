import { CompileError } from '../errors.ts'
import { printable } from '../printable.ts'
import { didYouMean } from '../suggest.ts'
import type { Export, ExternKind, ImportName, Module } from './module.ts'
import { isGiven, signature } from './given.ts'
import type { FuncType } from './types.ts'
import { isThreadSpawn, spawnsThreads, THREAD_ENTRY } from './threads.ts'
import { findWasiFunction, isWasiModule, NET_MODULE, WASI_FUNCTIONS, WASI_MODULE } from '../wasi.ts'

const WASIP1 = 'build for wasm32-wasip1'

/** What an import named `module.name` gives away about the module's maker. The first row that fits counts. */
const MAKERS: { imports: RegExp; what: string; hint: string }[] = [
  {
    imports: /^(__wbindgen_\w+|wbg|\.\/.*_bg\.js)\./,
    what: 'was made for JavaScript by wasm-bindgen',
    hint: `${WASIP1} instead of wasm32-unknown-unknown, without wasm-bindgen: cargo build --target wasm32-wasip1`,
  },
  {
    imports: /^(gojs|go)\.(runtime|syscall)/,
    what: "was made for JavaScript by Go's js target",
    hint: 'build with GOOS=wasip1 GOARCH=wasm instead of GOOS=js',
  },
  {
    imports: /^(env\.(_*emscripten_|invoke_|__syscall_|_abort_js|__cxa_|_embind_)|GOT\.(mem|func)\.)/,
    what: 'was made for JavaScript by Emscripten',
    hint: `${WASIP1} with wasi-sdk or zig cc -target wasm32-wasi, or with emcc -sSTANDALONE_WASM`,
  },
  {
    imports: /^a\.[a-zA-Z]{1,2}$/,
    what: 'was made for JavaScript, most likely by Emscripten, which shortens names so',
    hint: `${WASIP1} with wasi-sdk or zig cc -target wasm32-wasi, or with emcc -sSTANDALONE_WASM`,
  },
  {
    imports: /^env\.(abort|seed|trace|console\.log)$/,
    what: 'was made for JavaScript by AssemblyScript',
    hint: 'build with @assemblyscript/wasi-shim: asc --config node_modules/@assemblyscript/wasi-shim/asconfig.json',
  },
  {
    imports: /^wasm:(js-|text-)/,
    what: "was made for JavaScript, whose strings it works on (JS string builtins, proposal 'js-string-builtins')",
    hint: 'choose a target of the toolchain that keeps strings in linear memory: wasm32-wasip1',
  },
  {
    imports: /^wasix_/,
    what: 'was made for WASIX, an extension of WASI',
    hint: `${WASIP1} instead of wasm32-wasmer-wasi`,
  },
  {
    imports: /^(wasi:|\[export\]wasi:|cm32p2)/,
    what: 'is the core module of a component for WASI 0.2',
    hint: `${WASIP1} instead of wasm32-wasip2`,
  },
  {
    imports: /^(wasi\.thread-spawn|env\.memory)$/,
    what: 'expects to be given its memory or threads from outside',
    hint: `${WASIP1} instead of wasm32-wasip1-threads, without --import-memory`,
  },
]

const INITIALIZE = '_initialize'
const NOTHING = '() -> ()'

const typeOf = ({ funcs }: Module, { kind, index }: Export): string =>
  kind === 'func' ? signature(funcs[index].type) : `a ${kind}`

/** What of a module's exports is called when it has been instantiated, in this order. */
export function calledAtStart(module: Module, isProgram: boolean): string[] {
  const entries = isProgram ? [INITIALIZE, '_start'] : [INITIALIZE]
  const isCalled = (name: string): boolean =>
    module.exports.some((item) => item.name === name && typeOf(module, item) === NOTHING)
  return entries.filter(isCalled)
}

/** Who calls an export in C knows no type of it. @throws CompileError where it is no function of that type */
function checkCalled(module: Module, name: string, expected: string, hint: string): void {
  const entry = module.exports.find((item) => item.name === name)
  if (entry === undefined || typeOf(module, entry) === expected) return
  throw new CompileError(`exports ${name} as ${typeOf(module, entry)}, not as a function ${expected}`, {
    code: 'no-start',
    offset: entry.offset,
    hint,
  })
}

interface Imported extends ImportName {
  kind: ExternKind
  type?: FuncType
  offset: number
}

function imported(module: Module): Imported[] {
  const { funcs, tables, memories, globals, tags } = module
  const spaces = { func: funcs, table: tables, memory: memories, global: globals, tag: tags }
  return Object.entries(spaces).flatMap(([kind, entities]) =>
    entities.flatMap((entity) =>
      entity.import
        ? {
            ...entity.import,
            kind: kind as ExternKind,
            type: kind === 'func' ? (entity as { type: FuncType }).type : undefined,
            offset: entity.offset,
          }
        : [],
    ),
  )
}

/**
 * Checks that a valid module is a WASI command, one that can become an executable by itself: it imports only calls of
 * WASI preview 1, with their types, and exports `_start`. Throws a CompileError 'imports' or 'no-start' that tells a
 * module made for JavaScript from one that lacks a function, and says how to build it. `linked` are names of modules
 * that are linked with it: imports from these are not looked at.
 */
export function checkProgram(module: Module, linked: ReadonlySet<string> = new Set()): void {
  try {
    const hasEntry = module.exports.some((item) => item.name === THREAD_ENTRY)
    checkImports(module, linked, (item) => isGiven(module, item) || (hasEntry && isSpawn(item)))
    if (spawnsThreads(module)) checkThreads(module)
    checkStart(module)
    checkCalled(module, INITIALIZE, NOTHING, WASIP1)
  } catch (error) {
    throw error instanceof CompileError ? error.with({ file: module.file }) : error
  }
}

/** The same for a module that a program imports from: it needs no `_start`. */
export function checkLibrary(module: Module, linked: ReadonlySet<string>): void {
  try {
    checkImports(module, linked, () => false)
    checkCalled(module, INITIALIZE, NOTHING, WASIP1)
  } catch (error) {
    throw error instanceof CompileError ? error.with({ file: module.file }) : error
  }
}

/**
 * Checks what a module for C programs imports of WASI: what the runtime defines by that name must be what is declared. Other
 * names are the C program's to define, but for those of calls that components alone have.
 */
export function checkWasiCalls(module: Module): void {
  for (const item of imported(module)) {
    if (findWasiFunction(item.module, item.name) === undefined && item.module !== NET_MODULE) continue
    try {
      checkWasiCall(item)
    } catch (error) {
      throw error instanceof CompileError ? error.with({ file: module.file }) : error
    }
  }
}

function checkImports(module: Module, linked: ReadonlySet<string>, given: (item: Imported) => boolean): void {
  const imports = imported(module)
  const foreign = imports.filter((item) => !isWasiModule(item.module) && !linked.has(item.module) && !given(item))
  for (const { imports: pattern, what, hint } of MAKERS) {
    const found = foreign.find((item) => pattern.test(`${item.module}.${item.name}`))
    if (found) {
      throw new CompileError(`this module ${what}: it imports ${printable(`${found.module}.${found.name}`)}`, {
        code: 'imports',
        offset: found.offset,
        hint,
      })
    }
  }
  if (foreign.length > 0) throw missing(foreign)
  for (const item of imports) if (isWasiModule(item.module)) checkWasiCall(item)
}

/** Whether it is the function that starts threads. */
const isSpawn = (item: Imported): boolean =>
  item.kind === 'func' && isThreadSpawn(item) && signature(item.type!) === '(i32) -> (i32)'

/** There is one of each memory, whatever instances there are: all threads have it. */
function checkThreads(module: Module): void {
  const hint = 'build for wasm32-wasip1-threads'
  checkCalled(module, THREAD_ENTRY, '(i32, i32) -> ()', hint)
  const own = module.memories.find((memory) => !memory.type.shared)
  if (own === undefined) return
  throw new CompileError('starts threads, but has a memory that is not shared', {
    code: 'imports',
    offset: own.offset,
    hint: `${hint}, with --shared-memory`,
  })
}

const SHOWN = 5

function missing(foreign: Imported[]): CompileError {
  const names = foreign.slice(0, SHOWN).map(({ module, name, kind }) => printable(`${module}.${name} (${kind})`))
  const more = foreign.length > SHOWN ? ` and ${foreign.length - SHOWN} more` : ''
  const from = printable(foreign[0].module)
  return new CompileError(`imports what is not there: ${names.join(', ')}${more}`, {
    code: 'imports',
    offset: foreign[0].offset,
    hint:
      `${WASIP1}: a program may import ${WASI_MODULE} only. Link what defines ${printable(foreign[0].name)} into it, ` +
      `build it with the module that exports it (--module ${from}=FILE, ?module=${from}=FILE or the option modules), ` +
      'or make an object file (wasm-exe object) and define it in C',
  })
}

function checkWasiCall({ module, name, kind, type, offset }: Imported): void {
  const call = findWasiFunction(module, name)
  if (call === undefined || type === undefined) {
    throw new CompileError(
      `imports ${printable(`${module}.${name}`)} (${kind}), which is no call of WASI preview 1` +
        didYouMean(name, [...WASI_FUNCTIONS.keys()]),
      {
        code: 'imports',
        offset,
        hint: `${WASIP1} with another toolchain, or correct the import`,
      },
    )
  }
  if (signature(type) !== signature(call.type)) {
    throw new CompileError(
      `imports ${printable(`${module}.${name}`)} as ${signature(type)}, but it is ${signature(call.type)}`,
      {
        code: 'imports',
        offset,
        hint: 'correct the declaration of this import in the source',
      },
    )
  }
}

function checkStart(module: Module): void {
  const start = module.exports.find(({ name }) => name === '_start')
  if (start === undefined) {
    const names = module.exports.filter(({ kind }) => kind === 'func').map(({ name }) => name)
    const reactor = names.includes('_initialize')
    const listed = names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ', …' : '')
    throw new CompileError(
      reactor
        ? 'is a library (a WASI reactor): it exports _initialize, but no _start'
        : `has no _start to begin with; it exports ${names.length === 0 ? 'no function' : listed}`,
      {
        code: 'no-start',
        hint:
          `${reactor ? 'link it as a command, without -mexec-model=reactor' : `${WASIP1}, with a main function`}; ` +
          'a library becomes an object file with wasm-exe object',
      },
    )
  }
  checkCalled(module, '_start', NOTHING, WASIP1)
}
