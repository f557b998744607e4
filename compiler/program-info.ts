/** What an executable says about itself: `wasm-exe inspect` shows it. */
import type { EmbeddedInfo } from './embed.ts'
import type { LibraryInfo } from './modules.ts'
import type { NormalGrants, Optimize } from './options.ts'

export interface ProgramInfo {
  /** Of this format. */
  version: 1
  name: string
  wasm: { bytes: number; integrity: string }
  /** The other modules it is linked from. */
  libraries?: readonly LibraryInfo[]
  /** Names of imported calls by module, sorted; what one module imports from another is not among them. */
  imports: Record<string, string[]>
  grants: NormalGrants
  embedded: readonly EmbeddedInfo[]
  toolchain: { name: string; version: string }
  optimize: Optimize
}

/** The section of ELF, PE and Mach-O files that holds it, NUL-terminated; see runtime/program.h. */
export const INFO_SECTIONS: readonly string[] = ['.wasmexe', '__wasm_exe']

/** What most programs have: it is left out of the executable. */
export const USUAL_GRANTS: NormalGrants = { dirs: [], env: [], args: { fixed: [], pass: true }, listen: [] }
export const USUAL = { version: 1, grants: USUAL_GRANTS, embedded: [], optimize: 2 } as const

/** The JSON that stands in the executable. */
export function encodeProgramInfo({ grants, ...info }: ProgramInfo): string {
  return JSON.stringify(unusual({ ...info, grants: unusual(grants, USUAL_GRANTS) }, { ...USUAL, grants: {} }))
}

function unusual(fields: object, usual: object): object {
  const known = new Map<string, unknown>(Object.entries(usual))
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(known.get(key))),
  )
}
