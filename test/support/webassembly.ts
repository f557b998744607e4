/** The part of the engine's own API that tests compare with; TypeScript declares it with the DOM only. */
export interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: object }>
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly
