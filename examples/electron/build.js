import { build } from 'esbuild'
import wasmExe from 'unplugin-wasm-exe/esbuild'

await build({
  entryPoints: ['main.js'],
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'esm',
  external: ['electron'],
  // What electron-builder leaves out of the archive: asarUnpack in package.json.
  assetNames: 'exe/[name]-[hash]',
  plugins: [wasmExe()],
})
