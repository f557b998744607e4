/** The visitor's own module: inspected, run and built in this page, by workers. Nothing is sent anywhere. */
import type { Grants, Inspection } from 'unplugin-wasm-exe/compiler/browser'
import { builtTable } from './built.ts'
import { element } from './dom.ts'
import { runner } from './runner.ts'
import { splitWords } from './words.ts'
import type { BuildEvent, BuildRequest } from './messages.ts'

const section = document.querySelector<HTMLElement>('#own')!
const chooser = section.querySelector<HTMLInputElement>('input[type=file]')!
const typed = section.querySelector<HTMLTextAreaElement>('textarea')!
const result = section.querySelector<HTMLElement>('.result')!
let worker: Worker | undefined
let stop = () => {}

/** Asks a worker; what was asked before is given up. */
function ask(request: BuildRequest): Promise<BuildEvent> {
  worker?.terminate()
  const asked = new Worker(new URL('./build-worker.ts', import.meta.url), { type: 'module' })
  worker = asked
  return new Promise((resolve) => {
    asked.addEventListener('message', ({ data }: MessageEvent<BuildEvent>) => resolve(data))
    asked.addEventListener('error', ({ message }) =>
      resolve({ type: 'failed', message: message || 'the worker failed' }),
    )
    asked.postMessage(request)
  })
}

const failure = (message: string) => element('pre', { class: 'code failure', role: 'alert' }, message)

async function read(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<void> {
  stop()
  result.replaceChildren(element('p', { class: 'hint' }, `Reading ${file} …`))
  const event = await ask({ bytes, file })
  if (event.type === 'failed') result.replaceChildren(failure(event.message))
  if (event.type === 'inspected') result.replaceChildren(...shown(event.inspection, event.wasm))
}

/** All about a module. */
function shown(inspection: Inspection, wasm: Uint8Array<ArrayBuffer>): Node[] {
  const { kind, name, size, file, imports, exports, features } = inspection
  const { form, grants } = grantsForm()
  const built = element('div', { 'aria-live': 'polite' })
  const start = form.querySelector('button')!
  form.addEventListener('submit', (submitted) => {
    submitted.preventDefault()
    start.disabled = true
    built.replaceChildren(element('p', { class: 'hint' }, 'Building …'))
    void ask({ bytes: wasm, file: file.replace(/\.wat$/i, '.wasm'), grants: grants() }).then((event) => {
      start.disabled = false
      if (event.type === 'failed') built.replaceChildren(failure(event.message))
      if (event.type === 'built') built.replaceChildren(...builtTable(event.executables, event.milliseconds))
    })
  })
  const isCommand = kind === 'module' && exports.some((entry) => entry.name === '_start')
  const whyNot =
    kind === 'component' ? 'It is a component, which only executables run.' : 'It exports no _start: it is a library.'
  const run = runner({
    name,
    prefix: 'own-',
    input: '',
    module() {
      const { dirs, env, args } = grants()
      return { wasm, dirs: Object.keys(dirs), env, words: args }
    },
  })
  stop = run.stop
  return [
    element('h3', {}, name, ' ', element('span', { class: 'badge' }, `${size.toLocaleString('en')} bytes`)),
    details(
      'Imports',
      imports.map((entry) => `${entry.module} ${entry.name} (${entry.kind})`),
    ),
    details(
      'Exports',
      exports.map((entry) => `${entry.name} (${entry.kind})`),
    ),
    ...(features.length > 0 ? [details('Features', [...features])] : []),
    element('h4', {}, 'Run it here'),
    isCommand ? run.node : element('p', { class: 'hint' }, whyNot),
    element('h4', {}, 'What the executables may use'),
    form,
    built,
  ]
}

function details(title: string, rows: string[]): HTMLElement {
  const list = element('pre', { class: 'code', tabindex: 0 }, rows.join('\n'))
  return element('details', {}, element('summary', {}, `${title}: ${rows.length}`), ...(rows.length > 0 ? [list] : []))
}

function grantsForm(): {
  form: HTMLFormElement
  grants(): Required<Pick<Grants, 'dirs' | 'env'>> & { args: string[] }
} {
  const dirs = field('own-dirs', 'Directories (guest=host)', '/data=./data')
  const env = field('own-env', 'Variables', 'LANG MODE=fast')
  const words = field('own-words', 'Words in front of what is typed', '')
  const start = element('button', { type: 'submit', class: 'button' }, 'Build for six platforms')
  const buttons = element('div', { class: 'buttons' }, start)
  const form = element('form', {}, dirs.node, env.node, words.node, buttons)
  const pair = (word: string): [string, string] => {
    const at = word.indexOf('=')
    return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
  }
  const grants = () => ({
    dirs: Object.fromEntries(splitWords(dirs.input.value).map(pair)),
    env: splitWords(env.input.value),
    args: splitWords(words.input.value),
  })
  return { form, grants }
}

function field(id: string, label: string, placeholder: string) {
  const input = element('input', { id, placeholder, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' })
  return { input, node: element('div', { class: 'field grow' }, element('label', { for: id }, label), input) }
}

async function open(file: File | undefined): Promise<void> {
  if (file !== undefined) await read(new Uint8Array(await file.arrayBuffer()), file.name)
}

chooser.addEventListener('change', () => void open(chooser.files?.[0]))
typed.form!.addEventListener('submit', (event) => {
  event.preventDefault()
  void read(new TextEncoder().encode(typed.value), 'typed.wat')
})
// Text may be dragged as ever.
const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') === true
document.addEventListener('dragover', (event) => {
  if (hasFiles(event)) event.preventDefault()
})
document.addEventListener('drop', (event) => {
  if (!hasFiles(event)) return
  event.preventDefault()
  void open(event.dataTransfer?.files[0])
})
