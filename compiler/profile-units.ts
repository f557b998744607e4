/** Units of a program that counts what it runs, and of one for which that was counted. */
import type { BuildContext } from './c-build.ts'
import { countBlocks, samplesOf } from './c/profile/counters.ts'
import { cString } from './config.ts'
import { CompileError } from './errors.ts'
import { printable } from './printable.ts'
import type { ProgramInfo } from './program-info.ts'
import { hashKey } from './store.ts'
import type { Unit } from './unit.ts'

/** @throws CompileError for what the toolchain cannot do */
export function checkProfile({ profileUse, profileGenerate, toolchain, debug }: BuildContext): void {
  const refuse = (reason: string, hint: string): CompileError => new CompileError(reason, { code: 'option', hint })
  if (profileUse !== undefined && profileGenerate)
    throw refuse('profileGenerate and profileUse are one after the other', 'leave one of them out')
  if (profileUse !== undefined && toolchain.info.name === 'gcc')
    throw refuse(
      'profileUse is for clang: gcc reads other profiles',
      'leave the toolchain option out, or set CC to clang',
    )
  if (debug && (profileGenerate || profileUse !== undefined))
    throw refuse('profiles are counted and used by lines that debug: true names otherwise', 'leave debug out')
}

/** @throws CompileError for what is built without counters and counts */
export function checkNoProfile({ profileUse, profileGenerate }: BuildContext): void {
  if (!profileGenerate && profileUse === undefined) return
  const option = profileGenerate ? 'profileGenerate' : 'profileUse'
  throw new CompileError(`object files for C programs have no ${option}`, {
    code: 'option',
    hint: 'leave it out, or build an executable',
  })
}

/** What of a profile decides about an executable, for its key. */
export function profileKey({ profileGenerate, profileUse }: BuildContext): string[] {
  if (profileGenerate) return ['profile']
  return profileUse === undefined ? [] : [hashKey('profile', JSON.stringify([...profileUse.functions]))]
}

/**
 * The units of modules, with counters or with what was counted; what belongs into the program's configuration.
 * @throws CompileError with the code 'profile' if the profile knows none of their functions
 */
export async function profileUnits(
  { profileGenerate, profileUse }: BuildContext,
  units: readonly Unit[],
  { name, profile = '' }: ProgramInfo,
): Promise<{ units: readonly Unit[]; config: string }> {
  if (profileGenerate) return countedUnits(await Promise.all(units.map(withText)), name, profile)
  if (profileUse === undefined) return { units, config: '' }
  const read = await Promise.all(units.map(withText))
  const seen = new Map<string, number>()
  const samples = read.map(({ code }) => samplesOf(code, profileUse, seen))
  if (samples.every(({ known }) => known === 0)) {
    throw new CompileError(`the profile of ${printable(profileUse.program)} knows none of the functions of ${name}`, {
      code: 'profile',
      hint: 'it is of another program, or of another version: build with profileGenerate, and run that',
    })
  }
  // clang refuses an empty file: of tables alone, and of functions that changed.
  return { units: read.map((unit, index) => ({ ...unit, samples: samples[index].text || undefined })), config: '' }
}

/** Its text is to be changed: what was known of it does not count. */
async function withText(unit: Unit): Promise<Unit> {
  const { code, data } = await (unit.read?.() ?? unit)
  return { ...unit, code, data, read: undefined, hash: undefined }
}

/** @param file what runtime/profile.c writes to */
function countedUnits(units: readonly Unit[], program: string, file: string): { units: Unit[]; config: string } {
  const arrays: { name: string; words: number }[] = []
  const counted = units.map((unit, index) => {
    const name = `wasm_profile_${index}`
    const { code, words } = countBlocks(unit.code, name)
    if (words > 0) arrays.push({ name, words })
    return { ...unit, code }
  })
  const config = [
    ...arrays.map(({ name, words }) => `extern u64 ${name}[${words}];`),
    'struct wasm_profile_part {',
    '    const u64 *words;',
    '    u64 count;',
    '};',
    'const struct wasm_profile_part wasm_profile_parts[] = {',
    ...arrays.map(({ name, words }) => `    {${name}, ${words}},`),
    '    {NULL},',
    '};',
    `const char wasm_profile_header[] = ${cString(`wasm-exe profile 1 ${printable(program)}\n`)};`,
    `const char wasm_profile_file[] = ${cString(file)};`,
    '',
  ].join('\n')
  return { units: counted, config }
}
