/** A bill of materials in CycloneDX's format: which executables there are, and what they were made of and by. */
import { createHash } from 'node:crypto'
import { CompileError, decode, type LibraryInfo, type TargetName } from '../../compiler/index.ts'
import { version } from '../../compiler/version.ts'
import { readProducers } from '../../compiler/wasm/producers.ts'
import { hexHash } from '../file-name.ts'

export interface SbomFile {
  target: TargetName
  /** Relative to the bill, with slashes. */
  path: string
  integrity: string
  toolchain: { name: string; version: string; sha256: string | null }
  optimize: number | string
}

export interface SbomProgram {
  name: string
  /** The module's file, as everyone may know it. */
  source: string
  wasm: { bytes: Uint8Array; integrity: string }
  libraries: readonly LibraryInfo[]
  executables: readonly SbomFile[]
}

type CycloneDx = typeof import('@cyclonedx/cyclonedx-library')

async function load(): Promise<CycloneDx> {
  try {
    return await import('@cyclonedx/cyclonedx-library')
  } catch (cause) {
    throw new CompileError(
      'a bill of materials needs the npm package @cyclonedx/cyclonedx-library, which is not installed',
      {
        code: 'sbom',
        hint: 'run npm install -D @cyclonedx/cyclonedx-library, or leave the option sbom out',
        cause,
      },
    )
  }
}

/** The bill's JSON: equal builds give equal bytes, so it holds no time. @throws CompileError */
export async function createSbom(programs: readonly SbomProgram[]): Promise<string> {
  const cdx = await load()
  const { Bom, Component, Property, Tools } = cdx.Models
  const { ComponentType, HashAlgorithm } = cdx.Enums
  const bom = new Bom()
  const tools = new Tools()
  const own = new Component(ComponentType.Application, 'unplugin-wasm-exe', { version })
  tools.components.add(own)
  const compilers = new Map<string, InstanceType<typeof Component>>()
  const withHash = (component: InstanceType<typeof Component>, integrity: string): InstanceType<typeof Component> => {
    component.hashes.set(HashAlgorithm['SHA-256'], hexHash(integrity))
    bom.components.add(component)
    return component
  }
  const property = (component: InstanceType<typeof Component>, name: string, value: string): void =>
    void component.properties.add(new Property(`unplugin-wasm-exe:${name}`, value))

  for (const { name, source, wasm, libraries, executables } of programs) {
    const module = withHash(new Component(ComponentType.File, source, { bomRef: `module:${source}` }), wasm.integrity)
    const { customs } = decode(wasm.bytes, { name, file: source })
    for (const producer of readProducers(wasm.bytes, customs))
      property(module, `producers:${producer.field}`, [producer.name, producer.version].filter(Boolean).join(' '))
    const linked = libraries.map((library) => {
      const bomRef = `library:${source}:${library.name}`
      return withHash(new Component(ComponentType.Library, library.name, { bomRef }), library.integrity)
    })
    for (const { target, path, integrity, toolchain, optimize } of executables) {
      const component = withHash(new Component(ComponentType.File, path, { bomRef: `executable:${path}` }), integrity)
      property(component, 'program', name)
      property(component, 'target', target)
      property(component, 'optimize', String(optimize))
      property(component, 'compiler', `${toolchain.name} ${toolchain.version}`)
      for (const part of [module, ...linked]) component.dependencies.add(part.bomRef)
      const key = `${toolchain.name} ${toolchain.version}`
      if (toolchain.name === 'unplugin-wasm-exe' || compilers.has(key)) continue
      const compiler = new Component(ComponentType.Application, toolchain.name, { version: toolchain.version })
      if (toolchain.sha256 !== null) compiler.hashes.set(HashAlgorithm['SHA-256'], toolchain.sha256)
      compilers.set(key, compiler)
      tools.components.add(compiler)
    }
  }
  bom.metadata.tools = tools
  const factory = new cdx.Serialize.JSON.Normalize.Factory(cdx.Spec.Spec1dot6)
  const serializer = new cdx.Serialize.JsonSerializer(factory)
  const options = { sortLists: true, space: 2 }
  // Its number is one of what is in it.
  const hash = createHash('sha256').update(serializer.serialize(bom, options)).digest('hex')
  const parts = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ]
  bom.serialNumber = `urn:uuid:${parts.join('-')}`
  return `${serializer.serialize(bom, options)}\n`
}
