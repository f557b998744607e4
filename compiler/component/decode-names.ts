import { CompileError } from '../errors.ts'
import type { Reader } from '../wasm/reader.ts'
import type { CoreSort, ExternName, Sort, SortIndex } from './definitions.ts'

const CORE_SORTS: Record<number, CoreSort> = {
  0x00: 'func',
  0x01: 'table',
  0x02: 'memory',
  0x03: 'global',
  0x04: 'tag',
  0x10: 'type',
  0x11: 'module',
  0x12: 'instance',
}
const SORTS: Record<number, Sort> = { 1: 'func', 2: 'value', 3: 'type', 4: 'component', 5: 'instance' }

const fail = (r: Reader, byte: number, what: string): never =>
  r.fail(`invalid leading byte 0x${byte.toString(16)} of ${what}`, r.pos - 1)

export function coreSort(r: Reader): Sort {
  const byte = r.byte()
  return `core ${CORE_SORTS[byte] ?? fail(r, byte, 'a core sort')}`
}

export function sort(r: Reader): Sort {
  const byte = r.byte()
  return byte === 0 ? coreSort(r) : (SORTS[byte] ?? fail(r, byte, 'a sort'))
}

export const coreSortIndex = (r: Reader): SortIndex => ({ sort: coreSort(r), index: r.u32() })
export const sortIndex = (r: Reader): SortIndex => ({ sort: sort(r), index: r.u32() })

const ATTRIBUTES = ['implements', 'versionSuffix', 'externalId'] as const

/** A name and its attributes. */
export function externName(r: Reader): ExternName {
  const form = r.byte()
  if (form > 2) fail(r, form, 'a name')
  const result: ExternName = { name: r.name() }
  if (form < 2) return result
  r.vec(() => {
    const at = r.pos
    const byte = r.byte()
    const attribute = ATTRIBUTES[byte] ?? fail(r, byte, 'an attribute of a name')
    if (result[attribute] !== undefined) {
      throw new CompileError(`a name has two attributes of one kind (${attribute})`, { code: 'invalid', offset: at })
    }
    result[attribute] = r.name()
  })
  return result
}
