import { unplugin } from '../src/index.ts'

export type { Options } from '../src/index.ts'
export default unplugin.webpack
