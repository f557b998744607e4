/**
 * `cancellable` of built-ins, a flag in a component's bytes that the text parser knows no more: text goes to it without the word,
 * and the flags are set afterwards.
 */
import { decodeComponent } from '../../compiler/component/decode.ts'
import type { Component } from '../../compiler/component/definitions.ts'

const BUILTIN =
  /(\(canon\s+(?:waitable-set\.(?:wait|poll)|thread\.(?:suspend|yield)(?:-then-(?:resume|promote))?))(\s+cancellable)?\b/g

/** Where the flags of built-ins are, in the order in which they are defined. */
function flagsOf({ definitions }: Component): number[] {
  return definitions.flatMap((definition) => {
    if (definition.kind === 'component') return flagsOf(definition.component)
    if (definition.kind !== 'canon' || definition.canon.kind !== 'builtin') return []
    return definition.canon.operands.cancellable === undefined ? [] : [definition.at + 1]
  })
}

/** The bytes of text with such a built-in; undefined for any other text. `parse` knows nothing of it. */
export function withCancellable(text: string, parse: (text: string) => Uint8Array): Uint8Array | undefined {
  const built = [...text.matchAll(BUILTIN)]
  if (built.every(([, , word]) => word === undefined)) return undefined
  const bytes = Uint8Array.from(parse(text.replaceAll(BUILTIN, '$1')))
  const flags = flagsOf(decodeComponent(bytes, { file: 'script.wast' }))
  if (flags.length !== built.length) throw new Error(`${built.length} built-ins in text, ${flags.length} in its bytes`)
  for (const [i, [, , word]] of built.entries()) if (word !== undefined) bytes[flags[i]] = 1
  return bytes
}
