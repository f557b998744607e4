import { describe, expect, test } from 'vitest'
import { planChunks } from '../../compiler/c/chunks.ts'
import type { Module } from '../../compiler/wasm/module.ts'

/** A module of functions whose bodies are `size(i)` bytes that differ. */
function moduleOf(count: number, size: (index: number) => number, edited?: number): Module {
  const bytes: number[] = []
  const funcs = Array.from({ length: count }, (_, index) => {
    const start = bytes.length
    for (let i = 0; i < size(index); i++) bytes.push((index * 31 + i * 7 + (index === edited ? 1 : 0)) & 0xff)
    return { index, typeIndex: 0, type: { params: [], results: [] }, body: { start, end: bytes.length } }
  })
  return { bytes: Uint8Array.from(bytes), funcs } as unknown as Module
}

const indices = (module: Module, chunk: number, giant: number): number[][] =>
  planChunks(module, chunk, giant).map((plan) => plan.functions.map((func) => func.index))

describe('planChunks', () => {
  test('a small module is one chunk', () => {
    expect(
      indices(
        moduleOf(10, () => 100),
        1000,
        5000,
      ),
    ).toHaveLength(1)
  })

  test('every function is in one chunk, of bounded size', () => {
    const plans = planChunks(
      moduleOf(500, (i) => 50 + (i % 7) * 20),
      1000,
      5000,
    )
    expect(plans.flatMap((plan) => plan.functions.map((func) => func.index))).toEqual([...Array(500).keys()])
    for (const plan of plans) expect(plan.bytes).toBeLessThan(2200)
  })

  test('a large function is alone, a giant one is marked', () => {
    const sizes = new Map([
      [50, 6000],
      [70, 20000],
    ])
    const plans = planChunks(
      moduleOf(100, (i) => sizes.get(i) ?? 100),
      1000,
      5000,
    )
    const alone = plans.filter((plan) => plan.bytes >= 5000)
    expect(alone.map((plan) => plan.functions.map((func) => func.index))).toEqual([[50], [70]])
    expect(alone.map((plan) => plan.giant)).toEqual([false, true])
  })

  test('an edit changes the boundaries of few chunks', () => {
    const size = (): number => 100
    const before = new Set(indices(moduleOf(500, size), 1000, 5000).map(String))
    const after = indices(moduleOf(500, size, 250), 1000, 5000).map(String)
    expect(after.filter((chunk) => !before.has(chunk)).length).toBeLessThanOrEqual(3)
  })
})
