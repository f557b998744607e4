import { basename } from 'node:path'
import type { CompiledModule, ModuleNames } from './compile.ts'
import { hashKey } from './store.ts'
import type { Unit } from './unit.ts'

/** A module's C as units, one for each chunk. */
export function moduleUnits({ info, code }: Pick<CompiledModule, 'code'> & { info: ModuleNames }): Unit[] {
  const renamed = code.data.map(({ name }) => [name, dataFileName(name)] as const).filter(([from, to]) => from !== to)
  const rename = (text: string): string =>
    renamed.reduce((renaming, [from, to]) => renaming.replaceAll(`"${from}"`, `"${to}"`), text)
  const data = code.data.map(({ name, bytes }) => ({ name: dataFileName(name), bytes }))
  return code.chunks.map((chunk) => ({
    kind: 'module',
    module: info.name,
    name: chunk.name,
    code: rename(chunk.code),
    data,
    contents: `${chunk.functions} ${chunk.functions === 1 ? 'function' : 'functions'} of ${basename(info.file)}`,
    weight: chunk.bytes,
    giant: chunk.giant,
  }))
}

/** A data file is called after its module: not longer than file systems take, nor another's where case does not count. */
const dataFileName = (name: string): string => (/^[a-z0-9_.]{1,80}$/.test(name) ? name : `${hashKey(name)}.data`)
