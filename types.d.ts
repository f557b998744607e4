/**
 * Types of imported programs: add `"types": ["unplugin-wasm-exe/types"]` to the compilerOptions of tsconfig.json, or
 * `/// <reference types="unplugin-wasm-exe/types" />` to a file.
 *
 * An ambient module's name holds one `*`, so `exe` must be the last word of a query, and `href` stands right before it.
 * A query that names one target promises that target, one without a target the default ones; after any other query
 * check which targets there are. Of patterns that match, the first one declared counts.
 */
declare module '*&href&exe' {
  const url: string
  export default url
}
declare module '*&href=file&exe' {
  const url: string
  export default url
}
declare module '*?href&exe' {
  const url: string
  export default url
}
declare module '*?target=linux-x64&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<'linux-x64'>
  export default program
}
declare module '*?target=linux-arm64&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<'linux-arm64'>
  export default program
}
declare module '*?target=linux-riscv64&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<'linux-riscv64'>
  export default program
}
declare module '*?target=darwin-x64&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<'darwin-x64'>
  export default program
}
declare module '*?target=darwin-arm64&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<'darwin-arm64'>
  export default program
}
declare module '*?target=win32-x64&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<'win32-x64'>
  export default program
}
declare module '*?target=win32-arm64&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<'win32-arm64'>
  export default program
}
declare module '*?target=darwin-universal&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<'darwin-universal'>
  export default program
}
declare module '*?target=all&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<
    Exclude<import('unplugin-wasm-exe/browser').TargetName, 'darwin-universal'>
  >
  export default program
}
declare module '*.wasm?exe' {
  const program: import('unplugin-wasm-exe/browser').Program
  export default program
}
declare module '*.wat?exe' {
  const program: import('unplugin-wasm-exe/browser').Program
  export default program
}
declare module '*&exe' {
  const program: import('unplugin-wasm-exe/browser').Program<never>
  export default program
}
