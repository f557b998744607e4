/** `node compile.mjs NODE_MODULES OUTPUT.wasm SOURCE.mbt…`: MoonBit's compiler is a worker of the browser's. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'

const [modules, output, ...sources] = process.argv.slice(2)
const answers = new Map()
let receive
Object.assign(globalThis, {
  self: globalThis,
  addEventListener: (type, listener) => {
    if (type === 'message') receive = listener
  },
  postMessage: (message) => answers.get(message.id)?.(message),
})
createRequire(import.meta.url)(join(modules, '@moonbit/moonc-worker/moonc-worker.js'))

function call(name, value) {
  return new Promise((resolve, reject) => {
    answers.set(name, (answer) => (answer.type === 'RAW' ? resolve(answer.value) : reject(answer.value)))
    const message = { id: name, type: 'APPLY', path: [name], argumentList: [{ type: 'RAW', value }] }
    receive({ origin: '', data: message })
  })
}

const unit = { target: 'wasm-gc', pkgSources: ['app:.'], noOpt: false }
const { core, diagnostics } = await call('buildPackage', {
  ...unit,
  mbtFiles: sources.map((file) => [basename(file), readFileSync(file, 'utf8')]),
  miFiles: [],
  indirectImportMiFiles: [],
  stdMiFiles: [],
  pkg: 'app',
  isMain: true,
  errorFormat: 'human',
  enableValueTracing: false,
})
if (core === undefined) throw new Error(diagnostics.join('\n'))
const { result } = await call('linkCore', {
  ...unit,
  coreFiles: [core],
  main: 'app',
  exportedFunctions: [],
  outputFormat: 'wasm',
  testMode: false,
  debug: false,
  sourceMap: false,
  sources: {},
  stopOnMain: false,
})
writeFileSync(output, result)
process.exit(0)
