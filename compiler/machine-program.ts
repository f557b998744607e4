/**
 * Executables of machine code of our own, linked by our own linker: bytes in, bytes out, nothing of Node. What fits several
 * targets is generated once.
 */
import { listenRows } from './config.ts'
import type { EmbeddedFiles } from './embed.ts'
import { baseName, safeName } from './file-names.ts'
import { linkImage } from './image/link.ts'
import type { RelocatableObject } from './image/object.ts'
import { programObject } from './image/program.ts'
import { decodeRuntime } from './image/runtime.ts'
import { generateInSteps } from './machine/index.ts'
import { loadVectors } from './machine/vectors.ts'
import { hasObjects, programConfig, type ProgramPlan } from './plan.ts'
import type { ProgramInfo } from './program-info.ts'
import type { Steps } from './steps.ts'
import type { MachineTarget } from './machine-targets.ts'
import { memoryName, memoryPlace } from './targets.ts'
import { memories, withoutPages } from './fit-objects.ts'
import { CanonicalTypes } from './wasm/canonical-types.ts'

/** Bytes of the largest page of any system on arm64. */
const SHARED_PAGE = 0x10000

export class MachineProgram {
  readonly #plan: ProgramPlan
  readonly #info: ProgramInfo
  readonly #files: EmbeddedFiles['roots']
  readonly #generated = new Map<string, RelocatableObject[]>()

  /** @param files those that `info` describes as embedded */
  constructor(plan: ProgramPlan, info: ProgramInfo, files: EmbeddedFiles['roots']) {
    this.#plan = plan
    this.#info = info
    this.#files = files
  }

  /** Loads what the generator needs for these modules alone. */
  async prepare(): Promise<void> {
    const features = this.#plan.modules.map(({ module }) => module.features)
    if (features.some((used) => used.has('simd') || used.has('relaxed-simd'))) await loadVectors()
  }

  /**
   * The code of the modules, once it was prepared. It goes through state that all programs share: no other may be generated before this is done,
   * or ended with `return`.
   */
  *generate(target: MachineTarget): Steps<RelocatableObject[]> {
    const { arch } = target
    // A register holds the memory's address on arm64: code is the same for all systems. Data lies in pages, as one of them can move it.
    const isShared = arch === 'arm64'
    const imagePage = isShared ? SHARED_PAGE : target.imagePage
    const key = isShared ? arch : `${arch} ${memoryPlace(target)} ${imagePage}`
    let objects = this.#generated.get(key)
    if (objects === undefined) {
      objects = []
      const types = new CanonicalTypes()
      const collected = hasObjects(this.#plan)
      const modules = new Set(this.#plan.modules.map(({ module }) => module.name))
      for (const { module, isProgram, memorySlot } of this.#plan.modules) {
        const memoryAt = memoryPlace(target, memorySlot)
        const importsThrow = this.#plan.importsThrow || undefined
        const file = baseName(module.file)
        objects.push(
          yield* generateInSteps(module, {
            arch,
            memoryAt,
            memoryName: isShared ? memoryName(memorySlot) : undefined,
            imagePage,
            file,
            types,
            ownWasi: !isProgram,
            importsThrow,
            objects: collected,
            modules,
          }),
        )
      }
      this.#generated.set(key, objects)
    }
    if (!isShared) return objects
    const slots = this.#plan.modules.map(({ memorySlot }) => memorySlot)
    const fit = target.imagePage === undefined ? objects.map(withoutPages) : objects
    return [...fit, memories(target, slots)]
  }

  /** The bytes of an executable. @param runtime the target's file of dist/runtime */
  link(target: MachineTarget, objects: readonly RelocatableObject[], runtime: Uint8Array): Uint8Array {
    return linkProgram({ plan: this.#plan, info: this.#info, files: this.#files }, target, objects, runtime)
  }
}

/** Links the objects of a program's modules with the compiled runtime. */
export function linkProgram(
  { plan, info, files }: { plan: ProgramPlan; info: ProgramInfo; files: EmbeddedFiles['roots'] },
  { platform, arch }: MachineTarget,
  objects: readonly RelocatableObject[],
  runtime: Uint8Array,
): Uint8Array {
  const config = programConfig(plan, info)
  const program = programObject({ ...config, threads: plan.threads, files }, { platform, arch })
  const parts = {
    threads: plan.threads,
    listen: listenRows(info.grants, config.net).length > 0,
    embed: files.length > 0,
    net: config.net,
  }
  const { objects: called, imports } = decodeRuntime(runtime, parts)
  return linkImage([...called, ...objects, program], { target: { platform, arch }, name: safeName(info.name), imports })
}
