/** The text of every module of the official scripts through our own parser, against what wasm-tools makes of it. */
import { describe, expect, test } from 'vitest'
import { CompileError } from '../../compiler/errors.ts'
import { assembleText } from '../../compiler/text/assemble.ts'
import { decodeBody } from '../../compiler/wasm/body.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import type { Instruction } from '../../compiler/wasm/instructions.ts'
import { toBytes } from './convert.ts'
import { GROUPS, groupOf, type Group } from './groups.ts'
import { HOW_TO_GET, readSuiteFile, scripts, suiteDir } from './suite.ts'
import { readScript, type Source } from './wast.ts'

const OPEN_TYPE = 'wasm-tools takes a type that is not final for one that is written inline'
const ALONE = 'wasm-tools adds a type that a group of one has already'
const BOUNDS = 'the limits of memories have 64 bits since memory64: the validator refuses it'

/** Where we are right to differ. */
const DIFFERENT: Record<string, string> = {
  'type-rec.wast:45': ALONE,
  'type-rec.wast:185': ALONE,
  'type-rec.wast:197': ALONE,
  'type-subtyping.wast:344': OPEN_TYPE,
  'type-subtyping.wast:373': OPEN_TYPE,
  'proposals/threads/memory.wast:83': BOUNDS,
  'proposals/threads/memory.wast:87': BOUNDS,
  'proposals/threads/memory.wast:91': BOUNDS,
}

function assembled(text: string): Uint8Array | CompileError {
  try {
    return assembleText(text, 'script.wat').bytes
  } catch (error) {
    if (error instanceof CompileError) return error
    throw error
  }
}

/** An instruction without its place. */
const instruction = ({ op, ...immediates }: Instruction) => ({ ...immediates, code: op.code, offset: undefined })

/** All that a module holds, without the places where it stands; for one that cannot be decoded, why. */
function contents(bytes: Uint8Array): string {
  try {
    const m = decode(bytes, { name: 'module' })
    const part = (start: number, end: number) => [...bytes.subarray(start, end)]
    const expression = (code: Instruction[] | undefined) => code?.map(instruction)
    return JSON.stringify(
      {
        types: m.types,
        funcs: m.funcs.map((func) => [func.typeIndex, func.import, func.name]),
        bodies: m.funcs
          .filter(({ body }) => body)
          .map((func) => decodeBody(m, func))
          .map(({ locals, instructions }) => [locals, expression(instructions)]),
        tables: m.tables.map(({ type, init, import: from }) => [type, from, expression(init)]),
        memories: m.memories.map(({ type, import: from }) => [type, from]),
        globals: m.globals.map(({ type, init, import: from, name }) => [type, from, expression(init), name]),
        tags: m.tags.map(({ typeIndex, import: from }) => [typeIndex, from]),
        exports: m.exports.map(({ name, kind, index }) => [name, kind, index]),
        start: m.start ?? -1,
        elements: m.elements.map(({ mode, table, offset, type, items }) => [
          [mode, table, expression(offset), type],
          items.map((item) => (typeof item === 'number' ? item : expression(item))),
        ]),
        data: m.data.map(({ mode, memory, offset, start, end }) => [
          mode,
          memory,
          expression(offset),
          part(start, end),
        ]),
        count: m.dataCount,
      },
      (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? [...value] : value,
    )
  } catch (error) {
    if (error instanceof CompileError) return error.reason
    throw error
  }
}

const SHOWN = 100

/** What is wrong with our reading of a module, if anything. */
async function judge(kind: string, source: Exclude<Source, { kind: 'binary' }>): Promise<string | undefined> {
  const ours = assembled(source.text)
  if (kind === 'assert_malformed') return ours instanceof CompileError ? undefined : 'accepted'
  if (ours instanceof CompileError) return ours.message
  // Bytes from files are a Buffer, which writes itself as JSON in its own way.
  const [one, other] = [contents(ours), contents(new Uint8Array(await toBytes(source)))]
  let same = 0
  while (same < one.length && one[same] === other[same]) same++
  const shown = (text: string) => text.slice(Math.max(0, same - SHOWN), same + SHOWN)
  return one === other ? undefined : `${shown(one)}\ninstead of\n${shown(other)}`
}

async function checkGroup(dir: string, group: Group): Promise<{ checked: number; wrong: Record<string, string> }> {
  let checked = 0
  const wrong: Record<string, string> = {}
  for (const script of scripts(dir).filter((name) => groupOf(name) === group)) {
    for (const command of readScript(readSuiteFile(dir, script))) {
      if (!('source' in command) || command.source.kind === 'binary' || command.kind === 'component') continue
      checked++
      const problem = await judge(command.kind, command.source)
      if (problem !== undefined) wrong[`${script}:${command.line}`] = problem
    }
  }
  return { checked, wrong }
}

describe('text of the official scripts', () => {
  if (suiteDir === undefined) {
    test.skip(`is not here: ${HOW_TO_GET}`, () => {})
    return
  }
  const dir = suiteDir
  // Nothing else that tests have reads the older form of exceptions; that its scripts run shows that ours does.
  test.each(GROUPS.filter((group) => group !== 'legacy'))('of the group %s is what wasm-tools reads', async (group) => {
    const { checked, wrong } = await checkGroup(dir, group)
    expect(checked).toBeGreaterThan(0)
    const expected = Object.keys(DIFFERENT).filter((place) => groupOf(place.split(':')[0]) === group)
    for (const place of Object.keys(wrong)) if (!(place in DIFFERENT)) expect.soft(wrong[place], place).toBeUndefined()
    expect(Object.keys(wrong).filter((place) => place in DIFFERENT)).toEqual(expected)
  })
})
