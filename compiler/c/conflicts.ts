/** What WebAssembly allows, and C, where a name means one thing in the whole program, does not. */
import { CompileError } from '../errors.ts'
import { printable } from '../printable.ts'
import type { ExternKind, ImportName, Module } from '../wasm/module.ts'
import { entitiesOf } from '../wasm/module.ts'
import { findWasiFunction } from '../wasi.ts'
import type { Scope } from './scope.ts'
import { symbol } from './symbols.ts'
import { cType, prototype } from './types.ts'

/** How C declares an imported entity, its name left out. */
function declared({ module }: Scope, kind: ExternKind, index: number): string {
  if (kind === 'func') return prototype('', module.funcs[index].type, false)
  if (kind !== 'global') return kind
  const { type, mutable } = module.globals[index].type
  return `${mutable ? '' : 'const '}${cType(type)}`
}

/** @throws CompileError for imports that cannot be declared together, or beside the module's exports */
export function checkConflicts(scope: Scope): void {
  const { module } = scope
  const imports = new Map<string, { origin: ImportName; text: string }>()
  for (const [kind, entities] of Object.entries(entitiesOf(module))) {
    entities.forEach(({ import: origin }: { import?: ImportName }, index: number) => {
      if (!origin) return
      const text = declared(scope, kind as ExternKind, index)
      const name = symbol(origin.module, origin.name)
      const other = imports.get(name)
      if (other && other.text !== text) fail(module, origin, 'twice, of two types', 'no program can provide both')
      imports.set(name, { origin, text })
    })
  }
  checkOwnNames(module)
}

/** @throws CompileError for exports by whose names the module, or the runtime, means something else */
export function checkOwnNames(module: Module): void {
  const byName = new Map<string, ImportName>()
  for (const { import: origin } of Object.values(entitiesOf(module)).flat())
    if (origin) byName.set(symbol(origin.module, origin.name), origin)
  for (const { name } of module.exports) {
    const itself = byName.get(symbol(module.name, name))
    if (itself) fail(module, itself, 'from a module of its own name, and exports it', 'give it another name')
    if (!findWasiFunction(module.name, name)) continue
    throw new CompileError(`exports ${name} as a module named ${module.name}, which is the runtime's`, {
      code: 'option',
      file: module.file,
      hint: 'give it another name',
    })
  }
}

function fail({ file }: Module, origin: ImportName, reason: string, hint: string): never {
  throw new CompileError(`imports ${printable(`${origin.module}.${origin.name}`)} ${reason}`, {
    code: 'imports',
    file,
    hint,
  })
}
