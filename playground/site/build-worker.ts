/// <reference lib="webworker" />
/** Builds executables aside, so that the page answers meanwhile. */
import { createExecutables, inspectModule } from 'unplugin-wasm-exe/compiler/browser'
import type { BuildEvent, BuildRequest } from './messages.ts'

const post = (event: BuildEvent, transfer: Transferable[] = []) => postMessage(event, transfer)

/** The parser comes when somebody writes text. */
async function binary({ bytes, file }: BuildRequest): Promise<Uint8Array<ArrayBuffer>> {
  if (!/\.wat$/i.test(file)) return bytes
  const { assemble } = await import('unplugin-wasm-exe/compiler/text')
  return assemble(bytes, { file })
}

async function answer(request: BuildRequest): Promise<void> {
  const { file, grants } = request
  const wasm = await binary(request)
  if (grants === undefined) return post({ type: 'inspected', inspection: inspectModule(wasm, { file }), wasm })
  const started = performance.now()
  const { executables } = await createExecutables(wasm, { file, grants })
  const transfer = executables.map((executable) => executable.bytes.buffer as ArrayBuffer)
  post({ type: 'built', executables, milliseconds: performance.now() - started }, transfer)
}

addEventListener('message', ({ data }: MessageEvent<BuildRequest>) => {
  answer(data).catch((error: unknown) =>
    post({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
  )
})
