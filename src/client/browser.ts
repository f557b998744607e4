/** For code in pages: finds out which executable the visitor can run. */
import type { AnyProgram, ProgramFile, TargetName } from '../program.ts'

export type { AnyProgram, DefaultTarget, ExactProgram, Program, ProgramFile, TargetName } from '../program.ts'

/** What is read of `navigator`. Only Chromium has `userAgentData`. */
export interface NavigatorLike {
  userAgent: string
  platform?: string
  maxTouchPoints?: number
  userAgentData?: {
    platform: string
    mobile: boolean
    getHighEntropyValues(hints: string[]): Promise<{ platform?: string; architecture?: string; bitness?: string }>
  }
}

/**
 * The executable for the visitor's machine, for a download button; undefined on telephones, on other systems, and
 * where the program was not built for the machine.
 *
 * Browsers do not always tell the processor. Safari and Firefox hide it on macOS: Macs are then taken for arm64, which
 * all made since 2020 are.
 */
export async function pick(
  program: AnyProgram,
  navigator: NavigatorLike = globalNavigator(),
): Promise<ProgramFile | undefined> {
  for (const target of await guessTargets(navigator)) {
    const executable = program.targets[target]
    if (executable !== undefined) return executable
  }
  return undefined
}

/** What the visitor's machine runs, best first; empty if it is none of the targets. */
export async function guessTargets(navigator: NavigatorLike = globalNavigator()): Promise<TargetName[]> {
  const { userAgentData } = navigator
  if (userAgentData === undefined) return fromUserAgent(navigator)
  if (userAgentData.mobile) return []
  const hints = await userAgentData
    .getHighEntropyValues(['architecture', 'bitness'])
    .catch(() => ({ architecture: undefined, bitness: undefined }))
  const { platform } = userAgentData
  if (!Object.hasOwn(PLATFORMS, platform)) return fromUserAgent(navigator)
  return candidates(PLATFORMS[platform], hints.architecture || undefined, hints.bitness || undefined)
}

type Platform = 'linux' | 'darwin' | 'win32'

const PLATFORMS: Record<string, Platform> = { Linux: 'linux', macOS: 'darwin', 'Mac OS X': 'darwin', Windows: 'win32' }

function fromUserAgent({ userAgent, platform = '', maxTouchPoints = 0 }: NavigatorLike): TargetName[] {
  if (/Android|iPhone|iPad|Mobile|CrOS/.test(userAgent)) return []
  if (/Mac OS X|Macintosh/.test(userAgent)) {
    // An iPad calls itself a Mac, but no Mac has a touch screen.
    return maxTouchPoints > 1 ? [] : candidates('darwin', undefined, '64')
  }
  const words = `${userAgent} ${platform}`
  const architecture = /aarch64|arm64/i.test(words) ? 'arm' : 'x86'
  if (/riscv64/i.test(words)) return ['linux-riscv64']
  if (/Windows NT/.test(userAgent))
    return candidates('win32', architecture, /Win64|WOW64|x64|arm64/i.test(words) ? '64' : '32')
  if (/Linux/.test(userAgent))
    return candidates('linux', architecture, /x86_64|aarch64|arm64|amd64/i.test(words) ? '64' : '32')
  return []
}

/** The last choice is what the system emulates. */
function candidates(platform: Platform, architecture: string | undefined, bitness = '64'): TargetName[] {
  if (bitness !== '64') return []
  if (platform === 'darwin') {
    // Whoever hides the processor gets what runs on both, if there is such a file.
    if (architecture === undefined) return ['darwin-universal', 'darwin-arm64', 'darwin-x64']
    if (architecture === 'arm') return ['darwin-arm64', 'darwin-universal', 'darwin-x64']
    return ['darwin-x64', 'darwin-universal']
  }
  if (architecture !== 'arm') return [`${platform}-x64`]
  return platform === 'linux' ? ['linux-arm64'] : ['win32-arm64', 'win32-x64']
}

function globalNavigator(): NavigatorLike {
  const { navigator } = globalThis as { navigator?: NavigatorLike }
  if (navigator === undefined) throw new Error('there is no navigator: pick() is for code in pages')
  return navigator
}
