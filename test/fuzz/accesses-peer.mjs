// Runs the cases of test/fuzz/accesses.ts on V8: node accesses-peer.mjs MODULE COUNT. For each the bytes that it writes, or '' if it traps.
import { readFileSync } from 'node:fs'

const [file, count] = process.argv.slice(2)
const module = new WebAssembly.Module(readFileSync(file))

function run(number) {
  let written = ''
  const memory = () => instance.exports.memory.buffer
  const calls = {
    fd_read: () => (new DataView(memory()).setUint32(64, number, true), 0),
    fd_write: () => ((written = Buffer.from(memory(), 64, 8).toString('hex')), 0),
  }
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: calls })
  try {
    instance.exports._start()
  } catch {
    return ''
  }
  return written
}

process.stdout.write(JSON.stringify(Array.from({ length: Number(count) }, (_, number) => run(number))))
