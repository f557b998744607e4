/** Turns a script into modules to compile, rows for the driver, and what can be decided without running anything. */
import { CompileError } from '../../compiler/errors.ts'
import { generate, type Generated } from '../../compiler/c/index.ts'
import { CanonicalTypes } from '../../compiler/wasm/canonical-types.ts'
import { mangleModule } from '../../compiler/c/symbols.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { importMismatch } from '../../compiler/wasm/linking.ts'
import { entitiesOf, type ExternKind, type Module } from '../../compiler/wasm/module.ts'
import type { Feature } from '../../compiler/wasm/opcodes.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { toBytes } from './convert.ts'
import type { Source } from './wast.ts'
import type { Action, Command } from './wast.ts'
import { argument, patterns, type Value } from './values.ts'

/** What makes code of modules: C compilers, or `compiler/machine`. */
export type Generator = 'c' | 'machine'

/** A module of the script as an instance of its own name in C. */
export interface Instance {
  symbol: string
  module: Module
  generated: Generated
}

/** One row of the driver: see driver/driver.h. */
export interface Row {
  line: number
  command: 'DO' | 'ASSERT_RETURN' | 'ASSERT_TRAP' | 'ASSERT_EXHAUSTION' | 'ASSERT_EXCEPTION'
  /** C statement over `a` (arguments) and `r` (results). */
  call: Call
  args: Value[]
  /** For each result the patterns of which one must match. */
  results: Value[][]
  message?: string
}

export type Call =
  | { kind: 'instantiate'; instance: Instance }
  | { kind: 'invoke' | 'get'; instance: Instance; field: string }

export interface Outcome {
  line: number
  text: string
}

export interface Plan {
  instances: Instance[]
  rows: Row[]
  /** Decided by the compiler: modules rejected as they should be. */
  passed: number
  failed: Outcome[]
  skipped: Outcome[]
}

/** An entity behind an export, followed through modules that only pass it on. */
export interface Resolved {
  instance: Instance
  kind: ExternKind
  index: number
  /** Module and name as they stand in C symbols: those of the first export of the entity. */
  module: string
  name: string
}

export class Unlinkable extends Error {}

export class Planner {
  readonly plan: Plan = { instances: [], rows: [], passed: 0, failed: [], skipped: [] }
  readonly #definitions = new Map<string, Source>()
  readonly #named = new Map<string, Instance | undefined>()
  readonly #registered = new Map<string, Instance | undefined>()
  readonly #legacy: boolean
  /** Of all modules of the script. */
  readonly types = new CanonicalTypes()
  readonly generator: Generator
  /** Some module of the script has objects. */
  readonly #objects: boolean
  #features: ReadonlySet<Feature> | undefined
  #latest: Instance | undefined
  #latestDefinition: Source | undefined

  /** `features`: what the scripts of a proposal know; all that the compiler supports if absent. */
  constructor(
    spectest: Uint8Array,
    options: { legacy?: boolean; features?: ReadonlySet<Feature>; generator?: Generator; objects?: boolean } = {},
  ) {
    this.#objects = options.objects ?? false
    this.generator = options.generator ?? 'c'
    this.#legacy = options.legacy ?? false
    this.#registered.set('spectest', this.#instance('spectest', spectest))
    this.#row(0, 'DO', { kind: 'instantiate', instance: this.#registered.get('spectest')! })
    this.#features = options.features
  }

  /** Finds what `module` exports as `name`, where it is defined. */
  resolve(instance: Instance, name: string): Resolved | undefined {
    const found = instance.module.exports.find((item) => item.name === name)
    if (!found) return undefined
    const { kind, index } = found
    const entity = entitiesOf(instance.module)[kind][index]
    if (entity.import) {
      const provider = this.plan.instances.find((candidate) => candidate.symbol === entity.import!.module)
      return provider && this.resolve(provider, entity.import.name)
    }
    const first = instance.module.exports.find((item) => item.kind === kind && item.index === index)!
    return { instance, kind, index, module: instance.symbol, name: first.name }
  }

  #bytes(source: Source): Promise<Uint8Array> {
    return toBytes(source, { legacy: this.#legacy })
  }

  /** Whether a memory or table has grown is known only when the script runs: then it is assumed if it is needed. */
  #instance(name: string, bytes: Uint8Array, mayHaveGrown = true): Instance {
    const module = decode(bytes, { name })
    validateModule(module, { features: this.#features })
    for (const [kind, entities] of Object.entries(entitiesOf(module)))
      entities.forEach((entity, index) => {
        if (!entity.import) return
        const what = `${entity.import.module}.${entity.import.name}`
        const provider = this.#registered.get(entity.import.module)
        const resolved = provider && this.resolve(provider, entity.import.name)
        if (!resolved) throw new Unlinkable(`unknown import ${what}`)
        const provided = { module: resolved.instance.module, kind: resolved.kind, index: resolved.index }
        const wanted = { module, kind: kind as ExternKind, index }
        const mismatch = importMismatch(provided, wanted)
        if (mismatch && !(mismatch.mayGrow && mayHaveGrown))
          throw new Unlinkable(`incompatible import type: ${what}: ${mismatch.reason}`)
        entity.import = { module: resolved.module, name: resolved.name }
      })
    const generated =
      this.generator === 'c'
        ? generate(module, { file: `${name}.wasm`, types: this.types, objects: this.#objects || undefined })
        : { symbol: mangleModule(name), chunks: [], data: [], header: '' }
    const instance = { symbol: name, module, generated }
    this.plan.instances.push(instance)
    return instance
  }

  #row(
    line: number,
    command: Row['command'],
    call: Call,
    args: Value[] = [],
    results: Value[][] = [],
    message?: string,
  ): void {
    this.plan.rows.push({ line, command, call, args, results, message })
  }

  async #instantiate(
    line: number,
    source: Source,
    command: Row['command'] = 'DO',
    message?: string,
  ): Promise<Instance | undefined> {
    const instance = this.#instance(`m${this.plan.instances.length}`, await this.#bytes(source))
    this.#row(line, command, { kind: 'instantiate', instance }, [], [], message)
    return instance
  }

  #target(action: Action): Instance | undefined {
    return action.module ? this.#named.get(action.module) : this.#latest
  }

  /** Carries out one command. What it cannot do is noted in the plan. */
  async add(command: Command): Promise<void> {
    try {
      await this.#add(command)
    } catch (error) {
      if (!(error instanceof CompileError) && !(error instanceof Unlinkable) && !(error instanceof SyntaxError))
        throw error
      const unsupported = error instanceof CompileError && error.code === 'unsupported'
      ;(unsupported ? this.plan.skipped : this.plan.failed).push({ line: command.line, text: error.message })
    }
  }

  async #add(command: Command): Promise<void> {
    const { line } = command
    switch (command.kind) {
      case 'module': {
        if (command.definition) {
          this.#latestDefinition = command.source
          if (command.name) this.#definitions.set(command.name, command.source)
          return
        }
        this.#latest = undefined
        if (command.name) this.#named.set(command.name, undefined)
        const instance = await this.#instantiate(line, command.source)
        this.#latest = instance
        if (command.name) this.#named.set(command.name, instance)
        return
      }
      case 'instance': {
        const source = command.of ? this.#definitions.get(command.of) : this.#latestDefinition
        if (!source) throw new SyntaxError(`unknown module definition ${command.of}`)
        const instance = await this.#instantiate(line, source)
        this.#latest = instance
        if (command.name) this.#named.set(command.name, instance)
        return
      }
      case 'register':
        this.#registered.set(command.as, command.name ? this.#named.get(command.name) : this.#latest)
        return
      case 'action':
        return this.#assert(line, 'DO', command.action, [])
      case 'assert_return':
        return this.#assert(line, 'ASSERT_RETURN', command.action, command.expected.map(patterns))
      case 'assert_trap':
      case 'assert_exhaustion':
      case 'assert_exception':
        return this.#assert(line, command.kind.toUpperCase() as Row['command'], command.action, [], command.message)
      case 'assert_trap_module':
        await this.#instantiate(line, command.source, 'ASSERT_TRAP', command.message)
        return
      case 'assert_invalid':
      case 'assert_malformed':
        return this.#reject(line, command.kind, command.source, command.message)
      case 'assert_unlinkable':
        return this.#unlinkable(line, command.source)
      case 'unknown':
        throw new SyntaxError(`unknown command ${command.text}`)
    }
  }

  #assert(line: number, command: Row['command'], action: Action, results: Value[][], message?: string): void {
    const instance = this.#target(action)
    if (!instance) {
      this.plan.skipped.push({ line, text: 'its module is left out' })
      return
    }
    this.#row(
      line,
      command,
      { kind: action.kind, instance, field: action.field },
      action.args.map(argument),
      results,
      message,
    )
  }

  async #reject(
    line: number,
    kind: 'assert_invalid' | 'assert_malformed',
    source: Source,
    message: string,
  ): Promise<void> {
    let bytes: Uint8Array
    try {
      bytes = await this.#bytes(source)
    } catch {
      // Malformed text is for the text parser to reject, and it did.
      this.plan.passed++
      return
    }
    try {
      validateModule(decode(bytes, { name: 'rejected' }), { features: this.#features })
    } catch (error) {
      if (!(error instanceof CompileError)) throw error
      if (error.code === 'unsupported' && !this.#features) this.plan.skipped.push({ line, text: error.message })
      else this.plan.passed++
      return
    }
    this.plan.failed.push({ line, text: `${kind}: accepted, but ${message}` })
  }

  async #unlinkable(line: number, source: Source): Promise<void> {
    try {
      this.#instance(`m${this.plan.instances.length}`, await this.#bytes(source), false)
    } catch (error) {
      if (!(error instanceof Unlinkable)) throw error
      this.plan.passed++
      return
    }
    this.plan.instances.pop()
    this.plan.failed.push({ line, text: 'assert_unlinkable: linked' })
  }
}
