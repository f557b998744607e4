/** What becomes part of an executable, wherever it comes from. */
import type { NormalGrants } from './options.ts'
import { optionError } from './options.ts'

/** A file or directory of an executable. */
export interface EmbeddedNode {
  name: string
  /** Of a file; undefined for a directory. */
  bytes?: Uint8Array
  /** Of a directory, in the order of their names' bytes. */
  children: EmbeddedNode[]
}

/** One embedded directory as results and manifests show it. */
export interface EmbeddedInfo {
  guest: string
  /** How many. */
  files: number
  /** Of all files together. */
  bytes: number
  /** Of names and contents: `sha256-` and base64. */
  integrity: string
}

/**
 * What results and manifests show of an embedded directory.
 * @param integrity of parts one after the other
 */
export function describeEmbedded(
  { guest, node: root }: { guest: string; node: EmbeddedNode },
  integrity: (parts: readonly Uint8Array[]) => string,
): EmbeddedInfo {
  const parts: Uint8Array[] = []
  const utf8 = new TextEncoder()
  let files = 0
  let bytes = 0
  const visit = (node: EmbeddedNode, path: string): void => {
    parts.push(utf8.encode(`${path}\0${node.bytes?.length ?? 'directory'}\0`))
    if (node.bytes !== undefined) {
      parts.push(node.bytes)
      files++
      bytes += node.bytes.length
    }
    for (const child of node.children) visit(child, `${path}/${child.name}`)
  }
  visit(root, '')
  return { guest, files, bytes, integrity: integrity(parts) }
}

/** A program looks for a path in the directory whose name fits best; of two with one name it would see one. */
export function checkGuests(grants: NormalGrants, embedded: readonly EmbeddedInfo[]): void {
  const granted = new Set(grants.dirs.map(({ guest }) => guest))
  const twice = embedded.find(({ guest }) => granted.has(guest))
  if (twice === undefined) return
  throw optionError(
    `${JSON.stringify(twice.guest)} is both a granted and an embedded directory`,
    'give one of them another name',
  )
}
