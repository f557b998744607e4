/**
 * Records of functions, to which references point, and constant tables, which are arrays of them: the distance of the
 * function's code from the record, then the number of its type; 8 zeros are null. They stand before the code, in the text
 * section, so that nothing has to be relocated.
 */
import { Reloc } from '../image/object.ts'
import { itemFunction, type TablePlan } from '../c/tables.ts'
import type { Module } from '../wasm/module.ts'
import { code, Numbers, patch32, relocate, room, word32 } from './code.ts'
import { unit } from './unit.ts'

/** Places of distances, and functions. */
const places = new Numbers()
const functions = new Numbers()

function record(index: number): void {
  if (index < unit.imported && !unit.isRuntime[index]) relocate(Reloc.REL32, unit.functionSymbol[index], 0)
  else {
    places.push(code.at)
    functions.push(index)
  }
  word32(0)
  word32(unit.functionTypes[index])
}

/** Functions that references may point to. */
function referenced(module: Module, plans: readonly TablePlan[]): Set<number> {
  const found = new Set<number>()
  const isNamed = module.features.has('reference-types')
  for (const { items, mode, table } of module.elements) {
    // What such a table holds has records there, and without instructions on references nobody asks for others.
    if (!isNamed && mode === 'active' && plans[table].kind === 'constant') continue
    for (const item of items) {
      const index = itemFunction(item)
      if (index !== null && index !== undefined) found.add(index)
    }
  }
  for (const { init } of [...module.globals, ...module.tables])
    for (const { op, index } of init ?? []) if (op.name === 'ref.func') found.add(index!)
  for (const { kind, index } of module.exports) if (kind === 'func') found.add(index)
  return found
}

export function writeRecords(plans: readonly TablePlan[]): void {
  const { module } = unit
  places.length = functions.length = 0
  unit.recordAt = new Int32Array(module.funcs.length).fill(-1)
  for (const index of referenced(module, plans)) {
    // Those that another module defines are in its object.
    if (index < unit.imported && !unit.isRuntime[index]) continue
    room(16)
    unit.recordAt[index] = code.at
    record(index)
  }
  plans.forEach((plan, i) => {
    if (plan.kind !== 'constant') return
    unit.tables[i].constantAt = code.at
    unit.tables[i].size = plan.entries.length
    room(8 * plan.entries.length)
    for (const index of plan.entries) {
      if (index !== undefined) record(index)
      else {
        word32(0)
        word32(0)
      }
    }
  })
}

/** Once it is known where functions are. */
export function finishRecords(functionAt: Int32Array): void {
  for (let i = 0; i < places.length; i++) {
    const at = places.values[i]
    patch32(at, functionAt[functions.values[i]] - at)
  }
}
