import wasmExe from 'unplugin-wasm-exe/vite'
import { defineConfig } from 'vite'
import { buildPrograms } from './programs/build.ts'

await buildPrograms(console.log)

export default defineConfig({
  root: import.meta.dirname,
  // So that the built site works below any path.
  base: './',
  plugins: [wasmExe()],
  worker: { format: 'es' },
  build: { outDir: 'dist/site', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022' },
})
