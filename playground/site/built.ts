import type { Executable } from 'unplugin-wasm-exe/compiler/browser'
import { element } from './dom.ts'

let urls: string[] = []

/** A table of executables with a download for each; those of the table before are let go. */
export function builtTable(executables: readonly Executable[], milliseconds: number): Node[] {
  for (const url of urls) URL.revokeObjectURL(url)
  urls = []
  const rows = executables.map(({ target, fileName, bytes, milliseconds: time }) => {
    const href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]))
    urls.push(href)
    const link = element('a', { href, download: fileName, 'aria-label': `Download for ${target}` }, 'Download')
    return element(
      'tr',
      { 'data-target': target },
      element('th', { scope: 'row' }, target),
      element('td', { class: 'number' }, `${bytes.length.toLocaleString('en')} bytes`),
      element('td', { class: 'number' }, `${time.toFixed(1)} ms`),
      element('td', {}, link),
    )
  })
  const head = ['Platform', 'Size', 'Time', 'File'].map((title) => element('th', { scope: 'col' }, title))
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows))
  return [
    element('p', { class: 'hint' }, `Built in this page in ${Math.round(milliseconds)} ms.`),
    element('div', { class: 'scroll' }, table),
  ]
}
