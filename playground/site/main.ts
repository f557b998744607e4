import { element } from './dom.ts'
import { downloads } from './downloads.ts'
import { PROGRAMS, type PageProgram } from './programs.ts'
import { Terminal } from './terminal.ts'
import { splitWords } from './words.ts'

const list = document.querySelector<HTMLUListElement>('#programs')!
const main = document.querySelector<HTMLElement>('#program')!
let terminal: Terminal | undefined

/** The program that the address names, else the first. */
function current(): PageProgram {
  return PROGRAMS.find(({ name }) => name === location.hash.slice(1)) ?? PROGRAMS[0]
}

function showList(shown: PageProgram): void {
  const items = PROGRAMS.map(({ name, title, language }) =>
    element(
      'li',
      {},
      element(
        'a',
        { href: `#${name}`, 'aria-current': name === shown.name ? 'page' : undefined },
        title,
        element('small', {}, language),
      ),
    ),
  )
  list.replaceChildren(...items)
}

/** Arguments, input, Run and Stop, and where the output appears. */
function runner(program: PageProgram): HTMLElement {
  const shown = new Terminal()
  terminal?.stop()
  terminal = shown
  const args = element('input', {
    id: 'args',
    name: 'args',
    value: program.args,
    placeholder: 'none',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  })
  const input = element('textarea', { id: 'input', name: 'input', rows: 3, spellcheck: 'false' }, program.input ?? '')
  const start = element('button', { type: 'submit', class: 'button' }, 'Run')
  const stop = element('button', { type: 'button', class: 'button quiet', disabled: true }, 'Stop')
  const form = element(
    'form',
    {},
    element('div', { class: 'field grow' }, element('label', { for: 'args' }, 'Arguments'), args),
    element('div', { class: 'buttons' }, start, stop),
    ...(program.input === undefined
      ? []
      : [element('div', { class: 'field full' }, element('label', { for: 'input' }, 'Standard input'), input)]),
  )
  stop.addEventListener('click', () => shown.stop())
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    start.disabled = true
    stop.disabled = false
    const request = {
      wasm: new URL(program.wasm, location.href).href,
      args: [program.name, ...splitWords(args.value)],
      input: input.value,
      dirs: Object.keys(program.dirs),
    }
    const line = `${program.name} ${args.value}${program.input === undefined ? '' : ' < input'}`
    void shown.run(line, request).then(() => {
      start.disabled = false
      stop.disabled = true
    })
  })
  return element('section', { 'aria-label': 'Run it here' }, form, shown.node)
}

async function show(): Promise<void> {
  const program = current()
  showList(program)
  document.title = `${program.title} – unplugin-wasm-exe playground`
  const grants = Object.entries(program.dirs).map(([guest, host]) => `${guest} = ${host}`)
  const content = [
    element(
      'div',
      { class: 'title' },
      element('h2', {}, program.title),
      element('span', { class: 'badge' }, program.language),
      ...grants.map((grant) => element('span', { class: 'badge grant' }, `granted: ${grant}`)),
    ),
    element('p', {}, program.about),
    runner(program),
    await downloads(program.program),
    element(
      'details',
      {},
      element('summary', {}, `Source: ${program.source}`),
      element('pre', { class: 'code', tabindex: 0 }, element('code', {}, program.code)),
    ),
  ]
  // Somebody may have chosen another program while the platform was looked up.
  if (program === current()) main.replaceChildren(...content)
}

addEventListener('hashchange', () => {
  void show().then(() => main.focus())
})
await show()
