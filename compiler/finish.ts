/** What is done to an executable after it is linked, by whichever linker: what users and systems see of it. */
import { finishMacos, type MacosOptions } from './macos.ts'
import type { Target } from './targets.ts'
import { finishWindows, type WindowsContents } from './windows.ts'

/** Options that one system's executables have alone. */
export interface SystemOptions {
  windows?: WindowsContents
  macos?: MacosOptions
}

/** Whether an executable is changed after it is linked. */
export const isFinished = ({ platform }: Pick<Target, 'platform'>, { windows, macos }: SystemOptions): boolean =>
  (platform === 'win32' && windows !== undefined) || (platform === 'darwin' && macos !== undefined)

/** @param name the program's. @throws CompileError */
export function finish(file: Uint8Array, target: Target, name: string, { windows, macos }: SystemOptions): Uint8Array {
  if (target.platform === 'win32' && windows !== undefined) return finishWindows(file, name, windows)
  if (target.platform === 'darwin' && macos !== undefined) return finishMacos(file, name, macos)
  return file
}

/** All of the options that decides what a target's executable holds, bytes apart from the rest. */
export function finishKey({ platform }: Target, { windows, macos }: SystemOptions): (string | Uint8Array)[] {
  if (platform === 'win32' && windows !== undefined) {
    const { icon, ...rest } = windows
    return ['windows', JSON.stringify(rest), icon ?? '']
  }
  return platform === 'darwin' && macos !== undefined ? ['macos', JSON.stringify(macos)] : []
}
