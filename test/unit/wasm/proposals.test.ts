/** Modules that use what is not compiled: each is refused by the name of its proposal, none is called damaged. */
import { expect, test } from 'vitest'
import { HEADER, SECTION, errorOf, load, section, string, wasm, withBody } from './bytes.ts'

const inType = (...type: number[]): Uint8Array => wasm(section(SECTION.type, 1, ...type))
const withParam = (...type: number[]): Uint8Array => inType(0x60, 1, ...type, 0)
const importing = (name: string, ...kind: number[]): Uint8Array =>
  wasm(section(SECTION.type, 1, 0x60, 0, 0), section(SECTION.import, 1, ...string('env'), ...string(name), ...kind))

test.each<[proposal: string, what: string, bytes: Uint8Array]>([
  ['stack-switching', 'cont.new', withBody(0xe0, 0, 0x0b)],
  ['stack-switching', 'cont.bind', withBody(0xe1, 0, 0, 0x0b)],
  ['stack-switching', 'suspend', withBody(0xe2, 0, 0x0b)],
  ['stack-switching', 'resume', withBody(0xe3, 0, 0, 0x0b)],
  ['stack-switching', 'resume_throw', withBody(0xe4, 0, 0, 0, 0x0b)],
  ['stack-switching', 'resume_throw_ref', withBody(0xe5, 0, 0, 0x0b)],
  ['stack-switching', 'switch', withBody(0xe6, 0, 0, 0x0b)],
  ['stack-switching', 'cont type', inType(0x5d, 0)],
  ['stack-switching', 'heap type cont', withParam(0x68)],
  ['stack-switching', 'heap type nocont', withParam(0x63, 0x75)],
  ['stringref', 'string.new_utf8', withBody(0xfb, 0x80, 0x01, 0, 0x0b)],
  ['stringref', 'string.const', withBody(0xfb, 0x82, 0x01, 0, 0x0b)],
  ['stringref', 'string.new_utf8_try', withBody(0xfb, 0x8f, 0x01, 0, 0x0b)],
  ['stringref', 'stringview_wtf16.slice', withBody(0xfb, 0x9c, 0x01, 0x0b)],
  ['stringref', 'string.new_utf8_array_try', withBody(0xfb, 0xb8, 0x01, 0x0b)],
  ['stringref', 'heap type string', withParam(0x67)],
  ['stringref', 'a section of strings', Uint8Array.from([...HEADER, 14, 4, 0, 1, 1, 0x61])],
  ['half-precision', 'f32.load_f16', withBody(0xfc, 0x30, 1, 0, 0x0b)],
  ['half-precision', 'f32.store_f16', withBody(0xfc, 0x31, 1, 0, 0x0b)],
  ['half-precision', 'f16x8.splat', withBody(0xfd, 0xa0, 0x02, 0x0b)],
  ['half-precision', 'f16x8.pmax', withBody(0xfd, 0xc4, 0x02, 0x0b)],
  ['half-precision', 'f16x8.nmadd', withBody(0xfd, 0xcf, 0x02, 0x0b)],
  ['shared-everything-threads', 'pause', withBody(0xfe, 0x04, 0x0b)],
  ['shared-everything-threads', 'global.atomic.rmw.cmpxchg', withBody(0xfe, 0x57, 0, 0, 0x0b)],
  ['shared-everything-threads', 'struct.atomic.rmw.cmpxchg', withBody(0xfe, 0x66, 0, 0, 0, 0x0b)],
  ['shared-everything-threads', 'array.atomic.get', withBody(0xfe, 0x67, 0, 0, 0x0b)],
  ['shared-everything-threads', 'array.atomic.rmw.cmpxchg', withBody(0xfe, 0x71, 0, 0, 0x0b)],
  ['shared-everything-threads', 'atomic.fence acq_rel', withBody(0xfe, 0x03, 1, 0x0b)],
  ['shared-everything-threads', 'i32.atomic.load with an order', withBody(0x41, 0, 0xfe, 0x10, 0x22, 1, 0, 0x1a, 0x0b)],
  ['shared-everything-threads', 'shared type', inType(0x65, 0x60, 0, 0)],
  ['shared-everything-threads', 'heap type shared', withParam(0x63, 0x65, 0x70)],
  ['shared-everything-threads', 'a shared table', wasm(section(SECTION.table, 1, 0x70, 2, 0))],
  ['shared-everything-threads', 'a shared global', wasm(section(6, 1, 0x7f, 3, 0x41, 0, 0x0b))],
  ['memory-control', 'memory.discard', withBody(0xfc, 0x12, 0, 0x0b)],
  ['custom-descriptors', 'struct.new_desc', withBody(0xfb, 0x20, 0, 0x0b)],
  ['custom-descriptors', 'br_on_cast_desc_eq_fail', withBody(0xfb, 0x26, 0, 0, 0, 0, 0x0b)],
  ['custom-descriptors', 'descriptor type', inType(0x4d, 1, 0x5f, 0)],
  ['custom-descriptors', 'describes type', inType(0x4c, 0, 0x5f, 0)],
  ['custom-descriptors', 'heap type exact', withParam(0x64, 0x62, 0)],
  ['custom-descriptors', 'an exact function type', importing('f', 0x20, 0)],
  ['rounding-mode-control', 'f64.add_floor', withBody(0xfc, 0x46, 0x0b)],
  ['rounding-mode-control', 'f64.promote_f32_trunc', withBody(0xfc, 0x7b, 0x0b)],
])('%s: %s', (proposal, what, bytes) => {
  const error = errorOf(() => load(bytes))
  expect(error.code).toBe('unsupported')
  expect(error.reason).toContain(`(${what}, proposal '${proposal}'), which is not supported yet`)
  expect(error.message).toMatch(/^dir\/test\.wasm: unsupported module at 0x/)
  expect(error.hint, 'it says what to do').toBeTruthy()
})

test('hints for branches and other metadata are custom sections, which mean nothing to the program', () => {
  const hints = section(SECTION.custom, ...string('metadata.code.branch_hint'), 1, 0, 1, 1, 1, 0)
  expect(load(wasm(hints)).customs).toMatchObject([{ name: 'metadata.code.branch_hint' }])
})

test('components of all versions are recognized', () => {
  for (const version of [0x0a, 0x0d, 0x0e]) {
    const error = errorOf(() => load(Uint8Array.of(0, 0x61, 0x73, 0x6d, version, 0, 1, 0)))
    expect(error.message).toContain('component')
  }
})
