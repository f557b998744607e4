// Runs a WASI program in Node: node node-wasi.mjs '{"file", "args", "env", "dirs"}' (dirs: guest path → host path).
import { readFile } from 'node:fs/promises'
import { WASI } from 'node:wasi'

const { file, args, env = {}, dirs = {} } = JSON.parse(process.argv[2])
const wasi = new WASI({ version: 'preview1', args, env, preopens: dirs, returnOnExit: true })
const { instance } = await WebAssembly.instantiate(await readFile(file), wasi.getImportObject())
let code
try {
  code = wasi.start(instance)
} catch (error) {
  if (!(error instanceof WebAssembly.RuntimeError)) throw error
  process.stderr.write(`wasm trap: ${error.message}\n`)
  code = 134
}
process.exit(code)
