import { describe, expect, test } from 'vitest'
import { decodeComponent } from '../../../compiler/component/decode.ts'
import { validateComponent } from '../../../compiler/component/validate.ts'

const PREAMBLE = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]

const leb = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)])
const section = (id: number, contents: number[]): number[] => [id, ...leb(contents.length), ...contents]
const types = (list: number[][]): number[] => section(7, [...leb(list.length), ...list.flat()])

function check(sections: number[]): void {
  const component = decodeComponent(Uint8Array.from([...PREAMBLE, ...sections]), { file: 'x.wasm' })
  validateComponent(component, { file: 'x.wasm' })
}

/** The index of a type, where a negative number would be a primitive one. */
const index = (i: number): number[] => [(i & 0x7f) | 0x80, ((i >> 7) & 0x7f) | 0x80, 0]

const STRING = [0x73]

describe('components within limits', () => {
  test('components may be nested, and not without end', () => {
    const nested = (depth: number): number[] => (depth === 0 ? [] : section(4, [...PREAMBLE, ...nested(depth - 1)]))
    expect(() => check(nested(50))).not.toThrow()
    expect(() => check(nested(200))).toThrow(/x\.wasm: unsupported .* more than 100 levels of nested components/)
  })

  test('so may types of them', () => {
    const nested = (depth: number): number[] => (depth === 0 ? STRING : [0x41, 1, 1, ...nested(depth - 1)])
    expect(() => check(types([nested(50)]))).not.toThrow()
    expect(() => check(types([nested(300)]))).toThrow('more than 100 levels of nested components')
  })

  test('a type in a type in a type ends', () => {
    const lists = (count: number): number[][] => Array.from({ length: count }, (_, i) => [0x70, ...index(i)])
    expect(() => check(types([STRING, ...lists(50)]))).not.toThrow()
    expect(() => check(types([STRING, ...lists(10_000)]))).toThrow('more than 100 levels of a value type')
  })

  test('a type that doubles with each line ends', () => {
    const pairs = Array.from({ length: 40 }, (_, i) => [0x6f, 2, ...index(i), ...index(i)])
    expect(() => check(types([[0x6b, ...STRING], ...pairs]))).toThrow(/more than 1,000,000 parts of a value type|2\^28/)
  })

  test('a list that says it is longer than the file is malformed', () => {
    expect(() => check(section(7, [0xff, 0xff, 0xff, 0xff, 0x0f, 0x73]))).toThrow(/malformed module at 0x/)
  })

  /** A module of so many types whose function many small ones import. */
  const importers = (types: number, type: number[]): number[] => {
    const text = (value: string): number[] => [...leb(value.length), ...Buffer.from(value)]
    const module = (...sections: number[]): number[] => section(1, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections])
    const large = module(
      ...section(1, [...leb(types), ...Array.from({ length: types }, () => type).flat()]),
      ...section(3, [1, 0]),
      ...section(7, [1, ...text('f'), 0, 0]),
      ...section(10, [1, 2, 0, 0x0b]),
    )
    const small = module(...section(1, [1, ...type]), ...section(2, [1, ...text(''), ...text('f'), 0, 0]))
    const instances = Array.from({ length: 900 }, (_, i) => [0, ...leb(i + 1), 1, 0, 0x12, 0])
    const all = [[0, 0, 0], ...instances]
    return [...large, ...instances.flatMap(() => small), ...section(2, [...leb(all.length), ...all.flat()])]
  }

  test('modules import from one of many types, each time in the time of its own', () => {
    expect(() => check(importers(20_000, [0x60, 0, 0]))).not.toThrow()
  })

  test('where the types may be of one another, that ends', () => {
    expect(() => check(importers(20_000, [0x50, 0, 0x60, 0, 0]))).toThrow('steps to compare types')
    expect(() => check(importers(20, [0x50, 0, 0x60, 0, 0]))).not.toThrow()
  })
})
