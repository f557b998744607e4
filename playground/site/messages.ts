import type { Executable, Grants, Inspection } from 'unplugin-wasm-exe/compiler/browser'

/** What the page asks of the worker that runs programs. */
export interface RunRequest {
  wasm: string
  /** The program's name first. */
  args: string[]
  input: string
  /** Guest paths of directories to fill with the page's sample files. */
  dirs: string[]
}

/** What the worker tells while the program runs. */
export type RunEvent =
  | { type: 'output'; stream: 'out' | 'err'; text: string }
  | { type: 'exit'; code: number; milliseconds: number }
  | { type: 'failed'; message: string }

/** What the page asks of the worker that builds. */
export interface BuildRequest {
  bytes: Uint8Array
  file: string
  /** Undefined: the module is inspected only. */
  grants?: Grants
}

export type BuildEvent =
  | { type: 'inspected'; inspection: Inspection }
  | { type: 'built'; executables: Executable[]; milliseconds: number }
  | { type: 'failed'; message: string }
