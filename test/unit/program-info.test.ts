import { expect, test } from 'vitest'
import { encodeProgramInfo, type ProgramInfo } from '../../compiler/program-info.ts'
import { decodeProgramInfo } from '../../compiler/read-program-info.ts'

const usual: ProgramInfo = {
  version: 1,
  name: 'hello',
  wasm: { bytes: 8, integrity: 'sha256-x' },
  imports: { wasi_snapshot_preview1: ['fd_write'] },
  grants: { dirs: [], env: [], args: { fixed: [], pass: true }, listen: [], connect: [], resolve: [] },
  embedded: [],
  backend: 'c',
  toolchain: { name: 'zig', version: '0.16.0' },
  optimize: 2,
}

test('an executable says of itself what is unusual, and is understood in full', () => {
  const json = encodeProgramInfo(usual)
  expect(Object.keys(JSON.parse(json))).toEqual(['name', 'wasm', 'imports', 'toolchain'])
  expect(decodeProgramInfo(json)).toEqual(usual)
})

test('whatever differs from the usual is kept', () => {
  const info: ProgramInfo = {
    ...usual,
    grants: { ...usual.grants, env: [{ name: 'HOME', value: null }], args: { fixed: [], pass: false } },
    embedded: [{ guest: '/share', files: 1, bytes: 2, integrity: 'sha256-y' }],
    optimize: 's',
    heapMax: 2 ** 26,
  }
  const json = encodeProgramInfo(info)
  expect(Object.keys(JSON.parse(json).grants)).toEqual(['env', 'args'])
  expect(decodeProgramInfo(json)).toEqual(info)
})
