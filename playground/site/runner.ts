import { element } from './dom.ts'
import { Terminal } from './terminal.ts'
import { splitWords } from './words.ts'
import type { RunRequest } from './messages.ts'

interface Program {
  name: string
  /** What the ids of its fields begin with. */
  prefix: string
  args?: string
  /** Standard input; undefined shows no field for it. */
  input?: string
  /** What is to run. */
  module(): Pick<RunRequest, 'wasm' | 'dirs' | 'env'> & {
    /** What stands before the arguments. */
    words?: readonly string[]
  }
}

/** Arguments, input, Run and Stop, and where the output appears. */
export function runner({ name, prefix, args: given = '', input: content, module }: Program): {
  node: HTMLElement
  stop(): void
} {
  const terminal = new Terminal()
  const args = element('input', {
    id: `${prefix}args`,
    name: 'args',
    value: given,
    placeholder: 'none',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  })
  const input = element(
    'textarea',
    { id: `${prefix}input`, name: 'input', rows: 3, spellcheck: 'false' },
    content ?? '',
  )
  const start = element('button', { type: 'submit', class: 'button' }, 'Run')
  const stop = element('button', { type: 'button', class: 'button quiet', disabled: true }, 'Stop')
  const form = element(
    'form',
    {},
    element('div', { class: 'field grow' }, element('label', { for: args.id }, 'Arguments'), args),
    element('div', { class: 'buttons' }, start, stop),
    ...(content === undefined
      ? []
      : [element('div', { class: 'field full' }, element('label', { for: input.id }, 'Standard input'), input)]),
  )
  stop.addEventListener('click', () => terminal.stop())
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    start.disabled = true
    stop.disabled = false
    const { words = [], ...what } = module()
    const request = { ...what, args: [name, ...words, ...splitWords(args.value)], input: input.value }
    const line = [name, args.value, request.input === '' ? '' : '< input'].filter((part) => part !== '').join(' ')
    void terminal.run(line, request).then(() => {
      start.disabled = false
      stop.disabled = true
    })
  })
  const node = element('section', { 'aria-label': 'Run it here' }, form, terminal.node)
  return { node, stop: () => terminal.stop() }
}
