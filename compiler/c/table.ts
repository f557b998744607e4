/** Instructions on tables. */
import type { Instruction } from '../wasm/instructions.ts'
import { I32, I64, type ValType } from '../wasm/types.ts'
import { expression, SIZES } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handler, Handlers } from './handlers.ts'
import { BEFORE_CALL } from './memory.ts'
import { cType } from './types.ts'

/** What sizes of a table are counted in. */
const addressType = (w: FunctionWriter, table: number): ValType => (w.scope.module.tables[table].type.is64 ? I64 : I32)
const elementType = (w: FunctionWriter, table: number): ValType => w.scope.module.tables[table].type.ref
/** `table_get_funcref`… */
const named = (w: FunctionWriter, name: string, table: number): string => `${name}_${cType(elementType(w, table))}`

/** The same of what moves elements from a table or segment, which validation says is of the same kind: sizes depend on it. */
function moved(w: FunctionWriter, name: string, table: number, from: ValType): string {
  if (cType(from) !== cType(elementType(w, table))) throw new Error(`elements of two kinds for table ${table}`)
  return named(w, name, table)
}

/** A call for its effect, of the first `count` operands. */
const statement =
  (count: number, text: (w: FunctionWriter, instruction: Instruction, operands: string) => string): Handler =>
  (w, instruction) => {
    const operands = w.popMany(count)
    w.settleBelow(BEFORE_CALL)
    w.line(`${text(w, instruction, operands.map((value) => value.text).join(', '))};`)
  }

export const tableHandlers: Handlers = {
  'table.get': (w, { index, offset }) => {
    const element = w.pop()
    w.settleBelow(BEFORE_CALL)
    const text = `${named(w, 'table_get', index!)}(&${w.scope.table(index!)}, ${element.text}, ${w.site(offset)})`
    w.push(w.define(text, elementType(w, index!), true))
  },
  'table.set': statement(
    2,
    (w, { index, offset }, operands) =>
      `${named(w, 'table_set', index!)}(&${w.scope.table(index!)}, ${operands}, ${w.site(offset)})`,
  ),
  'table.size': (w, { index }) => {
    const type = addressType(w, index!)
    w.push(expression(`${type === I32 ? '(u32)' : ''}${w.scope.table(index!)}.size`, type, SIZES, []))
  },
  'table.grow': (w, { index }) => {
    const operands = w.popMany(2)
    w.settleBelow(BEFORE_CALL)
    const text = `${named(w, 'table_grow', index!)}(&${w.scope.table(index!)}, ${operands.map((value) => value.text).join(', ')})`
    w.pushCall(text, [addressType(w, index!)])
  },
  'table.fill': statement(
    3,
    (w, { index, offset }, operands) =>
      `${named(w, 'table_fill', index!)}(&${w.scope.table(index!)}, ${operands}, ${w.site(offset)})`,
  ),
  'table.copy': statement(
    3,
    (w, { index, index2, offset }, operands) =>
      `${moved(w, 'table_copy', index!, elementType(w, index2!))}(&${w.scope.table(index!)}, &${w.scope.table(index2!)}, ${operands}, ${w.site(offset)})`,
  ),
  'table.init': statement(3, (w, { index, index2, offset }, operands) => {
    const segment = w.scope.element(index!)
    const count = w.scope.elementCount(index!)
    return `${moved(w, 'table_init', index2!, w.scope.module.elements[index!].type)}(&${w.scope.table(index2!)}, ${segment}, ${count}, ${operands}, ${w.site(offset)})`
  }),
  'elem.drop': (w, { index }) => {
    w.settleBelow(BEFORE_CALL)
    w.scope.element(index!)
    w.line(`${w.scope.elementCount(index!)} = 0;`)
  },
}
