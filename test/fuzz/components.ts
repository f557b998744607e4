/**
 * Components that were damaged: whatever the bytes are, decoder, validator, linker and adapters answer with a program or an error
 * that names the file, soon. `npm run fuzz:components -- [count] [seed]`; seeds are what the official scripts hold, and ours.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decodeComponent } from '../../compiler/component/decode.ts'
import { HOST_FILES, hostPart, type HostPart } from '../../compiler/component/host.ts'
import { planCalls } from '../../compiler/component/program.ts'
import { validateComponent } from '../../compiler/component/validate.ts'
import { CompileError } from '../../compiler/errors.ts'
import { componentSuiteDir } from '../spec/component-suite.ts'
import { toBytes } from '../spec/convert.ts'
import { readSuiteFile, scripts } from '../spec/suite.ts'
import { readScript } from '../spec/wast.ts'
import { helloComponent } from '../support/component.ts'
import { randomNumbers } from './random.ts'

const readHost = (part: HostPart): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../../dist/runtime/${HOST_FILES[part]}`, import.meta.url)))
const hosts = { plain: readHost('plain'), async: readHost('async') }
const file = 'damaged.wasm'

/** Milliseconds after which an answer is no answer; what is tried weighs a few kilobytes. */
const PATIENCE = 20_000

/** Bytes that mean much: sorts, types, forms, ends of LEB128 ranges. */
const TELLING = [0, 1, 2, 3, 4, 5, 0x0d, 0x11, 0x12, 0x40, 0x41, 0x42, 0x68, 0x69, 0x70, 0x72, 0x73, 0x7f, 0x80, 0xff]

const PREAMBLE_BYTES = 8

/** What a component does to the compiler that nothing should; undefined where it is well. */
export function faultOf(bytes: Uint8Array): string | undefined {
  const started = performance.now()
  let fault: string | undefined
  try {
    const component = decodeComponent(bytes, { file })
    validateComponent(component, { file })
    const host = hosts[hostPart(component, []) as keyof typeof hosts]
    planCalls(component, { name: 'damaged', file, host }, () => {})
  } catch (error) {
    if (!(error instanceof CompileError))
      fault = error instanceof Error ? (error.stack ?? error.message) : String(error)
    else if (error.file !== file) fault = `names no file: ${error.message}`
  }
  const took = performance.now() - started
  if (fault === undefined && took > PATIENCE) fault = `took ${Math.round(took)} ms`
  return fault && `${fault}\n${Buffer.from(bytes).toString('hex')}`
}

/** Choices by a number that makes them again. */
export class Random {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = randomNumbers(seed)
  }

  below(count: number): number {
    return this.#next() % count
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]
  }
}

/** A seed with a few changes: bytes, pieces that are cut, doubled, or come from another one. */
export function damaged(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = Uint8Array.from(random.pick(seeds))
  for (let change = random.below(5); change >= 0; change--) {
    const at = PREAMBLE_BYTES + random.below(Math.max(1, bytes.length - PREAMBLE_BYTES))
    const size = 1 + random.below(random.below(4) ? 4 : 64)
    const other = random.pick(seeds)
    const from = random.below(other.length)
    switch (random.below(8)) {
      case 0:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + size))
        break
      case 1:
        bytes = joined(bytes.subarray(0, at + size), bytes.subarray(at))
        break
      case 2:
        bytes = joined(bytes.subarray(0, at), other.subarray(from, from + size), bytes.subarray(at + size))
        break
      default:
        if (at < bytes.length) bytes[at] = random.below(3) ? random.pick(TELLING) : random.below(256)
    }
  }
  return bytes
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Our own component, and all that the official scripts hold where they are here. */
export async function componentSeeds(): Promise<Uint8Array[]> {
  const seeds = [await helloComponent()]
  if (componentSuiteDir === undefined) return seeds
  for (const script of scripts(componentSuiteDir)) {
    for (const command of readScript(readSuiteFile(componentSuiteDir, script))) {
      if (command.kind !== 'component' || command.source === undefined) continue
      const bytes = await toBytes(command.source).catch(() => undefined)
      if (bytes !== undefined) seeds.push(bytes)
    }
  }
  return seeds
}

async function main([count = '100000', seed = '1']: string[]): Promise<void> {
  const seeds = await componentSeeds()
  const random = new Random(Number(seed))
  const faults = new Set<string>()
  for (let run = 0; run < Number(count); run++) {
    const fault = faultOf(damaged(seeds, random))
    const kind = fault?.split('\n').slice(0, 2).join(' ')
    if (fault !== undefined && kind !== undefined && !faults.has(kind)) {
      faults.add(kind)
      console.log(fault)
    }
    if (run % 10_000 === 9999) console.log(`${run + 1} inputs, ${faults.size} kinds of faults`)
  }
  console.log(`${count} damaged components of ${seeds.length} seeds: ${faults.size} kinds of faults`)
  process.exitCode = faults.size === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
