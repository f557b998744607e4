import { canonicalTypes } from './canonical-types.ts'
import { CompileError } from '../errors.ts'
import { placed } from '../places.ts'
import type { Steps } from '../steps.ts'
import { decodeBody } from './body.ts'
import { chunksOf } from './chunks.ts'
import { validateConstant } from './constants.ts'
import { SUPPORTED, checkFeatures, use } from './features.ts'
import type { Body } from './instructions.ts'
import type { ExternKind, Func, Module } from './module.ts'
import type { Feature } from './opcodes.ts'
import { checkLimit } from './limits.ts'
import { compositeMatches, isDefaultable, matches, typeName, type TypeSpace } from './subtyping.ts'
import { I32, I64, heapOf, isRef, type DefinedType, type Limits, type ValType } from './types.ts'
import { FunctionValidator } from './validate-function.ts'
import { validateQuickly } from './validate-quickly.ts'

/** What the validation of expressions needs to know of the module (spec: Validation / Conventions, contexts). */
export interface Context {
  module: Module
  space: TypeSpace
  /** Functions that `ref.func` may name: those that occur outside of function bodies. */
  declared: Set<number>
  /** How many values blocks and calls with many of them took and left so far. */
  moved: number
  checkType(type: ValType, fail: (reason: string) => never): void
}

export interface ValidateOptions {
  /** Proposals that may be used; those the compiler supports by default. */
  features?: ReadonlySet<Feature>
  /** Called with each function after it was found valid, so that a body need not be decoded twice. */
  onFunction?: (func: Func, body: Body) => void
}

/**
 * Validates the module and all its functions (spec: Validation). Throws a CompileError with file, offset and function:
 * 'invalid', 'malformed' (function bodies are decoded here), or 'unsupported' for a proposal that is not in `features`.
 */
export function validateModule(module: Module, options: ValidateOptions = {}): void {
  const steps = validateInSteps(module, options)
  while (!steps.next().done) continue
}

/** {@link validateModule} with pauses. */
export function* validateInSteps(module: Module, options: ValidateOptions = {}): Steps<void> {
  try {
    yield* validateParts(module, options)
  } catch (error) {
    throw error instanceof CompileError ? placed(error, module.bytes, module.file) : error
  }
}

function* validateParts(module: Module, { features = SUPPORTED, onFunction }: ValidateOptions): Steps<void> {
  checkFeatures(module.features, features)
  const context = createContext(module)
  validateDeclarations(context)
  checkFeatures(module.features, features)
  const chunks = chunksOf(module)
  for (let chunk = 0; chunk < chunks.length - 1; chunk++) {
    validateBodies(context, features, chunks[chunk], chunks[chunk + 1], onFunction)
    yield
  }
}

function validateBodies(
  context: Context,
  features: ReadonlySet<Feature>,
  first: number,
  last: number,
  onFunction?: ValidateOptions['onFunction'],
): void {
  for (let index = first; index < last; index++) {
    const func = context.module.funcs[index]
    if (func.import) continue
    if (onFunction) onFunction(func, validateBody(context, func, features))
    else if (!isValid(context, func, features)) validateBody(context, func, features)
  }
}

/** Whether {@link validateBody} would find nothing wrong. */
function isValid(context: Context, func: Func, features: ReadonlySet<Feature>): boolean {
  const { module, moved } = context
  const known = module.features.size
  try {
    validateQuickly(context, func)
    if (module.features.size > known) checkFeatures(module.features, features)
    return true
  } catch (error) {
    if (!(error instanceof CompileError)) throw error
    context.moved = moved
    for (const feature of [...module.features.keys()].slice(known)) module.features.delete(feature)
    return false
  }
}

function validateBody(context: Context, func: Func, features: ReadonlySet<Feature>): Body {
  const { module } = context
  const known = module.features.size
  try {
    const body = decodeBody(module, func)
    if (module.features.size > known) checkFeatures(module.features, features)
    validateFunction(context, func, body)
    return body
  } catch (error) {
    if (error instanceof CompileError) throw error.with({ functionIndex: func.index, functionName: func.name })
    throw error
  }
}

/** Validates one decoded function body. Throws a CompileError 'invalid' with the offset, without file and function. */
export function validateFunction(context: Context, func: Func, body: Body): void {
  const { params, results } = func.type
  for (const { type } of body.locals.groups) context.checkType(type, (reason) => fail(reason, func.body!.start))
  new FunctionValidator(context, params, body.locals, results).run(body.instructions)
}

export function createContext(module: Module): Context {
  const { types } = module
  const space: TypeSpace = { types, canonical: checkedTypes(types) }
  const declared = new Set<number>()
  const declare = (expr: Body['instructions'] | undefined): void =>
    expr?.forEach(({ op, index }) => op.name === 'ref.func' && declared.add(index!))
  for (const { kind, index } of module.exports) if (kind === 'func') declared.add(index)
  for (const { init } of module.globals) declare(init)
  for (const { init } of module.tables) declare(init)
  for (const { items, offset } of module.elements) {
    declare(offset)
    for (const item of items)
      if (typeof item === 'number') declared.add(item)
      else declare(item)
  }
  for (const { offset } of module.data) declare(offset)
  return contextOf(module, space, declared)
}

const contextOf = (module: Module, space: TypeSpace, declared: Set<number>): Context => ({
  module,
  moved: 0,
  declared,
  space,
  checkType: (type, refuse) => checkType(type, module.types.length, refuse),
})

function fail(reason: string, offset: number): never {
  throw new CompileError(reason, { code: 'invalid', offset })
}

/** A concrete reference type must name one of the first `count` types. */
function checkType(type: ValType, count: number, refuse: (reason: string) => never): void {
  if (isRef(type) && heapOf(type) >= count) refuse(`unknown type ${heapOf(type)}`)
}

/** Types must be known to be compared: they name those before them, and those of their group. */
function checkedTypes(types: readonly DefinedType[]): readonly number[] {
  types.forEach(({ params, results, fields = [], group, supertype }, i) => {
    const end = group ? group.start + group.count : i + 1
    const all = [...params, ...results, ...fields.map(({ type }) => type)]
    for (const type of all) checkType(type, end, (reason) => fail(reason, 0))
    if (supertype === undefined) return
    if (supertype >= i) fail(`unknown type ${supertype}: a supertype comes before`, 0)
  })
  return canonicalTypes(types)
}

function validateSubtypes({ module: { types }, space }: Context): void {
  const depths: number[] = []
  types.forEach((type, i) => {
    const { supertype } = type
    depths.push(supertype === undefined ? 0 : depths[supertype] + 1)
    if (supertype === undefined) return
    checkLimit('supertypes of a type', depths[i], 0)
    if (!types[supertype].open || !compositeMatches(type, types[supertype], space))
      fail(`sub type ${i} does not match its supertype ${supertype}`, 0)
  })
}

const MAX_PAGES_32 = 2 ** 32
const MAX_PAGES_64 = 2n ** 64n
const MAX_TABLE_32 = 0xffffffff
const MAX_TABLE_64 = 2n ** 64n - 1n

function checkLimits({ min, max }: Limits, bound: number | bigint, message: string, offset: number): void {
  if (min > bound || (max !== undefined && max > bound)) fail(message, offset)
  if (max !== undefined && max < min) fail('size minimum must not be greater than maximum', offset)
}

/** Everything but function bodies. */
function validateDeclarations(context: Context): void {
  const { module } = context
  validateSubtypes(context)
  for (const { type: tagType, offset } of module.tags) {
    if (tagType.results.length > 0) fail('non-empty tag result type', offset)
  }
  validateTables(context)
  validateMemories(module)
  validateGlobals(context)
  validateElements(context)
  validateData(context)
  validateExports(module)
  if (module.start !== undefined) {
    const func = module.funcs[module.start] ?? fail(`unknown function ${module.start}`, module.startAt!)
    if (func.type.params.length + func.type.results.length > 0) {
      fail('start function: it must not have parameters or results', module.startAt!)
    }
  }
}

function validateTables(context: Context): void {
  const { tables, globals } = context.module
  const imported = globals.filter((global) => global.import).length
  for (const { type, init, import: origin, offset } of tables) {
    context.checkType(type.ref, (reason) => fail(reason, offset))
    checkLimits(type, type.is64 ? MAX_TABLE_64 : MAX_TABLE_32, 'table size must be at most 2^32-1', offset)
    if (init) validateConstant(context, init, type.ref, imported, offset)
    else if (!origin && !isDefaultable(type.ref)) {
      fail(`type mismatch: a table of ${typeName(type.ref)} needs an initial value`, offset)
    }
  }
}

function validateMemories({ memories }: Module): void {
  for (const { type, offset } of memories) {
    const pageSize = 2 ** type.pageSizeLog2
    if (type.pageSizeLog2 !== 16 && type.pageSizeLog2 !== 0) fail('invalid custom page size', offset)
    const bound = type.is64 ? MAX_PAGES_64 / BigInt(pageSize) : MAX_PAGES_32 / pageSize
    checkLimits(type, bound, `memory size must be at most ${bound} pages (${type.is64 ? '16EiB' : '4GiB'})`, offset)
    if (type.shared && type.max === undefined) fail('shared memory must have maximum', offset)
  }
}

function validateGlobals(context: Context): void {
  context.module.globals.forEach(({ type, init, offset }, i) => {
    context.checkType(type.type, (reason) => fail(reason, offset))
    if (init) validateConstant(context, init, type.type, i, offset)
  })
}

function validateElements(context: Context): void {
  const { tables, funcs, elements, globals } = context.module
  for (const { mode, table, offset, type, at, items } of elements) {
    context.checkType(type, (reason) => fail(reason, at))
    for (const item of items) {
      if (typeof item !== 'number') validateConstant(context, item, type, globals.length, at)
      else if (item >= funcs.length) fail(`unknown function ${item}`, at)
    }
    if (mode !== 'active') continue
    const { type: target } = tables[table] ?? fail(`unknown table ${table}`, at)
    if (!matches(type, target.ref, context.space)) {
      fail(`type mismatch: a segment of ${typeName(type)} for a table of ${typeName(target.ref)}`, at)
    }
    validateConstant(context, offset!, target.is64 ? I64 : I32, globals.length, at)
  }
}

function validateData(context: Context): void {
  const { data, memories, globals } = context.module
  for (const { mode, memory, offset, at } of data) {
    if (mode !== 'active') continue
    const { type } = memories[memory] ?? fail(`unknown memory ${memory}`, at)
    validateConstant(context, offset!, type.is64 ? I64 : I32, globals.length, at)
  }
}

const SPACES: Record<ExternKind, { name: string; of: (m: Module) => readonly unknown[] }> = {
  func: { name: 'function', of: (m) => m.funcs },
  table: { name: 'table', of: (m) => m.tables },
  memory: { name: 'memory', of: (m) => m.memories },
  global: { name: 'global', of: (m) => m.globals },
  tag: { name: 'tag', of: (m) => m.tags },
}

function validateExports(module: Module): void {
  const names = new Set<string>()
  for (const { name, kind, index, offset } of module.exports) {
    if (index >= SPACES[kind].of(module).length) fail(`unknown ${SPACES[kind].name} ${index}`, offset)
    if (names.has(name)) fail(`duplicate export name '${name}'`, offset)
    names.add(name)
    if (kind === 'global' && module.globals[index].type.mutable) {
      use(module.features, 'mutable-global', 'an exported mutable global', offset)
    }
  }
}
