import { createHash } from 'node:crypto'
import { findTarget, type TargetName } from '../../../compiler/index.ts'
import { parseRequest } from '../../../src/request.ts'
import type { BuiltFile, BuiltProgram } from '../../../src/pipeline.ts'

const MADE = {
  backend: 'c',
  toolchain: { name: 'zig', version: '0.16.0', path: '/zig', sha256: 'ab'.repeat(32), verified: true },
  optimize: 2,
  cpu: 'baseline',
} as const

/** A built file that exists in no cache; its content is said to be its name. */
export function builtFile(name: string, target: TargetName, path = `/cache/${name}-${target}.bin`): BuiltFile {
  const { triple, ext } = findTarget(target)!
  const integrity = `sha256-${createHash('sha256').update(`${name}-${target}`).digest('base64')}`
  return { name, target, triple, ext, path, size: name.length + target.length, integrity, ...MADE }
}

export function builtProgram(id: string, targets: TargetName[], changes: Partial<BuiltProgram> = {}): BuiltProgram {
  const request = parseRequest(id)!
  const name = request.file.slice(request.file.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  return {
    request,
    name,
    module: {
      name,
      file: request.file,
      size: 95,
      integrity: `sha256-${'A'.repeat(43)}=`,
      imports: [
        { module: 'wasi_snapshot_preview1', name: 'proc_exit', kind: 'function' },
        { module: 'wasi_snapshot_preview1', name: 'fd_write', kind: 'function' },
      ],
      exports: [],
    },
    debug: false,
    grants: { dirs: [], env: [], args: { fixed: [], pass: true }, listen: [], connect: [], resolve: [] },
    embedded: [],
    later: [],
    libraries: [],
    inputs: { files: [], directories: [] },
    fileName: undefined,
    public: false,
    files: targets.map((target) => builtFile(name, target)),
    ...changes,
  }
}
