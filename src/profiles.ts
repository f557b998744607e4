import { parseProfile, type Profile } from '../compiler/c/profile/profile.ts'
import { CompileError } from '../compiler/errors.ts'
import { readAny } from '../compiler/read-file.ts'

/** Reads what programs wrote that count what they run. @throws CompileError if one cannot be read, or is no profile */
export function readProfiles(files: readonly string[], read = readAny): Promise<Profile[]> {
  return Promise.all(
    files.map(async (file) => {
      const bytes = await read(file).catch((cause: Error) => {
        if (cause instanceof CompileError) throw cause
        throw new CompileError(`the profile ${file} cannot be read: ${cause.message}`, {
          code: 'option',
          hint: 'it is written where a program built with profileGenerate was run, when it ends',
          cause,
        })
      })
      return parseProfile(bytes, file)
    }),
  )
}
