/** The visitor's own module: inspected and built in this page, by a worker. Nothing is sent anywhere. */
import type { Executable, Inspection } from 'unplugin-wasm-exe/compiler/browser'
import { element } from './dom.ts'
import type { BuildEvent, BuildRequest } from './messages.ts'
import { splitWords } from './words.ts'

const section = document.querySelector<HTMLElement>('#own')!
const chooser = section.querySelector<HTMLInputElement>('input[type=file]')!
const result = section.querySelector<HTMLElement>('.result')!
let worker: Worker | undefined
let urls: string[] = []

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

async function open(file: File): Promise<void> {
  result.replaceChildren(element('p', { class: 'hint' }, `Reading ${file.name} …`))
  const bytes = new Uint8Array(await file.arrayBuffer())
  const event = await ask({ bytes, file: file.name })
  if (event.type === 'failed') result.replaceChildren(failure(event.message))
  if (event.type === 'inspected') result.replaceChildren(...inspected(event.inspection, bytes))
}

function inspected({ name, size, file, imports, exports, features }: Inspection, bytes: Uint8Array): Node[] {
  const list = (title: string, rows: string[]) =>
    element(
      'details',
      {},
      element('summary', {}, `${title}: ${rows.length}`),
      element('pre', { class: 'code', tabindex: 0 }, rows.join('\n')),
    )
  const dirs = field('own-dirs', 'Directories (guest=host)', '/data=./data')
  const env = field('own-env', 'Variables', 'LANG MODE=fast')
  const args = field('own-args', 'Arguments in front', '')
  const start = element('button', { type: 'submit', class: 'button' }, 'Build for six platforms')
  const form = element('form', {}, dirs.node, env.node, args.node, element('div', { class: 'buttons' }, start))
  const built = element('div', { 'aria-live': 'polite' })
  form.addEventListener('submit', (submitted) => {
    submitted.preventDefault()
    start.disabled = true
    const pairs = splitWords(dirs.input.value).map((word) => {
      const at = word.indexOf('=')
      return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
    })
    const grants = {
      dirs: Object.fromEntries(pairs) as Record<string, string>,
      env: splitWords(env.input.value),
      args: splitWords(args.input.value),
    }
    void ask({ bytes, file, grants }).then((event) => {
      start.disabled = false
      if (event.type === 'failed') built.replaceChildren(failure(event.message))
      if (event.type === 'built') built.replaceChildren(...table(event.executables, event.milliseconds))
    })
  })
  return [
    element('h3', {}, name, ' ', element('span', { class: 'badge' }, `${size.toLocaleString('en')} bytes`)),
    list(
      'Imports',
      imports.map((entry) => `${entry.module} ${entry.name} (${entry.kind})`),
    ),
    list(
      'Exports',
      exports.map((entry) => `${entry.name} (${entry.kind})`),
    ),
    list('Features', features),
    form,
    built,
  ]
}

function field(id: string, label: string, placeholder: string) {
  const input = element('input', { id, placeholder, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' })
  return { input, node: element('div', { class: 'field grow' }, element('label', { for: id }, label), input) }
}

function table(executables: readonly Executable[], milliseconds: number): Node[] {
  for (const url of urls) URL.revokeObjectURL(url)
  const made = executables.map(({ target, fileName, bytes, milliseconds: time }) => {
    const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]))
    return {
      url,
      row: element(
        'tr',
        { 'data-target': target },
        element('th', { scope: 'row' }, target),
        element('td', { class: 'number' }, `${bytes.length.toLocaleString('en')} bytes`),
        element('td', { class: 'number' }, `${time.toFixed(1)} ms`),
        element(
          'td',
          {},
          element('a', { href: url, download: fileName, 'aria-label': `Download for ${target}` }, 'Download'),
        ),
      ),
    }
  })
  urls = made.map(({ url }) => url)
  const head = ['Platform', 'Size', 'Time', 'File'].map((title) => element('th', { scope: 'col' }, title))
  return [
    element('p', { class: 'hint' }, `Built in this page in ${Math.round(milliseconds)} ms.`),
    element(
      'div',
      { class: 'scroll' },
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...made.map(({ row }) => row)),
      ),
    ),
  ]
}

chooser.addEventListener('change', () => {
  const file = chooser.files?.[0]
  if (file) void open(file)
})
document.addEventListener('dragover', (event) => event.preventDefault())
document.addEventListener('drop', (event) => {
  event.preventDefault()
  const file = event.dataTransfer?.files[0]
  if (file) void open(file)
})
