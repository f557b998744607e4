import { posix } from 'node:path'
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

type Namer = (chunk: Chunk) => string

/** Options of an output that name its chunks. */
interface NameOptions {
  chunkFileNames?: ChunkNames
  entryFileNames?: ChunkNames
  preserveModules?: boolean
}

/**
 * Names chunks after programs that bundlers would name after the query of an import: a site shows its chunks' names, and a query
 * holds directories and variables of the machine that it is built on. Where modules are preserved all are named as entries are.
 */
export function plainChunkNames({
  // Rollup's and rolldown's own.
  chunkFileNames = '[name]-[hash].js',
  entryFileNames = '[name].js',
  preserveModules = false,
}: NameOptions): { chunkFileNames: Namer; entryFileNames?: Namer } {
  return {
    chunkFileNames: named(chunkFileNames, plainName),
    ...(preserveModules && { entryFileNames: named(entryFileNames, preservedName) }),
  }
}

function named(names: ChunkNames, nameOf: (chunk: Chunk) => string): Namer {
  return (chunk) => {
    const name = nameOf(chunk)
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

/**
 * Bundlers take what stands behind the last slash (Windows' too, there), up to the last dot, and what stands before it where that is
 * nothing or `index`. They write other characters for those of no file's name.
 */
function isNamedAfter(name: string, id: string): boolean {
  const candidates = ['/', /[\\/]/].flatMap((separator) => {
    const [last, above = ''] = id.split(separator).filter(Boolean).toReversed()
    return /^(?:index|mod)(?:\.|$)/i.test(last) ? [last, above] : [last]
  })
  return candidates.some((part) => [part, part.replace(/\.[^.]*$/, '')].some((each) => letters(each) === letters(name)))
}

const letters = (text: string): string => text.replaceAll(/[^a-z\d]/gi, '')

/** The module's path, which in rolldown's name goes on with what the query says: the directories that both have, and the file. */
function preservedName({ name, facadeModuleId: id }: Chunk): string {
  if (!id || !isRequest(id)) return name
  const { dir, base } = posix.parse(id.slice(0, id.indexOf('?')).replaceAll('\\', '/'))
  const directories = dir.split('/')
  const parts = name.split('/').slice(0, -1)
  const isWay = (way: string[]) =>
    way.every((part, index) => letters(part) === letters(directories.at(index - way.length)!))
  while (parts.length > directories.length || !isWay(parts)) parts.pop()
  return [...parts, base.replaceAll(/[^\w.-]/g, '_')].join('/')
}
