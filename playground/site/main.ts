import { element } from './dom.ts'
import { downloads } from './downloads.ts'
import { PROGRAMS, type PageProgram } from './programs.ts'
import { runner } from './runner.ts'

const list = document.querySelector<HTMLUListElement>('#programs')!
const main = document.querySelector<HTMLElement>('#program')!
let stop = () => {}

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

/** What runs the program that is shown; the one before is stopped. */
function run({ name, args, input, wasm, dirs }: PageProgram): HTMLElement {
  stop()
  const shown = runner({
    name,
    prefix: '',
    args,
    input,
    module: () => ({ wasm: new URL(wasm, location.href).href, dirs: Object.keys(dirs) }),
  })
  stop = shown.stop
  return shown.node
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
    run(program),
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
