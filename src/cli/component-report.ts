import { integrity } from '../../compiler/compile.ts'
import { decodeComponent } from '../../compiler/component/decode.ts'
import { coreModules } from '../../compiler/component/describe.ts'
import { hostSignature } from '../../compiler/component/host-types.ts'
import { hostKey, hostPart } from '../../compiler/component/host.ts'
import { planComponent } from '../../compiler/component/program.ts'
import { signatureText } from '../../compiler/component/signature.ts'
import { readHost } from '../../compiler/component/stages.ts'
import type { ComponentType, Entity, FuncType, Resource } from '../../compiler/component/types.ts'
import { validateComponent } from '../../compiler/component/validate.ts'
import { CompileError } from '../../compiler/errors.ts'
import type { Input } from './input.ts'

/** What `wasm-exe inspect` says about a component; plain data. */
export interface ComponentReport {
  kind: 'component'
  file: string
  bytes: number
  /** `sha256-` and base64. */
  integrity: string
  /** Its world: interfaces with their versions, and what stands in none. */
  imports: WorldItem[]
  exports: WorldItem[]
  modules: { bytes: number; functions: number; imported: number; data: number; features: string[] }[]
  /** Why no executable can be made of it; null if one can. */
  problem: string | null
}

interface WorldItem {
  name: string
  /** 'instance' for an interface. */
  kind: string
  /** Of an interface. An import is implemented where its type is WASI's. */
  functions: { name: string; type: string; implemented?: boolean }[]
  resources: string[]
  /** Of a function that stands in no interface. */
  type?: string
}

/** Reads and validates a component, and tries to link it. @throws CompileError if it is not valid */
export async function reportComponent({ file, name, bytes }: Input): Promise<ComponentReport> {
  const component = decodeComponent(bytes, { file })
  const type = validateComponent(component, { file })
  const host = await readHost(hostPart(component, type.imports.keys()))
  let problem: string | null = null
  try {
    planComponent(component, { name, file, host })
  } catch (error) {
    if (!(error instanceof CompileError)) throw error
    problem = error.reason
  }
  return {
    kind: 'component',
    file,
    bytes: bytes.byteLength,
    integrity: integrity(bytes),
    imports: world(type, 'imports'),
    exports: world(type, 'exports'),
    modules: coreModules(component).map(({ bytes: own, funcs, data, features }) => ({
      bytes: own.byteLength,
      functions: funcs.filter((func) => !func.import).length,
      imported: funcs.filter((func) => func.import).length,
      data: data.reduce((sum, { start, end }) => sum + end - start, 0),
      features: [...features.keys()].sort(),
    })),
    problem,
  }
}

function world(type: ComponentType, direction: 'imports' | 'exports'): WorldItem[] {
  const keys = resourceKeys(type)
  const short = (resource: Resource): string => keys.get(resource)?.split('#')[1] ?? 'resource'
  const exact = (resource: Resource): string => keys.get(resource) ?? 'another resource'
  return [...type[direction]].map(([name, entity]) => {
    const items: [string, Entity][] = entity.sort === 'instance' ? [...entity.type.exports] : []
    const implemented = (func: FuncType, item: string): boolean =>
      signatureText(func, exact) === hostSignature(hostKey(name, item))
    return {
      name,
      kind: entity.sort,
      functions: items.flatMap(([item, inner]) =>
        inner.sort !== 'func'
          ? []
          : {
              name: item,
              type: signatureText(inner.type, short),
              ...(direction === 'imports' && { implemented: implemented(inner.type, item) }),
            },
      ),
      resources: items.flatMap(([item, inner]) => (isResource(inner) ? [item] : [])),
      ...(entity.sort === 'func' && { type: signatureText(entity.type, short) }),
    }
  })
}

const isResource = (entity: Entity): boolean => entity.sort === 'type' && entity.type.kind === 'resource'

/** Resources by the first interface that has them; others use them from there. */
function resourceKeys({ imports, exports }: ComponentType): Map<Resource, string> {
  const keys = new Map<Resource, string>()
  for (const [name, entity] of [...imports, ...exports]) {
    if (entity.sort !== 'instance') continue
    for (const [item, { sort, ...rest }] of entity.type.exports) {
      if (sort !== 'type' || !('type' in rest) || rest.type.kind !== 'resource') continue
      if (!keys.has(rest.type.resource)) keys.set(rest.type.resource, hostKey(name, item))
    }
  }
  return keys
}
