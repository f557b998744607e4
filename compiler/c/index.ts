export { generate, generateInSteps } from './module.ts'
export type { Chunk, DataFile, GenerateOptions, Generated } from './generated.ts'
export { mangle, symbol } from './symbols.ts'
