// Runs a module's cases on V8 and writes the log that the executables write: node peer.mjs MODULE LOGGER PLAN.
import { readFileSync } from 'node:fs'

const [file, loggerFile, planFile] = process.argv.slice(2)
const module = new WebAssembly.Module(readFileSync(file))
const logger = new WebAssembly.Module(readFileSync(loggerFile))
const plan = JSON.parse(readFileSync(planFile, 'utf8'))

const MAX_DEPTH = 8
/** The one reference that is not null: no number, which would be an i31 where it is converted. */
const TOKEN = { valueOf: () => 16 }

const lines = []
const hex = (value, digits) =>
  BigInt.asUintN(digits * 4, BigInt(value))
    .toString(16)
    .padStart(digits, '0')
const log = (...words) => lines.push(words.join(' '))

/** NaNs that passed through JavaScript have lost their bits. */
function bits(value, kind) {
  const view = new DataView(new ArrayBuffer(8))
  switch (kind) {
    case 'i32':
      return hex(value, 8)
    case 'i64':
      return hex(value, 16)
    case 'f32':
      view.setFloat32(0, value)
      return Number.isNaN(value) ? 'nan' : hex(view.getUint32(0), 8)
    case 'f64':
      view.setFloat64(0, value)
      return Number.isNaN(value) ? 'nan' : hex(view.getBigUint64(0), 16)
    case 'externref':
      // i31 are numbers to JavaScript.
      if (typeof value === 'number') return hex(value, 8)
      return value === null ? 'null' : value === TOKEN ? 'host' : 'object'
    default:
      return value === null ? 'null' : 'function'
  }
}

/** An argument from the plan's text. */
function argument(text, kind) {
  if (kind === 'i64') return BigInt(text)
  if (kind === 'funcref' || (kind === 'externref' && text === '0')) return null
  return kind === 'externref' ? TOKEN : Number(text)
}

const tags = {
  wasmtag: new WebAssembly.Tag({ parameters: ['i32'] }),
  jstag: new WebAssembly.Tag({ parameters: ['externref'] }),
}

function importsOf(state) {
  const { exports: bitLogger } = new WebAssembly.Instance(logger, {
    bits: {
      f32: (value) => log('f32', hex(value, 8)),
      f64: (value) => log('f64', hex(value, 16)),
      v128: (low, high) => log('v128', hex(high, 16), hex(low, 16)),
    },
  })
  /** The exported table, if it has this element, and the element's index as the table wants it. */
  const inTable = (index) => {
    const table = plan.hasTable ? state.exports?.table : undefined
    if (!table || index >>> 0 >= table.length) return undefined
    return { table, at: typeof table.length === 'bigint' ? BigInt(index >>> 0) : index >>> 0 }
  }
  const callExport = (index) => {
    if (!state.exports || plan.calls.length === 0 || state.depth >= MAX_DEPTH) return
    state.depth++
    try {
      call(state, plan.calls[(index >>> 0) % plan.calls.length], 0)
    } finally {
      state.depth--
    }
  }
  return {
    ...bitLogger,
    ...tags,
    'log-funcref': (value) => log('ref', bits(value, 'funcref')),
    'log-externref': (value) => log('any', bits(value, 'externref')),
    'log-anyref': (value) => log('any', bits(value, 'externref')),
    'log-i32': (value) => log('i32', hex(value, 8)),
    'log-i64': (value) => log('i64', hex(value, 16)),
    throw: (value) => {
      log('throw', hex(value, 8))
      if (value === 0) throw new WebAssembly.Exception(tags.jstag, [TOKEN])
      throw new WebAssembly.Exception(tags.wasmtag, [value])
    },
    sleep: (_milliseconds, id) => id,
    'table-get': (index) => {
      const found = inTable(index)
      return found ? found.table.get(found.at) : null
    },
    'table-set': (index, value) => {
      const found = inTable(index)
      if (found) found.table.set(found.at, value)
    },
    'call-ref': (value) => log('ref', bits(value, 'funcref')),
    'call-ref-catch': (value) => {
      log('ref', bits(value, 'funcref'))
      return 0
    },
    'call-export': (index) => callExport(index),
    'call-export-catch': (index) => {
      try {
        callExport(index)
        return 0
      } catch (error) {
        if (!(error instanceof WebAssembly.Exception)) throw error
        return 1
      }
    },
  }
}

function call(state, { name, params, results, rounds }, round) {
  log('call', name)
  const result = state.exports[name](...params.map((kind, i) => argument(rounds[round][i], kind)))
  const values = results.length > 1 ? result : [result]
  results.forEach((kind, i) => log('=', bits(values[i], kind)))
}

function look(state) {
  for (const { name, kind } of plan.globals) log('global', name, bits(state.exports[name].value, kind))
  if (!plan.hasMemory) return
  const words = new Uint32Array(state.exports['fuzz-memory'].buffer)
  let hash = 0x811c9dc5
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193)
  log('memory', hex(words.length * 4, 16), hex(hash, 8))
}

/** Where in the module an error happened, in bytes. */
function placeOf(error) {
  const [, offset] = /:wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(error.stack) ?? []
  return offset === undefined ? [] : [`@${Number.parseInt(offset, 16)}`]
}

/** Calls all functions, beginning with `first`, up to the first trap. */
function runCase(first) {
  const state = { exports: undefined, depth: 0 }
  const tokens = new Proxy({}, { get: () => TOKEN })
  const imports = { 'fuzzing-support': importsOf(state), __fuzz_import: tokens }
  try {
    state.exports = new WebAssembly.Instance(module, imports).exports
    look(state)
    const count = plan.calls.length
    for (let step = 0; step < count; step++) {
      call(state, plan.calls[(first + step) % count], (first + step) % 3)
      look(state)
    }
    log('end')
  } catch (error) {
    if (error instanceof WebAssembly.Exception) log('trap uncaught exception')
    else log('trap', error.message, ...placeOf(error))
  }
}

for (let first = 0; first < Math.max(plan.calls.length, 1); first++) {
  log('case', first)
  runCase(first)
}
process.stdout.write(`${lines.join('\n')}\n`)
