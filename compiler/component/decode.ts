/** Binary.md / Component Definitions: bytes to definitions. Whether they are valid is for `validateComponent` to say. */
import { CompileError } from '../errors.ts'
import { decode } from '../wasm/decode.ts'
import { Reader } from '../wasm/reader.ts'
import { canon } from './decode-canon.ts'
import { coreSortIndex, externName, sortIndex } from './decode-names.ts'
import { alias, coreTypeDefinition, externType, typeDefinition, valRef } from './decode-types.ts'
import type { Component, Definition } from './definitions.ts'
import { checkLimit } from './limits.ts'
import { PREAMBLE } from './preamble.ts'

export interface DecodeComponentOptions {
  /** The path the user knows, for messages. */
  file: string
}

const CORE_PREAMBLE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

const startsWith = (bytes: Uint8Array, start: number, head: number[]): boolean =>
  head.every((byte, i) => bytes[start + i] === byte)

/**
 * Decodes a component with all that is nested in it. Function bodies of its modules stay ranges of bytes.
 * @throws CompileError with file and offset: 'malformed' for what is not in the format, 'unsupported' beyond the limits
 */
export function decodeComponent(bytes: Uint8Array, { file }: DecodeComponentOptions): Component {
  try {
    return readComponent(bytes, 0, bytes.length, file, 0)
  } catch (error) {
    throw error instanceof CompileError ? error.with({ file }) : error
  }
}

function checkPreamble(r: Reader): void {
  PREAMBLE.forEach((expected, i) => {
    const at = r.pos
    if (r.byte() !== expected) r.fail(i < 4 ? 'magic header not detected' : 'unknown binary version of a component', at)
  })
}

function readComponent(bytes: Uint8Array, start: number, end: number, file: string, depth: number): Component {
  checkLimit('levels of nested components', depth, start)
  const r = new Reader(bytes, start, end)
  checkPreamble(r)
  const component: Component = { at: start, definitions: [] }
  while (!r.done) {
    const at = r.pos
    const id = r.byte()
    const read = SECTIONS[id]
    if (id !== CUSTOM && read === undefined) r.fail(`malformed section id ${id}`, at)
    const size = r.u32()
    const from = r.skip(size, 'length out of bounds')
    const section = new Reader(bytes, from, r.pos, 'unexpected end of section')
    if (id === CUSTOM) {
      if (section.name() === 'component-name') component.name ??= componentName(section)
      continue
    }
    read(section, { at: from, file, depth, definitions: component.definitions })
    if (!section.done) section.fail('section size mismatch')
  }
  return component
}

interface Place {
  at: number
  file: string
  depth: number
  definitions: Definition[]
}

type ReadSection = (r: Reader, place: Place) => void

const CUSTOM = 0

/** A section that is a list. */
const many =
  (read: (r: Reader, at: number, place: Place) => Definition): ReadSection =>
  (r, place) => {
    const { definitions } = place
    r.vec(() => definitions.push(read(r, r.pos, place)))
  }

const SECTIONS: Record<number, ReadSection> = {
  1: coreModule,
  2: many(coreInstance),
  3: many((r, at) => ({ at, kind: 'core type', type: coreTypeDefinition(r) })),
  4: (r, { at, file, depth, definitions }) => {
    const component = readComponent(r.bytes, r.pos, r.end, file, depth + 1)
    definitions.push({ at, kind: 'component', component })
    r.pos = r.end
  },
  5: many(instance),
  6: many((r) => alias(r)),
  7: many((r, at, { depth }) => ({ at, kind: 'type', type: typeDefinition(r, depth) })),
  8: many((r, at) => ({ at, kind: 'canon', canon: canon(r) })),
  9: (r, { at, definitions }) => {
    definitions.push({ at, kind: 'start', func: r.u32(), args: r.vec(() => r.u32()), results: r.u32() })
  },
  10: many((r, at) => ({ at, kind: 'import', name: externName(r), type: externType(r) })),
  11: many((r, at) => {
    const name = externName(r)
    const item = sortIndex(r)
    const ascribed = r.byte()
    if (ascribed > 1) r.fail(`invalid leading byte 0x${ascribed.toString(16)} of an optional type`, r.pos - 1)
    return { at, kind: 'export', name, item, type: ascribed === 1 ? externType(r) : undefined }
  }),
  12: many((r, at) => {
    const type = valRef(r)
    const size = r.u32()
    const start = r.skip(size, 'length out of bounds')
    return { at, kind: 'value', type, start, end: start + size }
  }),
}

/** Its offsets, in errors, are those of the file. */
function coreModule(r: Reader, { at, file, definitions }: Place): void {
  const start = r.pos
  if (!startsWith(r.bytes, start, CORE_PREAMBLE) || r.end - start < CORE_PREAMBLE.length) {
    r.fail('expected a core module of version 1', start)
  }
  try {
    const module = decode(r.bytes.subarray(start, r.end), { name: `module${definitions.length}`, file })
    definitions.push({ at, kind: 'core module', module, start, end: r.end })
  } catch (error) {
    throw inFile(error, start)
  }
  r.pos = r.end
}

/** An error of a nested module with its place in the file. */
export function inFile(error: unknown, start: number): unknown {
  if (!(error instanceof CompileError) || error.offset === undefined) return error
  return error.with({ offset: error.offset + start })
}

function coreInstance(r: Reader, at: number): Definition {
  const form = r.byte()
  if (form === 0) {
    const module = r.u32()
    const args = r.vec(() => {
      const name = r.name()
      const kind = r.byte()
      if (kind !== 0x12) r.fail(`invalid leading byte 0x${kind.toString(16)} of an argument`, r.pos - 1)
      return { name, instance: r.u32() }
    })
    return { at, kind: 'core instance', module, args }
  }
  if (form !== 1) r.fail(`invalid leading byte 0x${form.toString(16)} of a core instance`, at)
  return { at, kind: 'core exports', exports: r.vec(() => ({ name: r.name(), ...coreSortIndex(r) })) }
}

function instance(r: Reader, at: number): Definition {
  const form = r.byte()
  if (form === 0) {
    return { at, kind: 'instance', component: r.u32(), args: r.vec(() => ({ name: r.name(), ...sortIndex(r) })) }
  }
  if (form !== 1) r.fail(`invalid leading byte 0x${form.toString(16)} of an instance`, at)
  return { at, kind: 'exports', exports: r.vec(() => ({ ...externName(r), ...sortIndex(r) })) }
}

/** Names are not required to be right. */
function componentName(r: Reader): string | undefined {
  try {
    if (r.done || r.byte() !== 0) return undefined
    r.u32()
    return r.name()
  } catch (error) {
    if (error instanceof CompileError) return undefined
    throw error
  }
}
