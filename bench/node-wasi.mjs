// Runs a WASI program in this Node: node node-wasi.mjs FILE [ARGUMENTS]
import { readFileSync } from 'node:fs'
import { WASI } from 'node:wasi'

const [, , file, ...args] = process.argv
const wasi = new WASI({ version: 'preview1', args: [file, ...args], returnOnExit: false })
const { instance } = await WebAssembly.instantiate(readFileSync(file), wasi.getImportObject())
wasi.start(instance)
