import { programName } from '../../compiler/index.ts'
import { isRequest } from '../request.ts'

/** What bundlers say of a chunk that is to be named. */
interface Chunk {
  name: string
  facadeModuleId?: string | null
  moduleIds?: readonly string[]
}

/** How a configuration names chunks. */
type ChunkNames = string | ((chunk: never) => string)

/** Rollup's and rolldown's own. */
const DEFAULT = '[name]-[hash].js'

/**
 * Names chunks after programs that bundlers would name after the query of an import: a site shows its chunks' names, and a query
 * holds directories and variables of the machine that it is built on.
 */
export function plainChunkNames(names: ChunkNames = DEFAULT): (chunk: Chunk) => string {
  return (chunk) => {
    const name = plainName(chunk)
    const own = name === chunk.name ? chunk : { ...chunk, name }
    const template = typeof names === 'function' ? (names as (chunk: Chunk) => string)(own) : names
    return own === chunk ? template : template.replaceAll('[name]', name)
  }
}

function plainName({ name, facadeModuleId, moduleIds = [] }: Chunk): string {
  const ids = [...moduleIds, ...(facadeModuleId ? [facadeModuleId] : [])].filter(isRequest)
  const id = ids.find((each) => isNamedAfter(name, each))
  return id === undefined ? name : programName(id.slice(0, id.indexOf('?'))).replaceAll(/[^\w-]/g, '_')
}

/** Bundlers take what stands behind the last slash, up to the last dot, and write other characters for those of no file's name. */
function isNamedAfter(name: string, id: string): boolean {
  const last = id.slice(id.lastIndexOf('/') + 1)
  return [last, last.replace(/\.[^.]*$/, '')].some((part) => letters(part) === letters(name))
}

const letters = (text: string): string => text.replaceAll(/[^a-z\d]/gi, '')
