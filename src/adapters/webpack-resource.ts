/** webpack and rspack put a character before one that has no meaning of its own: NUL, and a space of no width. */
const RESOURCE = /^((?:[\0\u200b].|[^?#\0\u200b])*)(\?(?:[\0\u200b].|[^#\0\u200b])*)?/s
const ESCAPED = /[\0\u200b](.)/gs

/** The path and query that rules and loaders get of a resource. The loader looks whether that was right. */
export function parseResource(resource: string): { path: string; query: string } {
  const [, path, query = ''] = RESOURCE.exec(resource)!
  return { path: path.replaceAll(ESCAPED, '$1'), query: query.replaceAll(ESCAPED, '$1') }
}

/** A path as webpack takes it in an import. rspack finds no such file. */
export function escapePath(path: string): string {
  return path.replaceAll(/[?#]/g, '\0$&')
}
