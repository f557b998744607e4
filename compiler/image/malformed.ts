import { CompileError } from '../errors.ts'

/** Of an object file that a compiler made, or of the package's own files. */
export const malformed = (file: string, what: string): CompileError =>
  new CompileError(what, {
    code: 'toolchain',
    file,
    hint: 'if the C compiler is not broken, please report this with that file',
  })
