/** Where the compiled runtimes are, written so that bundlers find the files and put them beside what they make. */
import { HOST_FILES, type HostPart } from './component/host.ts'
import { CompileError } from './errors.ts'
import type { MachineTarget } from './machine-targets.ts'
import type { TargetName } from './targets.ts'

/** Of what components are linked with: those that use the net, or have tasks, need more. */
export type ComponentPart = HostPart

/** Relative to dist/compiler. */
const URLS: Partial<Record<TargetName, URL>> = {
  'linux-x64': new URL('../runtime/linux-x64.bin', import.meta.url),
  'linux-arm64': new URL('../runtime/linux-arm64.bin', import.meta.url),
  'darwin-x64': new URL('../runtime/darwin-x64.bin', import.meta.url),
  'darwin-arm64': new URL('../runtime/darwin-arm64.bin', import.meta.url),
  'win32-x64': new URL('../runtime/win32-x64.bin', import.meta.url),
  'win32-arm64': new URL('../runtime/win32-arm64.bin', import.meta.url),
}

const COMPONENT: Record<ComponentPart, URL> = {
  plain: new URL('../runtime/component.bin', import.meta.url),
  net: new URL('../runtime/component-net.bin', import.meta.url),
  async: new URL('../runtime/component-async.bin', import.meta.url),
  'async-net': new URL('../runtime/component-async-net.bin', import.meta.url),
}

/** Fetches the compiled runtime of a target. @throws CompileError if it is not there */
export async function fetchRuntime({ name }: Pick<MachineTarget, 'name'>): Promise<Uint8Array> {
  return fetchFile(URLS[name]!, name, '`runtime`', '<target>.bin')
}

/** Fetches what components are linked with, the same for all targets. @throws CompileError if it is not there */
export const fetchComponentRuntime = (part: ComponentPart): Promise<Uint8Array> =>
  fetchFile(COMPONENT[part], 'components', '`componentRuntime`', HOST_FILES[part])

async function fetchFile(url: URL, what: string, option: string, file: string): Promise<Uint8Array> {
  const missing = (cause: unknown): CompileError =>
    new CompileError(`the compiled runtime for ${what} is missing (${url.href})`, {
      code: 'toolchain',
      hint: `give createExecutables the option ${option}, a function that returns the bytes of this package's dist/runtime/${file}`,
      cause,
    })
  const response = await fetch(url).catch((cause: unknown) => {
    throw missing(cause)
  })
  if (!response.ok) throw missing(response.status)
  return new Uint8Array(await response.arrayBuffer())
}
