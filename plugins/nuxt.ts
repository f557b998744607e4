import { setUpNuxt, type Nuxt } from '../src/adapters/nuxt.ts'
import type { Options } from '../src/index.ts'

export type { Options } from '../src/index.ts'

/** Nuxt's module: `modules: ['unplugin-wasm-exe/nuxt']`, with options under `wasmExe`. */
export default Object.assign(
  (options: Options | undefined, nuxt: Nuxt) => setUpNuxt({ ...nuxt.options.wasmExe, ...options }, nuxt),
  {
    getMeta: () => ({ name: 'unplugin-wasm-exe', configKey: 'wasmExe' }),
  },
)
