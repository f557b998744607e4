import { dirname } from 'node:path/posix'

/** Paths as Vite has them, with slashes on every system. */
const slashed = (path: string): string => path.replaceAll('\\', '/')

/**
 * Which modules are made of which files, and of all that is in which directories. Vite's modules can only be made of files, so
 * that one which is new in a directory would change nothing.
 */
export class DevInputs {
  readonly #modules = new Map<string, Set<string>>()

  /** Notes that a module is made of directories, or of files. @param id the module's */
  add(id: string, paths: readonly string[]): void {
    for (const path of paths.map(slashed)) {
      const ids = this.#modules.get(path) ?? new Set()
      this.#modules.set(path, ids.add(id))
    }
  }

  /** The ids of the modules that a file belongs to, in whatever depth. */
  modulesOf(file: string): Set<string> {
    const found = new Set<string>()
    for (let path = slashed(file); ; path = dirname(path)) {
      for (const id of this.#modules.get(path) ?? []) found.add(id)
      if (path === dirname(path)) return found
    }
  }
}
