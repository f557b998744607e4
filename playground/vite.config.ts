import wasmExe from 'unplugin-wasm-exe/vite'
import { defineConfig, type Plugin } from 'vite'
import { buildPrograms } from './programs/build.ts'

await buildPrograms(console.log)

/** The built page may ask its own server alone: nothing that visitors drop on it can leave. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const policy: Plugin = {
  name: 'policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
  ],
}

export default defineConfig({
  root: import.meta.dirname,
  // So that the built site works below any path.
  base: './',
  plugins: [wasmExe(), policy],
  // Workers go by headers, not by what the page says.
  preview: { headers: { 'Content-Security-Policy': POLICY } },
  worker: { format: 'es' },
  // Found only when a worker asks for them, they would have the development server load the page again.
  optimizeDeps: { include: ['@bjorn3/browser_wasi_shim'] },
  // Compiling programs takes as long as it takes; rolldown would warn of a slow plugin.
  build: {
    rolldownOptions: { checks: { pluginTimings: false } },
    outDir: 'dist/site',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
  },
})
