import { createHash } from 'node:crypto'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describeEmbedded, type EmbeddedInfo, type EmbeddedNode } from './embed-info.ts'
import { CompileError } from './errors.ts'
import { checkGuestPath, optionError } from './options.ts'
import { readAny, type ReadFile } from './read-file.ts'

/** Guest path to a directory of this machine, whose files become part of the executable: `{ '/share': './assets' }`. */
export type Embed = Readonly<Record<string, string>>

export type { EmbeddedInfo, EmbeddedNode } from './embed-info.ts'

/** Directories that were read, to be put into executables. */
export interface EmbeddedFiles {
  roots: { guest: string; node: EmbeddedNode }[]
  info: EmbeddedInfo[]
  /** Absolute paths of all that was read, for those who watch it. */
  inputs: { files: string[]; directories: string[] }
}

/** Rejects what names no directories. @throws CompileError */
export function checkEmbed(embed: Embed): void {
  const hint = 'write embed: { "/share": "./assets" }'
  if (typeof embed !== 'object' || embed === null || Array.isArray(embed)) throw optionError('embed is no object', hint)
  for (const [guest, host] of Object.entries(embed)) {
    checkGuestPath('embed', guest)
    if (typeof host === 'string' && host !== '') continue
    throw optionError(`embed[${JSON.stringify(guest)}] names no directory`, hint)
  }
}

/**
 * Reads the directories. Links are followed: what counts is what stands there now.
 * @param base what relative paths start from
 * @throws CompileError for what is no directory, cannot be read, or contains itself
 */
export async function readEmbedded(embed: Embed = {}, base = '.', read = readAny): Promise<EmbeddedFiles> {
  checkEmbed(embed)
  const inputs: EmbeddedFiles['inputs'] = { files: [], directories: [] }
  const roots: EmbeddedFiles['roots'] = []
  for (const [guest, host] of Object.entries(embed)) {
    const path = resolve(base, host)
    const node = await readNode(path, '', inputs, [], read)
    if (node.bytes !== undefined) {
      throw optionError(`embed[${JSON.stringify(guest)}]: ${host} is a file`, 'name the directory that holds it')
    }
    roots.push({ guest, node })
  }
  return { roots, info: roots.map((root) => describeEmbedded(root, sha256)), inputs }
}

/** @param above the real paths of the directories that hold this one */
async function readNode(
  path: string,
  name: string,
  inputs: EmbeddedFiles['inputs'],
  above: readonly string[],
  read: ReadFile,
): Promise<EmbeddedNode> {
  try {
    const info = await stat(path)
    if (info.isFile()) {
      inputs.files.push(path)
      return { name, bytes: await read(path), children: [] }
    }
    if (!info.isDirectory()) throw optionError(`embed: ${path} is neither a file nor a directory`, 'take it away')
    inputs.directories.push(path)
    const real = await realpath(path)
    if (above.includes(real)) throw optionError(`embed: ${path} is a link to a directory that holds it`, 'take it away')
    const names = (await readdir(path)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const children: EmbeddedNode[] = []
    for (const child of names) children.push(await readNode(join(path, child), child, inputs, [...above, real], read))
    return { name, children }
  } catch (cause) {
    if (cause instanceof CompileError) throw cause
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such directory' : message
    throw new CompileError(`embed: ${path} cannot be read: ${reason}`, {
      code: 'option',
      hint: 'check the path; it is relative to where the option stands',
      cause,
    })
  }
}

function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return `sha256-${hash.digest('base64')}`
}
