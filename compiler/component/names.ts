/** Names of imports and exports (spec: component model, Explainer.md / Import and Export Definitions). */

const LABEL = /^(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9a-z]+|[0-9A-Z]+))*$/
const WORDS = /^[a-z][0-9a-z]*(?:-[0-9a-z]+)*$/
const NUMBER = '(?:0|[1-9][0-9]*)'
const PRERELEASE = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const VERSION = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRERELEASE}(?:\\.${PRERELEASE})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
)
/** What of a version says which others may stand for it. */
const TRACK = /^(?:[1-9][0-9]*|0\.[1-9][0-9]*|0\.0\.[1-9][0-9]*|0\.0\.0)$/

export const isLabel = (name: string): boolean => LABEL.test(name)

export type ParsedName =
  | { kind: 'plain' }
  | { kind: 'constructor'; resource: string }
  | { kind: 'method' | 'static'; resource: string; member: string }
  | { kind: 'interface'; version?: string }

/** Undefined where it is no name. `suffix`: what the file says stands behind a version that is cut to its track. */
export function parseName(name: string, suffix?: string): ParsedName | undefined {
  if (suffix === undefined) {
    if (isLabel(name)) return { kind: 'plain' }
    const annotated = /^\[(constructor|method|static)\]([^]*)$/.exec(name)
    if (annotated) return annotatedName(annotated[1], annotated[2])
  }
  return interfaceName(name, suffix)
}

function annotatedName(kind: string, rest: string): ParsedName | undefined {
  if (kind === 'constructor') return isLabel(rest) ? { kind, resource: rest } : undefined
  const dot = rest.indexOf('.')
  const [resource, member] = [rest.slice(0, dot), rest.slice(dot + 1)]
  const right = dot >= 0 && isLabel(resource) && isLabel(member)
  return right ? { kind: kind as 'method' | 'static', resource, member } : undefined
}

function interfaceName(name: string, suffix?: string): ParsedName | undefined {
  const at = name.indexOf('@')
  const [path, version] = at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)]
  const [, namespace, rest, projection] = /^([^:/]*):([^:/]*)\/([^:/]*)$/.exec(path) ?? []
  if (namespace === undefined || !WORDS.test(namespace) || !WORDS.test(rest) || !isLabel(projection)) return undefined
  if (suffix !== undefined) {
    const whole = version !== undefined && TRACK.test(version) && VERSION.test(version + suffix)
    return whole ? { kind: 'interface', version: version + suffix } : undefined
  }
  return version === undefined || VERSION.test(version) ? { kind: 'interface', version } : undefined
}

export const isInterfaceName = (name: string): boolean => parseName(name)?.kind === 'interface'

/** Equal for names that may not stand beside each other. */
export function uniqueForm(name: string): string {
  const lower = name.toLowerCase()
  const member = /^\[(?:method|static)\](.*)$/s.exec(lower)?.[1]
  if (member === undefined) return lower
  const [resource, label] = member.split('.', 2)
  return resource === label ? label : member
}
