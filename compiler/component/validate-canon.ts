/** Canonical definitions (spec: component model, CanonicalABI.md / Canonical Definitions). */
import { CompileError } from '../errors.ts'
import { importMismatch, type External } from '../wasm/linking.ts'
import type { Module } from '../wasm/module.ts'
import { signature } from '../wasm/given.ts'
import { FUNCREF, I32, type FuncType as CoreFuncType } from '../wasm/types.ts'
import { BUILTIN_TYPES } from './builtins.ts'
import { flatten, flattenAll, flattenFunction, MAX_FLAT_PARAMS, type FlatFunction } from './canonical-abi.ts'
import { resolveResource, resolveValue } from './define-types.ts'
import type { BuiltinOperands, Canon, CanonOption, StringEncoding } from './definitions.ts'
import { emptyModule } from '../wasm/module.ts'
import { at, type Scope } from './scope.ts'
import type { FuncType, Work } from './types.ts'

export interface Options {
  encoding: StringEncoding
  memory?: number
  realloc?: number
  postReturn?: number
  callback?: number
  async: boolean
}

const REALLOC: CoreFuncType = { params: [I32, I32, I32, I32], results: [I32] }
const CALLBACK: CoreFuncType = { params: [I32, I32, I32], results: [I32] }

const same = (a: CoreFuncType, b: CoreFuncType): boolean => signature(a) === signature(b)

const withoutModule = new WeakSet<Module>()

/** A core function of a type of numbers, which no module of the component defines. */
export function coreFunction(type: CoreFuncType): External {
  const module = { ...emptyModule(), types: [type], funcs: [{ index: 0, typeIndex: 0, type, offset: 0 }] }
  withoutModule.add(module)
  return { module, kind: 'func', index: 0 }
}

/** {@link importMismatch}, which for functions of {@link coreFunction} has only numbers to compare. */
export function coreMismatch(given: External, wanted: External): { reason: string } | undefined {
  if (wanted.kind !== 'func' || !withoutModule.has(given.module)) return importMismatch(given, wanted)
  const [actual, expected] = [coreTypeOf(given), coreTypeOf(wanted)]
  if (same(actual, expected)) return undefined
  return { reason: `it is ${signature(actual)}, not ${signature(expected)}` }
}

export const coreTypeOf = ({ module, index }: External): CoreFuncType => module.funcs[index].type

/** Each option at most once. */
export function readOptions(options: readonly CanonOption[], work: Work): Options {
  const result: Options = { encoding: 'utf8', async: false }
  const seen = new Set<string>()
  for (const option of options) {
    if (seen.has(option.kind)) work.fail(`canonical option ${option.kind} is specified more than once, or conflicts`)
    seen.add(option.kind)
    switch (option.kind) {
      case 'string-encoding':
        result.encoding = option.encoding
        break
      case 'async':
        result.async = true
        break
      case 'post-return':
        result.postReturn = option.index
        break
      default:
        result[option.kind] = option.index
    }
  }
  return result
}

class CanonValidator {
  readonly #scope: Scope
  readonly #work: Work

  constructor(scope: Scope, work: Work) {
    this.#scope = scope
    this.#work = work
  }

  #options(list: readonly CanonOption[]): Options {
    const options = readOptions(list, this.#work)
    if (options.memory !== undefined) this.#memory(options.memory)
    if (options.realloc !== undefined) {
      if (options.memory === undefined) this.#work.fail('canonical option realloc requires memory to also be specified')
      this.#typed(options.realloc, REALLOC, 'realloc')
    }
    if (options.callback !== undefined) {
      if (!options.async) this.#work.fail('canonical option callback requires async')
      this.#typed(options.callback, CALLBACK, 'callback')
    }
    if (options.async && options.postReturn !== undefined) {
      this.#work.fail('canonical option post-return cannot be specified with async')
    }
    return options
  }

  #memory(index: number): void {
    const { module, index: memory } = at(this.#scope.coreMemories, index, 'memory', this.#work)
    const { type } = module.memories[memory]
    if (type.is64 || type.shared || type.pageSizeLog2 !== 16) {
      const kind = type.is64 ? 'of 64 bits' : type.shared ? 'that is shared' : 'with another page size'
      throw new CompileError(`a memory ${kind} holds values of components, which is not compiled`, {
        code: 'unsupported',
        offset: this.#work.offset,
      })
    }
  }

  #typed(index: number, expected: CoreFuncType, what: string): void {
    const type = coreTypeOf(at(this.#scope.coreFuncs, index, 'core function', this.#work))
    if (same(type, expected)) return
    this.#work.fail(`canonical option ${what} uses a core function with an incorrect signature: ${signature(type)}`)
  }

  #needs(options: Options, needed: { memory: boolean; realloc: boolean }): void {
    if (needed.memory && options.memory === undefined) this.#work.fail('canonical option memory is required')
    if (needed.realloc && options.realloc === undefined) this.#work.fail('canonical option realloc is required')
  }

  #checkAsync(type: FuncType, options: Options): void {
    if (options.async && !type.async) this.#work.fail('the async canonical option requires an async function type')
  }

  lift(canon: Extract<Canon, { kind: 'lift' }>): FuncType {
    const options = this.#options(canon.options)
    const type = at(this.#scope.types, canon.type, 'type', this.#work)
    if (type.kind !== 'func') this.#work.fail(`type ${canon.type} is not a function type`)
    this.#checkAsync(type, options)
    const flat = flattenFunction(type, 'lift', { async: options.async, callback: options.callback !== undefined })
    const pointers = type.params.some((param) => param.type.summary.pointers)
    const most = options.async ? MAX_FLAT_PARAMS : 1
    const bigResult = type.result !== undefined && flatten(type.result).length > most
    this.#needs(options, {
      memory: pointers || flat.paramsInMemory || bigResult || (type.result?.summary.pointers ?? false),
      realloc: pointers || flat.paramsInMemory,
    })
    const core = coreTypeOf(at(this.#scope.coreFuncs, canon.func, 'core function', this.#work))
    if (!same(core, flat.type)) {
      this.#work.fail(`the lifted core function is ${signature(core)}, where its type asks for ${signature(flat.type)}`)
    }
    if (options.postReturn !== undefined) {
      this.#typed(options.postReturn, { params: flat.type.results, results: [] }, 'post-return')
    }
    return type
  }

  lower(canon: Extract<Canon, { kind: 'lower' }>): CoreFuncType {
    const options = this.#options(canon.options)
    const type = at(this.#scope.funcs, canon.func, 'function', this.#work)
    for (const option of ['postReturn', 'callback'] as const) {
      if (options[option] === undefined) continue
      this.#work.fail(
        `canonical option ${option === 'callback' ? option : 'post-return'} cannot be specified for lowerings`,
      )
    }
    this.#checkAsync(type, options)
    const flat = flattenFunction(type, 'lower', { async: options.async, callback: false })
    this.#needs(options, needsToLower(type, flat))
    return flat.type
  }

  builtin(name: string, operands: BuiltinOperands): CoreFuncType {
    const work = this.#work
    if (operands.memory !== undefined) this.#memory(operands.memory)
    const options = operands.options && this.#options(operands.options)
    const [family] = name.split('.')
    if (family === 'stream' || family === 'future') this.#transfer(family, name, operands, options)
    switch (name) {
      case 'context.get':
      case 'context.set': {
        if (operands.valType !== I32) work.fail(`${name} of another type than i32`)
        if (operands.slot! > 1) work.fail(`${name} of slot ${operands.slot}, where there are 2`)
        return name === 'context.get' ? { params: [], results: [I32] } : { params: [I32], results: [] }
      }
      case 'task.return': {
        const result = operands.result === undefined ? undefined : resolveValue(this.#scope, operands.result, work)
        if (result?.summary.borrows) work.fail('a function result cannot contain a borrow type')
        const flat = result ? flattenAll([result]) : []
        const big = flat.length > MAX_FLAT_PARAMS
        this.#needs(options!, { memory: big || (result?.summary.pointers ?? false), realloc: false })
        return { params: big ? [I32] : flat, results: [] }
      }
      case 'thread.new-indirect': {
        const core = at(this.#scope.coreTypes, operands.coreType!, 'core type', work)
        const right = core.kind === 'func' && signature(core.type) === '(i32) -> ()'
        if (!right) work.fail('a thread starts with a function of type (i32) -> ()')
        const { module, index } = at(this.#scope.coreTables, operands.table!, 'table', work)
        if (module.tables[index].type.ref !== FUNCREF)
          work.fail('a thread starts with a function of a table of funcref')
        break
      }
      case 'error-context.new':
      case 'error-context.debug-message':
        this.#needs(options!, { memory: true, realloc: name === 'error-context.debug-message' })
    }
    const type = BUILTIN_TYPES[name]
    if (type !== undefined) return type
    throw new CompileError(`the built-in ${name} is not compiled (shared-everything threads)`, {
      code: 'unsupported',
      offset: work.offset,
    })
  }

  #transfer(family: 'stream' | 'future', name: string, operands: BuiltinOperands, options?: Options): void {
    const type = at(this.#scope.types, operands.type!, 'type', this.#work)
    if (type.kind !== 'stream' && type.kind !== 'future') this.#work.fail(`${name} of a type that is not a ${family}`)
    if (type.kind !== family) this.#work.fail(`${name} of a type that is a ${type.kind}`)
    if (options === undefined) return
    const { element } = type
    const pointers = element?.summary.pointers ?? false
    this.#needs(options, { memory: element !== undefined, realloc: pointers && name.endsWith('.read') })
  }
}

/** Which options a lowered function must have. */
function needsToLower({ params, result }: FuncType, flat: FlatFunction): { memory: boolean; realloc: boolean } {
  const lifted = params.some((param) => param.type.summary.pointers)
  const lowered = result?.summary.pointers ?? false
  return { memory: lifted || lowered || flat.paramsInMemory || flat.resultInMemory, realloc: lowered }
}

/** Checks a canonical definition and adds what it defines. */
export function defineCanon(scope: Scope, canon: Canon, work: Work): void {
  const validator = new CanonValidator(scope, work)
  switch (canon.kind) {
    case 'lift':
      scope.funcs.push(validator.lift(canon))
      return
    case 'lower':
      scope.coreFuncs.push(coreFunction(validator.lower(canon)))
      return
    case 'builtin':
      scope.coreFuncs.push(coreFunction(validator.builtin(canon.name, canon.operands)))
      return
    default: {
      const { resource } = resolveResource(scope, canon.type, work)
      if (canon.kind !== 'resource.drop' && resource.owner !== scope) {
        work.fail(`${canon.kind} of type ${canon.type}, which is not a local resource`)
      }
      const type = { params: [I32], results: canon.kind === 'resource.drop' ? [] : [I32] }
      scope.coreFuncs.push(coreFunction(type))
    }
  }
}
