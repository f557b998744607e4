import { CompileError } from '../compiler/errors.ts'
import { placeOf } from './file-name.ts'

/** Where an output's executables lie. */
export class Places {
  /** Integrity strings by what not all file systems tell apart. */
  readonly #contents = new Map<string, string>()

  /** Takes a name for a content. @throws CompileError if another one has it, or one that a file system takes for it */
  claim(name: string, { integrity }: { integrity: string }): void {
    const place = placeOf(name)
    if ((this.#contents.get(place) ?? integrity) !== integrity) {
      throw new CompileError(`two different executables want the name ${name}`, {
        code: 'option',
        hint: 'put [name], [target] and [hash] into the fileName option',
      })
    }
    this.#contents.set(place, integrity)
  }
}
