import { basename } from 'node:path'
import type { CompiledModule } from './compile.ts'
import type { Unit } from './unit.ts'

/** A module's C as units, one for each chunk. */
export function moduleUnits({ info, code }: Pick<CompiledModule, 'info' | 'code'>): Unit[] {
  return code.chunks.map((chunk) => ({
    kind: 'module',
    module: info.name,
    name: chunk.name,
    code: chunk.code,
    data: code.data,
    contents: `${chunk.functions} ${chunk.functions === 1 ? 'function' : 'functions'} of ${basename(info.file)}`,
    weight: chunk.bytes,
    giant: chunk.giant,
  }))
}
