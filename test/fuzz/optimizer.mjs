// Runs binaryen's wasm-opt as often as it is told to, in one process: node optimizer.mjs PATH, with arguments as messages.
// Its start is most of what a small module takes, and the code of its 10 MB is compiled once here.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'

const path = process.argv[2]
const source = readFileSync(path, 'utf8').replace(/^#!.*\n/, '\n')
const program = compileFunction(source, ['Module', 'require', '__filename', '__dirname'])
let code

async function useInstance(imports, use) {
  use(await WebAssembly.instantiate(code, imports))
}

function run(args) {
  return new Promise((resolve) => {
    program(
      {
        arguments: args,
        onAbort: resolve,
        postRun: [() => resolve(process.exitCode ? `exit code ${process.exitCode}` : '')],
        ...(code && {
          instantiateWasm: (imports, use) => void useInstance(imports, use),
        }),
      },
      createRequire(path),
      path,
      dirname(path),
    )
  })
}

// The first instance compiles what the others are instances of.
const { instantiate } = WebAssembly
WebAssembly.instantiate = async (bytes, imports) => {
  const result = await instantiate(bytes, imports)
  if (result.module) code = result.module
  return result
}

async function answer(args) {
  process.exitCode = 0
  process.send(await run(args))
}

process.on('message', (args) => void answer(args))
