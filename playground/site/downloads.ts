import { pick, type AnyProgram, type ProgramFile } from 'unplugin-wasm-exe/browser'
import { element } from './dom.ts'

const SYSTEMS: Record<string, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }
const PROCESSORS: Record<string, string> = { x64: 'x64', arm64: 'ARM64', riscv64: 'RISC-V' }

/** `darwin-arm64` as people say it. */
function platformName(target: string): string {
  const [system, processor] = target.split('-')
  return `${SYSTEMS[system] ?? system} ${PROCESSORS[processor] ?? processor}`
}

function formatBytes(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} KB`
}

/** The name the visitor's copy gets: short, with the ending that Windows wants. */
function savedName(program: AnyProgram, { target }: ProgramFile): string {
  return target.startsWith('win32') ? `${program.name}.exe` : program.name
}

/** What to type after the download, by system. */
function instructions(program: AnyProgram, file: ProgramFile): string {
  const name = savedName(program, file)
  if (file.target.startsWith('win32')) return `.\\${name}`
  const marks = [`chmod +x ${name}`]
  // Browsers on macOS mark downloads, and macOS refuses marked programs that no certified developer signed.
  if (file.target.startsWith('darwin')) marks.push(`xattr -d com.apple.quarantine ${name}`)
  return [...marks, `./${name}`].join(' && ')
}

function link(program: AnyProgram, file: ProgramFile, attributes: Record<string, string>, ...label: (Node | string)[]) {
  return element('a', { href: file.url, download: savedName(program, file), ...attributes }, ...label)
}

function row(program: AnyProgram, file: ProgramFile, own: boolean): HTMLTableRowElement {
  const name = platformName(file.target)
  return element(
    'tr',
    { 'data-target': file.target, class: own ? 'own' : undefined },
    element('th', { scope: 'row' }, name, ...(own ? [element('span', { class: 'badge' }, 'yours')] : [])),
    element('td', { class: 'number' }, formatBytes(file.size)),
    element('td', {}, link(program, file, { 'aria-label': `Download ${program.name} for ${name}` }, 'Download')),
    element('td', {}, element('code', { class: 'hash', title: file.integrity }, file.integrity)),
  )
}

/** The executables of a program: the visitor's platform as a button first, then all with sizes and hashes. */
export async function downloads(program: AnyProgram): Promise<HTMLElement> {
  const own = await pick(program)
  const files = Object.values(program.targets).filter((file) => file !== undefined)
  files.sort((a, b) => Number(b.target === own?.target) - Number(a.target === own?.target))
  const section = element('section', { class: 'downloads', 'aria-labelledby': 'downloads' })
  section.append(element('h3', { id: 'downloads' }, 'Take it with you'))
  if (own) {
    const button = link(
      program,
      own,
      { class: 'button' },
      `Download for ${platformName(own.target)}`,
      element('small', {}, formatBytes(own.size)),
    )
    section.append(
      element('p', {}, button),
      element('p', { class: 'hint' }, 'Then, in a terminal: ', element('code', {}, instructions(program, own))),
    )
  }
  const head = ['Platform', 'Size', 'File', 'Hash'].map((title) => element('th', { scope: 'col' }, title))
  const body = files.map((file) => row(program, file, file === own))
  section.append(
    element(
      'div',
      { class: 'scroll' },
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body)),
    ),
  )
  return section
}
