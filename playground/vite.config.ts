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
  // Compiling programs takes as long as it takes; rolldown would warn of a slow plugin.
  build: {
    rolldownOptions: { checks: { pluginTimings: false } },
    outDir: 'dist/site',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
  },
})
