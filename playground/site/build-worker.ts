/// <reference lib="webworker" />
/** Builds executables aside, so that the page answers meanwhile. */
import { createExecutables, inspectModule } from 'unplugin-wasm-exe/compiler/browser'
import type { BuildEvent, BuildRequest } from './messages.ts'

const post = (event: BuildEvent, transfer: Transferable[] = []) => postMessage(event, transfer)

async function build({ bytes, file, grants }: BuildRequest): Promise<void> {
  if (grants === undefined) return post({ type: 'inspected', inspection: inspectModule(bytes, { file }) })
  const started = performance.now()
  const { executables } = await createExecutables(bytes, { file, grants })
  const transfer = executables.map((executable) => executable.bytes.buffer as ArrayBuffer)
  post({ type: 'built', executables, milliseconds: performance.now() - started }, transfer)
}

addEventListener('message', ({ data }: MessageEvent<BuildRequest>) => {
  build(data).catch((error: unknown) =>
    post({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
  )
})
