/** Core modules and their types, as components have them. */
import { CompileError } from '../errors.ts'
import type { Module } from '../wasm/module.ts'
import type { FuncType as CoreFuncType } from '../wasm/types.ts'
import { validateModule } from '../wasm/validate.ts'
import type { CoreExternType, ModuleDeclaration } from './definitions.ts'
import { emptyModule } from '../wasm/module.ts'
import { outer, type TypeScope } from './scope.ts'
import { repeatedImport } from './subtyping.ts'
import type { Work } from './types.ts'

/** Two imports of one name would be one import of a component. */
export function checkImportNames(module: Module, start = 0): void {
  const repeated = repeatedImport(module)
  if (repeated === undefined) return
  throw new CompileError(`duplicate import name ${repeated.module}:${repeated.name}`, {
    code: 'invalid',
    offset: repeated.offset + start,
  })
}

/** A module that imports and exports what a type says. */
export function moduleType(scope: TypeScope, declarations: readonly ModuleDeclaration[], work: Work): Module {
  const module = emptyModule()
  for (const declaration of declarations) {
    work.offset = declaration.at
    work.step()
    if (declaration.kind === 'type') module.types.push(declaration.type)
    else if (declaration.kind === 'outer') module.types.push(outerType(scope, module, declaration, work))
    else declare(module, declaration, work)
  }
  check(module)
  checkImportNames(module)
  return module
}

function outerType(
  scope: TypeScope,
  module: Module,
  { count, index }: { count: number; index: number },
  work: Work,
): CoreFuncType {
  if (count === 0) return module.types[index] ?? work.fail(`unknown type ${index}: index out of bounds`)
  const found = outer(scope, count - 1, work).coreTypes[index]
  if (found === undefined) work.fail(`unknown core type ${index}: index out of bounds`)
  return found.kind === 'func' ? found.type : work.fail(`core type ${index} is a module type`)
}

type Declared = Extract<ModuleDeclaration, { kind: 'import' | 'export' }>

function declare(module: Module, declaration: Declared, work: Work): void {
  const { type, name, at: offset } = declaration
  const origin = declaration.kind === 'import' ? { module: declaration.module, name } : undefined
  const index = add(module, type, { import: origin, offset }, work)
  if (origin === undefined) module.exports.push({ name, kind: type.kind, index, offset })
}

function add(
  module: Module,
  extern: CoreExternType,
  entity: { import?: { module: string; name: string }; offset: number },
  work: Work,
): number {
  const typed = (index: number) => ({
    ...entity,
    typeIndex: index,
    type: module.types[index] ?? work.fail(`unknown type ${index}: index out of bounds`),
  })
  switch (extern.kind) {
    case 'func':
      return module.funcs.push({ ...typed(extern.type), index: module.funcs.length }) - 1
    case 'tag':
      return module.tags.push(typed(extern.type)) - 1
    case 'table':
      return module.tables.push({ ...entity, type: extern.type }) - 1
    case 'memory':
      return module.memories.push({ ...entity, type: extern.type }) - 1
    case 'global':
      return module.globals.push({ ...entity, type: extern.type }) - 1
  }
}

/** All that is declared, as what a module without code imports. */
function check(module: Module): void {
  const imported = <T extends object>(entities: T[]): T[] =>
    entities.map((entity) => ({ ...entity, import: { module: '', name: '' } }))
  validateModule({
    ...module,
    funcs: imported(module.funcs),
    tables: imported(module.tables),
    memories: imported(module.memories),
    globals: imported(module.globals),
    tags: imported(module.tags),
  })
}
