/**
 * The compiler where there is no Node: WebAssembly bytes in, the bytes of executables out. What it makes is, byte for byte,
 * what the command line makes at level 1.
 */
import { decodeComponent } from './component/decode.ts'
import { coreModules, describeComponent } from './component/describe.ts'
import { hostPart } from './component/host.ts'
import { isComponent, takesNoModules } from './component/preamble.ts'
import { validateComponent } from './component/validate.ts'
import { checkGuests, describeEmbedded, type EmbeddedInfo, type EmbeddedNode } from './embed-info.ts'
import { nameFile } from './errors.ts'
import { finish } from './finish.ts'
import { MachineProgram } from './machine-program.ts'
import { checkMachineTargets, type MachineTarget } from './machine-targets.ts'
import { checkMacos, joinMacos, type MacosOptions } from './macos.ts'
import { parseHeapMax } from './heap.ts'
import { describeModule, moduleNames, type ModuleInfo } from './module-info.ts'
import { checkGuestPath, normalizeGrants, optionError, type Grants, type NormalGrants } from './options.ts'
import { planProgram, type ProgramPlan } from './plan.ts'
import { describeProgram } from './program-info.ts'
import { fetchComponentRuntime, fetchRuntime, type ComponentPart } from './runtime-urls.ts'
import { sha256 } from './sha256.ts'
import { selectTargets } from './target-selection.ts'
import { DEFAULT_TARGETS, partsOf, type TargetName } from './targets.ts'
import { version } from './version.ts'
import { decode } from './wasm/decode.ts'
import type { Module } from './wasm/module.ts'
import { validateModule } from './wasm/validate.ts'
import { checkWindows, type WindowsContents } from './windows.ts'

export { CompileError } from './errors.ts'
export { DEFAULT_TARGETS, TARGETS, TARGET_NAMES, type TargetName } from './targets.ts'
export type { EmbeddedInfo, Grants, MacosOptions, ModuleInfo, NormalGrants, WindowsContents }

/** A directory as an object: names to contents, which are bytes, text, or directories again. */
export interface EmbeddedDirectory {
  readonly [name: string]: Uint8Array | string | EmbeddedDirectory
}

/** A module that others import from by its name. */
export interface Library {
  name: string
  bytes: Uint8Array
  /** For messages; default: the name and `.wasm`. */
  file?: string
}

export interface ExecutablesOptions {
  /** The file's path, for messages; default 'module.wasm'. */
  file?: string
  /** The program's name; default: the file's stem. */
  name?: string
  /** Names of targets; default: {@link DEFAULT_TARGETS}. */
  targets?: readonly string[]
  grants?: Grants
  /** Bytes that the heap of a program with garbage collection may have, or a text like '64M'; default 4 GiB. */
  heapMax?: number | string
  /** Guest paths to directories that become part of the executable. */
  embed?: Readonly<Record<string, EmbeddedDirectory>>
  /** Modules that the program, or one another, imports from. */
  modules?: readonly Library[]
  /** What executables for Windows show of themselves; the icon as bytes, the manifest as text. */
  windows?: WindowsContents
  /** What the signatures of executables for macOS say. */
  macos?: MacosOptions
  /** Gives the bytes of a target's `dist/runtime/<target>.bin`; default: fetches it from beside this module. */
  runtime?: (target: TargetName) => Uint8Array | Promise<Uint8Array>
  /**
   * Gives the bytes of `dist/runtime/component.bin`, or `component-net.bin` for 'net', which components need; default:
   * fetches them likewise.
   */
  componentRuntime?: (part: ComponentPart) => Uint8Array | Promise<Uint8Array>
}

export interface Executable {
  target: TargetName
  /** The program's name and the target's extension: 'hello.exe'. */
  fileName: string
  bytes: Uint8Array
  /** `sha256-` and base64. */
  integrity: string
  /** For generating, where no target before had the same code, and linking. */
  milliseconds: number
}

export interface Build {
  module: ModuleInfo
  grants: NormalGrants
  embedded: readonly EmbeddedInfo[]
  /** In the order of the targets' table. */
  executables: Executable[]
}

/** What a module or component is, without compiling it: decoded and validated. */
export interface Inspection extends ModuleInfo {
  kind: 'module' | 'component'
  /** Proposals that it uses, a component in its core modules; sorted. */
  features: string[]
}

type Names = Pick<ExecutablesOptions, 'file' | 'name'>

/** Decodes and validates a module or component. @throws CompileError with file, byte offset and function */
export function inspectModule(bytes: Uint8Array, options: Names = {}): Inspection {
  const { kind, info, modules } = isComponent(bytes) ? readComponent(bytes, options) : readModule(bytes, options)
  return { kind, ...info, features: [...new Set(modules.flatMap(({ features }) => [...features.keys()]))].sort() }
}

function readModule(bytes: Uint8Array, options: Names) {
  const module = decoded(bytes, options)
  return { kind: 'module' as const, info: describeModule(module, integrity([bytes])), modules: [module] }
}

function readComponent(bytes: Uint8Array, options: Names) {
  const names = moduleNames(options)
  const component = decodeComponent(bytes, names)
  const type = validateComponent(component, names)
  const info = describeComponent(type, { ...names, size: bytes.byteLength, integrity: integrity([bytes]) })
  return {
    kind: 'component' as const,
    info,
    modules: coreModules(component),
    component,
    part: hostPart(component, type.imports.keys()),
  }
}

/** A program of a module and its libraries, or of a component. */
async function planned(
  bytes: Uint8Array,
  options: ExecutablesOptions,
  modules: readonly Library[],
): Promise<{ module: ModuleInfo; plan: ProgramPlan }> {
  if (!isComponent(bytes)) {
    const {
      info,
      modules: [main],
    } = readModule(bytes, options)
    const libraries = modules.map((library) => decoded(library.bytes, { file: `${library.name}.wasm`, ...library }))
    return { module: info, plan: planProgram(main, libraries) }
  }
  if (modules.length > 0) throw takesNoModules(moduleNames(options).file)
  const { info, component, part } = readComponent(bytes, options)
  // What few programs need is loaded for them alone.
  const { planComponent } = await import('./component/program.ts')
  const host = await (options.componentRuntime ?? fetchComponentRuntime)(part)
  return { module: info, plan: planComponent(component, { name: info.name, file: info.file, host }) }
}

/** Builds executables for several targets; they share the generated code. @throws CompileError */
export async function createExecutables(bytes: Uint8Array, options: ExecutablesOptions = {}): Promise<Build> {
  const targets = selectTargets(options.targets ?? DEFAULT_TARGETS)
  const parts = partsOf(targets)
  checkMachineTargets(parts)
  const { windows, macos } = options
  if (windows !== undefined) checkWindows(windows)
  if (macos !== undefined) checkMacos(macos)
  const grants = normalizeGrants(options.grants)
  const heapMax = options.heapMax === undefined ? undefined : parseHeapMax(options.heapMax)
  const roots = Object.entries(options.embed ?? {}).map(([guest, directory]) => {
    checkGuestPath('embed', guest)
    return { guest, node: embeddedNode('', directory, guest) }
  })
  const embedded = roots.map((root) => describeEmbedded(root, integrity))
  checkGuests(grants, embedded)
  const load = options.runtime ?? ((name: TargetName) => fetchRuntime({ name }))
  const { modules = [] } = options
  const { file } = moduleNames(options)
  try {
    const { module, plan } = await planned(bytes, options, modules)
    const linked = modules.map((library) => ({
      name: library.name,
      bytes: library.bytes.byteLength,
      integrity: integrity([library.bytes]),
    }))
    const info = describeProgram(plan, module, linked, {
      grants,
      heapMax,
      embedded,
      backend: 'machine',
      toolchain: { name: 'unplugin-wasm-exe', version },
      optimize: 1,
    })
    const program = new MachineProgram(plan, info, roots)
    await program.prepare()
    const made = new Map<TargetName, Made>()
    for (const target of parts) {
      const one = make(program, target, await load(target.name))
      made.set(target.name, { ...one, bytes: finish(one.bytes, target, module.name, { windows, macos }) })
    }
    const executables = targets.map((target): Executable => {
      const own = (target.halves ?? [target.name]).map((name) => made.get(name)!)
      const bytes =
        target.halves === undefined
          ? own[0].bytes
          : joinMacos(
              own.map((half) => half.bytes),
              module.name,
              macos ?? {},
            )
      const milliseconds = own.reduce((sum, half) => sum + half.milliseconds, 0)
      return {
        target: target.name,
        fileName: module.name + target.ext,
        bytes,
        integrity: integrity([bytes]),
        milliseconds,
      }
    })
    return { module, grants, embedded, executables }
  } catch (error) {
    throw nameFile(error, file)
  }
}

interface Made {
  bytes: Uint8Array
  milliseconds: number
}

function make(program: MachineProgram, target: MachineTarget, runtime: Uint8Array): Made {
  const started = performance.now()
  // Without a pause: no other program is generated meanwhile.
  const steps = program.generate(target)
  let step = steps.next()
  while (!step.done) step = steps.next()
  const bytes = program.link(target, step.value, runtime)
  return { bytes, milliseconds: performance.now() - started }
}

function decoded(bytes: Uint8Array, options: Pick<ExecutablesOptions, 'file' | 'name'>): Module {
  const module = decode(bytes, moduleNames(options))
  validateModule(module)
  return module
}

function embeddedNode(name: string, content: EmbeddedDirectory[string], path: string): EmbeddedNode {
  if (content instanceof Uint8Array) return { name, bytes: content, children: [] }
  if (typeof content === 'string') return { name, bytes: new TextEncoder().encode(content), children: [] }
  const children = Object.entries(content).map(([child, inner]) => {
    if (child === '' || child === '.' || child === '..' || /[/\0]/.test(child)) {
      throw optionError(
        `embed: ${JSON.stringify(child)} in ${path} is no file name`,
        'use a directory for each part of a path',
      )
    }
    return embeddedNode(child, inner, `${path}/${child}`)
  })
  return { name, children: children.sort((a, b) => compareBytes(a.name, b.name)) }
}

function compareBytes(a: string, b: string): number {
  const utf8 = new TextEncoder()
  const [left, right] = [utf8.encode(a), utf8.encode(b)]
  const at = left.findIndex((byte, index) => byte !== right[index])
  return at < 0 ? left.length - right.length : left[at] - (right[at] ?? -1)
}

/** `sha256-` and base64, of parts one after the other. */
function integrity(parts: readonly Uint8Array[]): string {
  let all = parts[0]
  if (parts.length !== 1) {
    all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
    let at = 0
    for (const part of parts) {
      all.set(part, at)
      at += part.length
    }
  }
  return `sha256-${btoa(String.fromCharCode(...sha256(all)))}`
}
