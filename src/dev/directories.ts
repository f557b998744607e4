import { dirname } from 'node:path/posix'

/** Paths as Vite has them, with slashes on every system. */
const slashed = (path: string): string => path.replaceAll('\\', '/')

/**
 * Which modules are made of all that is in a directory. Vite's modules can only be made of files, so that a file which is new
 * there would change nothing.
 */
export class DevDirectories {
  readonly #modules = new Map<string, Set<string>>()

  /** Notes that a module is made of directories. @param id the module's */
  add(id: string, directories: readonly string[]): void {
    for (const directory of directories.map(slashed)) {
      const ids = this.#modules.get(directory) ?? new Set()
      this.#modules.set(directory, ids.add(id))
    }
  }

  /** The ids of the modules that a new file belongs to, in whatever depth. */
  modulesOf(file: string): Set<string> {
    const found = new Set<string>()
    let directory = slashed(file)
    do {
      directory = dirname(directory)
      for (const id of this.#modules.get(directory) ?? []) found.add(id)
    } while (directory !== dirname(directory))
    return found
  }
}
