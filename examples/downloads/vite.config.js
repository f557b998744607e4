import wasmExe from 'unplugin-wasm-exe/vite'

export default {
  plugins: [
    wasmExe({
      targets: ['linux-x64', 'linux-arm64', 'darwin-universal', 'win32-x64', 'win32-arm64'],
      archives: { readme: 'README.md' },
    }),
  ],
}
